"""Sentence ends: golden rules as data, then the laws."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.french.sentences import split_sentences

DATA = Path(__file__).resolve().parents[1] / "data" / "french_sentences"
LINES = (DATA / "golden.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if line and line[0] != "#"]

FRAGMENTS = st.sampled_from(json.loads((DATA / "fragments.json").read_text(encoding="utf-8")))
FRENCHLIKE = st.lists(FRAGMENTS, max_size=40).map("".join)
TEXTS = FRENCHLIKE | st.text(max_size=200)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(("number", "tried", "marked"), CASES, ids=[f"{n}-{tried}" for n, tried, _ in CASES])
def test_golden_rule(number: str, tried: str, marked: str) -> None:
    text = marked.replace(" | ", " ").replace("|", "")
    assert sentences(text) == marked.replace(" | ", "|").split("|"), f"rule {number}: {tried}"


def test_the_rules_are_numbered_in_order() -> None:
    assert [int(number) for number, _tried, _text in CASES] == list(range(1, len(CASES) + 1))


@given(TEXTS)
def test_spans_are_ordered_and_lose_only_white_space(text: str) -> None:
    spans = split_sentences(text)
    borders = [0, *(at for span in spans for at in span), len(text)]
    assert borders == sorted(borders)
    assert all(start < end for start, end in spans)
    assert "".join(text.split()) == "".join("".join(text[a:b].split()) for a, b in spans)
    gaps = zip(borders[::2], borders[1::2], strict=True)
    assert all(not text[a:b].strip() for a, b in gaps)


@given(TEXTS, st.sampled_from([" ", "\n", "\n\n", "\u00a0", " \n \n "]))
def test_trailing_white_space_changes_nothing(text: str, space: str) -> None:
    assert split_sentences(text + space) == split_sentences(text)


@given(FRENCHLIKE)
def test_a_sentence_is_one_sentence(text: str) -> None:
    """Splitting what was split finds nothing new, so that pieces may be worked on alone."""
    for sentence in sentences(text):
        assert sentences(sentence) == [sentence]


@given(FRENCHLIKE, FRENCHLIKE)
def test_a_blank_line_always_ends_a_sentence(first: str, second: str) -> None:
    assert sentences(f"{first}\n\n{second}") == sentences(first) + sentences(second)


HOSTILE = 'a|.|…|! |. |« |»| |\n|\n |M. |a.|A. |" |1. |(|.»|é. A'


@pytest.mark.parametrize("unit", HOSTILE.split("|"))
def test_hostile_text_takes_linear_time(unit: str) -> None:
    started = time.process_time()
    split_sentences(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 3, "quadratic time would be minutes"
