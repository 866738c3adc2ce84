"""The feed: RSS 2.0 with the namespaces itunes, podcast, atom and content.

The same show and items give the same bytes, in whatever order the items come:
no clock is read. A long show is archived (RFC 5005, section 4): the feed holds
the newest episodes, and documents that change little hold the older ones.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from podcast.errors import ConfigError, PublishError
from podcast.publish.categories import split_category
from podcast.publish.items import FeedItem
from podcast.publish.notes import show_notes
from podcast.publish.text import LONGEST_NAME, is_web, legal, line, passage
from podcast.types import Show

NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "fh": "http://purl.org/syndication/history/1.0",
}
FEED_TYPE = "application/rss+xml"
PAGE_SIZE = 300
"""Episodes in the feed itself: some 1 MB, which every reader takes."""

_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of ``podcast:guid`` (Podcasting 2.0)."""


_DESCRIPTION = "Des articles lus par une voix de synthèse."
"""Of a show that has none of its own."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often episodes appear (``podcast:updateFrequency``)."""

    rrule: str
    """A recurrence rule (RFC 5545, section 3.3.10)."""
    words: str
    """The same for listeners."""


DAILY = Frequency("FREQ=DAILY", "Tous les jours")


@dataclass(frozen=True, slots=True)
class _Channel:
    """What the feed says beside the show and its episodes."""

    self_url: str
    credit: str
    hub: str
    frequency: Frequency | None
    locked: bool
    copyright: str


@dataclass(frozen=True, slots=True)
class _Page:
    """One document of an archived feed."""

    name: str
    items: Sequence[FeedItem]
    links: tuple[tuple[str, str], ...]
    """(relation, URL) of its ``atom:link`` elements."""
    archive: bool


def show_guid(feed_url: str) -> str:
    """The ``podcast:guid`` of a feed address; a show keeps it when its address changes."""
    return str(uuid.uuid5(_GUIDS, re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*://", "", feed_url.strip()).rstrip("/")))


def build_feed(
    show: Show,
    items: Iterable[FeedItem],
    *,
    self_url: str,
    credit: str = "",
    hub: str = "",
    frequency: Frequency | None = DAILY,
    locked: bool = True,
    copyright: str = "",  # noqa: A002 - the element's name
) -> bytes:
    """All of a show in one document; see `build_feeds`."""
    feeds = build_feeds(
        show,
        items,
        self_url=self_url,
        credit=credit,
        hub=hub,
        frequency=frequency,
        locked=locked,
        copyright=copyright,
        page_size=0,
    )
    (document,) = feeds.values()
    return document


def build_feeds(
    show: Show,
    items: Iterable[FeedItem],
    *,
    self_url: str,
    credit: str = "",
    hub: str = "",
    frequency: Frequency | None = DAILY,
    locked: bool = True,
    copyright: str = "",  # noqa: A002 - the element's name
    page_size: int = PAGE_SIZE,
) -> dict[str, bytes]:
    """File name → document, the feed last: the order in which to publish them.

    ``self_url`` is where the feed will be and ends in its file name. ``credit``
    (who made the voices, and their licences) is added to the description.
    ``page_size`` is how many episodes the feed holds at most (0: all); older
    ones go to archives beside it, whose size never changes.

    Raises ``ConfigError`` for an address that cannot be a feed's, and
    ``PublishError`` when two episodes have one GUID.
    """
    ordered = sorted(items, key=lambda item: (item.first_published, item.episode.guid), reverse=True)
    _refuse_doubles(ordered)
    channel = _Channel(self_url, credit, hub, frequency, locked, copyright)
    pages = _pages(ordered, channel, page_size)
    return {page.name: _document(show, page, channel) for page in pages}


def _refuse_doubles(items: Sequence[FeedItem]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.episode.guid in seen:
            what = f"two episodes have the GUID {item.episode.guid}"
            raise PublishError(what, where=item.episode.title, remedy="forget one of them")
        seen.add(item.episode.guid)


def _pages(items: Sequence[FeedItem], channel: _Channel, size: int) -> list[_Page]:
    """Archives, oldest first, then the feed.

    The feed holds the newest ``size`` episodes, because most apps know no
    archives. Archives are counted from the oldest episode and always full, so
    that a new episode changes the feed alone, or adds one archive; the newest
    archive and the feed may share episodes, which RFC 5005 allows.
    """
    folder, name = _split(channel.self_url)
    full = max(0, len(items) - 1) // size if size > 0 else 0
    stem, dot, suffix = name.rpartition(".")
    names = [
        f"{stem or suffix}-archive-{number}{dot}{suffix if dot else ''}" for number in range(1, full + 1)
    ]
    oldest = items[::-1]
    pages = []
    for number, archive in enumerate(names):
        links = [("self", folder + archive), ("current", channel.self_url)]
        if number:
            links.append(("prev-archive", folder + names[number - 1]))
        if number + 1 < full:
            links.append(("next-archive", folder + names[number + 1]))
        part = oldest[number * size : (number + 1) * size][::-1]
        pages.append(_Page(archive, part, tuple(links), archive=True))
    links = [("self", channel.self_url)]
    if channel.hub:
        links.append(("hub", channel.hub))
    if names:
        links.append(("prev-archive", folder + names[-1]))
    return [*pages, _Page(name, items[: size or None], tuple(links), archive=False)]


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    name = parts.path.rpartition("/")[2]
    if not is_web(url) or not name or parts.query or parts.fragment:
        remedy = "give an http(s) address that ends in a file name, such as https://example.org/feed.xml"
        raise ConfigError("not the address of a feed", where=url or "feed_url", remedy=remedy)
    return url[: -len(name)], name


def _document(show: Show, page: _Page, channel: _Channel) -> bytes:
    spaces = {f"xmlns:{prefix}": uri for prefix, uri in NAMESPACES.items() if prefix != "fh" or page.archive}
    root = Element("rss", {"version": "2.0", **spaces})
    element = SubElement(root, "channel")
    _describe(element, show, page, channel)
    for item in page.items:
        _add_item(SubElement(element, "item"), item, show)
    indent(root)
    document = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}\n'.encode()


def _describe(channel: Element, show: Show, page: _Page, extra: _Channel) -> None:
    """What precedes the items."""
    for relation, url in page.links:
        kind = {} if relation == "hub" else {"type": FEED_TYPE}
        _add(channel, "atom:link", href=url, rel=relation, **kind)
    if page.archive:
        SubElement(channel, "fh:archive")
    _add(channel, "title", line(show.title))
    link = show.link or _split(extra.self_url)[0]
    _add(channel, "link", link)
    _add(channel, "description", passage(f"{show.description or _DESCRIPTION}\n\n{extra.credit}"))
    _add(channel, "language", show.language)
    _add(channel, "copyright", line(extra.copyright))
    if page.items:
        _add(channel, "lastBuildDate", _rfc2822(max(item.updated for item in page.items)))
    _add(channel, "generator", "podcast")
    _add_apple(channel, show)
    _add_image(channel, show, link)
    _add(channel, "podcast:guid", show.guid or show_guid(extra.self_url))
    _add(channel, "podcast:locked", "yes" if extra.locked else "no", owner=show.email)
    _add(channel, "podcast:medium", "podcast")
    _add(channel, "podcast:txt", "true", purpose="ai-content")
    if extra.frequency:
        words = line(extra.frequency.words, LONGEST_NAME)
        _add(channel, "podcast:updateFrequency", words, rrule=extra.frequency.rrule)


def _add_apple(channel: Element, show: Show) -> None:
    outer, inner = split_category(show.category)
    category = _add(channel, "itunes:category", text=outer)
    if category is not None and inner:
        _add(category, "itunes:category", text=inner)
    _add(channel, "itunes:explicit", "true" if show.explicit else "false")
    _add(channel, "itunes:type", "episodic")
    _add(channel, "itunes:author", line(show.author or show.title))
    if show.email:
        owner = SubElement(channel, "itunes:owner")
        _add(owner, "itunes:name", line(show.author or show.title))
        _add(owner, "itunes:email", show.email)


def _add_image(channel: Element, show: Show, link: str) -> None:
    """Three times, for readers of three ages."""
    if not show.image:
        return
    _add(channel, "itunes:image", href=show.image)
    _add(channel, "podcast:image", href=show.image, purpose="artwork")
    image = SubElement(channel, "image")
    _add(image, "url", show.image)
    _add(image, "title", line(show.title))
    _add(image, "link", link)


def _add_item(element: Element, item: FeedItem, show: Show) -> None:
    episode = item.episode
    _add(element, "title", line(episode.title))
    _add(element, "link", (episode.link or "") if is_web(episode.link) else item.page_url)
    _add(element, "description", passage(episode.description))
    _add(element, "content:encoded", show_notes(item))
    _add(element, "guid", episode.guid, isPermaLink="false")
    _add(element, "pubDate", _rfc2822(item.first_published))
    size = str(episode.size)
    _add(element, "enclosure", url=item.enclosure_url, length=size, type=episode.mime_type)
    _add(element, "itunes:duration", str(max(1, round(episode.duration))))
    _add(element, "itunes:author", line(", ".join(item.authors) or show.author))
    _add(element, "itunes:explicit", "true" if show.explicit else "false")
    _add(element, "itunes:episodeType", "full")
    _add(element, "itunes:image", href=item.image_url)
    _add(element, "podcast:image", href=item.image_url, purpose="artwork" if item.image_url else "")
    for kind, number in (("season", item.season), ("episode", item.number)):
        _add(element, f"itunes:{kind}", str(number or ""))
        _add(element, f"podcast:{kind}", str(number or ""))
    if item.chapters_url:
        _add(element, "podcast:chapters", url=item.chapters_url, type="application/json+chapters")
    if item.transcript_url:
        address, language = item.transcript_url, show.language
        _add(element, "podcast:transcript", url=address, type="text/vtt", language=language)
    for author in filter(str.strip, item.authors):
        _add(element, "podcast:person", line(author, LONGEST_NAME), role="author", group="writing")
    _add(element, "podcast:txt", "true", purpose="ai-content")


def _add(parent: Element, tag: str, value: str = "", **attributes: str) -> Element | None:
    """A child with what is known; none when nothing is."""
    known = {name: legal(given) for name, given in attributes.items() if given}
    if not value and not known:
        return None
    child = SubElement(parent, tag, known)
    child.text = legal(value) or None
    return child


def _rfc2822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
