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
from typing import Any

from lxml import etree

from podcast.article.body import Judged, judge
from podcast.article.boxes import boxed
from podcast.article.choice import Choice, Outline
from podcast.article.compose import compose
from podcast.article.flow import Element, Piece, read_pieces
from podcast.article.jsonld import ARTICLE_TYPES
from podcast.article.judgement import Signs, judge_article, no_article
from podcast.article.lines import Line, letters
from podcast.article.metadata import Metadata, read_metadata
from podcast.errors import ArticleError
from podcast.types import Article

logger = logging.getLogger(__name__)

_SHORTEST_ATTESTED = 12
"""Letters of a line that may be looked for inside a longer one."""
_MOST_SOUGHT = 3000
_LINKED = 0.7
_HEADLINE_WORDS = 5


def article_from_html(text: str, *, url: str | None = None, force: bool = False) -> Article:
    """The article of an HTML page.

    ``url`` is where the page came from; links in it are resolved against it.
    Raises `ArticleError` when there is no article, or, unless ``force``, when
    it is not one to be spoken (`podcast.article.judgement`).
    """
    root = _parse(text, where=url or "")
    metadata = read_metadata(root, url)
    pieces = read_pieces(root)
    outline = Outline(root)
    page = _judged(pieces, outline)
    choice = Choice(pieces, page, outline, _attested(text, pieces, metadata))
    try:
        article = compose(choice, metadata, where=url or "")
    except ArticleError as error:
        title = metadata.titles[0] if metadata.titles else ""
        raise no_article(error, title, (piece.line.text for piece in pieces)) from None
    if not force:
        judge_article(article, _signs(pieces, metadata, article))
    return article


def _signs(pieces: Sequence[Piece], metadata: Metadata, article: Article) -> Signs:
    headlines = [piece.line for piece in pieces if _is_headline_link(piece.line)]
    signed = bool(article.published or article.authors)
    return Signs(
        is_article=signed or metadata.kind in ARTICLE_TYPES,
        is_paywalled=metadata.paywalled,
        headlines=len(headlines),
        headline_words=sum(len(line.words) for line in headlines),
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
    """Each line with the reason against it: that of its words, else that of its box."""
    page = judge([piece.line for piece in pieces])
    boxes = boxed(outline.elements, outline.words(pieces, page))
    return [
        replace(judged, reason=boxes[piece.element])
        if not judged.reason and piece.element in boxes
        else judged
        for piece, judged in zip(pieces, page, strict=True)
    ]


def _attested(text: str, pieces: Sequence[Piece], metadata: Metadata) -> list[bool] | None:
    """For each line, whether the extractor or ``articleBody`` has it; None when they have nothing."""
    texts = [letters(line) for line in (*_extracted(text), *metadata.body.split("\n"))]
    whole = "|".join(texts)
    if len(whole) < _SHORTEST_ATTESTED:
        return None
    exact = frozenset(texts)
    found = []
    sought = 0
    for piece in pieces:
        bare = "".join(piece.line.words)
        known = bare in exact
        if not known and len(bare) >= _SHORTEST_ATTESTED and sought < _MOST_SOUGHT:
            sought += 1
            known = bare in whole
        found.append(known)
    return found


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
