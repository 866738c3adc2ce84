"""What goes in comes out, at the very sample; files and pipes get the same sound."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import mutagen
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.episode.codec import Resampler, coded_rate, decode, open_encoder
from podcast.episode.mp3 import Layer3, info_frame
from podcast.episode.sound import Format, Sound
from podcast.errors import AudioError, ConfigError
from podcast.types import Samples

FORMATS: tuple[Format, ...] = ("mp3", "m4a", "opus", "wav")
Make = Callable[..., Samples]


class Pipe(io.RawIOBase):
    """A sink that only takes."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: object) -> int:
        assert isinstance(data, bytes)
        self.data += data
        return len(data)


def encode(sound: Samples, sink: object, fmt: Format, rate: int, *, step: int = 30000) -> None:
    encoder = open_encoder(sink, fmt, sample_rate=rate, bit_rate=Sound().bits(fmt))  # type: ignore[arg-type]
    for start in range(0, sound.size, step):
        encoder.write(sound[start : start + step])
    encoder.close()


def delay(heard: Samples, meant: Samples) -> int:
    """Samples by which ``heard`` is late: the crest of the cross-correlation."""
    size = 1 << (heard.size + meant.size).bit_length()
    product = np.fft.rfft(heard, size) * np.fft.rfft(meant, size).conj()
    at = int(np.fft.irfft(product).argmax())
    return at - size if at > size // 2 else at


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("fmt", FORMATS)
def test_a_file_is_heard_when_it_was_meant(tmp_path: Path, make_sound: Make, fmt: Format, rate: int) -> None:
    coded = coded_rate(fmt, rate)
    sound = Resampler(rate, coded).add(make_sound(3, rate=rate), last=True)
    path = tmp_path / f"sound.{fmt}"
    with path.open("wb") as sink:
        encode(sound, sink, fmt, coded)
    heard = np.concatenate(list(decode(path, coded)))
    # The fragments of M4A do not say how long the last frame is; Opus frames are 20 ms.
    assert 0 <= heard.size - sound.size <= {"m4a": 2048, "opus": 0.02 * coded}.get(fmt, 0)
    assert abs(delay(heard[: sound.size], sound)) <= 1
    assert np.corrcoef(heard[: sound.size], sound)[0, 1] > 0.85


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_pipe_gets_what_plays(make_sound: Make, fmt: Format, ffmpeg: str) -> None:
    """A stream that cannot be mended at its start is decoded from start to end, from a pipe."""
    rate = coded_rate(fmt, 22050)
    sound, pipe = make_sound(3, rate=rate), Pipe()
    encode(sound, pipe, fmt, rate)
    command = [ffmpeg, "-v", "error", "-i", "-", "-f", "f32le", "-ar", str(rate), "-"]
    result = subprocess.run(command, input=bytes(pipe.data), capture_output=True, check=True)
    heard = np.frombuffer(result.stdout, dtype="<f4")
    assert abs(heard.size - sound.size) <= 2100
    assert 0 <= delay(heard[: sound.size], sound[: heard.size]) / rate <= 0.05
    assert result.stderr == b""


@pytest.mark.parametrize("fmt", FORMATS)
def test_bytes_flow_while_sound_comes(make_sound: Make, fmt: Format) -> None:
    rate = coded_rate(fmt, 22050)
    pipe = Pipe()
    encoder = open_encoder(pipe, fmt, sample_rate=rate, bit_rate=Sound().bits(fmt))
    sizes = []
    for seed in range(4):
        encoder.write(make_sound(3, rate=rate, seed=seed))
        sizes.append(len(pipe.data))
    assert sizes[0] > 1000
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_sound_gives_the_same_bytes(make_sound: Make, fmt: Format) -> None:
    first, second = Pipe(), Pipe()
    rate = coded_rate(fmt, 22050)
    encode(make_sound(2, rate=rate), first, fmt, rate)
    encode(make_sound(2, rate=rate), second, fmt, rate)
    assert first.data == second.data


@settings(max_examples=20)
@given(count=st.integers(2000, 6000))
def test_an_mp3_is_exactly_as_long_as_its_sound(tmp_path_factory: pytest.TempPathFactory, count: int) -> None:
    path = tmp_path_factory.mktemp("mp3") / "sound.mp3"
    with path.open("wb") as sink:
        encode(np.full(count, 0.1, np.float32), sink, "mp3", 22050)
    assert sum(block.size for block in decode(path)) == count


@pytest.mark.parametrize("bit_rate", [64_000, 96_000, 128_000])
@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000])
def test_independent_readers_understand_the_info_frame(
    tmp_path: Path, make_sound: Make, ffprobe: str, rate: int, bit_rate: int
) -> None:
    path = tmp_path / "sound.mp3"
    with path.open("wb") as sink:
        encoder = open_encoder(sink, "mp3", sample_rate=rate, bit_rate=bit_rate)
        encoder.write(make_sound(5, rate=rate))
        encoder.close()
    info = mutagen.File(path).info
    assert info.length == pytest.approx(5, abs=0.001)
    assert (info.sample_rate, info.channels) == (rate, 1)
    assert info.bitrate == pytest.approx(bit_rate, abs=5)
    command = [ffprobe, "-v", "error", "-show_format", "-of", "json", str(path)]
    shown = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["format"]
    assert float(shown["duration"]) == pytest.approx(5, abs=0.1)


def test_the_info_frame_keeps_its_length() -> None:
    for rate in (16000, 22050, 24000, 32000, 44100, 48000):
        layer = Layer3(rate, 64_000)
        assert len(info_frame(layer)) == len(info_frame(layer, samples=10**9, size=10**8))


@pytest.mark.parametrize(
    ("fmt", "rate", "coded"),
    [
        ("mp3", 22050, 22050),
        ("mp3", 11025, 16000),
        ("mp3", 23000, 24000),
        ("mp3", 96000, 48000),
        ("m4a", 24000, 24000),
        ("opus", 22050, 24000),
        ("opus", 44100, 48000),
        ("wav", 12345, 12345),
    ],
)
def test_the_coded_rate_loses_nothing(fmt: Format, rate: int, coded: int) -> None:
    assert coded_rate(fmt, rate) == coded


@pytest.mark.parametrize(("rate", "wanted"), [(22050, 24000), (24000, 22050), (16000, 48000)])
def test_resampling_keeps_time_and_pitch(rate: int, wanted: int) -> None:
    sine = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
    expected = np.sin(2 * np.pi * 440 * np.arange(wanted) / wanted)
    result = Resampler(rate, wanted).add(sine, last=True)
    assert abs(result.size - wanted) <= 2
    assert np.abs(result[500:-500] - expected[500 : result.size - 500]).max() < 0.01


@pytest.mark.parametrize(("rate", "wanted"), [(22050, 24000), (24000, 22050), (24000, 24000)])
def test_parts_are_resampled_as_the_whole(make_sound: Callable[..., Samples], rate: int, wanted: int) -> None:
    sound = make_sound(3, rate=rate)
    whole = Resampler(rate, wanted).add(sound, last=True)
    resampler, cuts = Resampler(rate, wanted), (0, 1, 1000, rate, rate + 1, sound.size)
    parts = [resampler.add(sound[a:b], last=b == sound.size) for a, b in pairwise(cuts)]
    assert np.array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("absent.mp3", None),
        ("empty.mp3", b""),
        ("noise.mp3", b"this is no sound" * 99),
        ("text.txt", b"Bonjour"),
    ],
)
def test_what_is_not_sound_is_told_in_one_line(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AudioError, match=name):
        list(decode(path))


def test_a_bit_rate_that_mp3_has_not_is_refused() -> None:
    with pytest.raises(ConfigError, match="64000, 80000"):
        Sound(bit_rate=100_000).bits("mp3")
