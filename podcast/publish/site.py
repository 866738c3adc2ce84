"""The public pages of a show: the list of its episodes, and a page to listen to each.

Every value that came from an article is escaped by the templates; addresses
are only ever http(s). Search engines and social networks read the JSON-LD
(schema.org), OpenGraph and Twitter cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from podcast.publish.items import FeedItem
from podcast.publish.templating import renderer
from podcast.publish.text import line, paragraphs, passage
from podcast.types import Article, Show

_TEMPLATES = Path(__file__).parent / "templates"
STYLE = _TEMPLATES / "site.css"
SUMMARY = 300
"""Bytes of a description in a list or a card."""
LISTED = 300
"""Episodes on the page of a show: as many as in its feed."""
FRAME_WIDTH, FRAME_HEIGHT = 600, 220
"""Pixels of the player in a frame."""

_render = renderer(_TEMPLATES)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the parts of one episode are; all absolute http(s) URLs, empty where there is none."""

    page: str
    source: str
    """What the player is given: the folder or resource that its files are in."""
    audio: str
    mime_type: str
    image: str = ""
    duration: float | None = None
    """Seconds, once it is known."""
    oembed: str = ""
    frame: str = ""
    """The player alone, for the frame of a social network."""


def show_page(show: Show, items: Iterable[FeedItem], *, url: str, assets: str = "./") -> str:
    """The page of a show, its newest ``LISTED`` episodes, the newest first.

    ``url`` is its absolute address; ``assets`` where ``site.css`` lies.
    """
    newest = sorted(items, key=lambda item: item.first_published, reverse=True)
    description = passage(show.description or show.title, SUMMARY)
    image = web(show.image)
    facts = {
        "@context": "https://schema.org",
        "@type": "PodcastSeries",
        "name": show.title,
        "description": description,
        "url": url,
        "inLanguage": show.language,
        "webFeed": show.feed_url,
        "image": image,
    }
    return _render(
        "show.html",
        language=show.language,
        title=show.title,
        description=description,
        address=url,
        feed_url=web(show.feed_url),
        oembed_url="",
        show=show.title,
        card=_card("website", show.title, description, url, image, show),
        twitter=_named({"twitter:card": "summary", "twitter:title": show.title, "twitter:image": image}),
        facts=_known(facts),
        framed=False,
        assets=assets,
        image=image,
        about=paragraphs(show.description),
        episodes=[_listed(item) for item in newest[:LISTED]],
        older=len(newest) > LISTED,
    )


def episode_page(
    article: Article,
    show: Show,
    listening: Listening,
    *,
    assets: str = "./",
    framed: bool = False,
) -> str:
    """A page to listen to an article, or, ``framed``, its player alone for another page's frame."""
    head = _head(article, show, listening)
    return _render(
        "episode.html",
        **{**head, "facts": None if framed else head["facts"]},
        language=article.language,
        framed=framed,
        assets=assets,
        headline=_headline(article),
        standfirst=article.standfirst,
        section=article.section,
        authors=article.authors,
        published=article.published,
        src=listening.source,
        audio_url=listening.audio,
        blocks=article.blocks,
        link=web(article.url or ""),
    )


def with_head(page: str, article: Article, show: Show, listening: Listening) -> str:
    """The page of an episode's folder, which knows no addresses, with what search engines and networks read.

    Everything in it is escaped: its first ``</head>`` is that of the page.
    """
    return page.replace("</head>", f"{_render('head.html', **_head(article, show, listening))}</head>", 1)


def _head(article: Article, show: Show, listening: Listening) -> dict[str, Any]:
    title = _headline(article)
    description = passage(article.standfirst or _first_paragraph(article), SUMMARY)
    sound = _named({"og:audio": listening.audio, "og:audio:type": listening.mime_type})
    published = article.published.isoformat(timespec="seconds") if article.published else ""
    told = _named({"article:published_time": published, "article:section": line(article.section)})
    return {
        "title": f"{title} – {show.title}",
        "description": description,
        "address": listening.page,
        "feed_url": web(show.feed_url),
        "oembed_url": listening.oembed,
        "show": show.title,
        "card": [*_card("article", title, description, listening.page, listening.image, show), *told, *sound],
        "twitter": _twitter(title, description, listening, article),
        "facts": _facts(article, show, listening, title, description),
    }


def _headline(article: Article) -> str:
    return line(article.title or _first_paragraph(article))


def _first_paragraph(article: Article) -> str:
    return next((block.text for block in article.blocks if block.kind == "paragraph"), "")


def web(address: str) -> str:
    """``address`` when it is an http(s) URL, else nothing: a page holds no other links."""
    return address if address.startswith(("http://", "https://")) else ""


def snippet(player: str, source: str, page: str) -> str:
    """The HTML that a newsroom puts into its own page; all three are URLs.

    Raises ``ValueError`` for what is not an http(s) URL.
    """
    script, src, link = (_safe(address) for address in (player, source, page))
    return (
        f'<script defer src="{script}"></script>\n'
        f'<ecouter-article src="{src}"><a href="{link}">Écouter l’article</a></ecouter-article>'
    )


def frame(page: str) -> str:
    """The player in a frame, for pages that take no scripts; raises ``ValueError`` as ``snippet``."""
    return (
        f'<iframe src="{_safe(page)}" title="Écouter l’article" '
        f'width="{FRAME_WIDTH}" height="{FRAME_HEIGHT}" '
        'style="border:0;width:100%" allow="autoplay" loading="lazy"></iframe>'
    )


def _safe(address: str) -> str:
    if not web(address):
        raise ValueError(f"{address!r} is not an http(s) address")
    return quote(address, safe="/:?=%#[]@!$()*+,;~-._&").replace("&", "&amp;")


def _facts(
    article: Article, show: Show, listening: Listening, title: str, description: str
) -> dict[str, Any]:
    duration = f"PT{round(listening.duration)}S" if listening.duration else None
    sound = {
        "@type": "AudioObject",
        "contentUrl": listening.audio,
        "encodingFormat": listening.mime_type,
        "duration": duration,
        "inLanguage": article.language,
        "name": title,
    }
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": title,
            "description": description,
            "inLanguage": article.language,
            "articleSection": article.section,
            "author": [{"@type": "Person", "name": name} for name in article.authors],
            "datePublished": article.published.isoformat(timespec="seconds") if article.published else None,
            "image": web(article.image_url or "") or listening.image,
            "url": listening.page,
            "isBasedOn": web(article.url or ""),
            "publisher": {"@type": "Organization", "name": show.author or show.title},
            "audio": _known(sound),
        }
    )


def _twitter(title: str, description: str, listening: Listening, article: Article) -> list[tuple[str, str]]:
    cards = {
        "twitter:card": "summary",
        "twitter:title": title,
        "twitter:description": description,
        "twitter:image": listening.image,
        "author": ", ".join(article.authors),
    }
    if listening.frame.startswith("https://"):  # networks show no other player
        cards |= {
            "twitter:card": "player",
            "twitter:player": listening.frame,
            "twitter:player:width": str(FRAME_WIDTH),
            "twitter:player:height": str(FRAME_HEIGHT),
            "twitter:player:stream": listening.audio,
            "twitter:player:stream:content_type": listening.mime_type,
        }
    return _named(cards)


def _card(kind: str, title: str, description: str, url: str, image: str, show: Show) -> list[tuple[str, str]]:
    return _named(
        {
            "og:type": kind,
            "og:title": title,
            "og:description": description,
            "og:url": url,
            "og:image": image,
            "og:site_name": show.title,
            "og:locale": show.language.replace("-", "_"),
        }
    )


def _named(values: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in values.items() if value]


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _listed(item: FeedItem) -> dict[str, Any]:
    minutes, seconds = divmod(round(item.episode.duration), 60)
    said = paragraphs(item.episode.description)
    return {
        "title": line(item.episode.title),
        "address": web(item.page_url) or web(item.enclosure_url),
        "published": item.first_published,
        "length": f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s",
        "source": web(item.page_url).removesuffix("index.html"),
        "audio": web(item.enclosure_url),
        "seconds": round(item.episode.duration),
        "summary": passage(said[0], SUMMARY) if said else "",
    }
