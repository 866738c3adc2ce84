"""How far an article goes on below its run of greatest weight.

A box between the last paragraphs — a post, a table, related titles, an offer
of a newsletter — may outweigh a short paragraph below it. What stands below is
judged again here, one paragraph after the other: it belongs to the article
where more speaks for that than against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from podcast.article.body import END_MARK_WORDS, Judged, comments_start
from podcast.article.byline import is_person
from podcast.article.head import Head, content_stems
from podcast.article.islands import is_headline
from podcast.article.lines import Line, fold
from podcast.article.noise import SENTENCE_INSIDE, addresses_reader, looks_like_teaser
from podcast.article.vocabulary import Reason

FARTHEST = 14
"""Lines of the longest box that is looked beyond."""
ENOUGH = 1.5
"""Least that must speak for a paragraph."""
STEMS_MOST = 3
"""Words shared with the article beyond which more say nothing."""
LONG = 30
"""Words of a paragraph that is hardly a teaser."""
TITLE_LEAST = 6
"""Fewest words of a title that no heading has."""
LABEL_WORDS = 2
"""Most words of a label; a title has more."""
RELATED_MOST = 3
"""Titles of other articles that may stand below "À lire aussi" between two paragraphs."""
LAID_OUT = 0.8
"""Share of the paragraphs that blank lines part, on pages that are laid out so."""
PARAGRAPH_WORDS = 18
ABOUT_WORDS = 50
AGAINST: dict[Reason, float] = {
    "byline": 1.5,
    "date": 1.5,
    "popular articles": 3.0,
    "legal notice": 3.0,
    "note": 1.0,
    "tags": 2.0,
    "login": 1.0,
    "newsletter": 0.5,
    "subscription": 0.5,
    "related article": 0.5,
    "share bar": 0.5,
}
"""How much a line of each kind, above a paragraph, says that the article is over; each kind counts once."""
CARD = 3.0
"""The same for a name alone, as it stands above what is said of an author."""
SIGNS: frozenset[Reason | None] = frozenset(("byline", "date"))


def reach(page: Sequence[Judged], body: range, head: Head) -> range:
    """The body with the paragraphs that stand below a box and belong to it."""
    first = body.start if head.title is None else head.title
    known = content_stems(_said(page, range(first, body.stop)))
    laid_out = is_laid_out(page[index] for index in body)
    stop = index = body.stop
    end = comments_start(page)
    while body and index < end and index - stop < FARTHEST and not _is_end(page[index]):
        if _may_follow(page[index]) and not is_about(page[index].line, head.authors):
            shared = len(content_stems(page[index].line.text) & known)
            carded = any(_begins_card(page[other].line, head.authors) for other in range(stop, index))
            support = _support(page, range(stop, index), shared, laid_out=laid_out) - CARD * carded
            if index == stop or support >= ENOUGH:
                stop = index + 1
        index += 1
    return range(body.start, stop)


def _may_follow(judged: Judged) -> bool:
    """True for a paragraph, be it of three words."""
    return judged.is_prose or (
        judged.is_text and judged.line.text.endswith((".", "»")) and not is_headline(judged.line)
    )


def is_laid_out(lines: Iterable[Judged]) -> bool:
    """True when blank lines part the paragraphs: a sentence without them is in a box."""
    paragraphs = [other for other in lines if other.is_prose and len(other.line.words) >= PARAGRAPH_WORDS]
    alone = sum(other.line.alone for other in paragraphs)
    return len(paragraphs) > 1 and alone >= LAID_OUT * len(paragraphs)


def _support(page: Sequence[Judged], between: range, shared: int, *, laid_out: bool) -> float:
    """What speaks for the paragraph below a box, less what speaks against it."""
    judged = page[between.stop]
    line = judged.line
    box = [page[index] for index in between]
    kinds = {other.reason for other in box if not _is_inline_link(other)}
    above = box[-1] if box else None
    below = page[between.stop + 1] if between.stop + 1 < len(page) else None
    titles = sum(_is_title(other, TITLE_LEAST) for other in box)
    allowed = RELATED_MOST if "related article" in kinds else 0
    against = sum(weight for reason, weight in AGAINST.items() if reason in kinds)
    listed = any(_is_teaser(page, index) for index in between if page[index].is_prose)
    titled = above is not None and _is_title(above, LABEL_WORDS + 1)
    told = SENTENCE_INSIDE.search(line.text) is not None or len(line.words) >= LONG
    marks = (
        (+1.0, min(shared, STEMS_MOST)),
        (+1.0, SENTENCE_INSIDE.search(line.text) is not None),
        (+1.0, len(line.words) >= LONG),
        (+1.0, laid_out and line.alone),
        (-2.0, laid_out and not line.alone),
        (+1.0, above is None or not _is_title(above, TITLE_LEAST)),
        (+1.0, not against),
        (+1.0, below is None or below.is_prose or below.reason not in (None, *(SIGNS if titled else ()))),
        (-4.0, _is_teaser(page, between.stop) or (listed and titled)),
        (-2.0, above is not None and above.reason in SIGNS),
        (-2.0, sum(other.is_prose for other in box)),
        (-3.0, looks_like_teaser(line) or judged.repeated),
        (-3.0, addresses_reader(line) and not shared),
        (-0.5, max(0, titles - allowed)),
        (-1.5, not shared and not told),
        (-1.0, against),
    )
    return sum(weight * mark for weight, mark in marks)


def _is_teaser(page: Sequence[Judged], index: int) -> bool:
    """True below the title of another article, and above its date or the next title with its sentence."""
    if not 0 < index < len(page) - 2 or not _is_title(page[index - 1], LABEL_WORDS + 1):
        return False
    below, next_one = page[index + 1 : index + 3]
    return below.reason in SIGNS or (_is_title(below, LABEL_WORDS + 1) and next_one.is_prose)


def _is_title(judged: Judged, least: int) -> bool:
    line = judged.line
    return (
        judged.reason is None
        and len(line.words) >= least
        and is_headline(line)
        and not line.text[0].islower()
    )


def _is_inline_link(judged: Judged) -> bool:
    """True for "À lire aussi : " with its title in one line: it is no box."""
    return judged.reason == "related article" and len(judged.line.words) >= TITLE_LEAST


def _begins_card(line: Line, authors: Sequence[str]) -> bool:
    named = any(line.folded.endswith(fold(author)) for author in authors)
    return is_person(line.text) or (named and len(line.words) <= END_MARK_WORDS)


def _is_end(judged: Judged) -> bool:
    return judged.reason in ("comments", "legal notice") and len(judged.line.words) <= END_MARK_WORDS


def _said(page: Sequence[Judged], lines: range) -> str:
    """The title, the paragraphs and the headings."""
    return " ".join(
        page[index].line.text for index in lines if page[index].reason is None or index == lines[0]
    )


def is_about(line: Line, authors: Sequence[str]) -> bool:
    """True for the note on the author that closes a column: "Jeanne Martin est historienne." """
    named = any(line.text.startswith(author) and is_person(author) for author in authors)
    return (
        named
        and len(line.words) <= ABOUT_WORDS
        and {"est", "enseigne", "dirige"} & set(line.words[2:8]) != set()
    )
