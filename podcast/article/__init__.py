"""From a noisy page to an `Article`."""

from __future__ import annotations

from typing import Literal

from podcast.article.paste import article_from_paste
from podcast.types import Article

__all__ = ["article_from_paste", "parse_article"]

Kind = Literal["paste", "html", "json", "markdown"]


def parse_article(
    text: str, *, url: str | None = None, kind: Kind | None = None, force: bool = False
) -> Article:
    """The article in ``text``; ``kind`` says what the text is, None guesses it.

    Raises `ArticleError` when there is no article in it.
    """
    del force, kind  # so far every kind is read as a pasted page
    return article_from_paste(text, url=url)
