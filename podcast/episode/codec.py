"""Compressed audio: PCM to MP3, M4A, Opus or WAV as a stream, and any file back to PCM.

Encoders write to any object with ``write``: a file, a pipe, a socket. What a
seekable sink allows is mended on ``close`` (lengths in headers).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from podcast.episode import mp3
from podcast.episode.lame import Mp3Encoder
from podcast.episode.sink import Sink, pcm16, position, rewrite
from podcast.episode.sound import Format
from podcast.errors import AudioError
from podcast.types import Chapter, Samples

_RATES: dict[Format, tuple[int, ...]] = {
    "mp3": mp3.SAMPLE_RATES,
    "m4a": (16000, 22050, 24000, 32000, 44100, 48000),
    "opus": (16000, 24000, 48000),
    "wav": (),
}
_DECODED_FRAMES = 200
_NOTHING = np.zeros(0, dtype=np.float32)
_EFFORT = {"m4a": {"aac_coder": "fast"}, "opus": {"compression_level": "5"}}
"""Half the cost of the encoders' own choice, at rates where one voice has bits to spare."""
_CONTAINERS = {"m4a": ("mp4", "aac"), "opus": ("ogg", "libopus")}


class Encoder(Protocol):
    """PCM in, bytes out to the sink as soon as the codec gives them."""

    def write(self, samples: Samples) -> None:
        """Encode more; shape (n,), 1.0 is full scale."""

    def rest(self, count: int) -> int:
        """About so many samples of silence; gives how many they are: those of an MP3 fill whole frames."""
        self.write(np.zeros(count, dtype=np.float32))
        return count

    def close(self) -> None:
        """Write what the codec still holds. The sink stays open."""


def open_encoder(sink: Sink, fmt: Format, *, sample_rate: int, bit_rate: int) -> Encoder:
    """An encoder of mono PCM at ``sample_rate``, one of ``coded_rate``'s."""
    if fmt == "mp3":
        return Mp3Encoder(sink, mp3.Layer3(sample_rate, bit_rate))
    if fmt == "wav":
        return _Wav(sink, sample_rate)
    return _Av(sink, fmt, sample_rate, bit_rate)


def coded_rate(fmt: Format, sample_rate: int) -> int:
    """The lowest sample rate of the format that loses nothing of ``sample_rate``."""
    rates = _RATES[fmt] or (sample_rate,)
    return next((rate for rate in rates if rate >= sample_rate), rates[-1])


def decode(path: Path, sample_rate: int | None = None) -> Iterator[Samples]:
    """The sound of any file, mono, in blocks of a few seconds.

    At its own rate unless another is asked for. Raises ``AudioError``.
    """
    with _translated(str(path)), _open(path) as container:
        import av

        stream = container.streams.audio[0]
        resampler = av.AudioResampler("flt", "mono", sample_rate or stream.rate)
        block: list[Samples] = []
        for frame in chain(container.decode(stream), [None]):
            plain = frame is not None and _is_plain(frame, resampler.rate)
            block.extend(_planes([frame] if plain else resampler.resample(frame)))
            if len(block) >= _DECODED_FRAMES or (frame is None and block):
                yield np.concatenate(block)
                block.clear()


class Mp3Decoder:
    """MP3 to sound while its bytes come, with the silence that encoder and decoder put before it."""

    def __init__(self) -> None:
        self._codec: Any = None

    def decode(self, data: bytes = b"") -> Samples:
        """The sound of as many frames as are whole now; without ``data``, of the last ones.

        Raises ``AudioError``.
        """
        import av  # while the first sentence is being spoken, nobody waits for it

        with _translated("MP3 stream"):
            self._codec = self._codec or av.CodecContext.create("mp3float", "r")
            packets = [*self._codec.parse(data)] if data else [*self._codec.parse(), None]
            frames = [frame for packet in packets for frame in self._codec.decode(packet)]
        return np.concatenate([_NOTHING, *_planes(frames)])


def sample_rate_of(path: Path) -> int:
    """Hertz of a file's sound."""
    with _translated(str(path)), _open(path) as container:
        return int(container.streams.audio[0].rate)


class Resampler:
    """Sound that comes in parts, at another rate: no seam between them, none of it lost (libswresample)."""

    def __init__(self, rate: int, wanted: int) -> None:
        self._rate, self._wanted = rate, wanted
        self._av: Any = None

    def add(self, samples: Samples, *, last: bool) -> Samples:
        """What can be had so far, all of it with the ``last`` part, which is not empty.

        The same array when the rate is right.
        """
        if self._rate == self._wanted or not samples.size:
            return samples
        import av

        self._av = self._av or av.AudioResampler("flt", "mono", self._wanted)
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = self._rate
        parts = [*_planes(self._av.resample(frame))]
        if last:
            parts += _planes(self._av.resample(None))
        return np.concatenate([samples[:0], *parts])


def remux(source: Path, target: Path, chapters: Iterable[Chapter]) -> None:
    """Copy M4A or Opus, as it was streamed, into a file with chapters that plays from its start."""
    import av

    with _translated(str(source)), av.open(str(source)) as streamed:
        options = {"movflags": "+faststart"} if target.suffix == ".m4a" else {}
        options["fflags"] = "+bitexact"
        container = _CONTAINERS[target.suffix.removeprefix(".")][0]
        with av.open(str(target), "w", format=container, options=options) as whole:
            stream = whole.add_stream_from_template(streamed.streams.audio[0])
            whole.set_chapters([_av_chapter(n, chapter) for n, chapter in enumerate(chapters)])
            for packet in streamed.demux(streamed.streams.audio[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    whole.mux(packet)


class _Wav(Encoder):
    """RIFF/WAVE; a stream says its length is unknown by the largest one."""

    def __init__(self, sink: Sink, sample_rate: int) -> None:
        self._sink, self._rate = sink, sample_rate
        self._start = position(sink)
        self._size = 0
        sink.write(self._header(0xFFFFFFFF - 36))

    def write(self, samples: Samples) -> None:
        data = pcm16(samples)
        self._size += len(data)
        self._sink.write(data)

    def close(self) -> None:
        rewrite(self._sink, self._start, self._header(min(self._size, 0xFFFFFFFF - 36)))

    def _header(self, size: int) -> bytes:
        layout = struct.pack("<IHHIIHH", 16, 1, 1, self._rate, 2 * self._rate, 2, 16)
        return (
            b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + layout + b"data" + struct.pack("<I", size)
        )


class _Av(Encoder):
    """AAC in fragmented MP4, or Opus in Ogg: both can be played while they grow."""

    def __init__(self, sink: Sink, fmt: Format, sample_rate: int, bit_rate: int) -> None:
        import av

        container, codec = _CONTAINERS[fmt]
        options = {"fflags": "+bitexact", "flush_packets": "1"}
        if fmt == "m4a":
            options |= {"movflags": "+frag_keyframe+delay_moov+default_base_moof", "frag_duration": "1000000"}
        self._container = av.open(_WriteOnly(sink), "w", format=container, options=options)
        stream: Any = self._container.add_stream(codec, rate=sample_rate, layout="mono", options=_EFFORT[fmt])
        stream.bit_rate = bit_rate
        self._stream = stream
        self._rate = sample_rate
        self._samples = 0

    def write(self, samples: Samples) -> None:
        from fractions import Fraction

        import av

        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._samples
        self._samples += samples.size
        with _translated("encoder"):
            self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        with _translated("encoder"):
            if self._samples:
                self._container.mux(self._stream.encode(None))
            self._container.close()


class _WriteOnly:
    """Shows PyAV a sink that cannot seek, so that files and pipes get the same bytes."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, data: bytes) -> int:
        self._sink.write(bytes(data))
        return len(data)


def _is_plain(frame: Any, sample_rate: int) -> bool:
    """Needs no resampler, which costs more than decoding."""
    right = (frame.sample_rate, frame.layout.nb_channels) == (sample_rate, 1)
    return right and frame.format.name in ("flt", "fltp")


def _planes(frames: Iterable[Any]) -> Iterator[Samples]:
    for frame in frames:
        yield np.frombuffer(frame.planes[0], np.float32, frame.samples)  # a tenth of to_ndarray's time


def _av_chapter(number: int, chapter: Chapter) -> Any:
    from fractions import Fraction  # with all of decimal; an MP3 needs none

    return {
        "id": number,
        "start": round(chapter.start * 1000),
        "end": round(chapter.end * 1000),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": chapter.title},
    }


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    import av

    with av.open(str(path)) as container:
        if not container.streams.audio:
            raise AudioError("this file has no sound in it", where=str(path))
        yield container


@contextmanager
def _translated(where: str) -> Iterator[None]:
    import av

    try:
        yield
    except av.error.FFmpegError as exc:
        raise AudioError(f"cannot read or write this sound: {exc.strerror}", where=where) from exc
