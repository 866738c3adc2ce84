"""Cut what is too long for one engine call where a reader would breathe."""

from __future__ import annotations

from itertools import pairwise

from podcast.french.borders import words
from podcast.french.phrase import Phrase
from podcast.french.plain import separator

COMMA_BEFORE_CLAUSE = 0.0
COMMA = 1.0
CLAUSE = 2.0
PHRASE = 4.0
SPACE = 8.0
TIED = 16.0
EDIT = 32.0
"""Prices of a cut, from the best place (a comma before « qui ») to the worst (inside « 330 800 € »)."""


def breaths(phrase: Phrase, first: int, last: int, max_chars: int) -> list[int]:
    """The cheapest cuts that leave no piece of words ``first`` to ``last - 1`` longer than ``max_chars``.

    Each cut is the index of the word that follows it. Shortest path over the places, in time
    linear in their number, since a piece spans at most ``max_chars``.
    """
    if phrase.length(first, last) <= max_chars:
        return []
    places = _places(phrase, first, last, max_chars)
    best: list[tuple[float, int]] = [(0.0, 0)]
    """For each place, the price of the way there and the place before."""
    for at in range(1, len(places)):
        end, price = places[at]
        ways: list[tuple[float, int]] = []
        for before in range(at - 1, -1, -1):
            length = phrase.length(places[before][0], end)
            if length > max_chars and ways:
                break
            ways.append((best[before][0] + price + _shape(length / max_chars), before))
        best.append(min(ways))
    cuts: list[int] = []
    at = best[-1][1]
    while at > 0:
        cuts.append(places[at][0])
        at = best[at][1]
    return cuts[::-1]


def _shape(share: float) -> float:
    """The price of a piece, by its share of the limit: stubs are ugly, and equal pieces are best."""
    return 4 * max(0.0, 1 - 4 * share) + 1.5 * share**2


def _places(phrase: Phrase, first: int, last: int, max_chars: int) -> list[tuple[int, float]]:
    """Where to cut, with the price; bare spaces only where there is nothing better within reach."""
    prices = {index: _price(phrase, index) for index in range(first + 1, last)}
    good = [first, *(index for index, price in prices.items() if price <= PHRASE), last]
    places: list[tuple[int, float]] = [(first, 0.0)]
    for left, right in pairwise(good):
        if phrase.length(left, right) > max_chars:
            places += [(index, prices[index]) for index in range(left + 1, right)]
        places.append((right, prices.get(right, 0.0)))
    return places


def _price(phrase: Phrase, index: int) -> float:
    gap, word = phrase.gaps[index], phrase.word(index)
    if index in phrase.bound:
        return EDIT
    if gap.elided or not gap.spaced:
        return TIED
    if separator(gap) != " ":
        return COMMA_BEFORE_CLAUSE if word in words("clause") else COMMA
    if _tied(phrase, index):
        return TIED
    if word in words("clause") or gap.has("quote_open", "quote_close"):
        return CLAUSE
    return PHRASE if word in words("phrase") else SPACE


def _tied(phrase: Phrase, index: int) -> bool:
    """The word leans on the one before: « le maire », « vingt et un », « Marie Curie »."""
    before, after = phrase.word(index - 1), phrase.word(index)
    names = phrase.words[index - 1][0].isupper() and phrase.words[index][0].isupper()
    return names or before in words("tied") or {before, after} <= words("number")
