"""Pages whose every line is set at its own place, as converters print a PDF: their lines are joined again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from podcast.article.flow import Piece

FEWEST_LINES = 8
LEAST_SHARE = 0.8
"""Of the lines of a page, for it to be such a page."""
WIDER = 1.4
"""A gap so many times that of the closest quarter of the lines parts two paragraphs."""

_PLACED = re.compile(r"position:\s?absolute")
_TOP = re.compile(r"\btop:\s?(-?\d{1,6})(?:\.\d{1,6})?(?:px|pt)")
_HYPHEN = re.compile(r"(?<=[a-zà-ÿœ])[-\u2010\u00ad]$")
"""A word divided at the end of a line: it goes on in lower case."""


class _Row(NamedTuple):
    """A printed line at its place."""

    text: str
    top: int
    font: str
    is_heading: bool


def positioned_text(pieces: Sequence[Piece]) -> str:
    """The paragraphs of such a page, parted by blank lines; empty for any other page."""
    rows = [row for piece in pieces if (row := _row(piece))]
    if len(rows) < max(FEWEST_LINES, LEAST_SHARE * len(pieces)):
        return ""
    return "\n\n".join(_paragraphs(rows))


def _row(piece: Piece) -> _Row | None:
    style = piece.element.get("style", "")[:300].lower()
    top = _TOP.search(style)
    if not top or not _PLACED.search(style):
        return None
    font = piece.element.get("class", "")
    return _Row(piece.line.text, int(top[1]), font, piece.printed == "heading")


def _paragraphs(rows: Sequence[_Row]) -> Iterator[str]:
    gaps = [below.top - above.top for above, below in pairwise(rows) if below.top > above.top]
    widest = WIDER * sorted(gaps)[len(gaps) // 4] if gaps else 0.0
    parts = [rows[0].text]
    for above, below in pairwise(rows):
        if _parts(above, below, widest):
            yield "".join(parts)
            parts = []
        elif _HYPHEN.search(parts[-1][-2:]) and below.text[:1].islower():
            parts[-1] = parts[-1][:-1]
        else:
            parts.append(" ")
        parts.append(below.text)
    yield "".join(parts)


def _parts(above: _Row, below: _Row, widest: float) -> bool:
    """True when the row below begins another paragraph; the next page may go on with the last one."""
    if above.font != below.font or above.is_heading != below.is_heading:
        return True
    if below.top < above.top:
        return not below.text[:1].islower()
    return below.top - above.top > widest
