"""The short lines between two paragraphs: headings, lists, and boxes that are neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from podcast.article.body import Judged
from podcast.article.lines import Line
from podcast.article.noise import is_stamp
from podcast.article.vocabulary import BOX_TITLES, Reason
from podcast.types import BlockKind

LIVE_STAMPS = 6
"""A text with as many bare minutes is a live page: its short lines are events, not headings."""
HEADING_WORDS = 24
QUOTED_HEADING_WORDS = 12
"""A quotation longer than this is no heading."""
QUESTION_WORDS = 14
"""A longer question is spoken by someone; a shorter one may be a heading."""
BOX_TITLE_WORDS = 6
BOX_CONTENT: frozenset[Reason] = frozenset(("shopping", "table", "list of links"))
"""The line above the first of these is the title of their box."""
BUTTON_VERBS = frozenset(("voir", "afficher", "en", "plus", "decouvrir"))
"""A button below a box begins so, not its title."""


def is_headline(line: Line) -> bool:
    """True for a line that reads as a title: no full stop, or one short question or exclamation."""
    if line.hint == "heading":
        return True
    if not line.ends_sentence:
        return not line.is_prose and not line.introduces and line.hint != "item"
    tail = line.text.rstrip(" \"'”’»)]\u00a0\u202f")
    short = len(line.words) <= QUESTION_WORDS and not line.text.startswith("«")
    return tail.endswith(("?", "!")) and short and not _addresses(line)


def is_interview(lines: Iterable[Line]) -> bool:
    """True when the text is made of questions to someone, who is addressed: they are no headings."""
    questions = [line for line in lines if line.asks]
    return len(questions) >= 2 and sum(map(_addresses, questions)) * 2 >= len(questions)


def _addresses(line: Line) -> bool:
    return not {"vous", "votre", "vos", "toi", "tu"}.isdisjoint(line.words)


def settle(page: Sequence[Judged], island: Sequence[int], before: Line | None) -> dict[int, BlockKind]:
    """Which lines of an island belong to the article, and as what.

    ``before`` is the paragraph above; the paragraph below is known to follow.
    """
    free, boxed = _sort(page, island)
    if len(boxed) > 1 and not free and _stands_out(page, boxed):
        free = [boxed[-1]]
    lines = [page[index].line for index in free]
    if (before is not None and before.introduces and len(free) > 1) or _is_list(lines):
        return dict.fromkeys(free, "list_item")
    if len(free) <= 2 and all(_is_heading(line) for line in lines):
        return {index: _heading_kind(page[index].line) for index in free}
    if free and _is_heading(lines[-1]) and lines[-1].alone and len(free) <= 3:
        return {free[-1]: _heading_kind(lines[-1])}
    return {index: "heading" for index in free if page[index].line.hint == "heading"}


def _is_list(lines: Sequence[Line]) -> bool:
    """True for lines with bullets; one line with a number may be a heading."""
    if not lines or any(line.hint != "item" for line in lines):
        return False
    return len(lines) > 1 or not lines[0].text[0].isdigit()


def _sort(page: Sequence[Judged], island: Sequence[int]) -> tuple[list[int], list[int]]:
    """The lines that nothing speaks against, apart from those in a box of other things."""
    free: list[int] = []
    boxed: list[int] = []
    in_box = False
    video = ""
    for index in island:
        judged = page[index]
        line = judged.line
        if judged.reason is not None:
            video = line.folded if judged.reason == "video" and not is_stamp(line) else video
            if is_stamp(line):
                _drop_timed(page, boxed or free)
                in_box = False
            elif judged.reason in BOX_CONTENT and free and free[-1] == index - 1:
                free.pop()
            elif _opens_box(judged):
                in_box = True
        elif line.folded not in video:
            (boxed if in_box else free).append(index)
    return free, boxed


def _opens_box(judged: Judged) -> bool:
    """True for the bare title of a box: what is in it stands below."""
    line = judged.line
    bare = ":" not in line.text[:-2] and not any(character.isdigit() for character in line.text)
    short = len(line.words) <= BOX_TITLE_WORDS and BUTTON_VERBS.isdisjoint(line.words[:1])
    return judged.reason in BOX_TITLES and bare and short


def _drop_timed(page: Sequence[Judged], free: list[int]) -> None:
    """A duration belongs to the title above it, and that often stands twice."""
    if free:
        title = page[free.pop()].line.folded
        while free and title in page[free[-1]].line.folded:
            free.pop()


def _stands_out(page: Sequence[Judged], boxed: Sequence[int]) -> bool:
    """True when the last line of a box is a heading below it: much shorter than the titles in the box."""
    *others, last = (len(page[index].line.text) for index in boxed)
    return last <= 60 and last * len(others) < 0.6 * sum(others)


def _is_heading(line: Line) -> bool:
    text = line.text
    if not 1 <= len(line.words) <= HEADING_WORDS or text.endswith((",", ";")) or line.link_share > 0.5:
        return False
    return text[0].isupper() or text[0].isdigit() or text[0] in "«\"“'‘([¿…"


def _heading_kind(line: Line) -> BlockKind:
    quoted = line.text[0] in '«"“' and line.text[-1] in '»"”'
    return "quote" if quoted and len(line.words) > QUOTED_HEADING_WORDS else "heading"
