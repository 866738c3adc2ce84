"""Where a word stands: the small pattern language of the lexicon and of the homographs.

A context is a row of patterns around ``_``, the word itself::

    les|ses _ @électrique      a word of the list before it, a word of that class after it
    !@numéral _                not right after a numeral
    # _                        at the beginning of the sentence or after a punctuation mark

``|`` separates alternatives, ``!`` negates the whole pattern, ``@name`` is a
class (a line of ``data/classes.tsv``), ``-ons`` any word with that ending,
``V…`` any word that begins with a vowel sound, ``#`` a pause, ``*`` any word,
``**`` up to six words without a pause between them.
Words are compared in lower case; an elided word keeps its apostrophe (``l'``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from podcast.french.tables import rows

PAUSE = "#"
GAP = "**"
_GAP_WORDS = 6
_TOKEN = re.compile(r"(?P<word>[^\W\d_]+['’]?)|(?P<pause>[.,;:!?…«»()\"–—]|\s-\s)")
_VOWEL_LETTERS = frozenset("aeiouyàâäæéèêëîïôöœùûüh")


@dataclass(frozen=True, slots=True)
class Token:
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


@dataclass(frozen=True, slots=True)
class Pattern:
    """One place beside the word."""

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


@dataclass(frozen=True, slots=True)
class Context:
    """What must stand before the word (nearest first) and after it."""

    left: tuple[Pattern | None, ...] = ()
    right: tuple[Pattern | None, ...] = ()
    """``None`` is the gap ``**``."""

    def fits(self, row: Sequence[Token], first: int, last: int) -> bool:
        """Does ``row[first : last + 1]`` stand in this context?"""
        return _fits(self.left, row, first - 1, -1) and _fits(self.right, row, last + 1, 1)


ANYWHERE = Context()


def _fits(patterns: tuple[Pattern | None, ...], row: Sequence[Token], at: int, step: int) -> bool:
    if not patterns:
        return True
    head, rest = patterns[0], patterns[1:]
    if head is None:
        for _ in range(_GAP_WORDS + 1):
            if _fits(rest, row, at, step):
                return True
            if not 0 < at < len(row) - 1 or row[at].word == PAUSE:
                return False
            at += step
        return False
    return 0 <= at < len(row) and head.fits(row[at].word) and _fits(rest, row, at + step, step)


def parse(source: str) -> Context:
    """Read a context; ``ValueError`` says what is wrong with it."""
    if not source.strip():
        return ANYWHERE
    cells = source.split()
    if cells.count("_") != 1:
        raise ValueError("a context has one _ for the word itself")
    middle = cells.index("_")
    left = tuple(_pattern(cell) for cell in reversed(cells[:middle]))
    return Context(left, tuple(_pattern(cell) for cell in cells[middle + 1 :]))


def _pattern(source: str) -> Pattern | None:
    if source == GAP:
        return None
    negated, source = source.startswith("!"), source.removeprefix("!")
    words: set[str] = set()
    endings: list[str] = []
    for part in _expanded(source):
        if part.startswith("-") and len(part) > 1:
            endings.append(part[1:])
        else:
            words.add(part.lower())
    if not words and not endings:
        raise ValueError("an empty pattern")
    special = {"v…", "*"} & words
    return Pattern(frozenset(words - special), tuple(endings), "v…" in special, "*" in special, negated)


def _expanded(source: str) -> list[str]:
    parts: list[str] = []
    for part in source.split("|"):
        if part.startswith("@"):
            if part[1:] not in classes():
                raise ValueError(f"unknown class {part}")
            parts += classes()[part[1:]]
        elif part:
            parts.append(part)
    return parts


@cache
def classes() -> Mapping[str, tuple[str, ...]]:
    """Class name → its words and endings, from ``data/classes.tsv``; a class may name earlier ones."""
    known: dict[str, tuple[str, ...]] = {}
    for name, members in rows("classes.tsv"):
        words: list[str] = []
        for member in members.split():
            words += known[member[1:]] if member.startswith("@") else [member]
        known[name] = (*known.get(name, ()), *words)
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
