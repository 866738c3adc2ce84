"""A pasted page becomes an `Article`.

The page is what someone copies from the browser or what a scraper dumps:
menus, share bars, captions, related articles and the article among them.

    lines ─► each judged by the noise rules ─► where the body is ─► its head ─► the short lines inside

Nothing is lost: a line that is not in the article is in ``dropped`` with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence

from podcast.article.body import END_MARK_WORDS, Judged, find_body, judge
from podcast.article.head import Head, content_stems, read_head
from podcast.article.islands import LIVE_STAMPS, is_headline, is_interview, settle
from podcast.article.lines import Line
from podcast.article.noise import is_stamp
from podcast.article.posts import with_posts
from podcast.article.reach import is_about, reach
from podcast.article.rows import read_lines
from podcast.article.vocabulary import OFFERS, Reason
from podcast.errors import ArticleError
from podcast.types import Article, Block, BlockKind, Dropped

CONTROL_SHARE = 0.02
"""A text with a larger share of control characters than this is not text."""
FEWEST_WORDS = 20
"""Words of a body amid other things; a clean text may be shorter."""
BRIEF_REACH = 3
BRIEF_SENTENCES = 2
"""Lines below its date, and sentences, of a text shorter than that."""


def article_from_paste(text: str, *, url: str | None = None) -> Article:
    """The article in a pasted page; raises `ArticleError` when there is none."""
    where = url or ""
    _refuse_binary(text, where)
    page = judge(with_posts(list(read_lines(text))))
    if not page:
        raise ArticleError("the text is empty", where=where, remedy="give the text of an article")
    body = _body(page)
    head = read_head(page, body) if body else Head()
    body = _with_posts_below(page, reach(page, _without_offer(page, body, head), head))
    kinds = _kinds(page, body, head)
    if not kinds:
        raise ArticleError(
            "no article found: there is no paragraph of text, only short lines",
            where=where,
            remedy="paste the whole page, or the article alone",
        )
    return Article(
        title=page[head.title].line.text if head.title is not None else "",
        standfirst=page[head.standfirst].line.text if head.standfirst is not None else "",
        section=head.section,
        authors=head.authors,
        published=head.published,
        url=url,
        blocks=tuple(Block(kinds[index], page[index].line.text) for index in sorted(kinds)),
        dropped=tuple(_dropped(page, body, head, kinds)),
    )


def _refuse_binary(text: str, where: str) -> None:
    control = sum(text.count(chr(code)) for code in (*range(9), *range(14, 28), 0xFFFD))
    if "\0" in text or control > len(text) * CONTROL_SHARE:
        raise ArticleError(
            "the input is binary, not text", where=where, remedy="give text, HTML, Markdown or JSON"
        )


def _body(page: Sequence[Judged]) -> range:
    body = find_body(page)
    words = sum(len(page[index].line.words) for index in body)
    clean = all(judged.reason in (None, "byline", "date") for judged in page)
    if clean and any(judged.is_text for judged in page) and words < FEWEST_WORDS:
        first = next(index for index, judged in enumerate(page) if judged.is_text)
        return range(first, len(page))
    end = body.stop
    while body and end < len(page) and page[end].is_text and not is_headline(page[end].line):
        end += 1
    body = range(body.start, end)
    return body if words >= FEWEST_WORDS or _is_brief(page, body) else range(0)


def _is_brief(page: Sequence[Judged], body: range) -> bool:
    """True for a few short sentences right below a date or a signature."""
    above = page[max(0, body.start - BRIEF_REACH) : body.start]
    signed = any(judged.reason in ("byline", "date") for judged in above)
    return signed and sum(page[index].is_text for index in body) >= BRIEF_SENTENCES


def _without_offer(page: Sequence[Judged], body: range, head: Head) -> range:
    """The body without a last paragraph below the title of an offer, if it speaks of something else."""
    if len(body) < 3:
        return body
    title, last = page[body.stop - 2], body.stop - 1
    offer = title.reason in OFFERS and len(title.line.words) <= END_MARK_WORDS
    if not offer or _shared_stems(page, body[:-1], head, last):
        return body
    return body[:-2]


def _with_posts_below(page: Sequence[Judged], body: range) -> range:
    """The body with the posts that its last paragraph is followed by."""
    end = body.stop
    while body and end < len(page) and page[end].reason == "social media post":
        end += 1
    return range(body.start, end)


def _shared_stems(page: Sequence[Judged], body: range, head: Head, index: int) -> int:
    """Words that mean something, of one line, that the title or the text above has."""
    stems = content_stems(page[index].line.text)
    start = body.start if head.title is None else head.title
    above = page[start : body.stop]
    text = " ".join(other.line.text for other in above if other.is_prose or other is above[0])
    return len(stems & content_stems(text))


def _kinds(page: Sequence[Judged], body: range, head: Head) -> dict[int, BlockKind]:
    """The lines that are blocks of the article, and what kind of block."""
    taken = {head.title, head.standfirst, *head.lines}
    title = page[head.title].line.folded if head.title is not None else ""
    start = body.start if head.title is None else head.title + 1
    lines = [
        index for index in range(start, body.stop) if index not in taken and page[index].line.folded != title
    ]
    while lines and is_about(page[lines[-1]].line, head.authors):
        lines.pop()
    live = sum(is_stamp(page[index].line) for index in body) >= LIVE_STAMPS
    interview = is_interview(page[index].line for index in lines)
    spoken_above = {index for index in (head.standfirst, *lines) if index is not None and page[index].is_text}
    kinds: dict[int, BlockKind] = {}
    island: list[int] = []
    previous: int | None = None
    for index in lines:
        judged = page[index]
        is_post = judged.line.hint == "post" and index >= body.start
        is_asked = interview and judged.line.asks
        if is_post or (judged.is_text and (is_asked or not is_headline(judged.line))):
            before = page[previous].line if previous is not None else None
            if not live:
                kinds.update(settle(page, island, before))
            listed = bool(island) and kinds.get(island[-1]) == "list_item"
            kinds[index] = _text_kind(judged.line, listed=listed)
            island.clear()
            previous = index
        elif index >= body.start or (
            # Right above the text stand captions too, but none is a whole quotation.
            index == body.start - 1 and (index - 1 in spoken_above or _is_quotation(judged.line))
        ):
            island.append(index)
    return kinds


def _text_kind(line: Line, *, listed: bool) -> BlockKind:
    if line.hint == "item" or (listed and line.text[0].islower()):
        return "list_item"
    return "quote" if line.hint in ("quote", "post") or _is_quotation(line) else "paragraph"


def _is_quotation(line: Line) -> bool:
    return line.text.startswith("«") and line.text.endswith("»") and line.text.count("«") == 1


def _dropped(page: Sequence[Judged], body: range, head: Head, kinds: dict[int, BlockKind]) -> list[Dropped]:
    spoken = {head.title, head.standfirst, *kinds}
    return [
        Dropped(judged.line.source, _why(judged, index, body, head))
        for index, judged in enumerate(page)
        if index not in spoken
    ]


def _why(judged: Judged, index: int, body: range, head: Head) -> Reason | str:
    if index in head.lines:
        return head.lines[index]
    if judged.reason:
        return judged.reason
    if judged.repeated:
        return "duplicate"
    if index < body.start:
        return "before the article"
    return "list of links" if index < body.stop else "after the article"
