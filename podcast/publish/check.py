"""Does a feed keep the rules of Apple and of the Podcast Standards Project (PSP-1)?

It reads the bytes as any reader would, knowing nothing of how they were made.
Every breach has a sentence for the person who can mend it. Sources: Apple,
"Podcaster's guide to RSS" and "Podcast RSS feed requirements"; the Podcast
Standards Project's PSP-1; the Podcasting 2.0 namespace; RFC 5005.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, iterparse

from podcast.publish.check_files import Locate, Measure, file_breaches
from podcast.publish.check_values import CHANNEL_VALUES, ITEM_VALUES, Rule, Value
from podcast.publish.feed import NAMESPACES


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that the feed breaks."""

    rule: str
    """Whose rule, and its name: "apple channel image"."""
    where: str
    """The document, the channel or the item, and the element."""
    sentence: str
    """What is wrong and what would be right."""
    required: bool = True
    """False for what is only recommended."""

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class _Presence:
    """An element that must, or should, be there."""

    rule: str
    tag: str
    attribute: str = ""
    required: bool = True
    single: bool = True


_BOTH = "apple, psp-1"
_CHANNEL = (
    _Presence(_BOTH, "title"),
    _Presence(_BOTH, "description"),
    _Presence(_BOTH, "link"),
    _Presence(_BOTH, "language"),
    _Presence(_BOTH, "itunes:category", "text", single=False),
    _Presence(_BOTH, "itunes:explicit"),
    _Presence(_BOTH, "itunes:image", "href"),
    _Presence("psp-1", "podcast:locked", required=False),
    _Presence("psp-1", "podcast:guid", required=False),
    _Presence(_BOTH, "itunes:author", required=False),
)
_ITEM = (
    _Presence(_BOTH, "title"),
    _Presence(_BOTH, "enclosure", "url"),
    _Presence(_BOTH, "enclosure", "length", single=False),
    _Presence(_BOTH, "enclosure", "type", single=False),
    _Presence(_BOTH, "guid"),
    _Presence(_BOTH, "link", required=False),
    _Presence(_BOTH, "pubDate", required=False),
    _Presence(_BOTH, "description", required=False),
    _Presence(_BOTH, "itunes:duration", required=False),
    _Presence(_BOTH, "itunes:image", "href", required=False),
    _Presence(_BOTH, "itunes:explicit", required=False),
    _Presence("psp-1", "podcast:transcript", "url", required=False, single=False),
)
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]{0,80}?encoding=["']([^"'>]{0,40})["']""")
_REQUIRED_SPACES = ("itunes", "podcast", "atom")


def check_feed(
    data: bytes,
    *,
    self_url: str = "",
    files: Locate | None = None,
    duration: Measure | None = None,
    name: str = "feed",
) -> list[Breach]:
    """Every breach of one feed document, in its order.

    ``files`` gives the local path of a URL, or None for one that is not ours:
    then the files are read too and compared with what the feed says of them.
    ``duration`` measures an audio file in seconds. ``self_url`` is where the
    feed should say that it is. Nothing is raised for any bytes.
    """
    return list(_breaches(data, self_url, files, duration, name))


def check_feeds(
    documents: Mapping[str, bytes],
    *,
    self_url: str = "",
    files: Locate | None = None,
    duration: Measure | None = None,
) -> list[Breach]:
    """Every breach of an archived feed, whose documents are given by name, the feed last."""
    base, _, feed = self_url.rpartition("/")
    found: list[Breach] = []
    for name, data in documents.items():
        address = f"{base}/{name}" if self_url else ""
        found += check_feed(data, self_url=address, files=files, duration=duration, name=name)
    return [*found, *_chain_breaches(documents, feed)]


def _breaches(
    data: bytes, self_url: str, files: Locate | None, duration: Measure | None, name: str
) -> Iterator[Breach]:
    spaces: dict[str, str] = {}
    try:
        channel = _channel(data, spaces)
    except (ParseError, ValueError, LookupError) as exc:
        yield Breach("xml", name, f"this is not a feed: {exc}")
        return
    for prefix in _REQUIRED_SPACES:
        if NAMESPACES[prefix] not in spaces.values():
            yield Breach("psp-1", name, f"the namespace {prefix} ({NAMESPACES[prefix]}) is not declared")
    yield from _present(channel, _CHANNEL, f"{name}, channel")
    yield from _valid(channel, CHANNEL_VALUES, f"{name}, channel")
    yield from _self_link(channel, self_url, f"{name}, channel")
    yield from _files(channel, files, duration, f"{name}, channel")
    items = channel.findall("item")
    if not items:
        yield Breach("apple", f"{name}, channel", "a show needs at least one episode")
    for number, item in enumerate(items, start=1):
        where = f"{name}, item {number} ({text(item, 'guid') or 'no guid'})"
        yield from _present(item, _ITEM, where)
        yield from _valid(item, ITEM_VALUES, where)
        if not any(txt.get("purpose") == "ai-content" for txt in item.findall(named("podcast:txt"))):
            sentence = 'a synthetic voice must say so: <podcast:txt purpose="ai-content">true</podcast:txt>'
            yield Breach("apple", f"{where}, podcast:txt", sentence)
        yield from _files(item, files, duration, where)
    yield from _doubles(items, name)


def _files(parent: Element, files: Locate | None, duration: Measure | None, where: str) -> Iterator[Breach]:
    if files is not None:
        for what in file_breaches(parent, files, duration):
            yield Breach("files", f"{where}, {what.element}", what.sentence)


def _channel(data: bytes, spaces: dict[str, str]) -> Element:
    """The channel; raises for what is no RSS. No document type is taken, so no entity expands."""
    data.decode()  # raises ValueError
    encoding = _ENCODING.match(data)
    if encoding and encoding[1].upper() != b"UTF-8":
        raise ValueError(f"its encoding is {encoding[1].decode()} instead of UTF-8")
    if b"<!DOCTYPE" in data:
        raise ValueError("it declares a document type, which no feed needs")
    root: Element | None = None
    for event, found in iterparse(io.BytesIO(data), events=("start-ns", "start")):  # noqa: S314 - see above
        if event == "start-ns":
            spaces.setdefault(*found)
        elif root is None:
            root = found
    if root is None or root.tag != "rss" or root.get("version") != "2.0":
        raise ValueError('the root element is not <rss version="2.0">')
    channels = root.findall("channel")
    if len(channels) != 1:
        raise ValueError(f"there are {len(channels)} channels instead of one")
    return channels[0]


def named(tag: str) -> str:
    """ "itunes:image" as the parser writes it."""
    prefix, _, name = tag.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}" if prefix else name


def text(element: Element, tag: str) -> str:
    """The text of the first child of that name."""
    return (element.findtext(named(tag)) or "").strip()


def _present(parent: Element, presences: Iterable[_Presence], where: str) -> Iterator[Breach]:
    for presence in presences:
        found = parent.findall(named(presence.tag))
        values = [
            element.get(presence.attribute, "") if presence.attribute else element.text for element in found
        ]
        shown = f"{presence.tag} {presence.attribute}".strip()
        must = "must" if presence.required else "should"
        if not any((value or "").strip() for value in values):
            sentence = f"{shown} {must} be there"
            yield Breach(presence.rule, f"{where}, {presence.tag}", sentence, presence.required)
        if presence.single and len(found) > 1:
            yield Breach(presence.rule, f"{where}, {presence.tag}", f"{presence.tag} may be there once only")


def _valid(parent: Element, rules: Iterable[Rule], where: str) -> Iterator[Breach]:
    for rule in rules:
        for element in parent.findall(named(rule.tag)):
            value = Value(element.get(rule.attribute) if rule.attribute else element.text, element)
            sentence = rule.judge(value) if value.text else ""
            if sentence:
                yield Breach(rule.source, f"{where}, {rule.tag}", sentence, rule.required)


def _self_link(channel: Element, self_url: str, where: str) -> Iterator[Breach]:
    links = [
        link.get("href", "") for link in channel.findall(named("atom:link")) if link.get("rel") == "self"
    ]
    if len(links) != 1:
        yield Breach("psp-1", f"{where}, atom:link", 'there must be one atom:link with rel="self"')
    elif self_url and links != [self_url]:
        sentence = f"it says that the feed is at {links[0]}, but it is at {self_url}"
        yield Breach("psp-1", f"{where}, atom:link", sentence)


def _doubles(items: Iterable[Element], name: str) -> Iterator[Breach]:
    """Nothing that names an episode, or its audio, may name another one."""
    for tag, attribute in (("guid", ""), ("enclosure", "url")):
        seen: dict[str, int] = {}
        for number, item in enumerate(items, start=1):
            element = item.find(tag)
            value = (
                "" if element is None else (element.get(attribute) or "" if attribute else element.text or "")
            )
            value = value.strip()
            if value and value in seen:
                sentence = f"item {seen[value]} has the same {tag}: {value}"
                yield Breach("apple", f"{name}, item {number}, {tag}", sentence)
            seen.setdefault(value, number)


def _chain_breaches(documents: Mapping[str, bytes], feed: str) -> Iterator[Breach]:
    """RFC 5005: from the feed, prev-archive leads through every document, once."""
    names, position = set(documents), feed or next(reversed(list(documents)), "")
    while position in names:
        names.remove(position)
        try:
            channel = _channel(documents[position], {})
        except (ParseError, ValueError, LookupError):
            return
        links = {link.get("rel"): link.get("href", "") for link in channel.findall(named("atom:link"))}
        position = links.get("prev-archive", "").rpartition("/")[2]
        if position and position not in names:
            yield Breach("rfc 5005", position, "prev-archive leads to a document that is not there, or back")
    for name in sorted(names):
        yield Breach("rfc 5005", name, "no chain of prev-archive leads from the feed to this document")
