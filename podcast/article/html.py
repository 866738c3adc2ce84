"""An HTML page becomes an `Article`.

    tree ─► what its head says (metadata) ─► its printed lines (flow), each judged by the noise rules
    of pasted pages and by the box it stands in ─► which are the article (choice) ─► title, standfirst, blocks

The owner of lxml and trafilatura: the other modules see a tree, and the lines that the extractor attests.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from lxml import etree

from podcast.article.attested import Attested
from podcast.article.body import Judged, judge
from podcast.article.boxes import boxed, is_under_picture, opens_with_picture
from podcast.article.captions import has_credit
from podcast.article.choice import Choice
from podcast.article.compose import compose, compose_attested
from podcast.article.embeds import with_embeds
from podcast.article.flow import Piece, read_pieces
from podcast.article.jsonld import ARTICLE_TYPES
from podcast.article.judgement import LIST_TEASERS, Signs, judge_article, no_article
from podcast.article.lines import Line, letters
from podcast.article.metadata import Metadata, read_metadata
from podcast.article.paste import article_from_paste
from podcast.article.positioned import positioned_text
from podcast.article.tree import Element, Outline
from podcast.errors import ArticleError
from podcast.types import Article

logger = logging.getLogger(__name__)

_MOST_ELEMENTS = 100_000
"""Of a page that the extractor is asked about; news pages have a few thousand."""
_CAPTION_WORDS = 45
_LINKED = 0.7
_HEADLINE_WORDS = 5
_TITLE_WORDS = 4


def article_from_html(text: str, *, url: str | None = None, force: bool = False) -> Article:
    """The article of an HTML page.

    ``url`` is where the page came from; links in it are resolved against it.
    Raises `ArticleError` when there is no article, or, unless ``force``, when
    it is not one to be spoken (`podcast.article.judgement`).
    """
    root = _parse(text, where=url or "")
    metadata = read_metadata(root, url)
    pieces = with_embeds(read_pieces(root))
    if text_alone := positioned_text(pieces):
        return _article_of_rows(text_alone, metadata, url=url, force=force)
    outline = Outline(root)
    page = _judged(pieces, outline)
    extract = partial(_extracted, text) if len(outline.elements) <= _MOST_ELEMENTS else list[str]
    choice = Choice(pieces, page, outline, Attested(pieces, metadata.body, extract))
    signs = _signs(choice, metadata)
    try:
        article = compose(choice, metadata, where=url or "")
    except ArticleError as error:
        title = metadata.titles[0] if metadata.titles else ""
        if force and (whole := compose_attested(choice, metadata)):
            return whole
        raise no_article(error, title, (piece.line.text for piece in pieces), signs) from None
    if not force:
        judge_article(article, signs)
    return article


def _article_of_rows(text: str, metadata: Metadata, *, url: str | None, force: bool) -> Article:
    """The article of a page of which nothing but the places of its lines is known, read as a pasted one.

    The head of such a page speaks of the file: its printed title and date go before that.
    """
    article = article_from_paste(text, url=url)
    article = replace(
        article,
        title=article.title or next(iter(metadata.titles), ""),
        published=article.published or metadata.published,
    )
    if not force:
        judge_article(article)
    return article


def _signs(choice: Choice, metadata: Metadata) -> Signs:
    headlines = [piece.line for piece in choice.pieces if _is_headline_link(piece.line)]
    return Signs(
        is_article=(
            metadata.kind in ARTICLE_TYPES
            or bool(metadata.published or metadata.authors)
            or (choice.teaser_share < LIST_TEASERS and _prints_its_title(choice, metadata))
        ),
        is_paywalled=metadata.paywalled,
        headlines=len(headlines),
        headline_words=sum(len(line.words) for line in headlines),
        teaser_share=choice.teaser_share,
    )


def _prints_its_title(choice: Choice, metadata: Metadata) -> bool:
    """True when a main heading, longer than the name of a section, is one of the titles in the head."""
    titles = {letters(title) for title in metadata.titles}
    return any(
        piece.level in (1, 2)
        and len(piece.line.words) >= _TITLE_WORDS
        and "".join(piece.line.words) in titles
        for piece in choice.pieces
    )


def _is_headline_link(line: Line) -> bool:
    return line.link_share > _LINKED and len(line.words) >= _HEADLINE_WORDS


def _parse(text: str, where: str) -> Element:
    """The tree of a page: no network, no entities but those of HTML, comments and instructions left out."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        root: Element | None = etree.fromstring(_without_declaration(text).encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as exc:
        raise ArticleError("the page is not HTML", where=where, remedy="give the HTML of an article") from exc
    if root is None:
        raise ArticleError("the page is empty", where=where, remedy="give the HTML of an article")
    return root


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s{0,100}<\?xml[^>]{0,200}>", "", text.replace("\0", ""))


def _judged(pieces: Sequence[Piece], outline: Outline) -> list[Judged]:
    """Each line with the reason against it: that of its words, else that of its box or its place."""
    page = judge([piece.line for piece in pieces])
    prose = (
        (piece.element, len(piece.line.words))
        for piece, judged in zip(pieces, page, strict=True)
        if judged.is_prose
    )
    boxes = boxed(outline.elements, outline.sums(prose))
    for index, piece in enumerate(pieces):
        if page[index].reason == "caption" and _is_set_as_text(piece) and not has_credit(piece.line):
            page[index] = page[index]._replace(reason=None)
        if piece.line.hint == "post":
            page[index] = page[index]._replace(reason=boxes.get(piece.element, "social media post"))
        if page[index].reason is None:
            reason = boxes.get(piece.element) or (
                "caption" if _is_under_picture(pieces, index, outline) else None
            )
            page[index] = page[index]._replace(reason=reason)
    return page


def _is_set_as_text(piece: Piece) -> bool:
    """True for a paragraph or a heading without a picture above: it is no caption without a credit."""
    return piece.printed != "text" and not is_under_picture(piece.element)


def _is_under_picture(pieces: Sequence[Piece], index: int, outline: Outline) -> bool:
    """True for a line that stands alone with a picture, and below it."""
    piece = pieces[index]
    holder = piece.element.getparent()
    if holder is None or piece.printed == "heading" or len(piece.line.words) > _CAPTION_WORDS:
        return False
    if opens_with_picture(piece.element):
        return True
    neighbours = (*pieces[max(0, index - 1) : index], *pieces[index + 1 : index + 2])
    return not any(outline.holds(holder, other.element) for other in neighbours) and is_under_picture(
        piece.element
    )


def _extracted(text: str) -> list[str]:
    """The lines that trafilatura takes for the text of the page; none when it fails."""
    import trafilatura

    try:
        found: Any = trafilatura.extract(
            text, output_format="txt", include_comments=False, include_tables=False
        )
    except (
        etree.LxmlError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
        IndexError,
        KeyError,
    ) as exc:
        logger.info("the extractor failed: %s", exc)
        return []
    return str(found or "").splitlines()
