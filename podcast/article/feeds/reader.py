"""Newsroom feeds → addresses of articles: RSS, Atom, sitemaps and indexes of sitemaps."""

from __future__ import annotations

import html
import io
import logging
import re
from calendar import timegm
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from podcast.article.dates import find_dates, paris
from podcast.article.feeds.sitemap import read_sitemap
from podcast.article.fetch import DEFAULT_POLICY, FetchPolicy, fetch
from podcast.article.fetch.charset import decode
from podcast.article.fetch.urls import Target, join_url, parse_url
from podcast.errors import ArticleError

logger = logging.getLogger(__name__)

MAX_ITEMS = 500
"""Items returned, the newest ones; a newsroom's feed has 20 to 100, a news sitemap up to 1,000."""

MAX_TAGS = 150_000
"""Tags in an RSS or Atom feed, ten entities counting for one: each tag costs the parser some 40 µs."""

MAX_SITEMAPS = 3
"""Sitemaps of an index that are read, the newest ones."""

_SYNDICATION = frozenset(["rss", "rdf", "feed", "channel"])
_SITEMAPS = frozenset(["urlset", "sitemapindex"])
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,60}(?::([A-Za-z_][\w.-]{0,60}))?")
_TAG = re.compile(r"<[^<>]{0,500}>")
_TRACKING = re.compile(
    r"(?:utm_\w{1,20}|xtor|at_(?:medium|campaign|creation|format)|fbclid|gclid)=", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One address that a feed names."""

    url: str
    """Absolute http(s), without fragment and tracking parameters."""
    title: str = ""
    published: datetime | None = None
    """Aware; Europe/Paris when the feed does not say."""
    updated: datetime | None = None
    guid: str = ""
    """The feed's own identity for the article, which outlives a changed address; may be empty."""
    kind: Literal["article", "sitemap"] = "article"
    """``sitemap`` in an index: the address of another feed."""

    @property
    def newest(self) -> datetime | None:
        """When the item was last touched."""
        dates = [date for date in (self.published, self.updated) if date]
        return max(dates, default=None)


@dataclass(frozen=True, slots=True)
class Feed:
    """A fetched feed, and what to show the server the next time."""

    items: tuple[FeedItem, ...]
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False
    """Nothing new since ``etag`` and ``last_modified``; ``items`` is then empty."""


def fetch_feed(
    url: str,
    *,
    policy: FetchPolicy = DEFAULT_POLICY,
    etag: str = "",
    last_modified: str = "",
    limit: int = MAX_ITEMS,
) -> Feed:
    """The items of the feed at ``url``; an index of sitemaps is followed one level down.

    Raises `ArticleError` when there is no feed at the address, `FetchError`
    when it cannot be had now.
    """
    page = fetch(url, policy=policy, etag=etag, last_modified=last_modified)
    if page.not_modified:
        return Feed((), page.etag, page.last_modified, not_modified=True)
    items = read_feed(page.text, page.url, limit=limit)
    children = [item for item in items if item.kind == "sitemap"][:MAX_SITEMAPS]
    if children:
        items = _ordered((item for child in children for item in _below(child, policy, limit)), limit)
    return Feed(items, page.etag, page.last_modified)


def _below(sitemap: FeedItem, policy: FetchPolicy, limit: int) -> list[FeedItem]:
    """The articles of one sitemap of an index; none when the site names something that is no sitemap."""
    try:
        page = fetch(sitemap.url, policy=policy)
        items = read_feed(page.text, page.url, limit=limit)
    except ArticleError as exc:
        logger.warning("skipped: %s", exc)
        return []
    return [item for item in items if item.kind == "article"]


def read_feed(text: str | bytes, url: str, *, limit: int = MAX_ITEMS) -> tuple[FeedItem, ...]:
    """The items of a feed, newest first, each address once; undated items last, in the feed's order.

    ``url`` is where the feed was found; relative addresses are resolved
    against it. Addresses that are not plain http(s) ones are dropped.
    `ArticleError` when the text is no feed, or declares XML entities.
    """
    base = parse_url(url)
    document = decode(text)[0] if isinstance(text, bytes) else text
    root, start = _root(document, url)
    if root in _SITEMAPS:
        found = _sitemap_items(document[start:], base)
    elif root in _SYNDICATION:
        found = _syndicated_items(document[start:], base)
    else:
        raise _not_a_feed(url, "a web page" if root == "html" else f"<{root}>" if root else "no XML")
    return _ordered(found, limit)


def _not_a_feed(url: str, seen: str) -> ArticleError:
    remedy = "give the address of an RSS or Atom feed or of a sitemap"
    return ArticleError(f"not a feed but {seen}", where=url, remedy=remedy)


def _root(document: str, url: str) -> tuple[str, int]:
    """The name of the root element, lower case and without prefix, and where it begins.

    What precedes it is not given to any parser: without a document type there
    are no entities, neither external ones nor ones that expand.
    """
    position = document.find("<")
    while position >= 0:
        if document.startswith("<?", position):
            position = _after(document, "?>", position)
        elif document.startswith("<!--", position):
            position = _after(document, "-->", position)
        elif document.startswith("<!", position):
            position = _after_doctype(document, position, url)
        else:
            name = _NAME.match(document, position + 1)
            return ((name[1] or name[0]).lower() if name else ""), position
        position = document.find("<", position) if position >= 0 else -1
    return "", len(document)


def _after(document: str, end: str, position: int) -> int:
    found = document.find(end, position)
    return found + len(end) if found >= 0 else -1


def _after_doctype(document: str, position: int, url: str) -> int:
    end = _after(document, ">", position)
    if "[" in document[position:end]:
        what = "the feed declares XML entities of its own, which could expand without end or read files"
        raise ArticleError(what, where=url, remedy="refused; tell the site to leave them out")
    return end


def _sitemap_items(document: str, base: Target) -> Iterable[FeedItem]:
    for entry in read_sitemap(document, str(base)):
        values = entry.values
        item = _item(base, values.get("loc", ""))
        if item:
            yield replace(
                item,
                title=_plain(values.get("news/title", "")),
                published=_moment(values.get("news/publication_date", "")),
                updated=_moment(values.get("lastmod", "")),
                kind="sitemap" if entry.kind == "sitemap" else "article",
            )


def _syndicated_items(document: str, base: Target) -> Iterable[FeedItem]:
    import feedparser

    if document.count("<") + document.count("&") // 10 > MAX_TAGS:
        what = f"the feed has more than {MAX_TAGS:,} tags"
        raise ArticleError(what, where=str(base), remedy="give a shorter feed of the site")
    # As a file, because a text that looks like an address or a path would be opened.
    source = io.BytesIO(document.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": str(base)}
    try:
        parsed = feedparser.parse(
            source, response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except Exception as exc:  # its loose parser fails on broken feeds in as many ways as they are broken
        raise ArticleError("the feed cannot be parsed", where=str(base), remedy="tell the site") from exc
    if not parsed.entries and parsed.bozo:
        raise ArticleError("the feed is broken XML without an item", where=str(base), remedy="tell the site")
    for entry in parsed.entries:
        item = _item(base, _value(entry, "feedburner_origlink") or _value(entry, "link"))
        if item:
            yield replace(
                item,
                title=_plain(_value(entry, "title")),
                published=_entry_date(entry, "published"),
                updated=_entry_date(entry, "updated"),
                guid=_value(entry, "id"),
            )


def _value(entry: Any, key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""


def _entry_date(entry: Any, key: str) -> datetime | None:
    """The date as written, which has its zone; else what feedparser made of it, in UTC."""
    if key not in entry.keys():  # noqa: SIM118 - `in entry` and `get` answer "published" for "updated"
        return None
    moment = _moment(_value(entry, key))
    parsed = entry.get(f"{key}_parsed")
    if moment is None and parsed:
        try:
            return datetime.fromtimestamp(timegm(parsed), UTC)
        except (ValueError, TypeError, OverflowError, OSError):
            return None
    return moment


def _moment(text: str) -> datetime | None:
    """A date in ISO 8601 (Atom, sitemaps), in RFC 2822 (RSS), or in words."""
    for read in (datetime.fromisoformat, parsedate_to_datetime, _in_words):
        try:
            moment = read(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=paris())
            moment.astimezone(UTC)  # raises when the date is out of range there
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        return moment
    return None


def _in_words(text: str) -> datetime:
    return find_dates(text)[0].when


def _plain(title: str) -> str:
    """A title without markup and entities, on one line."""
    return " ".join(html.unescape(_TAG.sub("", title)).split())


def _item(base: Target, link: str) -> FeedItem | None:
    if not link:
        return None
    try:
        target = join_url(base, link)
    except ArticleError as exc:
        logger.debug("dropped from the feed: %s", exc)
        return None
    return FeedItem(url=_without_tracking(str(target)))


def _without_tracking(url: str) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.match(pair)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


def _ordered(items: Iterable[FeedItem], limit: int) -> tuple[FeedItem, ...]:
    """Each address once, the newest first."""
    unique: dict[str, FeedItem] = {}
    for item in items:
        unique.setdefault(item.url, item)
    oldest = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(unique.values(), key=lambda item: item.newest or oldest, reverse=True)[:limit])
