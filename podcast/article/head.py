"""The head of an article on its page: title, standfirst, section, signature, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from podcast.article.body import Judged
from podcast.article.byline import bare_signature, signature
from podcast.article.dates import PrintedDate
from podcast.article.lines import Line, fold
from podcast.article.vocabulary import FUNCTION_WORDS, HEAD_FURNITURE, SECTIONS, Reason

_BREADCRUMB = re.compile(r"[>›/,|:»]")
NEVER_TITLES: frozenset[Reason | None] = frozenset(
    ("byline", "date", "table", "image", "ornament", "caption")
)
TITLE_WORDS = range(1, 33)
ENOUGH = 1.5
"""Least score of a title."""
TITLE_REACH = 150
"""Lines above the body in which the title is looked for."""
SIGNED_WITHIN = 12
FREE_WITHIN = 4
"""Lines below a title (of all; of those that no rule speaks against) that hold its date or signature."""
NAMED_WORDS = 4
"""Fewest words of a title that is known by another line that says it too."""
STANDFIRST_WORDS = range(7, 110)
HEAD_REACH = 8
"""Lines above the title and below the body in which a date or a signature may stand."""
SECTION_REACH = 3
KICKER_WORDS = 3


@dataclass(slots=True)
class Head:
    """What stands above the text, with the lines (indices) that said it."""

    title: int | None = None
    standfirst: int | None = None
    section: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    lines: dict[int, str] = field(default_factory=dict)
    """Index of a line that is not spoken → "byline", "date" or "section"."""


def read_head(page: Sequence[Judged], body: range) -> Head:
    """Everything that the page says of the article beside its text."""
    head = Head(title=_find_title(page, body))
    first = body.start if head.title is None else head.title + 1
    window = range(
        max(0, (body.start if head.title is None else head.title) - HEAD_REACH),
        min(len(page), body.stop + HEAD_REACH),
    )
    top = _first_text(page, range(first, body.stop))
    opening = range(first, _first_text(page, range(top + 1, body.stop)))
    _read_date(page, head, opening, window)
    _read_signature(page, head, opening, window)
    _read_section(page, head)
    head.standfirst = _find_standfirst(page, head, opening)
    return head


def _first_text(page: Sequence[Judged], lines: range) -> int:
    return next((index for index in lines if page[index].is_prose), lines.stop)


# — title —


def _find_title(page: Sequence[Judged], body: range) -> int | None:
    near = range(max(0, body.start - HEAD_REACH), body.stop)
    prose = [page[index].line.text for index in near if page[index].is_prose]
    known = content_stems(" ".join(prose))
    inside = range(body.start, body.start + len(body) // 3)
    scored = [
        (_title_score(page, index, body, known), index)
        for index in (*range(max(0, body.start - TITLE_REACH), body.start), *inside)
        if _may_be_title(page[index], page, index, inside)
    ]
    if not scored:
        return None
    score, index = max(scored)
    again = range(max(0, index - SIGNED_WITHIN), index)
    index = next((other for other in again if page[other].line.folded == page[index].line.folded), index)
    return index if score >= ENOUGH else None


def _may_be_title(judged: Judged, page: Sequence[Judged], index: int, inside: range) -> bool:
    line = judged.line
    if len(line.words) not in TITLE_WORDS or judged.reason in NEVER_TITLES:
        return False
    if line.is_prose or index in inside:
        return (
            len(line.words) <= 30
            and _is_signed(page, index)
            and not (line.is_prose and index > 0 and len(line.words) > 20)
        )
    return True


def _title_score(page: Sequence[Judged], index: int, body: range, known: frozenset[str]) -> float:
    """How much a line looks like the title of the body whose words are ``known``."""
    judged = page[index]
    line = judged.line
    stems = frozenset() if line.is_prose and index < body.start else content_stems(line.text)
    shared = len(stems & known)
    signed = _is_signed(page, index)
    between = sum(page[other].reason is None for other in range(index + 1, body.start))
    marks = (
        (+0.5, min(shared, 6)),
        (+1.5, shared / len(stems) if len(stems) > 2 else 0),
        (+2.0, signed),
        (+1.0, judged.repeated),
        (+1.5, _is_named_beside(page, index)),
        (+3.0, line.hint == "heading"),
        (+3.0, index == 0 and body.start == 1),
        (+0.5, line.alone),
        (+1.0, len(line.words) >= 4),
        (+0.5, len(line.words) >= 8),
        (-1.0, len(line.words) < 4),
        (-2.0, line.text.endswith(":")),
        (-1.5, line.is_prose),
        (-2.0, line.text.endswith(".")),
        (-1.5, ". " in line.text),
        (-2.5, bool(bare_signature(line))),
        (-2.0, _is_between_captions(page, index)),
        (-1.0, line.text[0] == "«" and line.text[-1] == "»"),
        (-2.0, line.link_share),
        (-1.0, not signed and _is_below_signature(page, index)),
        (-2.0, index >= body.start),
        (-0.5, judged.reason == "video"),
        (-3.0, judged.reason not in (None, "video")),
        (-0.25, min(between, 20)),
    )
    return sum(weight * mark for weight, mark in marks)


def _is_signed(page: Sequence[Judged], index: int) -> bool:
    """True when the first lines below, those of buttons and pictures apart, hold a date or a signature."""
    below = [
        other
        for other in page[index + 1 : index + 1 + SIGNED_WITHIN]
        if other.reason in (None, "byline", "date")
    ]
    return any(other.reason in ("byline", "date") for other in below[:FREE_WITHIN])


def _is_named_beside(page: Sequence[Judged], index: int) -> bool:
    """True when a breadcrumb, a player or the label of a picture beside it says the whole title."""
    words = page[index].line.words
    if len(words) < NAMED_WORDS or page[index].line.text[0].islower():
        return False
    title = " ".join(words)
    beside = page[max(0, index - SIGNED_WITHIN) : index + SIGNED_WITHIN]
    return any(
        len(words) < len(other.line.words) <= 3 * len(words)
        and not other.is_text
        and title in " ".join(other.line.words)
        for other in beside
    )


def _is_between_captions(page: Sequence[Judged], index: int) -> bool:
    """True for the caption in a column of pictures and credits."""
    beside = (*page[max(0, index - 1) : index], *page[index + 1 : index + 2])
    return len(beside) == 2 and all(other.reason == "caption" for other in beside)


def _is_below_signature(page: Sequence[Judged], index: int) -> bool:
    above = page[max(0, index - SIGNED_WITHIN) : index]
    return any(other.reason in ("byline", "date") for other in above)


def content_stems(text: str) -> frozenset[str]:
    """The first letters of the words that mean something, so that inflections agree."""
    words = set(fold(text).replace("'", " ").split())
    bare = (word.strip('.,;:!?…«»"()[]“”') for word in words)
    return frozenset(word[:5] for word in bare if len(word) > 3 and word not in FUNCTION_WORDS)


# — standfirst —


def _find_standfirst(page: Sequence[Judged], head: Head, opening: range) -> int | None:
    """The text between the title and the furniture that parts it from the body.

    Where nothing parts it, the first paragraph stays a paragraph.
    """
    if head.title is None:
        return None
    first = _first_text(page, opening)
    above = range(opening.start, min(first, opening.stop))
    loose = next((index for index in above if _is_loose_standfirst(page, index, head)), None)
    if loose is not None:
        return loose
    below = range(first + 1, opening.stop)
    if first >= opening.stop or len(page[first].line.words) not in STANDFIRST_WORDS:
        return None
    signed_above = any(index in head.lines or page[index].reason in ("byline", "date") for index in above)
    marks = {page[index].reason for index in below} | {head.lines.get(index) for index in below}
    parted = bool(marks & HEAD_FURNITURE) or ("caption" in marks and not signed_above)
    return first if parted else None


def _is_loose_standfirst(page: Sequence[Judged], index: int, head: Head) -> bool:
    """A standfirst without a full stop, right under the title."""
    judged = page[index]
    return (
        judged.reason is None
        and index not in head.lines
        and not judged.repeated
        and head.title == index - 1
        and len(judged.line.words) in range(9, 60)
    )


# — date, signature, section —


def _read_date(page: Sequence[Judged], head: Head, opening: range, window: range) -> None:
    """The first date in the head that is not of a change, else the first below the text, else of a change."""
    found: list[tuple[int, PrintedDate]] = []

    def rank(index: int) -> tuple[bool, bool, int]:
        said = page[index].reason in ("byline", "date")
        return index not in opening, not said, abs(index - opening.start)

    for index in sorted(window, key=rank):
        judged = page[index]
        if judged.line.is_prose and judged.reason is None:
            continue
        if judged.reason == "caption" or (index not in opening and judged.reason not in ("byline", "date")):
            continue
        found += [(index, date) for date in judged.dates]
        if any(not date.updated for _, date in found):
            break
    original = [pair for pair in found if not pair[1].updated] or found
    if original:
        index, date = original[0]
        head.published = date.when
        head.lines[index] = "date"


def _read_signature(page: Sequence[Judged], head: Head, opening: range, window: range) -> None:
    for index in (*opening, *(other for other in window if other not in opening)):
        judged = page[index]
        if judged.reason == "byline" and (names := signature(judged.line)):
            head.authors = names
            head.lines[index] = "byline"
            return
    for index in opening:
        names = bare_signature(page[index].line) if page[index].reason in (None, "date", "byline") else ()
        near = range(max(0, index - 2), min(len(page), index + 3))
        if names and any(head.lines.get(other) == "date" or page[other].reason == "date" for other in near):
            head.authors = names
            head.lines[index] = "byline"
            return


def _read_section(page: Sequence[Judged], head: Head) -> None:
    """The kicker or the breadcrumb right above the title; the last entry of a menu is neither."""
    if head.title is None:
        return
    for index in range(head.title - 1, max(0, head.title - SECTION_REACH) - 1, -1):
        known = _known_sections(page[index].line)
        if known:
            above = page[max(0, index - 2) : index]
            in_menu = not page[index].line.alone and any(_known_sections(other.line) for other in above)
            if not in_menu:
                head.section = known[0]
                head.lines[index] = "section"
            return
        if page[index].reason is None and len(page[index].line.words) > KICKER_WORDS:
            return


def _known_sections(line: Line) -> list[str]:
    if len(line.words) > 10:
        return []
    names = (name.strip(" []") for name in _BREADCRUMB.split(line.text))
    return [name for name in names if fold(name) in SECTIONS]
