"""The title of an article, out of what its page says it is and the headings that it prints."""

from __future__ import annotations

from collections.abc import Sequence

from podcast.article.choice import Choice
from podcast.article.head import Head
from podcast.article.lines import letters

LEAST_MATCH = 0.5
"""Share of a title that a heading must have, or the other way round, to be that title."""
MATCHED_LETTERS = 12


def find_title(choice: Choice, titles: Sequence[str], head: Head) -> tuple[str, int | None]:
    """The title and the line that prints it, if any does.

    The heading that the page's own ``titles`` confirm; else the surest of these;
    else what a pasted page would give (``head``); else the first main heading.
    """
    until = choice.body.stop or len(choice.page)
    confirmed = _confirmed(choice, [letters(title) for title in titles], until)
    if confirmed is not None:
        return choice.pieces[confirmed].line.text, confirmed
    if titles:
        return titles[0], _printed(choice, letters(titles[0]), until)
    if head.title is not None:
        return choice.page[head.title].line.text, head.title
    free = (i for i in range(until) if choice.pieces[i].level == 1 and not choice.page[i].reason)
    first = next(free, None)
    return ("", None) if first is None else (choice.page[first].line.text, first)


def _confirmed(choice: Choice, titles: Sequence[str], until: int) -> int | None:
    """The heading, of the highest level and then the first, that agrees best with a title."""
    scored = [
        (
            max((_match("".join(piece.line.words), title) for title in titles), default=0.0),
            -piece.level,
            -index,
        )
        for index, piece in enumerate(choice.pieces[:until])
        if piece.printed == "heading"
    ]
    score, _, index = max(scored, default=(0.0, 0, 0))
    return -index if score else None


def _printed(choice: Choice, title: str, until: int) -> int | None:
    """The last line above the end of the body that is this title."""
    return next((i for i in reversed(range(until)) if "".join(choice.page[i].line.words) == title), None)


def _match(heading: str, title: str) -> float:
    """How well a heading agrees with a title, 0 to 1, both as bare letters."""
    if not heading or not title:
        return 0.0
    if heading == title:
        return 1.0
    short, long = sorted((heading, title), key=len)
    share = len(short) / len(long)
    if short in long and share >= LEAST_MATCH and len(short) >= MATCHED_LETTERS:
        return share * 0.9
    return 0.0
