"""The posts of social networks in an HTML page, each in its frame: a quotation or a box of its network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from podcast.article.boxes import box_of
from podcast.article.flow import Piece
from podcast.article.posts import framed_post, loose_posts, signature, without_timelines
from podcast.article.tree import Element

FRAME_LEVELS = 6
"""Elements around a line among which the frame of a post is looked for."""


def with_embeds(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a page, its posts read: what they say apart from their signature, links and tags."""
    if not any(signature(piece.line.text, framed=True) for piece in pieces):
        return list(pieces)
    found: list[Piece] = []
    for frame, run in groupby(pieces, key=lambda piece: _frame(piece.element)):
        group = list(run)
        lines = [piece.line for piece in group]
        opened = loose_posts(lines) if frame is None else framed_post(lines, quoted=not _is_listed(frame))
        found += [
            replace(piece, line=line) for piece, parts in zip(group, opened, strict=True) for line in parts
        ]
    kept = without_timelines([piece.line for piece in found])
    return [replace(piece, line=line) for piece, line in zip(found, kept, strict=True)]


def _frame(element: Element) -> Element | None:
    """The quotation, the item of a list or the box of a network that a line stands in."""
    holder: Element | None = element
    for _ in range(FRAME_LEVELS):
        if holder is None:
            break
        box = box_of(holder)
        if holder.tag in ("blockquote", "li") or (box and box.reason == "social media post"):
            return holder
        holder = holder.getparent()
    return None


def _is_listed(element: Element) -> bool:
    holder: Element | None = element
    for _ in range(FRAME_LEVELS):
        if holder is None:
            break
        if holder.tag == "li":
            return True
        holder = holder.getparent()
    return False
