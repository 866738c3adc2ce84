"""Where an article comes from: a file, standard input, or a URL."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from podcast.article import Kind, parse_article
from podcast.article.fetch import FetchPolicy, fetch
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


def load_article(source: str, *, policy: FetchPolicy, force: bool = False) -> Article:
    """The article of ``source``: a path, a URL, or ``-`` for standard input.

    ``force`` goes on although the page does not look like a French article.

    Raises ``ArticleError`` when it cannot be read or is not an article, and
    ``FetchError`` when fetching it may work later.
    """
    if _URL.match(source):
        page = fetch(source, policy=policy)
        kind: Kind | None = "html" if "html" in page.content_type else None
        return parse_article(page.text, url=page.url, kind=kind, force=force)
    if source == "-":
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        return _parse(data, "standard input", None, force=force)
    path = Path(source)
    return _parse(_read(path), source, _KINDS.get(path.suffix.lower()), force=force)


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


def _parse(data: bytes, where: str, kind: Kind | None, *, force: bool) -> Article:
    if len(data) > MAX_BYTES:
        raise ArticleError(
            f"is larger than {MAX_BYTES // 1_000_000} MB", where=where, remedy="give one article at a time"
        )
    try:
        return parse_article(decode(data)[0], kind=kind, force=force)
    except ArticleError as error:
        raise ArticleError(error.what, where=error.where or where, remedy=error.remedy) from error
