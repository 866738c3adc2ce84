"""A printed text, what is said for it, and the exact way back.

``Spoken`` composes rewrites: each rule replaces parts of what is said so far,
and the spans of the printed text follow through every rewrite. Nothing is
ever searched for afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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

        A replacement that touches an earlier edit is merged with it: the new
        edit says the printed characters of both, and its rule is ``a+b``.
        """
        pending = [r for r in replacements if self.text[r.start : r.end] != r.text]
        if not pending:
            return self
        merged = _merge(self.edits, pending)
        pieces: list[str] = []
        edits: list[Edit] = []
        spoken_at = length = printed_at = 0
        for cluster in merged:
            kept = self.text[spoken_at : cluster.start]
            pieces.append(kept)
            length += len(kept)
            printed_start = printed_at + len(kept)
            said = cluster.said(self.text)
            pieces.append(said)
            printed_end = printed_start + cluster.printed_length
            edits.append(Edit((printed_start, printed_end), (length, length + len(said)), cluster.rule))
            length += len(said)
            spoken_at, printed_at = cluster.end, printed_end
        pieces.append(self.text[spoken_at:])
        return Spoken(self.printed, "".join(pieces), tuple(edits))

    def printed_span(self, start: int, end: int) -> Span:
        """The printed characters that ``text[start:end]`` says."""
        return self._to_printed(start, left=True), self._to_printed(end, left=False)

    def _to_printed(self, offset: int, *, left: bool) -> int:
        shift = 0
        for printed, spoken, _rule in self.edits:
            if offset < spoken[0] or (offset == spoken[0] and not left and spoken[0] < spoken[1]):
                break
            if offset < spoken[1] or (offset == spoken[1] and not left):
                at_edge = offset == spoken[1]
                return printed[1] if at_edge or not left else printed[0]
            shift = printed[1] - spoken[1]
        return offset + shift


@dataclass(slots=True)
class _Cluster:
    """Old edits and new replacements that touch, to become one edit."""

    start: int
    end: int
    printed_length: int
    parts: list[Replacement]
    rules: list[str]

    @property
    def rule(self) -> str:
        return "+".join(dict.fromkeys(self.rules))

    def said(self, text: str) -> str:
        pieces: list[str] = []
        at = self.start
        for part in self.parts:
            pieces += (text[at : part.start], part.text)
            at = part.end
        return "".join((*pieces, text[at : self.end]))


def _merge(edits: tuple[Edit, ...], new: list[Replacement]) -> list[_Cluster]:
    """Cluster whatever overlaps in the current spoken text (touching edges stay apart)."""
    items: list[tuple[int, int, Edit | Replacement]] = [
        *((e.spoken[0], e.spoken[1], e) for e in edits),
        *((r.start, r.end, r) for r in new),
    ]
    items.sort(key=lambda item: (item[0], item[1]))
    clusters: list[_Cluster] = []
    for start, end, item in items:
        if clusters and start < clusters[-1].end:
            cluster = clusters[-1]
            cluster.printed_length += max(end - cluster.end, 0)
            cluster.end = max(cluster.end, end)
        else:
            cluster = _Cluster(start, end, end - start, [], [])
            clusters.append(cluster)
        if isinstance(item, Edit):
            cluster.printed_length += (item.printed[1] - item.printed[0]) - (item.spoken[1] - item.spoken[0])
            cluster.rules.append(item.rule)
        else:
            cluster.parts.append(item)
            cluster.rules.append(item.rule)
    return clusters
