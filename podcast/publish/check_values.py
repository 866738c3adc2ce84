"""The rules about single values in a feed, as a table: element → what it must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from podcast.publish.categories import why_unknown
from podcast.publish.text import LONGEST_DESCRIPTION, LONGEST_LINE, LONGEST_NAME

AUDIO_TYPES = {".mp3": ("audio/mpeg",), ".m4a": ("audio/x-m4a", "audio/mp4")}
"""What Apple plays, of what this program makes."""
IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png")
LONGEST_TXT = 4000
"""Characters in a ``podcast:txt``."""

_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8}){0,3}\Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
_RFC2822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|GMT|UT|EST|EDT|CST|CDT|MST|MDT|PST|PDT)\Z"
)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(?:\.[^@\s.]{1,63}){1,8}\Z")


class Value(NamedTuple):
    """What stands in an element or its attribute."""

    text: str | None
    element: Element

    @property
    def stripped(self) -> str:
        """Without the white space around it."""
        return (self.text or "").strip()


Judge = Callable[[Value], str]
"""A sentence about what is wrong; empty when nothing is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one element must be."""

    source: str
    tag: str
    judge: Judge
    attribute: str = ""
    required: bool = True


def one_of(*known: str) -> Judge:
    """One of these words."""
    return lambda v: "" if v.stripped in known else f"{v.stripped!r} must be one of {', '.join(known)}"


def at_most(longest: int, unit: str = "characters") -> Judge:
    """No longer than this."""

    def judge(value: Value) -> str:
        text = value.text or ""
        size = len(text.encode()) if unit == "bytes" else len(text)
        return f"it has {size} {unit}, and at most {longest} are read" if size > longest else ""

    return judge


def matching(pattern: re.Pattern[str], what: str) -> Judge:
    """Of this shape."""
    return lambda v: "" if pattern.match(v.stripped) else f"{v.stripped!r} is not {what}"


def web_address(value: Value) -> str:
    """An absolute http(s) URL that every server understands."""
    url = value.text or ""
    try:
        parts = urlsplit(url)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        complete = False
    if not complete:
        return f"{url!r} is not an absolute http(s) address"
    if not url.isascii() or re.search(r'[\s<>"{}|\\^`]', url):
        return f"{url!r} has characters that must be written as %XX"
    return ""


def image_address(value: Value) -> str:
    """An address that ends like a JPEG or PNG file (Apple)."""
    return web_address(value) or _suffix(value.stripped, IMAGE_SUFFIXES)


def audio_address(value: Value) -> str:
    """An address that ends like a file that Apple plays."""
    return web_address(value) or _suffix(value.stripped, AUDIO_TYPES)


def _suffix(url: str, known: tuple[str, ...] | dict[str, tuple[str, ...]]) -> str:
    path = urlsplit(url).path
    return "" if path.endswith(tuple(known)) else f"{path!r} must end in one of {', '.join(known)}"


def audio_type(value: Value) -> str:
    """The type that belongs to the address."""
    path = urlsplit(value.element.get("url", "")).path
    for suffix, types in AUDIO_TYPES.items():
        if path.endswith(suffix) and value.stripped not in types:
            return f"{value.stripped!r} is not the type of a {suffix} file: {types[0]}"
    return ""


def whole_number(value: Value) -> str:
    """1 or more, in digits."""
    text = value.text or ""
    good = text.isascii() and text.isdigit() and int(text[:18]) > 0
    return "" if good else f"{text!r} is not a whole number above 0"


def moment(value: Value) -> str:
    """A date as RFC 2822 writes it, with its zone."""
    try:
        parsedate_to_datetime(value.stripped)
    except (ValueError, TypeError, IndexError, OverflowError):
        return f"{value.stripped!r} is not a date"
    good = _RFC2822.match(value.stripped)
    return "" if good else f"{value.stripped!r} is not written like Tue, 03 Mar 2026 05:30:00 GMT"


def category(value: Value) -> str:
    """A category that Apple knows, and its subcategory."""
    inner = next((child.get("text", "") for child in value.element if child.tag == value.element.tag), "")
    return why_unknown(f"{value.stripped} > {inner}" if inner else value.stripped)


def disclosure(value: Value) -> str:
    """``purpose="ai-content"`` says true or false."""
    if value.element.get("purpose") != "ai-content":
        return ""
    return one_of("true", "false")(value)


def identity(value: Value) -> str:
    """A GUID is compared character by character, and is an address unless it says otherwise."""
    if value.stripped != value.text:
        return "there is white space around the guid"
    if value.element.get("isPermaLink", "true") == "true" and web_address(value):
        return f'{value.stripped!r} is no address: isPermaLink="false" must say so'
    return ""


_TITLE = at_most(LONGEST_LINE)
_SHARED = (
    Rule("apple", "title", _TITLE),
    Rule("apple", "description", at_most(LONGEST_DESCRIPTION, "bytes")),
    Rule("apple", "link", web_address),
    Rule("apple", "itunes:author", _TITLE),
    Rule("apple", "itunes:explicit", one_of("true", "false")),
    Rule("apple", "itunes:image", image_address, "href"),
    Rule("podcasting 2.0", "podcast:image", web_address, "href"),
    Rule("podcasting 2.0", "podcast:person", at_most(LONGEST_NAME)),
    Rule("podcasting 2.0", "podcast:txt", at_most(LONGEST_TXT)),
    Rule("podcasting 2.0", "podcast:txt", at_most(LONGEST_NAME), "purpose"),
    Rule("apple", "podcast:txt", disclosure),
)
CHANNEL_VALUES = (
    *_SHARED,
    Rule("apple", "language", matching(_LANGUAGE, "a language such as fr or fr-FR")),
    Rule("apple", "itunes:category", category, "text"),
    Rule("apple", "itunes:type", one_of("episodic", "serial")),
    Rule("apple", "copyright", _TITLE),
    Rule("rss", "lastBuildDate", moment),
    Rule("podcasting 2.0", "podcast:guid", matching(_UUID, "a UUID")),
    Rule("podcasting 2.0", "podcast:locked", one_of("yes", "no")),
    Rule("podcasting 2.0", "podcast:locked", matching(_EMAIL, "an e-mail address"), "owner"),
    Rule("podcasting 2.0", "podcast:updateFrequency", at_most(LONGEST_NAME)),
)
ITEM_VALUES = (
    *_SHARED,
    Rule("apple", "enclosure", audio_address, "url"),
    Rule("apple", "enclosure", whole_number, "length"),
    Rule("apple", "enclosure", audio_type, "type"),
    Rule("apple", "guid", identity),
    Rule("apple", "guid", _TITLE),
    Rule("apple", "pubDate", moment),
    Rule("apple", "itunes:duration", whole_number),
    Rule("apple", "itunes:episode", whole_number),
    Rule("apple", "itunes:season", whole_number),
    Rule("apple", "itunes:episodeType", one_of("full", "trailer", "bonus")),
    Rule("podcasting 2.0", "podcast:chapters", web_address, "url"),
    Rule("podcasting 2.0", "podcast:chapters", one_of("application/json+chapters"), "type"),
    Rule("podcasting 2.0", "podcast:transcript", web_address, "url"),
    Rule(
        "podcasting 2.0",
        "podcast:transcript",
        one_of(
            "text/vtt",
            "application/x-subrip",
            "application/srt",
            "application/json",
            "text/html",
            "text/plain",
        ),
        "type",
    ),
)
