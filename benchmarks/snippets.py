"""How well a page is cleaned: precision and recall over known snippets, as trafilatura is evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PAGES = Path(__file__).resolve().parents[2] / "shared" / "articles"
"""``html/*.html`` with ``html/gold.json``, and the same pages copied as text in ``pasted/*.txt``."""


class Score(NamedTuple):
    """Counts over snippets; precision and recall as in information retrieval."""

    found: int = 0
    missing: int = 0
    intruding: int = 0

    def plus(self, other: Score) -> Score:
        """The counts of both."""
        return Score(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        """Of the snippets found, the share that should be: 0 to 1."""
        return self.found / max(1, self.found + self.intruding)

    @property
    def recall(self) -> float:
        """Of the snippets that should be found, the share that is: 0 to 1."""
        return self.found / max(1, self.found + self.missing)


def score(spoken: str, page: Mapping[str, Sequence[str]]) -> Score:
    """What a text has of the snippets that must be spoken (``with``) and must not (``without``).

    White space is folded.
    """
    spoken = fold(spoken)
    found = sum(fold(snippet) in spoken for snippet in page["with"])
    intruding = sum(fold(snippet) in spoken for snippet in page["without"])
    return Score(found, len(page["with"]) - found, intruding)


def fold(text: str) -> str:
    """White space as single spaces."""
    return " ".join(text.split())
