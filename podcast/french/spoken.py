"""A printed text, what is said for it, and the exact way back.

``Spoken`` composes rewrites: each rule replaces parts of what is said so far,
and the spans of the printed text follow through every rewrite. Nothing is
ever searched for afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from podcast.types import Span


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


@dataclass(frozen=True, slots=True)
class Spoken:
    """``printed`` and what is said for it; outside ``edits`` both are the same characters."""

    printed: str
    text: str
    edits: tuple[Edit, ...] = ()
    """In order, disjoint on both sides."""

    @classmethod
    def of(cls, printed: str) -> Spoken:
        """Nothing rewritten yet."""
        return cls(printed, printed)

    def rewrite(self, replacements: Iterable[Replacement]) -> Spoken:
        """Replace parts of ``text``; replacements are in order and do not overlap.

        A replacement that overlaps an earlier edit is merged with it: the new
        edit says the printed characters of both, and its rule is ``a+b``.
        """
        text = self.text
        new = [r for r in replacements if text[r.start : r.end] != r.text]
        if not new:
            return self
        pieces: list[str] = []
        edits: list[Edit] = []
        at = 0
        unprinted = 0  # length of the old text minus that of the printed text, so far
        grown = 0  # length of the new text minus that of the old text, so far
        for cluster in _clusters(self.edits, new, text):
            start, end, said, rule, gained = cluster
            pieces += (text[at:start], said)
            printed_start, spoken_start = start - unprinted, start + grown
            unprinted += gained
            grown += len(said) - (end - start)
            edits.append(Edit((printed_start, end - unprinted), (spoken_start, end + grown), rule))
            at = end
        pieces.append(text[at:])
        return Spoken(self.printed, "".join(pieces), tuple(edits))

    def printed_span(self, start: int, end: int) -> Span:
        """The printed characters that ``text[start:end]`` says; an edit is never cut."""
        return self._printed_start(start), self._printed_end(end)

    def _printed_start(self, offset: int) -> int:
        """Left of an edit's inside lies its whole printed text."""
        index = bisect_right(self.edits, offset, key=_spoken_start) - 1
        if index < 0:
            return offset
        printed, spoken, _ = self.edits[index]
        return printed[0] if offset < spoken[1] else printed[1] + offset - spoken[1]

    def _printed_end(self, offset: int) -> int:
        """Text that ends where an edit begins does not say that edit, unless the edit is silent."""
        index = bisect_right(self.edits, offset, key=_spoken_start) - 1
        while index >= 0 and self.edits[index].spoken[0] == offset < self.edits[index].spoken[1]:
            index -= 1
        if index < 0:
            return offset
        printed, spoken, _ = self.edits[index]
        return printed[1] + max(offset - spoken[1], 0)


def _spoken_start(edit: Edit) -> int:
    return edit.spoken[0]


_Change = tuple[int, int, str | None, str, int]
"""Start, end, new text (``None``: the words of an old edit stand), rule, old length minus printed length."""
_Cluster = tuple[int, int, str, str, int]


def _clusters(edits: tuple[Edit, ...], new: list[Replacement], text: str) -> Iterator[_Cluster]:
    """What overlaps in the current text, as one change; touching edges stay apart."""
    if not edits:
        yield from ((start, end, said, rule, 0) for start, end, said, rule in new)
        return
    changes: list[_Change] = [(s, e, None, rule, e - s - pe + ps) for (ps, pe), (s, e), rule in edits]
    changes += [(start, end, said, rule, 0) for start, end, said, rule in new]
    changes.sort(key=itemgetter(0, 1))
    cluster, reach = changes[:1], changes[0][1]
    for change in changes[1:]:
        if change[0] < reach:
            cluster.append(change)
            reach = max(reach, change[1])
        else:
            yield _merged(cluster, reach, text)
            cluster, reach = [change], change[1]
    yield _merged(cluster, reach, text)


def _merged(cluster: list[_Change], end: int, text: str) -> _Cluster:
    start, _, said, rule, unprinted = cluster[0]
    if len(cluster) == 1:
        return start, end, text[start:end] if said is None else said, rule, unprinted
    pieces: list[str] = []
    at = start
    for change_start, change_end, said, _, _ in cluster:
        if said is not None:
            pieces += (text[at:change_start], said)
            at = change_end
    pieces.append(text[at:end])
    rules = "+".join(dict.fromkeys(name for change in cluster for name in change[3].split("+")))
    return start, end, "".join(pieces), rules, sum(change[4] for change in cluster)
