"""The lexicon and the mends that come with the program, read as far as a text asks for them.

Of their two thousand lines an article has some dozens: a line is read when its first word occurs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from podcast.french.entries import Entry, entry, fold
from podcast.french.lexicon import Match, find, ranked
from podcast.french.tables import DATA

_LINE = re.compile(r"^=?([^\W\d_]+)[^\n]+", re.MULTILINE)
"""A line, and the first word of what is written in it."""


class WordList:
    """The entries of some of the program's own tables; what they find is what a ``Lexicon`` of them finds."""

    def __init__(self, *names: str, inflected: bool = True) -> None:
        """``inflected`` as in ``Lexicon``."""
        self._inflected = inflected
        self._lines: dict[str, list[str]] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        for name in names:
            for line in _LINE.finditer((DATA / name).read_text(encoding="utf-8")):
                self._lines.setdefault(fold(line[1]).lower(), []).append(line[0])

    def find(self, text: str) -> Iterator[Match]:
        """The entries that ``text`` contains: from the left, the longest first, without overlap."""
        return find(text, self._lines, self._beginning_with, inflected=self._inflected)

    def _beginning_with(self, word: str) -> tuple[Entry, ...]:
        if word not in self._entries:
            lines = self._lines[word]
            self._entries[word] = ranked([entry(line, tuple(line.split("\t"))) for line in lines])
        return self._entries[word]


@cache
def names() -> WordList:
    """The lexicon of French news."""
    return WordList("lexicon.tsv")


@cache
def mends() -> tuple[WordList, ...]:
    """What espeak-ng would read wrong, the surest first: by context, by word."""
    return WordList("homographs.tsv", "liaisons.tsv", inflected=False), WordList("exceptions.tsv")
