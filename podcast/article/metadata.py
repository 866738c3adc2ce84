"""What a page says of its article outside its text: JSON-LD, OpenGraph, meta tags, microdata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from podcast.article.boxes import is_breadcrumb
from podcast.article.byline import is_person
from podcast.article.dates import read_date
from podcast.article.jsonld import (
    ARTICLE_TYPES,
    PAGE_TYPES,
    SITE_TYPES,
    Thing,
    plain,
    read_things,
    text_of,
    types_of,
)
from podcast.article.lines import fold
from podcast.article.site import is_site, people, without_site
from podcast.article.tree import Element
from podcast.article.vocabulary import SECTIONS

Metas = dict[str, list[str]]
"""The contents of a page's meta tags, by name in lower case."""

_TITLES = ("og:title", "twitter:title", "title", "dc.title", "dcterms.title", "parsely-title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description", "dc.description")
_SECTIONS = ("article:section", "og:article:section", "parsely-section", "section", "category", "rubrique")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_AUTHORS = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "bepress_citation_author",
    "sailthru.author",
)
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "citation_publication_date",
    "bepress_citation_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "datepublished",
    "publish_date",
    "publish-date",
    "publishdate",
    "publication_date",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "date",
)
"""The surest first."""

_LONGEST_SECTION = 60
_LONGEST_URL = 2000
_FILE_NAME = re.compile(r"\S{1,200}\.(?:pdf|docx?|odt|html?)$", re.IGNORECASE)
_ARTICLES = ("l'", "le ", "la ", "les ")
_HOME = frozenset(("accueil", "home", "a la une"))


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says of itself; empty where it says nothing."""

    titles: tuple[str, ...] = ()
    """The surest first, each without the name of the site and then as it stands."""
    descriptions: tuple[str, ...] = ()
    """Whole ones: those that were cut short are left out."""
    section: str = ""
    authors: tuple[str, ...] = ()
    """People; agencies where nobody signs; never the site."""
    published: datetime | None = None
    """Aware; Europe/Paris when the page does not say."""
    url: str | None = None
    """The canonical address."""
    image_url: str | None = None
    site: str = ""
    body: str = ""
    """``articleBody``, as plain text."""
    paywalled: bool = False
    kind: str = ""
    """The type in JSON-LD, else ``og:type``, in lower case."""


def read_metadata(root: Element, url: str | None) -> Metadata:
    """Everything that the tree of a page says of it; ``url`` is where it came from."""
    metas = _metas(root)
    things = read_things(
        script.text or "" for script in root.iter("script") if "ld+json" in script.get("type", "")
    )
    articles = [thing for thing in things if types_of(thing) & ARTICLE_TYPES]
    known = articles or [thing for thing in things if types_of(thing) & PAGE_TYPES]
    site = _site(metas, things)
    return Metadata(
        titles=tuple(dict.fromkeys(_titles(metas, known, root, site))),
        descriptions=tuple(_descriptions(metas, known)),
        section=_section(metas, articles, things, root),
        authors=_authors(metas, known, root, site),
        published=_published(metas, known, root),
        url=_canonical(metas, root, url),
        image_url=_image(metas, articles, url),
        site=site,
        body=max((text_of(thing.get("articleBody")) for thing in articles), key=len, default=""),
        paywalled=any(_is_false(thing.get("isAccessibleForFree")) for thing in known),
        kind=next(
            (min(types_of(thing) & ARTICLE_TYPES) for thing in articles), _first(metas, ("og:type",)).lower()
        ),
    )


# — where it is said —


def _metas(root: Element) -> Metas:
    found: Metas = {}
    for meta in root.iter("meta"):
        name = meta.get("property", "") or meta.get("name", "") or meta.get("itemprop", "")
        content = plain(meta.get("content", ""))
        for key in name.lower().replace("dc:", "dc.").split():
            if content:
                found.setdefault(key, []).append(content)
    return found


def _all(metas: Metas, names: Iterable[str]) -> Iterator[str]:
    return (value for name in names for value in metas.get(name, ()))


def _first(metas: Metas, names: Iterable[str]) -> str:
    return next(_all(metas, names), "")


def _marked(root: Element, prop: str) -> list[str]:
    """The values of a microdata property."""
    return [
        plain(element.get("content", "") or element.get("datetime", "") or "".join(element.itertext()))
        for element in root.iter()
        if element.get("itemprop", "") == prop
    ]


# — titles and descriptions —


def _titles(metas: Metas, known: list[Thing], root: Element, site: str) -> Iterator[str]:
    said = [text_of(thing.get("headline")) for thing in known]
    said += [*_marked(root, "headline")[:1], *_all(metas, _TITLES)]
    said += [plain("".join(title.itertext())) for title in root.iter("title")][:1]
    for title in said:
        if title and not is_site(title, site) and not _FILE_NAME.match(title):
            yield without_site(title, site)
            yield title


def _descriptions(metas: Metas, known: list[Thing]) -> Iterator[str]:
    said = [text_of(thing.get(key)) for thing in known for key in ("alternativeHeadline", "description")]
    for text in dict.fromkeys((*said, *_all(metas, _DESCRIPTIONS))):
        if text and not text.rstrip(" ]").endswith(("…", "...")):
            yield text


# — site, section, addresses —


def _site(metas: Metas, things: list[Thing]) -> str:
    publishers = [text_of(t.get("publisher")) for t in things if types_of(t) & (ARTICLE_TYPES | PAGE_TYPES)]
    sites = [text_of(thing.get("name")) for thing in things if types_of(thing) & SITE_TYPES]
    named = (*metas.get("og:site_name", ()), *publishers, *sites)
    return next((name for name in named if name and not _is_named_after_a_person(name)), "")


def _is_named_after_a_person(site: str) -> bool:
    return is_person(site) and not fold(site).startswith(_ARTICLES)


def _section(metas: Metas, articles: list[Thing], things: list[Thing], root: Element) -> str:
    said = (
        *(text_of(thing.get("articleSection")) for thing in articles),
        _first(metas, _SECTIONS),
        _crumb(things),
        _printed_crumb(root),
    )
    likely = [text for text in said if text and not is_person(text)]
    section = next((text for text in likely if fold(text) in SECTIONS), likely[0] if likely else "")
    return section[:1].upper() + section[1:] if len(section) <= _LONGEST_SECTION else ""


def _crumb(things: list[Thing]) -> str:
    """The first step of the breadcrumb below the home page, when the page itself is lower still."""
    for thing in things:
        items = thing.get("itemListElement")
        if "breadcrumblist" in types_of(thing) and isinstance(items, list):
            steps = [step for step in items if isinstance(step, dict)]
            names = [text_of(step.get("name")) or text_of(step.get("item")) for step in steps]
            return names[1] if len(names) > 2 else ""
    return ""


def _printed_crumb(root: Element) -> str:
    """The same, out of the links of a breadcrumb that the page prints."""
    for element in root.iter("div", "ul", "ol", "nav", "p"):
        if is_breadcrumb(element):
            links = [plain("".join(link.itertext())) for link in element.iter("a")]
            return next((text for text in links if text and fold(text) not in _HOME), "")
    return ""


def _canonical(metas: Metas, root: Element, url: str | None) -> str | None:
    """The address that the page calls its own: on the same site, and not its home page."""
    links = [link.get("href", "") for link in root.iter("link") if link.get("rel", "").lower() == "canonical"]
    for text in (*links, *metas.get("og:url", ())):
        full = _absolute(url, text)
        if full and _is_below_home(full) and (url is None or _host(full) == _host(url)):
            return full
    return url


def _image(metas: Metas, articles: list[Thing], url: str | None) -> str | None:
    said = (*(_link(thing.get("image")) for thing in articles), *_all(metas, _IMAGES))
    return next((full for text in said if (full := _absolute(url, text))), None)


def _link(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return value if isinstance(value, str) else ""


def _absolute(base: str | None, text: str) -> str | None:
    """An http address, resolved against the page's; None for anything else."""
    text = text.strip()
    if not text or len(text) > _LONGEST_URL or any(mark in text for mark in ' <>"\n'):
        return None
    try:
        full = urljoin(base or "", text)
        parts = urlsplit(full)
        return full if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _is_below_home(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.rsplit("/", 1)[-1].lower() == "false")


# — date and signature —


def _published(metas: Metas, known: list[Thing], root: Element) -> datetime | None:
    """The date of publication; one that says its zone goes before one that does not."""
    said = [text_of(thing.get("datePublished") or thing.get("dateCreated")) for thing in known]
    said += [*_all(metas, _DATES), *_marked(root, "datePublished")]
    said += [time.get("datetime", "") for time in root.iter("time") if time.get("pubdate", "no") != "no"]
    found = [moment for moment in map(read_date, said) if moment]
    zoned = [when for when, has_zone in found if has_zone]
    return next(iter((*zoned, *(when for when, _ in found))), None)


def _authors(metas: Metas, known: list[Thing], root: Element, site: str) -> tuple[str, ...]:
    named = [
        text_of(item) for thing in known for item in _listed(thing.get("author") or thing.get("creator"))
    ]
    return people(named, site) or people((*_all(metas, _AUTHORS), *_marked(root, "author")), site)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
