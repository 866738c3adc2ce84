"""Every category of what newspapers print, one case a line in ``tests/data/french``."""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast.french.normalize import normalize

DATA = Path(__file__).resolve().parent.parent / "data" / "french"
CATEGORIES = (
    "hours",
    "dates",
    "romans",
    "gender",
    "numbers",
    "ordinals",
    "money",
    "units",
    "abbreviations",
    "codes",
    "scores",
    "phones",
    "web",
    "symbols",
    "press",
)


def lines(name: str) -> list[str]:
    text = (DATA / f"{name}.tsv").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


CASES = [(name, *line.split("\t")) for name in CATEGORIES for line in lines(name)]


@pytest.mark.parametrize(("category", "written", "spoken"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES])
def test_written_is_said(category: str, written: str, spoken: str) -> None:
    assert normalize(written).text == spoken, category


@pytest.mark.parametrize("sentence", lines("nochange"))
def test_ordinary_french_is_left_alone(sentence: str) -> None:
    spoken = normalize(sentence)
    assert spoken.text == sentence
    assert spoken.edits == ()


@pytest.mark.parametrize("written", [case[1] for case in CASES])
def test_normalising_twice_changes_nothing(written: str) -> None:
    once = normalize(written).text
    assert normalize(once).text == once
