"""The tables of cases for one line: noise, dates, signatures. One case is one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from podcast.article.byline import signature
from podcast.article.dates import find_dates
from podcast.article.lines import fold, make_line
from podcast.article.noise import noise_reason
from podcast.article.vocabulary import BUTTONS, END_MARKS, FAMILIES, SECTIONS, Reason

DATA = Path(__file__).resolve().parent.parent / "data" / "article"


def cases(name: str) -> list[list[str]]:
    rows = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [row.split("\t", 1) for row in rows if not row.startswith("#")]


@pytest.mark.parametrize(("reason", "text"), cases("noise.tsv"))
def test_noise(reason: str, text: str) -> None:
    assert (noise_reason(make_line(text)) or "-") == reason


@pytest.mark.parametrize(("text", "expected"), cases("dates.tsv"))
def test_dates(text: str, expected: str) -> None:
    found = " ".join("~" * date.updated + date.when.isoformat() for date in find_dates(text))
    assert (found or "-") == expected


@pytest.mark.parametrize(("text", "expected"), cases("bylines.tsv"))
def test_signatures(text: str, expected: str) -> None:
    assert ("|".join(signature(make_line(text))) or "-") == expected


def test_vocabulary_is_written_folded() -> None:
    for family in FAMILIES:
        for phrase in family.phrases:
            plain = re.sub(r"\\[A-Za-z]", "", phrase)
            assert fold(plain.replace(" ", "x")) == plain.replace(" ", "x"), phrase
    for word in (*BUTTONS, *SECTIONS):
        assert fold(word) == word


def test_vocabulary_names_known_reasons() -> None:
    reasons = set(get_args(Reason))
    assert {family.reason for family in FAMILIES} | set(BUTTONS.values()) | set(END_MARKS) <= reasons
