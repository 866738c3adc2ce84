"""One loudness for any voice, from the first sentence on, and never a peak above the ceiling."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from itertools import pairwise
from operator import ne

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.episode.assemble import Piece
from podcast.episode.audio import Loaded
from podcast.episode.codec import open_encoder
from podcast.episode.filters import conditioning
from podcast.episode.level import Leveller, amplified
from podcast.episode.limiter import Limiter, limit
from podcast.episode.line import Line
from podcast.episode.loudness import LoudnessMeter, PeakMeter, loudness
from podcast.episode.notes import Notes
from podcast.episode.press import Press
from podcast.types import Samples

RATE = 22050
Make = Callable[..., Samples]


PAUSE = RATE // 3


def piece(samples: Samples, source: str = "") -> Piece:
    return Piece(Loaded(samples), samples.size, source, PAUSE)


def levelled(pieces: list[Piece], priors: dict[str, float] | None = None) -> tuple[Samples, list[float]]:
    """What comes out of the line, and the gains that went in."""
    sink = io.BytesIO()
    line = Line(open_encoder(sink, "wav", sample_rate=RATE, bit_rate=0), RATE, -1.5)
    leveller = Leveller(
        RATE, target=-16.0, ceiling=-1.5, output=line.output, notes=Notes(RATE), priors=priors
    )
    line.on_run, press, gains = leveller.learn, Press(line, RATE), []
    for each in pieces:
        level = leveller.level(each)
        gains.append(level.gain)
        press.add(each, level)
    line.close()
    with wave.open(io.BytesIO(sink.getvalue())) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return (pcm / 32768).astype(np.float32), gains


@given(
    peaks=st.lists(st.tuples(st.integers(0, 9999), st.floats(-8, 8)), max_size=30),
    ceiling=st.floats(-6, -0.5),
)
def test_the_limiter_never_passes_the_ceiling(peaks: list[tuple[int, float]], ceiling: float) -> None:
    sound = (0.3 * np.sin(np.arange(10000) * 0.05)).astype(np.float32)
    for at, value in peaks:
        sound[at] = value
    highest = np.abs(limit(sound, RATE, ceiling)).max()
    assert highest <= 10 ** (ceiling / 20) * 1.001


@given(
    peaks=st.lists(st.tuples(st.integers(0, 9999), st.floats(-8, 8)), max_size=20),
    cuts=st.lists(st.integers(0, 10000), max_size=12),
)
def test_the_limiter_does_the_same_to_parts_as_to_the_whole(
    peaks: list[tuple[int, float]], cuts: list[int]
) -> None:
    sound = (0.3 * np.sin(np.arange(10000) * 0.05)).astype(np.float32)
    for at, value in peaks:
        sound[at] = value
    limiter, bounds = Limiter(RATE, -1.0), sorted({0, 10000, *cuts})
    parts = [limiter.add(sound[a:b], last=b == 10000) for a, b in pairwise(bounds)]
    assert np.allclose(np.concatenate(parts), limit(sound, RATE, -1.0), atol=1e-6)


def test_the_limiter_leaves_alone_what_is_low_enough(make_sound: Make) -> None:
    sound = make_sound(2, level=0.5)
    assert limit(sound, RATE, -1.0) is sound


def test_the_limiter_is_local(make_sound: Make) -> None:
    sound = make_sound(2, level=0.5)
    sound[20000] = 2.0
    changed = np.flatnonzero(limit(sound, RATE, -1.0) != sound)
    assert changed.size
    assert changed.min() > 20000 - 0.03 * RATE
    assert changed.max() < 20000 + 0.03 * RATE


@pytest.mark.parametrize("level", [0.02, 0.1, 0.3, 1.0], ids=str)
@pytest.mark.parametrize("count", [1, 3, 12])
def test_any_voice_lands_on_the_target(make_sound: Make, level: float, count: int) -> None:
    sound, _ = levelled([piece(make_sound(2.5, seed=seed, level=level)) for seed in range(count)])
    assert loudness(sound, RATE) == pytest.approx(-16, abs=0.7)
    meter = PeakMeter()
    meter.add(sound)
    assert meter.true_peak() <= -1.4


def test_two_voices_come_out_alike(make_sound: Make) -> None:
    quiet = [piece(make_sound(3, seed=seed, level=0.04), "quiet") for seed in range(4)]
    loud = [piece(make_sound(3, seed=seed, level=0.8), "loud") for seed in range(4)]
    pieces = [each for pair in zip(quiet, loud, strict=True) for each in pair]
    sound, _ = levelled(pieces)
    each_alone = np.split(sound, len(pieces))
    values = [loudness(np.concatenate(each_alone[voice::2]), RATE) for voice in (0, 1)]
    assert values == [pytest.approx(-16, abs=1.0)] * 2


def test_the_gain_moves_little_from_one_sentence_to_the_next(make_sound: Make) -> None:
    sentences = [piece(make_sound(2, seed=seed, level=0.05 if seed % 2 else 0.4)) for seed in range(12)]
    _, gains = levelled(sentences)
    assert np.abs(np.diff(gains)).max() <= 1.5 + 1e-9


def test_another_beginning_is_forgotten(make_sound: Make) -> None:
    """What is right does not hang on what was said before, so a corrected beginning leaves the rest alone."""
    differ = 0
    for text in range(12):
        loudnesses = 0.1 * 10 ** (np.random.default_rng(text).normal(0, 1.5, 60) / 20)
        said = [piece(make_sound(2, seed=60 * text + n, level=level)) for n, level in enumerate(loudnesses)]
        one, other = (levelled([*said[at : at + 5], *said[10:]], {"": -20.0})[1][5:] for at in (0, 5))
        differ += sum(map(ne, one, other))
    assert differ < 12 * 50 / 4


def test_a_known_loudness_keeps_a_whisper_at_the_start_a_whisper(make_sound: Make) -> None:
    whisper, voice = piece(make_sound(1, level=0.1)), piece(make_sound(3, level=0.3))
    known = loudness(make_sound(3, level=0.3), RATE)
    assert known is not None
    _, (unknown_gain, _) = levelled([whisper, voice])
    _, (known_gain, _) = levelled([whisper, voice], {"": known})
    assert known_gain < unknown_gain - 6


def test_what_a_coder_takes_away_is_given_back(make_sound: Make) -> None:
    """As far as a correction goes, when it is known what has come of the sound."""
    pieces = [piece(make_sound(3, seed=seed, level=0.1)) for seed in range(12)]
    came_out = LoudnessMeter(RATE)
    leveller = Leveller(RATE, target=-16.0, ceiling=-1.5, output=came_out, notes=Notes(RATE))
    for each in pieces:
        gain, energy = leveller.level(each)
        came_out.add(amplified(each.samples, gain - 1.2))
        leveller.learn([each.source], energy, energy * 10 ** (-1.2 / 10))
    assert came_out.integrated() == pytest.approx(-16, abs=0.5)


def test_silence_stays_silence() -> None:
    sound, gains = levelled([piece(np.zeros(5000, np.float32))])
    assert not sound.any()
    assert gains == [0.0]


def test_a_silent_start_says_nothing_of_the_voice(make_sound: Make) -> None:
    """What comes after it gets its gain at once."""
    silence, voice = piece(np.zeros(RATE, np.float32)), piece(make_sound(3, level=0.05))
    _, (_, gain) = levelled([silence, voice])
    _, (alone,) = levelled([voice])
    assert gain == pytest.approx(alone, abs=0.5)


@pytest.mark.parametrize("offset", [-0.4, 0.07])
def test_an_offset_is_not_heard_and_takes_no_room(make_sound: Make, offset: float) -> None:
    sound, _ = levelled(
        [piece(make_sound(3, seed=seed, level=0.02) + np.float32(offset)) for seed in range(4)]
    )
    assert loudness(sound, RATE) == pytest.approx(-16, abs=0.7)
    assert abs(sound[RATE:].mean()) < 0.002


def test_conditioning_keeps_every_level_that_is_heard_and_lowers_the_peaks(make_sound: Make) -> None:
    sound = np.concatenate([make_sound(4, level=0.5), np.zeros(RATE // 2, np.float32)])
    turned = conditioning(RATE).apply(sound)
    before, after = np.abs(np.fft.rfft(sound)), np.abs(np.fft.rfft(turned))
    heard = np.fft.rfftfreq(sound.size, 1 / RATE) > 70
    assert np.allclose(before[heard], after[heard], atol=before.max() * 1e-3, rtol=0.02)
    assert np.abs(turned).max() < np.abs(sound).max() * 0.9
