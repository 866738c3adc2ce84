"""What a run publishes for people: the show's page, and a page for each episode."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from tests.publish.validator import Validate, validate
from tests.run.newsroom import BASE, WRITTEN, Newsroom, text

__all__ = ["validate"]


def page(room: Newsroom, name: str = "index.html") -> lxml.html.HtmlElement:
    return lxml.html.fromstring((room.folder / "public" / name).read_text(encoding="utf-8"))


def meta(html: lxml.html.HtmlElement) -> dict[str, str]:
    return {
        tag.get("property") or tag.get("name"): tag.get("content")
        for tag in html.iter("meta")
        if tag.get("property") or tag.get("name")
    }


def facts(html: lxml.html.HtmlElement) -> dict[str, Any]:
    (script,) = html.xpath('//script[@type="application/ld+json"]')
    found: dict[str, Any] = json.loads(script.text)
    return found


def episode_pages(room: Newsroom) -> dict[str, str]:
    """Title → published name of each episode's page, as the show's page has them."""
    links = page(room).xpath('//ol[@class="episodes"]//h2/a')
    return {link.text: link.get("href").removeprefix(BASE) for link in links}


def test_the_show_lists_its_episodes_the_newest_first(published: Newsroom) -> None:
    in_feed = [episode["title"] for episode in published.feed()["episodes"]]
    assert list(episode_pages(published)) == in_feed
    for name in episode_pages(published).values():
        assert (published.folder / "public" / name).is_file()


def test_everything_that_the_show_asks_for_is_published(published: Newsroom) -> None:
    html = page(published)
    named = [
        *html.xpath("//link[@rel='stylesheet']/@href"),
        *html.xpath("//img/@src"),
        *html.xpath("//script/@src"),
    ]
    assert "./site.css" in named
    for name in (*named, "ecouter-article.js"):
        assert (published.folder / "public" / name.removeprefix(BASE)).is_file()


@pytest.mark.parametrize("kind", ["show", "episode"])
def test_the_feed_is_found_and_the_address_is_its_own(published: Newsroom, kind: str) -> None:
    name = "" if kind == "show" else next(iter(episode_pages(published).values()))
    html = page(published, name or "index.html")
    (feed,) = html.xpath("//link[@rel='alternate' and @type='application/rss+xml']/@href")
    (canonical,) = html.xpath("//link[@rel='canonical']/@href")
    assert feed == f"{BASE}feed.xml"
    assert canonical == meta(html)["og:url"] == facts(html)["url"] == f"{BASE}{name}"


def test_networks_and_search_engines_find_the_sound(published: Newsroom) -> None:
    for title, episode in published.episodes().items():
        html = page(published, episode_pages(published)[title])
        (enclosure,) = episode["enclosures"]
        card, known = meta(html), facts(html)
        assert card["og:audio"] == known["audio"]["contentUrl"] == enclosure["url"]
        assert card["og:audio:type"] == known["audio"]["encodingFormat"] == "audio/mpeg"
        assert card["og:title"] == known["headline"] == title
        assert card["og:type"] == "article"
        assert abs(int(known["audio"]["duration"][2:-1]) - episode["total_time"]) <= 1
        assert known["author"] == [{"@type": "Person", "name": "Jeanne Ledoux"}]
        assert (published.folder / "public" / card["og:image"].removeprefix(BASE)).is_file()
    assert facts(page(published))["@type"] == "PodcastSeries"


def test_the_pages_are_valid_html(published: Newsroom, validate: Validate) -> None:
    folder = published.folder / "public"
    names = ["index.html", *episode_pages(published).values()]
    pages = {name.replace("/", "_"): (folder / name).read_text(encoding="utf-8") for name in names}
    assert validate(pages) == []
    broken = next(iter(pages.values())).replace("</h1>", "").replace("<main>", "<main><li>")
    assert validate({"broken": broken})


def test_only_the_page_of_what_changed_is_written_again(on_air: Newsroom) -> None:
    on_air.run()
    before = on_air.bytes("public")
    on_air.write("1.txt", text("Le marché déménage", "Les étals iront au parc."), at=WRITTEN + 1000)
    on_air.run()
    after = on_air.bytes("public")
    changed = {name for name in after if before.get(name) != after[name]}
    new = str(Path("public") / episode_pages(on_air)["Le marché déménage"])
    assert {name for name in changed if name.endswith(".html")} == {"public/index.html", new}
    assert "public/site.css" not in changed


def test_a_show_without_episodes_has_a_page(newsroom: Newsroom, validate: Validate) -> None:
    (newsroom.folder / "articles").mkdir()
    newsroom.run()
    assert episode_pages(newsroom) == {}
    assert validate({"empty": (newsroom.folder / "public" / "index.html").read_text()}) == []


def test_its_dates_are_those_of_the_feed(published: Newsroom) -> None:
    shown = [datetime.fromisoformat(value) for value in page(published).xpath("//li//time/@datetime")]
    assert [moment.timestamp() for moment in shown] == [e["published"] for e in published.feed()["episodes"]]
