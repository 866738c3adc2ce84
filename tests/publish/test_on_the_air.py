"""From articles to listeners: a show run, served by nginx, read by three readers, heard in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from podcast.publish.check import check_feeds
from podcast.run.checking import duration
from tests.publish.readers import feedparser_reads, partytime_in, podcastparser_reads
from tests.publish.webserver import Web, free_port, nginx
from tests.run.newsroom import Newsroom, text

TITLES = ("L’« âge d’or » du phare & du quai", "Le marché déménage", "La dune avance de 3 m")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Three articles of our own, spoken by the bundled voice, on the air."""
    room = Newsroom(tmp_path_factory.mktemp("newsroom"))
    port = free_port()
    for number, title in enumerate(TITLES):
        room.write(f"{number}.txt", text(title))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODCAST_CACHE", str(tmp_path_factory.mktemp("clips")))
        patch.setattr("tests.run.newsroom.BASE", f"http://127.0.0.1:{port}/")
        room.run()
    with nginx(room.folder / "public", tmp_path_factory.mktemp("nginx"), port) as running:
        yield running


@pytest.fixture(scope="module")
def feed(web: Web) -> bytes:
    answer = web.ask("GET", "/feed.xml")
    assert answer.status == 200
    return answer.body


@pytest.fixture(scope="module")
def episodes(feed: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = podcastparser_reads(feed)["episodes"]
    return found


def test_the_checker_agrees(web: Web, feed: bytes, tmp_path: Path) -> None:
    """Over HTTP: each file that the feed names is fetched."""
    fetched = []

    def fetch(url: str) -> Path | None:
        name = url.removeprefix(web.url)
        path = tmp_path / name.replace("/", "_")
        path.write_bytes(web.ask("GET", f"/{name}").body)
        fetched.append(name)
        return path

    assert (
        check_feeds({"feed.xml": feed}, self_url=f"{web.url}feed.xml", files=fetch, duration=duration) == []
    )
    assert len(fetched) == 1 + 4 * len(TITLES)


def test_every_enclosure_is_what_the_feed_says(web: Web, episodes: list[dict[str, Any]]) -> None:
    assert {episode["title"] for episode in episodes} == set(TITLES)
    for episode in episodes:
        (enclosure,) = episode["enclosures"]
        path = "/" + enclosure["url"].removeprefix(web.url)
        head = web.ask("HEAD", path)
        assert (head.status, head.headers["Content-Type"]) == (200, enclosure["mime_type"])
        assert int(head.headers["Content-Length"]) == enclosure["file_size"]
        last = web.ask("GET", path, Range="bytes=-100")
        assert (last.status, len(last.body)) == (206, 100)


def test_three_readers_agree_on_every_field(
    feed: bytes, episodes: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    universal = feedparser_reads(feed)
    npm = partytime_in(tmp_path_factory.mktemp("partytime"))(feed)
    assert not universal.bozo
    assert universal.feed.title == npm["title"] == podcastparser_reads(feed)["title"]
    assert universal.feed.language == npm["language"] == podcastparser_reads(feed)["language"]
    assert universal.feed.image.href == npm["itunesImage"] == podcastparser_reads(feed)["cover_url"]
    by_guid = {item["guid"]: item for item in npm["items"]}
    for ours, theirs in zip(episodes, universal.entries, strict=True):
        other = by_guid[ours["guid"]]
        assert ours["guid"] == theirs.id
        assert ours["title"] == theirs.title == other["title"]
        assert ours["link"] == theirs.link == other["link"]
        assert ours["published"] == datetime.fromisoformat(other["pubDate"]).timestamp()
        assert ours["total_time"] == int(theirs.itunes_duration) == other["duration"]
        assert ours["number"] == int(theirs.itunes_episode) == other["itunesEpisode"]
        assert ours["explicit"] == other["explicit"] is False
        assert ours["itunes_author"] == theirs.author == other["author"]
        assert ours["episode_art_url"] == theirs.image.href == other["itunesImage"]
        assert ours["description"].split() == theirs.summary.split() == other["description"].split()
        assert ours["description_html"] == theirs.content[0].value
        (enclosure,) = ours["enclosures"]
        assert enclosure["url"] == theirs.enclosures[0].href == other["enclosure"]["url"]
        assert enclosure["file_size"] == int(theirs.enclosures[0].length) == other["enclosure"]["length"]
        assert enclosure["mime_type"] == theirs.enclosures[0].type == other["enclosure"]["type"]


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=arguments)
        yield browser.new_page()
        browser.close()


def test_chromium_plays_the_page_and_seeks(page: Page, episodes: list[dict[str, Any]]) -> None:
    """The listening page that the show notes link to; a seek needs nginx's byte ranges."""
    folder = episodes[0]["enclosures"][0]["url"].rpartition("/")[0]
    assert f'href="{folder}/index.html"' in episodes[0]["description_html"]
    page.goto(f"{folder}/index.html")
    audio = "document.querySelector('audio')"
    wait(page, f"{audio}.readyState >= 1")
    assert page.evaluate(f"{audio}.duration") == pytest.approx(episodes[0]["total_time"], abs=1)
    page.evaluate(f"{audio}.muted = true; {audio}.currentTime = {audio}.duration - 2; {audio}.play()")
    wait(page, f"{audio}.currentTime > {audio}.duration - 1.8 && !{audio}.seeking")
    assert page.evaluate(f"{audio}.error") is None


def wait(page: Page, condition: str) -> None:
    """The page's policy lets nobody poll inside it."""
    for _ in range(400):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never true: {condition}")
