"""A printed text, what is said for it, and the exact way back.

``Spoken`` composes rewrites: each rule replaces parts of what is said so far,
and the spans of the printed text follow through every rewrite. Nothing is
ever searched for afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from podcast.types import Span

Change = tuple[int, int, int, int, str]
"""Printed start and end, spoken start and end, rule: an edit as a plain tuple, which costs
neither a constructor nor the collector of garbage anything where there are thousands."""


class Edit(NamedTuple):
    """One place where what is said differs from what is printed."""

    printed: Span
    spoken: Span
    rule: str


class Replacement(NamedTuple):
    """``spoken_text[start:end]`` becomes ``text``, by the rule of that name."""

    start: int
    end: int
    text: str
    rule: str


class Spoken(NamedTuple):
    """``printed`` and what is said for it; outside ``changes`` both are the same characters."""

    printed: str
    text: str
    changes: tuple[Change, ...] = ()
    """In order, disjoint on both sides."""

    @classmethod
    def of(cls, printed: str) -> Spoken:
        """Nothing rewritten yet."""
        return cls(printed, printed)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The changes, with names."""
        return tuple(Edit((a, b), (start, end), rule) for a, b, start, end, rule in self.changes)

    def rewrite(self, replacements: Iterable[tuple[int, int, str, str]]) -> Spoken:
        """Replace parts of ``text``; replacements are in order and do not overlap.

        A replacement that overlaps an earlier edit is merged with it: the new
        edit says the printed characters of both, and its rule is ``a+b``.
        """
        text = self.text
        new = [r for r in replacements if text[r[0] : r[1]] != r[2]]
        if not new:
            return self
        pieces: list[str] = []
        changes: list[Change] = []
        at = 0
        unprinted = 0  # length of the old text minus that of the printed text, so far
        grown = 0  # length of the new text minus that of the old text, so far
        for start, end, said, rule, gained in _clusters(self.changes, new, text):
            printed_start, spoken_start = start - unprinted, start + grown
            unprinted += gained
            if said is None:
                spoken_end = end + grown
            else:
                pieces += (text[at:start], said)
                spoken_end = spoken_start + len(said)
                grown = spoken_end - end
                at = end
            changes.append((printed_start, end - unprinted, spoken_start, spoken_end, rule))
        pieces.append(text[at:])
        return Spoken(self.printed, "".join(pieces), tuple(changes))

    def printed_span(self, start: int, end: int) -> Span:
        """The printed characters that ``text[start:end]`` says; an edit is never cut."""
        first, last = (bisect_right(self.changes, at, key=_spoken_start) - 1 for at in (start, end))
        return self._printed_start(start, first), self._printed_end(end, last)

    def printed_spans(self, spans: Iterable[Span]) -> Iterator[Span]:
        """The ``printed_span`` of each; they are in order and disjoint."""
        starts = [*map(_spoken_start, self.changes), len(self.text) + 1]
        last = -1
        for start, end in spans:
            while starts[last + 1] <= start:
                last += 1
            first = last
            while starts[last + 1] <= end:
                last += 1
            yield self._printed_start(start, first), self._printed_end(end, last)

    def _printed_start(self, offset: int, index: int) -> int:
        """Left of an edit's inside lies its whole printed text; ``index`` is the last that begins there."""
        if index < 0:
            return offset
        start, end, _, spoken_end, _ = self.changes[index]
        return start if offset < spoken_end else end + offset - spoken_end

    def _printed_end(self, offset: int, index: int) -> int:
        """Text that ends where an edit begins does not say that edit, unless the edit is silent."""
        while index >= 0 and self.changes[index][2] == offset < self.changes[index][3]:
            index -= 1
        if index < 0:
            return offset
        _, end, _, spoken_end, _ = self.changes[index]
        return end + max(offset - spoken_end, 0)


_spoken_start = itemgetter(2)

_Cluster = tuple[int, int, str | None, str, int]
"""Start, end, new text (``None``: the words of an old edit stand), rule, old length minus printed length."""
_New = tuple[int, int, str, str]


def _clusters(old: Sequence[Change], new: Sequence[_New], text: str) -> Iterator[_Cluster]:
    """Old and new changes in the order of the text; what overlaps is one, touching edges stay apart."""
    i, olds = 0, len(old)
    j, news = 0, len(new)
    while j < news:
        start, end, said, rule = new[j]
        while i < olds and old[i][3] <= start:
            yield _kept(old[i])
            i += 1
        if i == olds or end <= old[i][2]:
            yield start, end, said, rule, 0
            j += 1
            continue
        cluster: list[_Cluster] = []
        reach = max(start, old[i][2]) + 1
        while (of_old := i < olds and old[i][2] < reach) | (of_new := j < news and new[j][0] < reach):
            if of_old and not (of_new and new[j][:2] < old[i][2:4]):
                cluster.append(_kept(old[i]))
                i += 1
            else:
                cluster.append((*new[j], 0))
                j += 1
            if cluster[-1][1] > reach:
                reach = cluster[-1][1]
        yield _merged(cluster, reach, text)
    yield from map(_kept, old[i:])


def _kept(change: Change) -> _Cluster:
    printed_start, printed_end, start, end, rule = change
    return start, end, None, rule, end - start - printed_end + printed_start


def _merged(cluster: Sequence[_Cluster], end: int, text: str) -> _Cluster:
    pieces: list[str] = []
    start = at = cluster[0][0]
    unprinted = 0
    for change_start, change_end, said, _, gained in cluster:
        unprinted += gained
        if said is not None:
            pieces += (text[at:change_start], said)
            at = change_end
    pieces.append(text[at:end])
    return start, end, "".join(pieces), _rules(tuple([change[3] for change in cluster])), unprinted


@lru_cache(maxsize=1024)
def _rules(names: tuple[str, ...]) -> str:
    """The rules of a merged edit, each once, in order: a+b."""
    return "+".join(dict.fromkeys("+".join(names).split("+")))
