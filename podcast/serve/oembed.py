"""oEmbed 1.0 (https://oembed.com): the address of an article → the HTML of its player."""

from __future__ import annotations

from typing import Any

from podcast.publish.site import FRAME_HEIGHT, FRAME_WIDTH, frame
from podcast.serve.articles import ID
from podcast.serve.problems import Refused
from podcast.types import Article


def article_of(url: str, base: str) -> str:
    """The id in the address of an article on this server; raises ``Refused`` (404)."""
    prefix = f"{base}/articles/"
    name = url.removeprefix(prefix).partition("/")[0].partition("?")[0]
    if not url.startswith(prefix) or not ID.match(name):
        raise Refused(404, "url: is not that of an article on this server")
    return name


def width_within(text: str) -> int:
    """The width that ``maxwidth`` leaves; raises ``Refused`` (400)."""
    if not text:
        return FRAME_WIDTH
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Refused(400, "maxwidth: must be a number of pixels")
    return min(FRAME_WIDTH, int(text))


def oembed(name: str, article: Article, base: str, show: str, width: int) -> dict[str, Any]:
    """The answer, of type ``rich``."""
    address = f"{base}/articles/{name}"
    return {
        "version": "1.0",
        "type": "rich",
        "title": article.title,
        "author_name": ", ".join(article.authors),
        "provider_name": show,
        "provider_url": base,
        "thumbnail_url": f"{address}/cover.jpg",
        "thumbnail_width": 1400,
        "thumbnail_height": 1400,
        "width": width,
        "height": FRAME_HEIGHT,
        "html": frame(f"{address}/player"),
    }
