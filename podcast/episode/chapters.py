"""Where a listener can jump: the opening, and every intertitre."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from podcast.episode.timeline import Moment
from podcast.types import Block, Chapter

OPENING = "Introduction"
"""Title of the chapter before the first intertitre."""
LONGEST_TITLE = 240
"""Bytes; MP4's chapter list has room for 255, in the middle of a letter if need be."""


def chapters_of(script: Sequence[Block], moments: Iterable[Moment], duration: float) -> tuple[Chapter, ...]:
    """Contiguous chapters that cover 0 to ``duration`` seconds.

    One for what comes before the first heading, one per heading that is
    spoken, from the first sample of its first utterance.
    """
    starts: list[tuple[str, float]] = []
    last_block = -1
    for moment in moments:
        index = moment.utterance.block_index
        if index != last_block and script[index].kind == "heading":
            starts.append((_title(script[index].text), moment.start))
        elif not starts:
            starts.append((OPENING, 0.0))
        last_block = index
    if not starts:
        return ()
    starts[0] = (starts[0][0], 0.0)
    return tuple(
        Chapter(title, start, end)
        for (title, start), (_, end) in pairwise([*starts, ("", duration)])
        if end > start
    )


def chapters_json(chapters: Iterable[Chapter]) -> dict[str, Any]:
    """Podcasting 2.0 chapters, version 1.2.0; times in seconds to the millisecond."""
    return {
        "version": "1.2.0",
        "chapters": [
            {"startTime": round(chapter.start, 3), "endTime": round(chapter.end, 3), "title": chapter.title}
            for chapter in chapters
        ],
    }


def _title(text: str) -> str:
    """On one line, and short enough for every container, in whole characters."""
    title = " ".join(text.split())
    if len(title.encode()) <= LONGEST_TITLE:
        return title
    cut = title.encode()[: LONGEST_TITLE - len("…".encode())].decode(errors="ignore")
    return f"{cut.rpartition(' ')[0] or cut}…"
