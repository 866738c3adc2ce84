"""Where a word stands: the small pattern language of the lexicon and of the homographs.

A context is a row of patterns around ``_``, the word itself::

    les|ses _ @électrique      a word of the list before it, a word of that class after it
    !@numéral _                not right after a numeral
    # _                        at the beginning of the sentence or after a punctuation mark
    ~ne|n' _ #                 before a pause, and neither word earlier in the clause

``|`` separates alternatives, ``!`` negates them, ``&`` joins two patterns that
must both fit, ``@name`` is a class (a line of ``data/classes.tsv``), ``-ons``
any word with that ending, ``V…`` any word that begins with a vowel and binds,
``#`` a pause, ``*`` any word; ``~``, at the far left, looks for a word anywhere
back to the last pause. Contexts are separated by `` ; `` when any of several
will do, and ``$name`` stands for the contexts of that name in ``classes.tsv``.
Words are compared in lower case; an elided word keeps its apostrophe (``l'``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from podcast.french.tables import rows

PAUSE = "#"
_CLAUSE = 16
"""Words that ``~`` looks back, at most."""
_TOKEN = re.compile(r"(?P<word>[^\W\d_]+['’]?)|(?P<pause>[.,;:!?…«»()\"–—]|\s-\s)")
_VOWEL_LETTERS = frozenset("aeiouyàâäæéèêëîïôöœùûüh")


class Token(NamedTuple):
    """A word in lower case, or ``#`` for a pause, with its place in the text."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words and pauses of ``text``, between two pauses that stand for its borders."""
    found = [
        Token(m[0].lower().replace("’", "'") if m["word"] else PAUSE, m.start(), m.end())
        for m in _TOKEN.finditer(text)
    ]
    return [Token(PAUSE, 0, 0), *found, Token(PAUSE, len(text), len(text))]


class Pattern(NamedTuple):
    """Alternatives for one word beside the place."""

    words: frozenset[str]
    endings: tuple[str, ...] = ()
    vowel: bool = False
    anything: bool = False
    negated: bool = False

    def fits(self, word: str) -> bool:
        """Does this neighbour (in lower case, or ``#``) fit?"""
        return self._holds(word) != self.negated

    def _holds(self, word: str) -> bool:
        if self.anything:
            return word != PAUSE
        if word in self.words or word.endswith(self.endings):
            return True
        return self.vowel and begins_with_vowel(word)


class Cell(NamedTuple):
    """Patterns that one neighbour must fit together; or, ``absent``, that no earlier word may fit."""

    patterns: tuple[Pattern, ...]
    absent: bool = False

    def fits(self, row: Sequence[Token], at: int) -> bool:
        """Does ``row[at]`` fit?"""
        if not self.absent:
            return 0 <= at < len(row) and all(p.fits(row[at].word) for p in self.patterns)
        for token in reversed(row[max(0, at - _CLAUSE) : at + 1]):
            if token.word == PAUSE:
                break
            if all(p.fits(token.word) for p in self.patterns):
                return False
        return True


class Place(NamedTuple):
    """What must stand before the word (nearest first) and after it."""

    left: tuple[Cell, ...] = ()
    right: tuple[Cell, ...] = ()

    def fits(self, row: Sequence[Token], first: int, last: int) -> bool:
        """Does ``row[first : last + 1]`` stand there?"""
        before = all(cell.fits(row, first - 1 - i) for i, cell in enumerate(self.left))
        return before and all(cell.fits(row, last + 1 + i) for i, cell in enumerate(self.right))


class Context(NamedTuple):
    """The places where an entry holds; none: everywhere."""

    places: tuple[Place, ...] = ()

    def fits(self, row: Sequence[Token], first: int, last: int) -> bool:
        """Does ``row[first : last + 1]`` stand in one of the places?"""
        return not self.places or any(place.fits(row, first, last) for place in self.places)


ANYWHERE = Context()


@lru_cache(maxsize=512)
def parse(source: str) -> Context:
    """Read a context; ``ValueError`` says what is wrong with it."""
    found: list[Place] = []
    for part in filter(None, map(str.strip, source.split(";"))):
        if part.startswith("$"):
            if part not in classes():
                raise ValueError(f"unknown context {part}")
            found += parse(" ".join(classes()[part])).places
        else:
            found.append(_place(part))
    return Context(tuple(found))


def _place(source: str) -> Place:
    cells = source.split()
    if cells.count("_") != 1:
        raise ValueError("a context has one _ for the word itself")
    middle = cells.index("_")
    if any(cell.startswith("~") for cell in cells[1:]):
        raise ValueError("~ stands at the far left only")
    left = tuple(_cell(cell) for cell in reversed(cells[:middle]))
    return Place(left, tuple(_cell(cell) for cell in cells[middle + 1 :]))


def _cell(source: str) -> Cell:
    absent, source = source.startswith("~"), source.removeprefix("~")
    return Cell(tuple(_pattern(part) for part in source.split("&")), absent)


def _pattern(source: str) -> Pattern:
    negated, source = source.startswith("!"), source.removeprefix("!")
    parts = _expanded(source)
    endings = tuple(part[1:] for part in parts if part.startswith("-") and len(part) > 1)
    words = {part.lower() for part in parts if not part.startswith("-")}
    if not words and not endings:
        raise ValueError("an empty pattern")
    special = {"v…", "*"} & words
    return Pattern(frozenset(words - special), endings, "v…" in special, "*" in special, negated)


def _expanded(source: str) -> list[str]:
    parts: list[str] = []
    for part in filter(None, source.split("|")):
        if part.startswith("@"):
            if part[1:] not in classes():
                raise ValueError(f"unknown class {part}")
            parts += classes()[part[1:]]
        else:
            parts.append(part)
    return parts


@cache
def classes() -> Mapping[str, tuple[str, ...]]:
    """Class name → its words and endings; ``$`` and name → the words of its contexts."""
    known: dict[str, tuple[str, ...]] = {}
    for name, members in rows("classes.tsv"):
        known[name] = (*known.get(name, ()), *members.split())
    return known


def begins_with_vowel(word: str) -> bool:
    """Does ``word`` open with a vowel sound that binds (no h aspiré, not *onze*, *oui*, *yaourt*)?"""
    if not word or word[0] not in _VOWEL_LETTERS or word in _unbinding():
        return False
    if word[0] == "h":
        return not word.startswith(_aspirated())
    return word[0] != "y" or word in {"y", "ypres", "yeux", "yeuse", "ytterbium", "yvelines", "yonne"}


@cache
def _unbinding() -> frozenset[str]:
    return frozenset(classes()["sans_liaison"])


@cache
def _aspirated() -> tuple[str, ...]:
    return classes()["h_aspiré"]
