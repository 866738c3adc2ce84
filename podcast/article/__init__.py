"""From a noisy page to an `Article`."""

from __future__ import annotations

import re
from typing import Literal

from podcast.errors import ArticleError
from podcast.types import Article

__all__ = ["Kind", "parse_article", "sniff"]

Kind = Literal["paste", "html", "json", "markdown"]

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|article|main|section|div|header|meta|p|h1)[\s>]", re.IGNORECASE
)
_SNIFFED = 2000
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:[^\n]{0,500}\n){1,40}?---[ \t]*\n")


def parse_article(
    text: str, *, url: str | None = None, kind: Kind | None = None, force: bool = False
) -> Article:
    """The article in ``text``; ``kind`` says what the text is, None guesses it.

    Raises `ArticleError` when there is no article in it or, unless ``force``,
    when a page is not one to be spoken: an error page, a list of articles, the
    stub before a paywall, another language. JSON and Markdown are not judged:
    who hands them over knows what is in them.
    """
    kind = kind or sniff(text)
    if kind == "html":
        from podcast.article.html import article_from_html

        return article_from_html(text, url=url, force=force)
    if kind == "json":
        from podcast.article.document import article_from_json

        return article_from_json(text, url=url)
    if kind == "markdown":
        from podcast.article.markdown import article_from_markdown

        return article_from_markdown(text, url=url)
    return _article_from_paste(text, url=url, force=force)


def _article_from_paste(text: str, *, url: str | None, force: bool) -> Article:
    from podcast.article.judgement import judge_article, no_article
    from podcast.article.paste import article_from_paste

    try:
        article = article_from_paste(text, url=url)
    except ArticleError as error:
        raise no_article(error, "", text.split("\n", 60)) from None
    if not force:
        judge_article(article)
    return article


def sniff(text: str) -> Kind:
    """What a text without a name is: HTML by its tags, JSON by its brace, Markdown by its front matter."""
    start = text[:_SNIFFED].lstrip("\ufeff \t\r\n")
    if start.startswith("{") and '"' in start:
        return "json"
    if start.startswith("<") and _HTML.search(start):
        return "html"
    return "markdown" if _FRONT_MATTER.match(start) else "paste"
