"""Clauses: nothing is lost by cutting, and long sentences are cut where a reader would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.french.clauses import Clause, clauses
from podcast.french.normalize import normalize
from podcast.french.spoken import Edit, Spoken

DATA = Path(__file__).resolve().parents[1] / "data" / "french_sentences"
FRAGMENTS = st.sampled_from(json.loads((DATA / "fragments.json").read_text(encoding="utf-8")))
SENTENCES = st.lists(FRAGMENTS, max_size=60).map("".join)
LINES = (DATA / "breaths.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if line and line[0] != "#"]


def is_exact(spoken: Spoken) -> bool:
    """Outside the edits, what is printed is what is said."""
    printed = said = 0
    end = Edit((len(spoken.printed),) * 2, (len(spoken.text),) * 2, "")
    for (p0, p1), (s0, s1), _rule in (*spoken.edits, end):
        if spoken.printed[printed:p0] != spoken.text[said:s0]:
            return False
        printed, said = p1, s1
    return True


def text_of(cut: list[Clause]) -> list[str]:
    return [clause.spoken.text.strip() for clause in cut]


@given(SENTENCES, st.sampled_from([40, 80, 200]))
def test_cutting_loses_nothing(sentence: str, limit: int) -> None:
    whole = normalize(sentence)
    cut = clauses(whole, limit)
    assert "".join(clause.spoken.printed for clause in cut) == whole.printed
    assert "".join(clause.spoken.text for clause in cut) == whole.text
    assert all(is_exact(clause.spoken) for clause in cut)


@pytest.mark.parametrize(("number", "tried", "marked"), CASES, ids=[f"{n}-{tried}" for n, tried, _ in CASES])
def test_breath(number: str, tried: str, marked: str) -> None:
    pieces = marked.split(" | ")
    found = text_of(clauses(Spoken.of(" ".join(pieces)), 100))
    assert found == pieces, f"{number}: {tried}"


def test_a_number_longer_than_the_limit_is_printed_with_its_first_piece() -> None:
    cut = clauses(normalize("777 777 777 777"), 80)
    assert len(cut) > 1
    assert [clause.spoken.printed for clause in cut] == ["777 777 777 777", *[""] * (len(cut) - 1)]
