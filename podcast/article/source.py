"""Where an article comes from: a file, standard input, or a URL."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from podcast.article import Kind, parse_article
from podcast.article.fetch import FetchPolicy
from podcast.article.fetch.charset import decode
from podcast.errors import ArticleError
from podcast.types import Article

MAX_BYTES = 10_000_000
"""Of a file or of standard input: the limit of a fetched page."""

_KINDS: dict[str, Kind] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
}
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """What was found, before anything is made of it."""

    text: str
    kind: Kind | None = None
    """What its name or its server says that it is; None leaves it to the text."""
    url: str | None = None
    """Where it was found in the end."""
    where: str = ""
    """What errors call it, where it has no address."""

    def article(self, *, force: bool = False) -> Article:
        """The article in it; ``force`` goes on although the page does not look like a French article.

        Raises ``ArticleError`` when there is none.
        """
        try:
            return parse_article(self.text, url=self.url, kind=self.kind, force=force)
        except ArticleError as error:
            where = error.where or self.where
            raise ArticleError(error.what, where=where, remedy=error.remedy) from error


def open_source(source: str, *, policy: FetchPolicy) -> Source:
    """What stands at a path, at a URL, or on standard input (``-``).

    Raises ``ArticleError`` when it cannot be read, and ``FetchError`` when
    fetching it may work later.
    """
    if _URL.match(source):
        from podcast.article.fetch import fetch

        page = fetch(source, policy=policy)
        return Source(page.text, "html" if "html" in page.content_type else None, page.url)
    if source == "-":
        return _decoded(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input", None)
    path = Path(source)
    return _decoded(_read(path), source, _KINDS.get(path.suffix.lower()))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except IsADirectoryError as error:
        raise ArticleError("is a folder", where=str(path), remedy="name the files in it") from error
    except FileNotFoundError as error:
        raise ArticleError("no such file", where=str(path), remedy="check the path") from error
    except OSError as error:
        raise ArticleError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _decoded(data: bytes, where: str, kind: Kind | None) -> Source:
    if len(data) > MAX_BYTES:
        raise ArticleError(
            f"is larger than {MAX_BYTES // 1_000_000} MB", where=where, remedy="give one article at a time"
        )
    return Source(decode(data)[0], kind, where=where)
