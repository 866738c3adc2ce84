"""Sitemaps: plain, Google News, and indexes of other sitemaps.

https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from podcast.errors import ArticleError

MAX_ENTRIES = 50_000
"""What the protocol allows in one file."""

_MAX_TEXT = 2_000
"""Characters of one value; the protocol says 2,048 for an address."""

_ENTRY = frozenset(["url", "sitemap"])
_VALUES = frozenset(["loc", "lastmod", "news/title", "news/publication_date"])


@dataclass(slots=True)
class SitemapEntry:
    """One ``url`` or ``sitemap`` element: the texts of its children, by name."""

    kind: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader:
    """Expat's events → entries. Nothing is kept but the values that are asked for."""

    def __init__(self) -> None:
        self.entries: list[SitemapEntry] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2].rpartition(":")[2])
        self._text, self._size = [], 0
        if len(self._path) == 2 and self._path[1] in _ENTRY and len(self.entries) < MAX_ENTRIES:
            self.entries.append(SitemapEntry(self._path[1]))

    def data(self, text: str) -> None:
        if self._size < _MAX_TEXT:
            self._text.append(text)
            self._size += len(text)

    def end(self, _name: str) -> None:
        name = "/".join(self._path[2:4])
        if name in _VALUES and self._path[1] in _ENTRY and self.entries and len(self._path) <= 4:
            self.entries[-1].values.setdefault(name, "".join(self._text).strip()[:_MAX_TEXT])
        self._path.pop()
        self._text, self._size = [], 0


def read_sitemap(document: str, where: str) -> list[SitemapEntry]:
    """The entries of a sitemap without a document type; `ArticleError` when it is not well-formed."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.data
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(document.encode("utf-8", "replace"), True)
    except expat.ExpatError as exc:
        what = f"the sitemap is not well-formed: {exc}"
        raise ArticleError(what, where=where, remedy="tell the site, or give another feed") from exc
    return reader.entries
