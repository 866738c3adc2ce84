"""Acronyms: the table of French news, the shape of the others, and words in capitals."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.french.acronyms import POLICIES, is_pronounceable, rewrite, spelled, table
from podcast.french.normalize import normalize
from podcast.french.spoken import Spoken

LINES = (
    (Path(__file__).parent.parent / "data" / "french" / "acronyms.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
)
CASES = [tuple(line.split("\t")) for line in LINES if line and not line.startswith("#")]

PIECES = st.sampled_from(
    ["LA", "SNCF", "Onu", "l'", "UE", "GUERRE", " ", "-", ".", "O.N.U.", "PMEs", "R&D", "é", "XQ", "\n"]
)


def said(text: str) -> str:
    return rewrite(Spoken.of(text)).text


@pytest.mark.parametrize(("printed", "spoken"), CASES, ids=[case[0] for case in CASES])
def test_acronyms_are_said(printed: str, spoken: str) -> None:
    assert said(printed) == spoken


def test_the_table_covers_french_news() -> None:
    assert len(table()) >= 300
    assert {policy for policy, _ in table().values()} == set(POLICIES)
    assert all(printed.isupper() for printed in table())


@pytest.mark.parametrize(
    "printed", [printed for printed, (policy, _) in table().items() if policy == "spell"]
)
def test_spelled_acronyms_are_separate_capitals(printed: str) -> None:
    assert said(f"de {printed}, hier") == f"de {spelled(printed)}, hier"


@pytest.mark.parametrize(
    ("word", "can_be_said"),
    [
        ("SMIC", True), ("INSEE", True), ("ZAC", True), ("STRASS", True), ("ALTRA", True),
        ("SNCF", False), ("AFP", False), ("OMC", False), ("UE", False), ("BRGM", False), ("RSTA", False),
        ("ANKTRA", False), ("AEIOU", False),
    ],
)  # fmt: skip
def test_a_french_mouth_can_say_it(word: str, can_be_said: bool) -> None:
    assert is_pronounceable(word) is can_be_said


@given(st.lists(PIECES, max_size=12).map("".join))
def test_saying_twice_changes_nothing(text: str) -> None:
    once = normalize(text).text
    assert normalize(once).text == once


@given(st.lists(PIECES, max_size=12).map("".join))
def test_every_edit_says_capitals(text: str) -> None:
    spoken = rewrite(Spoken.of(text))
    for printed, _, rule in spoken.edits:
        assert rule == "acronym"
        assert text[slice(*printed)].rstrip("s").isupper()


@pytest.mark.parametrize("part", ["A", "AB ", "A.", "A.B", "A&", "LA ", "l'A", "É-"])
def test_hostile_text_takes_linear_time(part: str) -> None:
    start = time.process_time()
    said((part * 100_000)[:100_000])
    assert time.process_time() - start < 1
