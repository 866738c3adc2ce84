"""The drawn tune: what it must do at each place, and that it always stays singable."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voices.training.prosody import HIGHEST, LOWEST, REFERENCE, contour

STEADY = 12
"""Frames of every sound in these made-up sentences: 140 ms."""


def tune(phonemes: str) -> tuple[list[str], list[float], list[int]]:
    """Tokens, the height of each at its end in semitones, and its frames."""
    tokens = ["^", *phonemes, "$"]
    frames = [0 if token in "ˈˌ\u0303 -$" else STEADY for token in tokens]
    heights = 12 / np.log(2) * (contour(tokens, frames) - np.log(REFERENCE))
    ends = np.maximum(2 * np.cumsum(frames) - 3, 0)
    return tokens, [float(heights[end]) for end in ends], frames


def height(phonemes: str, sound: str, which: int = 0) -> float:
    tokens, heights, _ = tune(phonemes)
    places = [place for place, token in enumerate(tokens) if token == sound]
    return heights[places[which]]


def test_a_statement_falls_to_its_end() -> None:
    assert height("lə malin vˈɛ̃ lə bato vˈo.", "o", -1) < -3.5
    assert height("lə malin vˈɛ̃ lə bato vˈo.", "o", -1) < height("lə malin vˈɛ̃ lə bato vˈo.", "a") - 2


def test_a_question_rises_at_its_end() -> None:
    assert height("vu vəne dəmˈɛ?", "ɛ", -1) > 3.5


@pytest.mark.parametrize("word", ["ki", "u", "puʁkwa", "kɔmɑ\u0303", "kɔ\u0303bjɛ\u0303"])
def test_a_question_word_spares_the_rise(word: str) -> None:
    assert height(f"{word} a mˈi la vˈo?", "o", -1) < 0


def test_a_comma_is_a_rise_and_the_end_a_fall() -> None:
    said = "la mezɔ̃ də lami, lə bato vˈo."
    assert height(said, "i") > 1.5 > height(said, "o", -1)


def test_a_longer_clause_rises_higher_before_its_comma() -> None:
    brief, broad = "lami, la vˈo.", "la mezɔ də lə kuze də lami, la vˈo."
    assert height(broad, "i", -1) > height(brief, "i", -1) + 0.5


def test_the_last_full_syllable_carries_the_accent() -> None:
    """Not the schwa after it, nor the syllable before."""
    tokens, heights, _ = tune("la salˈadə fʁˈedə a mˈi lə tˈo.")
    accent = heights[max(i for i in range(9) if tokens[i] == "a")]
    assert accent > max(heights[2], heights[5]) + 1


def test_the_tune_sinks_over_a_sentence() -> None:
    said = " ".join(["la pomˈa"] * 8)
    tokens, heights, _ = tune(f"{said}.")
    starts = [heights[i] for i, token in enumerate(tokens) if token == "o"]
    assert starts[0] > starts[-2] + 0.5


def test_an_exclamation_starts_high() -> None:
    assert height("la mezˈɔ a lə tˈo!", "ɔ") > height("la mezˈɔ a lə tˈo.", "ɔ") + 1


def test_voiceless_consonants_lift_and_voiced_ones_lower() -> None:
    values = {}
    for consonant in "pb":
        tokens, frames = ["^", *f"a{consonant}a", "$"], [STEADY] * 4 + [0]
        line = contour(tokens, frames)
        values[consonant] = float(line[2 * STEADY * 3 + 2])
    assert values["p"] > values["b"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abdeiklptsˈˌ ,.;:!?ɔ\u0303əʁ-"), st.integers(0, 25)),
        min_size=1,
        max_size=60,
    )
)
def test_any_tokens_have_a_singable_tune(said: list[tuple[str, int]]) -> None:
    """Two values a frame, in the voice's range but for the pulls of the sounds, without a jump."""
    tokens = ["^", *(token for token, _ in said), "$"]
    frames = [2, *(length for _, length in said), 7]
    line = contour(tokens, frames)
    assert len(line) == 2 * sum(frames)
    assert np.isfinite(line).all()
    heights = 12 / np.log(2) * (line - np.log(REFERENCE))
    assert heights.min() >= LOWEST - 0.01 - 1.5
    assert heights.max() <= HIGHEST + 0.01 + 1.5
    assert np.abs(np.diff(heights)).max(initial=0) < 2.0
    assert np.array_equal(line, contour(tokens, frames))
