"""Words meet groups of phonemes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.speech.timing import STEPS, WordClock, match

# Words, and the groups that a phonemiser made of them; « + » joins what belongs together.
MATCHES = [
    ("il part", "il paʁ", "il=il part=paʁ"),
    ("il va parce que tout va", "il va paʁskˌə tu va", "il=il va=va parce+que=paʁskˌə tout=tu va=va"),
    ("le MoDem vote", "lə mˈo dˈɛm vɔt", "le=lə MoDem=mˈo+dˈɛm vote=vɔt"),
    ("vers et/ou contre", "vɛʁ e u kɔ̃tʁ", "vers=vɛʁ et/ou=e+u contre=kɔ̃tʁ"),
    ("non, c'est-à-dire oui.", "nɔ̃, sɛt a diʁ wi.", "non,=nɔ̃, c'est-à-dire=sɛt+a+diʁ oui.=wi."),
    ("a b c", "abc", "a+b+c=abc"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "groups", "expected"), MATCHES)
def test_each_word_meets_its_group(words: str, groups: str, expected: str) -> None:
    left, right = words.split(), groups.split()
    met = []
    for of_words, of_groups in match(left, right):
        met.append("+".join(left[:of_words]) + "=" + "+".join(right[:of_groups]))
        left, right = left[of_words:], right[of_groups:]
    assert " ".join(met) == expected


tokens = st.text("abcéç',.!-", min_size=1, max_size=8)
words = st.lists(tokens.filter(lambda word: any(map(str.isalnum, word))), max_size=25)


@given(words, words)
def test_all_are_met_or_none(left: list[str], right: list[str]) -> None:
    steps = match(left, right)
    if steps:
        assert sum(step[0] for step in steps) == len(left)
        assert sum(step[1] for step in steps) == len(right)
        assert set(steps) <= set(STEPS)


@given(st.lists(tokens, max_size=15), words, st.integers(1, 5))
def test_times_follow_the_words_however_the_groups_arrive(
    said: list[str], groups: list[str], size: int
) -> None:
    heard = [(float(number), number + 0.9) for number in range(len(groups))]
    text = " ".join(said)
    at_once = WordClock(text, groups).hear(heard)
    clock = WordClock(text, groups)
    in_parts = [word for at in range(0, len(heard), size) for word in clock.hear(heard[at : at + size])]
    assert in_parts == list(at_once)
    assert [word.text for word in at_once] in ([], text.split())
    times = [time for word in at_once for time in (word.start, word.end)]
    assert times == sorted(times)


def test_a_lone_mark_lasts_no_time_and_follows_its_word() -> None:
    words = WordClock("« Vrai ? »", ["vʁˈɛ?"]).hear([(0.25, 0.75)])
    assert words == (("«", 0.25, 0.25), ("Vrai", 0.25, 0.75), ("?", 0.75, 0.75), ("»", 0.75, 0.75))


def test_words_in_one_group_share_its_time_by_their_letters() -> None:
    assert WordClock("parce que", ["paʁskə"]).hear([(1.0, 2.0)]) == (
        ("parce", 1.0, 1.625),
        ("que", 1.625, 2.0),
    )


def test_no_times_when_too_much_differs() -> None:
    assert WordClock("un deux", ["a"] * 40).hear([(0.0, 1.0)] * 40) == ()


def test_a_long_hostile_text_takes_linear_time() -> None:
    began = time.perf_counter()
    assert match(["mot"] * 10_000, ["mo"] * 9_995)
    assert time.perf_counter() - began < 10
