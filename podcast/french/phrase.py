"""A sentence as words and gaps, measured as the engine will get it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from podcast.french.gaps import gaps
from podcast.french.plain import separator
from podcast.french.spoken import Spoken


class Phrase:
    """The words of ``spoken``; the word ``i`` stands between ``gaps[i]`` and ``gaps[i + 1]``."""

    def __init__(self, spoken: Spoken) -> None:
        self.text = spoken.text
        self.gaps = gaps(spoken.text)
        self.words = tuple(self.text[a.end : b.start] for a, b in pairwise(self.gaps))
        self.starts: list[int] = []
        """Where each word starts in the engine text of the whole sentence."""
        self.ends: list[int] = []
        at = 0
        for index, word in enumerate(self.words):
            at += len(separator(self.gaps[index])) if index else 0
            self.starts.append(at)
            at += len(word)
            self.ends.append(at)
        self.bound = frozenset(_bound(self, spoken))
        """Words that an edit joins to the word before: a cut between them has no place in print."""

    def length(self, first: int, last: int) -> int:
        """Characters of the engine text of words ``first`` to ``last - 1``, with its final mark."""
        return self.ends[last - 1] - self.starts[first] + 1

    def word(self, index: int) -> str:
        """A word in small letters, for the tables; « qu'il » is « qu »."""
        return self.words[index].lower().replace("’", "'").partition("'")[0]


def _bound(phrase: Phrase, spoken: Spoken) -> Iterator[int]:
    edits = iter(spoken.edits)
    edit = next(edits, None)
    for index, gap in enumerate(phrase.gaps):
        while edit and edit.spoken[1] <= gap.start:
            edit = next(edits, None)
        if edit and edit.spoken[0] < gap.start and gap.end < edit.spoken[1]:
            yield index
