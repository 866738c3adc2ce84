"""The short lines between two paragraphs: headings, lists, and boxes that are neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from podcast.article.body import Judged
from podcast.article.lines import Line
from podcast.article.noise import SENTENCE_INSIDE, is_stamp
from podcast.article.vocabulary import BOX_TITLES, OFFERS, Reason
from podcast.types import BlockKind

LIVE_STAMPS = 6
"""A text with as many bare minutes is a live page: its short lines are events, not headings."""
HEADING_WORDS = 24
QUOTED_HEADING_WORDS = 12
"""A quotation longer than this is no heading."""
QUESTION_WORDS = 14
"""A longer question is spoken by someone; a shorter one may be a heading."""
TITLE_LEAST = 7
"""Fewest words of the titles of two other articles, one below the other."""
BOX_TITLE_WORDS = 6
CONTENTS_LEAST = 2
CONTENTS_REACH = 400
"""Entries of a table of contents; lines below it in which they are looked for."""
_QUOTES = ("«", "“", '"')
PITCH_WORDS = 9
"""Fewest words of an offer; its title and its button have fewer."""
BOX_CONTENT: frozenset[Reason] = frozenset(("shopping", "table", "list of links"))
"""The line above the first of these is the title of their box."""
BUTTON_VERBS = frozenset(("voir", "afficher", "en", "plus", "decouvrir", "notre"))
"""A button or a link begins so, not the title of a box."""
PULLED_WORDS = 4
"""Fewest words of a quotation that may be known for one pulled out of the text."""
PULLED_REACH = 80
"""Lines above a quotation in which it is looked for."""


def is_headline(line: Line) -> bool:
    """True for a line that reads as a title: no full stop, or one short question or exclamation."""
    if line.hint == "heading":
        return True
    if not line.ends_sentence:
        return not line.is_prose and not line.introduces and line.hint != "item"
    tail = line.text.rstrip(" \"'”’»)]\u00a0\u202f")
    short = len(line.words) <= QUESTION_WORDS and not line.text.startswith("«")
    if SENTENCE_INSIDE.search(line.text):
        return False
    return tail.endswith(("?", "!")) and short and not _addresses(line)


def is_interview(lines: Iterable[Line]) -> bool:
    """True when the text is made of questions to someone, who is addressed: they are no headings."""
    questions = [line for line in lines if line.asks]
    addressed = sum(map(_addresses, questions))
    return addressed >= 2 and addressed * 3 >= len(questions)


def _addresses(line: Line) -> bool:
    return not {"vous", "votre", "vos", "toi", "tu"}.isdisjoint(line.words)


def settle(page: Sequence[Judged], island: Sequence[int], before: Line | None) -> dict[int, BlockKind]:
    """Which lines of an island belong to the article, and as what.

    ``before`` is the paragraph above; the paragraph below is known to follow.
    """
    island = _without_contents(page, _without_pulled(page, island))
    free, boxed = _sort(page, island)
    if len(boxed) > 1 and (not free or free[-1] < boxed[0]):
        free = _below_box(page, boxed) or free
    lines = [page[index].line for index in free]
    if (before is not None and before.introduces and len(free) > 1) or _is_list(lines):
        return dict.fromkeys(free, "list_item")
    if (first := _first_item(lines)) is not None and free[-1] - free[0] == len(free) - 1:
        kinds = {index: _heading_kind(page[index].line) for index in free[:first]}
        return kinds | dict.fromkeys(free[first:], "list_item")
    if any(line.continues for line in lines):
        return _clauses(page, free)
    if len(free) == 2 and all(len(line.words) >= TITLE_LEAST for line in lines):
        return {}
    if len(free) <= 2 and all(_is_heading(line) for line in lines):
        return {index: _heading_kind(page[index].line) for index in free}
    if (
        free
        and _is_heading(lines[-1])
        and len(free) <= 3
        and (lines[-1].alone or not any(map(_is_heading, lines[:-1])))
    ):
        return {free[-1]: _heading_kind(lines[-1])}
    return {index: "heading" for index in free if page[index].line.hint == "heading"}


def _without_pulled(page: Sequence[Judged], island: Sequence[int]) -> list[int]:
    """The island without the quotations pulled out of the text above, nor who says them.

    A heading may quote the text as well: the text below it.
    """
    kept: list[int] = []
    pulled = False
    for index in island:
        line = page[index].line
        if page[index].reason is None and _is_pulled(page, index, island[0]):
            pulled = True
        elif pulled and page[index].reason is None and not line.text.startswith(_QUOTES):
            pulled = False
            if not _is_said_above(page, line.words[:2], island[0]):
                kept.append(index)
        else:
            kept.append(index)
    return kept


def _is_pulled(page: Sequence[Judged], index: int, start: int) -> bool:
    line = page[index].line
    quotes = line.text.startswith(_QUOTES) and len(line.words) >= PULLED_WORDS
    return quotes and _is_said_above(page, line.words, start)


def _is_said_above(page: Sequence[Judged], words: Sequence[str], start: int) -> bool:
    sought = "".join(words)
    above = page[max(0, start - PULLED_REACH) : start]
    return any(other.is_text and sought in "".join(other.line.words) for other in above)


def _without_contents(page: Sequence[Judged], island: Sequence[int]) -> list[int]:
    """The island without a table of contents: lines that stand again further down."""
    if not island:
        return []
    below = page[island[-1] + 1 : island[-1] + 1 + CONTENTS_REACH]
    later = {judged.line.folded for judged in below if judged.repeated}
    last = {page[index].line.folded: index for index in island}
    entries = {
        index
        for index in island
        if page[index].repeated
        and page[index].reason is None
        and (page[index].line.folded in later or last[page[index].line.folded] > index)
    }
    return [index for index in island if index not in entries or len(entries) < CONTENTS_LEAST]


def _clauses(page: Sequence[Judged], free: Sequence[int]) -> dict[int, BlockKind]:
    """A list printed as one sentence, with the heading and the words before it."""
    kinds: dict[int, BlockKind] = {}
    for index in free:
        line = page[index].line
        if line.continues or line.text[0].islower():
            kinds[index] = "list_item"
        elif line.text.endswith(":"):
            kinds[index] = "paragraph"
        elif not kinds and _is_heading(line):
            kinds[index] = "heading"
    return kinds


def _is_list(lines: Sequence[Line]) -> bool:
    """True for lines with bullets; one line with a number may be a heading."""
    if not lines or any(line.hint != "item" for line in lines):
        return False
    return len(lines) > 1 or not lines[0].text[0].isdigit()


def _first_item(lines: Sequence[Line]) -> int | None:
    """Where a list with bullets begins below its heading; None when there is no such list."""
    first = next((at for at, line in enumerate(lines) if line.hint == "item"), len(lines))
    if not 0 < first <= 2 or not all(_is_heading(line) for line in lines[:first]):
        return None
    return first if _is_list(lines[first:]) and len(lines) > first + 1 else None


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
            elif _is_content(judged) and free and free[-1] == index - 1:
                free.pop()
            elif _opens_box(judged):
                in_box = True
        elif line.folded not in video:
            (boxed if in_box else free).append(index)
    return free, boxed


def _is_content(judged: Judged) -> bool:
    """True for what stands below the title of a box: goods, links, the words of an offer."""
    pitch = judged.reason in OFFERS and len(judged.line.words) >= PITCH_WORDS
    return pitch or judged.reason in BOX_CONTENT


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


def _below_box(page: Sequence[Judged], boxed: Sequence[int]) -> list[int]:
    """What stands below a box, though nothing says where it ends: a heading, or a list with its heading."""
    clause = next((at for at, index in enumerate(boxed) if page[index].line.continues), None)
    if clause is not None:
        return list(boxed[max(1, clause - 2) :])
    return [boxed[-1]] if _stands_out(page, boxed) else []


def _stands_out(page: Sequence[Judged], boxed: Sequence[int]) -> bool:
    """True when the last line of a box is a heading below it: much shorter than the titles in the box."""
    *others, last = (len(page[index].line.text) for index in boxed)
    if len(others) == 1:
        return last <= 45 and last < 0.75 * others[0]
    return last <= 60 and last * len(others) < 0.6 * sum(others)


def _is_heading(line: Line) -> bool:
    text = line.text
    if not 1 <= len(line.words) <= HEADING_WORDS or text.endswith((",", ";")) or line.link_share > 0.5:
        return False
    return text[0].isupper() or text[0].isdigit() or text[0] in "«\"“'‘([¿…"


def _heading_kind(line: Line) -> BlockKind:
    quoted = line.text[0] in '«"“' and line.text[-1] in '»"”'
    return "quote" if quoted and len(line.words) > QUOTED_HEADING_WORDS else "heading"
