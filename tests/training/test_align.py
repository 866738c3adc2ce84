"""The teacher's times on Piper's phonemes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voices.training.align import LEAD, TAIL, MismatchError, durations, framed
from voices.training.recipe import HOP
from voices.training.teacher import Teacher, Uttered

ALIGNED = (
    # tokens, what the teacher says (start, IPA), its length, samples of ^, each token and $
    ("ba", [(10, "b"), (30, "a")], 100, [10, 20, 70, 0]),
    ("b a", [(0, "b"), (30, ""), (40, "a")], 100, [0, 30, 10, 60, 0]),
    (
        "ba, ta.",
        [(0, "b"), (5, "a"), (9, ""), (20, "t"), (25, "a"), (40, "")],
        50,
        [0, 5, 4, 11, 0, 5, 15, 10, 0],
    ),
    ("pˈa", [(0, "p"), (8, "ˈa")], 20, [0, 8, 0, 12, 0]),
    ("pa", [(0, "p"), (8, "ˈa")], 20, [0, 8, 12, 0]),
    ("ɔ\u0303k", [(0, "ɔ\u0303"), (8, "k")], 20, [0, 8, 0, 12, 0]),
    ("aɪ", [(0, "aɪ")], 20, [0, 10, 10, 0]),
    ("ba", [(0, "b"), (4, "b"), (8, "a")], 20, [0, 8, 12, 0]),
    ("bʲa", [(0, "b"), (8, "a")], 20, [0, 8, 0, 12, 0]),
    ("ba", [(0, "(en)"), (2, "b"), (8, "a")], 20, [2, 6, 12, 0]),
)

OTHERWISE = (
    ("ba", [(0, "d"), (3, "a")]),
    ("ba", [(0, "b")]),
    ("b", [(0, "b"), (3, "a")]),
)

SENTENCES = (
    "Un renard dort sous le banc.",
    "Qui a vu le week-end passer, sinon vous ?",
    "Cent vingt et un ânes, 45 % de foin : quelle fête !",
    "Le yacht de Smith, à Birmingham ; puis plus rien.",
    "Puisqu'il gèle, restons-en là",
)


@pytest.mark.parametrize(("tokens", "said", "length", "expected"), ALIGNED)
def test_each_token_gets_its_time(
    tokens: str, said: list[tuple[int, str]], length: int, expected: list[int]
) -> None:
    assert durations(list(tokens), [Uttered(*item) for item in said], length).tolist() == expected


@pytest.mark.parametrize(("tokens", "said"), OTHERWISE)
def test_another_text_does_not_align(tokens: str, said: list[tuple[int, str]]) -> None:
    with pytest.raises(MismatchError):
        durations(list(tokens), [Uttered(*item) for item in said], 10)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_times_add_up_to_the_sound(sentence: str, teacher: Teacher) -> None:
    samples, said = teacher.speak(sentence)
    (tokens,) = teacher.phonemes(sentence)
    lasting = durations(tokens, said, len(samples))
    assert lasting.sum() == pytest.approx(len(samples))
    assert (lasting >= 0).all()
    vowels = [time for token, time in zip(tokens, lasting[1:], strict=False) if token in "aeiouyɛɔ"]
    assert min(vowels) > 200


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sound_and_frames_agree(sentence: str, teacher: Teacher) -> None:
    samples, said = teacher.speak(sentence)
    (tokens,) = teacher.phonemes(sentence)
    sound, frames = framed(samples / 32768, tokens, durations(tokens, said, len(samples)))
    assert len(sound) == frames.sum() * HOP
    assert (frames >= 0).all()
    assert not sound[:LEAD].any()
    assert np.abs(sound[-TAIL + HOP :]).max() < 0.01
    assert frames[0] * HOP >= LEAD


def test_a_slower_teacher_takes_longer(teacher: Teacher) -> None:
    slow, normal, fast = (len(teacher.speak(SENTENCES[0], rate)[0]) for rate in (120, None, 200))
    assert slow > normal > fast


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abdeikl,. ɔ"), st.integers(1, 900)), min_size=1, max_size=30),
)
def test_no_time_is_lost(said: list[tuple[str, int]]) -> None:
    """Whatever is said, sounds and pauses, every sample belongs to a token."""
    tokens, uttered, now = [], [], 0
    for token, length in said:
        tokens.append(token)
        uttered.append(Uttered(now, "" if token in ",. " else token))
        now += length
    lasting = durations(tokens, uttered, now)
    assert lasting.sum() == pytest.approx(now)
    for place, (token, length) in enumerate(said, 1):
        if token not in ",. " and (place == 1 or said[place - 2][0] != token):
            assert lasting[place] >= length - 1e-9


def test_silence_is_no_utterance() -> None:
    with pytest.raises(MismatchError):
        framed(np.zeros(4000), ["a"], np.array([0.0, 4000.0, 0.0]))
