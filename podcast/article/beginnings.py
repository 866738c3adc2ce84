"""With which characters a phrase of the vocabulary may begin.

To compile some hundred phrases takes longer than to clean an article. Most of them begin with letters that
a text has nowhere in the right place: these need not be compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

LONGEST = 4
"""Characters that are told of a beginning."""

T = TypeVar("T")

_PIECES = re.compile(
    r"\\.|\[\^?\]?[^\]]*\]|\(\?<?[:=!]|\{\d*,?\d*\}|[^\\\[\](){}|?*+.^$]+(?![?*+{])|.", re.DOTALL
)
_AHEAD_OR_BEHIND = frozenset(("(?=", "(?!", "(?<=", "(?<!"))
_NOWHERE = frozenset((r"\b", "^"))
"""They match between two characters."""
_FIGURE = re.compile(r"\d")
ANY_FIGURE = "0"
"""Stands for all of them."""
_ANY = "\0"
"""Ends a beginning after which anything may stand."""


class Index(Generic[T]):
    """Phrases by their beginnings; some value stands for each."""

    def __init__(self, phrases: Iterable[tuple[str, T]]) -> None:
        self._found: dict[str, list[T]] = {}
        for phrase, value in phrases:
            for beginning in beginnings(phrase):
                self._found.setdefault(beginning, []).append(value)
        self._lengths = sorted({len(beginning) for beginning in self._found})

    def may_match(self, text: str, places: Iterable[int]) -> set[T]:
        """The phrases that may match at one of these places; no other does."""
        text = _FIGURE.sub(ANY_FIGURE, text)
        here = {text[at : at + length] for length in self._lengths for at in places}
        return {value for beginning in here & self._found.keys() for value in self._found[beginning]}


def beginnings(phrase: str) -> frozenset[str]:
    """What matches of a regular expression begin with: at most ``LONGEST`` characters, figures as zeros.

    It knows the expressions of ``vocabulary.toml``; what it does not know may be anything.
    """
    told, _ = _alternatives(_PIECES.findall(phrase), 0)
    return frozenset(text.rstrip(_ANY)[:LONGEST] for text in told)


def _alternatives(pieces: list[str], at: int) -> tuple[set[str], int]:
    """The beginnings of all branches up to the bracket that closes them, and where that is."""
    told: set[str] = set()
    going_on = {""}
    while at < len(pieces) and pieces[at] != ")":
        if pieces[at] == "|":
            told, going_on, at = told | going_on, {""}, at + 1
        elif not going_on:
            at = _after(pieces, at)
        else:
            atom, at = _atom(pieces, at)
            joined = {text + more for text in going_on for more in atom}
            going_on = {text for text in joined if len(text) < LONGEST and not text.endswith(_ANY)}
            told |= {f"{text[:LONGEST]}{_ANY}" for text in joined - going_on}
    return told | going_on, at


def _atom(pieces: list[str], at: int) -> tuple[set[str], int]:
    """The beginnings of a piece with its repeats, and where the next is."""
    piece = pieces[at]
    if piece == "(?:":
        told, end = _alternatives(pieces, at + 1)
        at = end + 1
    else:
        told, at = set(_of_piece(piece)), _after(pieces, at)
    repeats = pieces[at] if at < len(pieces) else ""
    if repeats[:1] not in ("?", "*", "+", "{") or not repeats:
        return told, at
    if repeats != "?":
        told = {text if text.endswith(_ANY) else f"{text}{_ANY}" for text in told}
    if repeats in ("?", "*") or repeats.startswith(("{0", "{,")):
        told.add("")
    return told, at + 1


def _of_piece(piece: str) -> Iterator[str]:
    if piece in _AHEAD_OR_BEHIND or piece in _NOWHERE:
        yield ""
    elif piece == r"\d":
        yield ANY_FIGURE
    elif piece[0] == "\\" and not piece[1].isalnum():
        yield piece[1]
    elif piece[0] == "[" and not set("^-\\") & set(piece):
        yield from _FIGURE.sub(ANY_FIGURE, piece[1:-1])
    elif piece[0] in "\\[.$(":
        yield _ANY
    else:
        yield _FIGURE.sub(ANY_FIGURE, piece)


def _after(pieces: list[str], at: int) -> int:
    """Behind a piece: behind its bracket if it opens one."""
    depth = 0
    while True:
        depth += pieces[at][0] == "(" or -(pieces[at] == ")")
        at += 1
        if depth <= 0 or at == len(pieces):
            return at
