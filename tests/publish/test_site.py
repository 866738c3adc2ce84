"""The pages of a show: well-formed, complete, and inert whatever titles say."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from podcast.publish import site
from podcast.types import Article, Block, Show
from tests.publish.conftest import BASE, SHOW, make_item
from tests.publish.validator import Validate, validate

__all__ = ["validate"]

VOID = {"meta", "link", "img", "input", "br"}
PAYLOADS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "&lt;script&gt;",
    "{{ show }}",
)
LISTENING = site.Listening(
    page=f"{BASE}episodes/le-pont/listen.html",
    source=f"{BASE}episodes/le-pont/",
    audio=f"{BASE}episodes/le-pont/episode.mp3",
    mime_type="audio/mpeg",
    image=f"{BASE}episodes/le-pont/cover.jpg",
    duration=59.6,
)
ARTICLE = Article(title="Le pont rouvre", blocks=(Block("paragraph", "Il était fermé."),))


class WellFormed(HTMLParser):
    """Fails at an element that is not closed where it should be."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        assert not any(name.startswith("on") for name in names)
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def show_page(show: Show, *titles: str) -> str:
    items = [make_item(number, title=title) for number, title in enumerate(titles, 1)]
    return site.show_page(show, items, url=BASE)


def episode_page(text: str, *, framed: bool = False) -> str:
    article = Article(
        title=text,
        blocks=(Block("paragraph", text), Block("heading", text), Block("list_item", text)),
        standfirst=text,
        section=text,
        authors=(text, text),
        url=f"javascript:{text}",
        image_url=f"data:text/html,{text}",
    )
    return site.episode_page(article, SHOW, LISTENING, framed=framed)


def test_the_newest_episode_comes_first() -> None:
    page = show_page(SHOW, "Le premier", "Le deuxième")
    assert page.index("Le deuxième") < page.index("Le premier")
    assert WellFormed(page).tags.count("li") == 2


def test_a_show_without_episodes_says_so() -> None:
    page = show_page(SHOW)
    assert "Aucun épisode" in page
    WellFormed(page)


def test_the_feed_is_found() -> None:
    for page in (show_page(SHOW, "Un pont"), episode_page("Un pont")):
        assert f'type="application/rss+xml" title="{SHOW.title}" href="{SHOW.feed_url}"' in page


def test_the_voice_is_said_to_be_synthetic_once() -> None:
    assert show_page(SHOW, "Un pont", "Deux ponts").count("Cet article est lu par une voix de synthèse") == 0
    assert show_page(SHOW, "Un pont", "Deux ponts").count("sont lus par une voix de synthèse") == 1


@pytest.mark.parametrize(
    ("seconds", "length"), [(25.4, "· 25 s<"), (59.6, "· 1 min 00 s<"), (605.0, "· 10 min 05 s<")]
)
def test_how_long_an_episode_is(seconds: float, length: str) -> None:
    page = site.show_page(SHOW, [make_item(1, duration=seconds)], url=BASE)
    assert length in page


@pytest.mark.parametrize("payload", PAYLOADS)
def test_titles_are_text(payload: str) -> None:
    show = Show(title=payload, description=payload, image=f"javascript:{payload}", feed_url=BASE)
    plain_show = Show(title="a", description="a", feed_url=BASE)
    assert WellFormed(show_page(show, payload)).tags == WellFormed(show_page(plain_show, "a")).tags
    for framed in (False, True):
        page, plain = (WellFormed(episode_page(text, framed=framed)) for text in (payload, "a"))
        assert page.tags == plain.tags
        assert page.links == plain.links
        assert all(link.startswith(("https://", "./")) for link in page.links)


def test_the_facts_are_those_of_the_article() -> None:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', episode_page("Un </script> pont")
    )
    assert found
    facts = json.loads(found.group(1))
    assert (facts["@type"], facts["headline"]) == ("NewsArticle", "Un ‹/script› pont")
    assert facts["audio"] == {
        "@type": "AudioObject",
        "contentUrl": LISTENING.audio,
        "encodingFormat": "audio/mpeg",
        "duration": "PT60S",
        "inLanguage": "fr-FR",
        "name": "Un ‹/script› pont",
    }
    assert "isBasedOn" not in facts


def test_networks_are_given_the_player_where_they_take_it() -> None:
    cards = {
        scheme: site.episode_page(ARTICLE, SHOW, replace(LISTENING, frame=f"{scheme}://e.example/player"))
        for scheme in ("http", "https")
    }
    assert '<meta name="twitter:card" content="summary">' in cards["http"]
    assert '<meta name="twitter:card" content="player">' in cards["https"]
    assert '<meta name="twitter:player" content="https://e.example/player">' in cards["https"]
    assert f'<meta name="twitter:player:stream" content="{LISTENING.audio}">' in cards["https"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_head_is_added_to_a_page_and_changes_nothing_else_of_it(payload: str) -> None:
    page = "<!doctype html><html><head><title>a</title></head><body>&lt;/head></body></html>"
    article = replace(ARTICLE, title=payload, standfirst=payload, authors=(payload,))
    told = site.with_head(page, article, SHOW, LISTENING)
    before, after = "<!doctype html><html><head><title>a</title>", "</head><body>&lt;/head></body></html>"
    assert told.startswith(before)
    assert told.endswith(after)
    tags = WellFormed(told).tags
    assert set(tags) == {"html", "head", "title", "meta", "link", "script", "body"}
    assert tags.count("script") == 1


def test_a_long_show_lists_its_newest_episodes() -> None:
    page = show_page(SHOW, *(f"Le {number}e" for number in range(1, site.LISTED + 3)))
    assert WellFormed(page).tags.count("li") == site.LISTED
    assert "Le 3e<" in page
    assert "Le 2e<" not in page
    assert "plus anciens" in page
    assert "plus anciens" not in show_page(SHOW, "Le premier")


def test_pages_are_valid_html(validate: Validate) -> None:
    pages = {"show-empty": show_page(SHOW)}
    for number, text in enumerate(("Un pont", *PAYLOADS)):
        pages[f"show-{number}"] = show_page(SHOW, text, text)
        pages[f"page-{number}"] = episode_page(text)
        pages[f"framed-{number}"] = episode_page(text, framed=True)
    assert validate(pages) == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//elsewhere.example.org/", "data:,a", "", "a"])
def test_only_web_addresses_are_embedded(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        site.frame(address)
    with pytest.raises(ValueError, match="address"):
        site.snippet(address, BASE, BASE)


def test_an_address_cannot_leave_its_attribute() -> None:
    text = site.snippet(f'{BASE}"><script>alert(1)</script>', f"{BASE}'><b>", f"{BASE}?a=1&b=<i>")
    assert WellFormed(text).tags == ["script", "ecouter-article", "a"]
