"""Made-up articles of any length, in which no sentence occurs twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import count, islice, product

SPEECH_RATE = 17.0
"""Characters that the bundled voice reads in a second, about."""

TITLE = "Une ville en travaux raconte son année"
BESIDE = "Notre rédaction vous attend tous les samedis au marché, sous la grande halle de la place."
"""A sentence beside an article: where its text ends is then asked of all that can tell."""
SENTENCES = 6
"""In a paragraph."""
CHAPTER = 8
"""Paragraphs between two headings."""

PLACES = (
    "le pont des Arches",
    "la halle aux grains",
    "le lycée Voltaire",
    "la piscine du port",
    "le vieux théâtre",
)
NEWS = (
    "Hier soir, {place} a rouvert après {number} jours de travaux, devant une foule curieuse.",
    "Selon la mairie, {place} coûtera {number} mille euros de plus que prévu, ce que l'opposition conteste.",
    "« Nous attendions cela », assurent les voisins, qui sont {number} à avoir écrit pour {place}.",
    "Pour {place}, il faudra pourtant patienter jusqu'au printemps, et trouver {number} bénévoles.",
    "Qui aurait cru que {place} attirerait {number} visiteurs par semaine ?",
    "Le conseil en parlera jeudi, avec {place} à l'ordre du jour et {number} questions déjà inscrites.",
)


def sentences() -> Iterator[str]:
    """Different ones without end."""
    for number in count(100):
        for place, news in product(PLACES, NEWS):
            yield news.format(place=place, number=number)


def paragraphs(count: int, length: int = SENTENCES) -> list[str]:
    """So many of them, of ``length`` sentences each."""
    said = sentences()
    return [" ".join(islice(said, length)) for _ in range(count)]


def page(lines: Sequence[str]) -> str:
    """A title and paragraphs as a page of HTML, among what sites print around them."""
    title, *said = map(escape, lines)
    links = "".join(
        f'<li><a href="/{number}">Un autre article sur {place}</a></li>'
        for number, place in enumerate(PLACES)
    )
    return (
        f'<html lang="fr"><head><title>{title}</title></head><body><header><ul>{links}</ul></header>'
        f"<main><article><h1>{title}</h1>{''.join(f'<p>{paragraph}</p>' for paragraph in said)}</article>"
        f"<p>{BESIDE}</p></main><footer><ul>{links}</ul></footer></body></html>"
    )


def article(seconds: float) -> str:
    """A title, paragraphs and a heading now and then, to be read in about ``seconds``."""
    lines = [TITLE]
    said = sentences()
    length = number = 0
    while length < seconds * SPEECH_RATE:
        number += 1
        if number % CHAPTER == 0:
            lines.append(f"Ce qui change au chapitre {number // CHAPTER}")
        lines.append(" ".join(islice(said, SENTENCES)))
        length += len(lines[-1])
    return "\n\n".join(lines) + "\n"
