"""MP3 by LAME, in runs: from one silence to the next.

Each run has an encoder of its own, whose last frames hold nothing but silence:
no frame leans on one of another run (bit reservoir, overlap of transforms). So
the same sound gives the same frames wherever it stands, frames that are known
need not be encoded again, and what lies between two runs is filled with frames
of silence that nobody encodes.

LAME is called directly, which costs a third of the same encoder behind PyAV.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from podcast.episode import mp3
from podcast.episode.sink import Sink, pcm16, position, rewrite
from podcast.types import Samples

_QUALITY = 7
"""LAME's fastest. It saves on noise shaping, which one voice at 64 kb/s or more has no need of:
on the bundled voice at 96 kb/s the noise is 40 dB down, as with 3 or 5, and 32 dB with 2."""

_SCALE = 0.95
"""LAME multiplies its input by this at constant bit rates, and lameenc has no way to say otherwise."""

_LAST = 1152
"""Samples that LAME puts after a whole number of frames, its delay included."""

_AFTER = mp3.DELAY + mp3.DECODER_DELAY + 576 - _LAST
"""Samples of silence to be encoded after the last one: it is heard ``DELAY + DECODER_DELAY`` late,
and half a transform later nothing of it is left."""


class Mp3Encoder:
    """A stream at a constant bit rate, that tells at its start how long it is where its sink can seek.

    ``on_run`` is given the bytes of runs as they come, of which the frames of silence are none.
    """

    def __init__(self, sink: Sink, layer: mp3.Layer3) -> None:
        self.layer = layer
        self.on_run: Callable[[bytes], None] = lambda _data: None
        self._sink = sink
        self._start = position(sink)
        self._frames = self._size = 0
        self.samples = 0
        """Of the stream, up to its last rest."""
        self._run: _Run | None = None
        sink.write(mp3.info_frame(layer))

    def write(self, samples: Samples) -> None:
        """Encode more of the run."""
        self._run = self._run or _Run(self.layer)
        self._send(self._run.write(samples))

    def splice(self, data: bytes, count: int) -> None:
        """A whole run of ``count`` samples, as ``on_run`` was given it once; a ``rest`` follows."""
        self._run = _Run(self.layer, count)
        self._put(data)

    def rest(self, count: int) -> int:
        """End the run with silence, to the next whole frame."""
        size, used, frames = self.layer.frame_samples, 0, 0
        if self._run:
            self._send(self._run.end())
            used, frames = self._run.samples, self._run.frames
        whole = max(frames, round((used + count) / size))
        self._frames += frames
        self._be_silent(whole - frames)
        self._run = None
        self.samples += whole * size
        return whole * size - used

    def close(self) -> None:
        """Write what LAME still holds, and how much there is of everything."""
        if self._run:
            self._send(self._run.cut())
            self._frames += self._run.frames
            self.samples += self._run.samples
            self._run = None
        elif self._frames:  # a decoder is late: without these it would keep the end to itself
            self._be_silent(_LAST // self.layer.frame_samples)
        info = mp3.info_frame(self.layer, samples=self.samples, frames=self._frames, size=self._size)
        rewrite(self._sink, self._start, info)

    def _be_silent(self, frames: int) -> None:
        self._put(self.layer.silence(self._frames, self._size, frames))
        self._frames += frames

    def _send(self, data: bytes) -> None:
        if data:
            self.on_run(data)
            self._put(data)

    def _put(self, data: bytes) -> None:
        self._size += len(data)
        if data:
            self._sink.write(data)


class _Run:
    """The samples between two silences; with a ``count``, a run that was encoded before."""

    def __init__(self, layer: mp3.Layer3, count: int = 0) -> None:
        self.samples = count
        self._size = layer.frame_samples
        self._encoded = self._whole()
        self._lame: Any = None if count else _opened(layer)

    @property
    def frames(self) -> int:
        """Of all the run, once it has ended or was cut."""
        return -(-(self._encoded + _LAST) // self._size)

    def write(self, samples: Samples) -> bytes:
        self.samples += samples.size
        return bytes(self._lame.encode(pcm16(samples, 32768 / _SCALE)))

    def end(self) -> bytes:
        """Its last frames, with silence in them."""
        if self._lame is None:
            return b""
        self._encoded = self._whole()
        silence = bytes(2 * (self._encoded - self.samples))
        return bytes(self._lame.encode(silence)) + bytes(self._lame.flush())

    def cut(self) -> bytes:
        """Its last frames, when nothing follows it."""
        self._encoded = self.samples
        return bytes(self._lame.flush()) if self.samples else b""

    def _whole(self) -> int:
        return -(-(self.samples + _AFTER) // self._size) * self._size


def _opened(layer: mp3.Layer3) -> Any:
    import lameenc

    lame = lameenc.Encoder()
    lame.silence()
    lame.set_channels(1)
    lame.set_in_sample_rate(layer.sample_rate)
    lame.set_out_sample_rate(layer.sample_rate)
    lame.set_bit_rate(layer.bit_rate // 1000)
    lame.set_quality(_QUALITY)
    return lame
