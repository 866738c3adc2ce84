"""One loudness for any voice, from the first sentence on, and never a peak above the ceiling."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.episode.assemble import Piece
from podcast.episode.filters import conditioning
from podcast.episode.level import Leveller, Limiter, limit
from podcast.episode.loudness import PeakMeter, loudness
from podcast.types import Samples

RATE = 22050
Make = Callable[..., Samples]


def piece(samples: Samples, source: str = "") -> Piece:
    pause = np.zeros(RATE // 3, dtype=np.float32)
    return Piece(np.concatenate([samples, pause]), samples.size, source)


def levelled(pieces: list[Piece], priors: dict[str, float] | None = None) -> tuple[Samples, list[float]]:
    leveller = Leveller(RATE, target=-16.0, ceiling=-1.5, priors=priors)
    results = [leveller.level(each) for each in pieces]
    return np.concatenate([samples for samples, _ in results]), [gain for _, gain in results]


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
    leveller = Leveller(RATE, target=-16.0, ceiling=-1.5)
    measured = {"quiet": [], "loud": []}  # type: dict[str, list[Samples]]
    for each in pieces:
        measured[each.source].append(leveller.level(each)[0])
    values = [loudness(np.concatenate(sounds), RATE) for sounds in measured.values()]
    assert values == [pytest.approx(-16, abs=1.0)] * 2


def test_the_gain_moves_little_from_one_sentence_to_the_next(make_sound: Make) -> None:
    sentences = [piece(make_sound(2, seed=seed, level=0.05 if seed % 2 else 0.4)) for seed in range(12)]
    _, gains = levelled(sentences)
    assert np.abs(np.diff(gains)).max() <= 1.5 + 1e-9


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
    leveller = Leveller(RATE, target=-16.0, ceiling=-1.5, heard=lambda: sent() - 1.2)

    def sent() -> float:
        return leveller.sent() or -16.0

    for each in pieces:
        leveller.level(each)
    assert sent() - 1.2 == pytest.approx(-16, abs=0.3)


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
