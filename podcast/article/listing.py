"""Where a newsroom names its articles: feeds and sitemaps, folders, lists of addresses."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from podcast.article.feeds import fetch_feed
from podcast.article.fetch import FetchPolicy
from podcast.article.fetch.urls import parse_url
from podcast.errors import ArticleError, FetchError

logger = logging.getLogger(__name__)

SUFFIXES = frozenset([".txt", ".html", ".htm", ".xhtml", ".md", ".markdown", ".json"])
"""Files of a folder that are articles."""

MAX_LISTED = 100_000
"""Lines of a list and files of a folder; beyond it something is wrong."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that names articles."""

    kind: Literal["feed", "folder", "list"]
    """``feed`` is RSS, Atom or a sitemap."""
    where: str
    """URL of a feed, path of a folder or of a list; a name for the source too."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One article that a source names."""

    address: str
    """URL, or path of a file below the source's own path."""
    title: str = ""
    updated: datetime | None = None
    """When the source says that it was last touched; aware."""
    identity: str = ""
    """The source's own name for it, which outlives a changed address; may be empty."""


def list_source(source: Source, *, folder: Path, policy: FetchPolicy) -> tuple[Listed, ...]:
    """The articles that a source names now, the newest first where it tells.

    ``folder`` is what relative paths start from. Raises ``FetchError`` when
    the source cannot be had now, ``ArticleError`` when it is not what it
    should be.
    """
    listers: dict[str, Callable[[], Iterator[Listed]]] = {
        "feed": lambda: _feed(source.where, policy),
        "folder": lambda: _folder(source.where, folder),
        "list": lambda: _list(source.where, folder),
    }
    unique: dict[str, Listed] = {}
    for listed in listers[source.kind]():
        unique.setdefault(listed.address, listed)
        if len(unique) > MAX_LISTED:
            raise ArticleError(f"names more than {MAX_LISTED:,} articles", where=source.where)
    return tuple(unique.values())


def _feed(url: str, policy: FetchPolicy) -> Iterator[Listed]:
    for item in fetch_feed(url, policy=policy).items:
        yield Listed(item.url, item.title, item.newest, item.guid)


def _folder(where: str, base: Path) -> Iterator[Listed]:
    """The files below the folder, the newest first; hidden ones and other kinds are passed over."""
    found = []
    for directory, folders, names in os.walk(base / where, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(directory, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                found.append((path.stat().st_mtime_ns, path) if path.exists() else (0, path))
    for _touched, path in sorted(found, key=lambda file: file[0], reverse=True):
        yield Listed(str(Path(where) / path.relative_to(base / where)))


def _unreadable(error: OSError) -> None:
    """A folder that is not there may be a disk that is not mounted: nothing in it was withdrawn."""
    raise FetchError(
        f"the folder cannot be read: {error.strerror}",
        where=str(error.filename),
        remedy="check the path and its rights",
    ) from error


def _list(where: str, base: Path) -> Iterator[Listed]:
    """One URL a line; empty lines and those that begin with # are passed over."""
    try:
        text = (base / where).read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"the list cannot be read: {error.strerror}"
        raise FetchError(what, where=where, remedy="check the path and its rights") from error
    except UnicodeDecodeError as error:
        raise ArticleError("the list is not UTF-8 text", where=where, remedy="convert it to UTF-8") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            yield Listed(str(parse_url(line)))
        except ArticleError as error:
            logger.warning("%s, line %d: %s", where, number, error)
