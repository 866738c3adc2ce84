"""Two MP3 decoders that nobody can tell apart: one is quick to import, the other always there."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from podcast.episode import mpg123
from podcast.episode.codec import Mp3Decoder
from podcast.episode.lame import Mp3Encoder
from podcast.episode.mp3 import DECODER_DELAY, DELAY, Layer3
from podcast.errors import AudioError
from podcast.types import Samples

Make = Callable[..., Samples]


def run_of(sound: Samples, rate: int, bit_rate: int = 96000) -> bytes:
    """The frames of a run, as ``on_run`` is given them."""
    frames = bytearray()
    encoder = Mp3Encoder(io.BytesIO(), Layer3(rate, bit_rate))
    encoder.on_run = frames.extend
    encoder.write(sound)
    encoder.rest(rate)
    return bytes(frames)


@pytest.fixture
def _without_mp3(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A libsndfile as it was before 1.1."""
    import soundfile

    monkeypatch.setattr(soundfile, "available_formats", lambda: {"FLAC": "Free Lossless Audio Codec"})
    mpg123._soundfile.cache_clear()
    yield
    mpg123._soundfile.cache_clear()


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 32000, 44100, 48000])
@pytest.mark.parametrize("seconds", [0.01, 0.4, 5.0])
def test_both_decoders_give_the_same_samples(make_sound: Make, rate: int, seconds: float) -> None:
    data = run_of(make_sound(seconds, rate=rate), rate)
    decoder = Mp3Decoder()
    expected = np.concatenate([decoder.decode(data), decoder.decode()])
    heard = mpg123.decode_mp3(data)
    assert heard.dtype == np.float32
    assert heard.shape == expected.shape
    assert np.abs(heard - expected).max() < 1e-5


@pytest.mark.usefixtures("_without_mp3")
def test_where_soundfile_knows_no_mp3_the_other_one_decodes(make_sound: Make) -> None:
    sound = make_sound(2, rate=22050)
    assert mpg123._soundfile() is None
    heard = mpg123.decode_mp3(run_of(sound, 22050))[DELAY + DECODER_DELAY :][: sound.size]
    assert np.abs(heard - sound).max() < 0.05


@pytest.mark.parametrize("data", [b"", b"no frame in it" * 50, bytes(500)])
def test_what_is_no_mp3_is_told(data: bytes) -> None:
    with pytest.raises(AudioError, match="cannot read this sound"):
        mpg123.decode_mp3(data)
