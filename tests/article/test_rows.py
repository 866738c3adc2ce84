"""Sentences broken at their links are joined again; lines that are whole stay as they are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.article.rows import read_lines

BROKEN = (
    ("La sonde tourne autour de", "Saturne", "depuis treize ans, sans jamais s'en approcher."),
    ("L'étude de l'", "université de Varenne", "a paru lundi."),
    ("« C'est la composition des estuaires », s'enthousiasme", "Catherine Moreau", ", qui signe l'étude."),
    ("Dans une", "délibération publiée jeudi", ", l'autorité détaille trois manquements."),
    ("Les relevés sont conservés par le", "Muséum", "."),
    ("Le texte (publié dans", "Nature", ") a surpris."),
)
WHOLE = (
    "Le conseil municipal a voté lundi soir la rénovation du pont, fermé depuis la crue de mars.",
    "Se connecter",
    "Une enquête ouverte",
    "La piscine sera ouverte :",
    "du mardi au vendredi, de midi à vingt heures ;",
    "le samedi et le dimanche.",
    "Par Camille Aubry",
    "À la une",
)


def texts(page: str) -> list[str]:
    return [line.text for line in read_lines(page)]


def joined(rows: tuple[str, ...]) -> str:
    text = " ".join(rows)
    for mark in (" ,", " .", " )"):
        text = text.replace(mark, mark.strip())
    return text.replace("l' ", "l'")


@given(st.lists(st.sampled_from(BROKEN), min_size=2, max_size=8))
def test_broken_sentences_are_joined(sentences: list[tuple[str, ...]]) -> None:
    page = "\n".join(row for rows in sentences for row in rows)
    assert texts(page) == [joined(rows) for rows in sentences]


@given(st.lists(st.sampled_from(WHOLE), max_size=12))
def test_whole_lines_are_left_alone(rows: list[str]) -> None:
    assert texts("\n".join(rows)) == rows


@pytest.mark.parametrize("row", WHOLE)
def test_whole_lines_are_left_alone_beside_broken_sentences(row: str) -> None:
    first, second = BROKEN[0], BROKEN[2]
    assert texts("\n".join((*first, row, *second))) == [joined(first), row, joined(second)]


def test_one_break_is_none() -> None:
    assert texts("\n".join(BROKEN[0])) == list(BROKEN[0])


@pytest.mark.parametrize("row", ["de la de", "l'", ",", ", et", "a b c d e de", ")"])
def test_hostile_breaks_cost_linear_time(row: str) -> None:
    start = time.perf_counter()
    texts("\n".join([row] * (100_000 // len(row))))
    assert time.perf_counter() - start < 10
