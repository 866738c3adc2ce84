"""The beginnings of phrases: no match begins otherwise."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from podcast.article.beginnings import Index, beginnings
from podcast.article.lines import printed_line
from podcast.article.noise import noise_reason
from podcast.article.vocabulary import FAMILIES

PHRASES = sorted({phrase for family in FAMILIES for phrase in family.phrases})

BEGINNINGS: list[tuple[str, set[str]]] = [
    ("abonnes", {"abon"}),
    ("la$", {"la"}),
    ("dons?", {"don", "dons"}),
    ("(?:nos|vos) offres", {"nos ", "vos "}),
    ("(?:re)?lire", {"reli", "lire"}),
    ("(?:a|b){0,2}c", {"a", "b", "c"}),
    ("x+y", {"x"}),
    ("fin|suite", {"fin", "suit"}),
    (r"\d{1,3} mots", {"0"}),
    (r"19\d\d", {"0000"}),
    (r"[rz]es", {"res", "zes"}),
    (r"\(c\)", {"(c)"}),
    (r"\bcgu\b", {"cgu"}),
    (r"(?!non)(?<=\d )oui", {"oui"}),
    (r"\w{2}di", {""}),
    (r"[^.]x", {""}),
    ("(?:(?:un|le) )?(?:x|(?:y|z)w)", {"un x", "un y", "un z", "le x", "le y", "le z", "x", "yw", "zw"}),
]


@pytest.mark.parametrize(("phrase", "told"), BEGINNINGS)
def test_a_phrase_begins_so(phrase: str, told: set[str]) -> None:
    assert beginnings(phrase) == told


@pytest.mark.parametrize("phrase", PHRASES)
@settings(max_examples=20, deadline=None)
@given(st.data())
def test_no_match_begins_otherwise(phrase: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(phrase))
    match = re.search(phrase, text)
    assume(match)
    assert match
    assert Index([(phrase, "found")]).may_match(text, [match.start()]) == {"found"}


def test_few_phrases_may_begin_with_anything() -> None:
    """Those are compiled for any line."""
    assert sum("" in beginnings(phrase) for phrase in PHRASES) <= 8


NOISE = [
    ("> Lire aussi : la place", "related article"),
    ("Le maire (@maire_de_dole)", "social media post"),
    ("Offre spéciale : 5€ par mois", "subscription"),
]


@pytest.mark.parametrize(("line", "reason"), NOISE)
def test_a_phrase_is_found_behind_marks_and_inside_a_line(line: str, reason: str) -> None:
    assert noise_reason(printed_line(line)) == reason
