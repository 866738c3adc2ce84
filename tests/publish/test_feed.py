"""The feed: its laws, and what independent readers understand of it."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.errors import ConfigError, PublishError
from podcast.publish.feed import NAMESPACES, Frequency, build_feed, build_feeds, show_guid
from podcast.publish.items import FeedItem
from podcast.types import Chapter, Show
from tests.publish.readers import feedparser_reads, partytime_in, podcastparser_reads

Make = Callable[..., FeedItem]
NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from("\0\x0b\x1f\ud800\ufffe<>&\"']]>\n\t\u2028é€😀")), max_size=40
)


@pytest.fixture(scope="session")
def partytime(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], Any]:
    return partytime_in(tmp_path_factory.mktemp("partytime"))


def parsed(document: bytes) -> ElementTree.Element:
    channel = ElementTree.fromstring(document).find("channel")
    assert channel is not None
    return channel


def named(tag: str) -> str:
    prefix, _, name = tag.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}" if prefix else name


def texts(element: ElementTree.Element, tag: str) -> list[str]:
    return [found.text or "" for found in element.findall(named(tag))]


def attributes(element: ElementTree.Element, tag: str) -> list[dict[str, str]]:
    return [found.attrib for found in element.findall(named(tag))]


@given(title=NASTY, description=NASTY, author=NASTY, chapter=NASTY)
@settings(max_examples=150, deadline=None)
def test_whatever_a_page_says_the_feed_stays_xml(
    show: Show, item: Make, title: str, description: str, author: str, chapter: str
) -> None:
    chapters = (Chapter(chapter, 0, 1), Chapter(chapter, 1, 2))
    made = item(title=title, description=description, authors=(author,), chapters=chapters)
    named_so = replace(show, title=title, description=description)
    (entry,) = parsed(build_feed(named_so, [made], self_url=show.feed_url, credit=author)).findall("item")
    assert texts(entry, "guid") == [made.episode.guid]
    for notes in texts(entry, "content:encoded"):
        markup = ElementTree.fromstring(f"<div>{notes}</div>")
        assert {element.tag for element in markup.iter()} <= {"div", "p", "ul", "li", "a"}


@given(order=st.permutations(range(1, 13)), size=st.integers(1, 14))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_items_does_not_matter(show: Show, item: Make, order: list[int], size: int) -> None:
    def build(numbers: list[int]) -> dict[str, bytes]:
        items = (item(number) for number in numbers)
        return build_feeds(show, items, self_url=show.feed_url, page_size=size)

    assert build(order) == build(sorted(order))


@given(count=st.integers(0, 40), size=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_archives_and_feed_together_hold_every_episode(show: Show, item: Make, count: int, size: int) -> None:
    """RFC 5005: from the feed back along prev-archive; the feed alone is full whenever it can be."""
    items = [item(number) for number in range(1, count + 1)]
    feeds = build_feeds(show, items, self_url=show.feed_url, page_size=size)
    pages = {name: parsed(document) for name, document in feeds.items()}
    *archives, last = pages
    assert last == "feed.xml"
    newest = [guid for item in pages[last].findall("item") for guid in texts(item, "guid")]
    assert newest == [item.episode.guid for item in items[::-1][:size]]
    assert all(len(pages[name].findall("item")) == size for name in archives)
    seen, name = {*newest}, last
    while name:
        links = {link["rel"]: link["href"] for link in attributes(pages[name], "atom:link")}
        previous = links.get("prev-archive", "").removeprefix("https://ecouter.example/gazette/")
        assert links["self"].endswith(f"/{name}")
        assert (links.get("current") == show.feed_url) == (name != last)
        assert bool(pages[name].findall(named("fh:archive"))) == (name != last)
        seen |= {guid for item in pages[name].findall("item") for guid in texts(item, "guid")}
        name = previous
    assert seen == {item.episode.guid for item in items}


def test_a_new_episode_leaves_the_archives_as_they_were(show: Show, item: Make) -> None:
    def build(count: int) -> dict[str, bytes]:
        items = [item(number) for number in range(1, count + 1)]
        return build_feeds(show, items, self_url=show.feed_url, page_size=4)

    before, after = build(10), build(13)
    assert list(before) == ["feed-archive-1.xml", "feed-archive-2.xml", "feed.xml"]
    assert list(after) == ["feed-archive-1.xml", "feed-archive-2.xml", "feed-archive-3.xml", "feed.xml"]
    assert before["feed-archive-1.xml"] == after["feed-archive-1.xml"]


CHANNEL = [
    ("title", ["La Gazette à écouter"]),
    ("link", ["https://gazette.example/"]),
    ("language", ["fr-FR"]),
    ("lastBuildDate", ["Tue, 03 Mar 2026 06:30:00 GMT"]),
    ("itunes:author", ["La Gazette de Plouzané"]),
    ("itunes:explicit", ["false"]),
    ("itunes:type", ["episodic"]),
    ("podcast:locked", ["yes"]),
    ("podcast:medium", ["podcast"]),
    ("podcast:txt", ["true"]),
    ("podcast:updateFrequency", ["Tous les jours"]),
]


@pytest.mark.parametrize(("tag", "expected"), CHANNEL)
def test_what_the_channel_says(show: Show, item: Make, tag: str, expected: list[str]) -> None:
    channel = parsed(build_feed(show, [item()], self_url=show.feed_url))
    assert texts(channel, tag) == expected


ITEM = [
    ("title", ["Le pont n° 1 rouvre « plus tôt » & mieux"]),
    ("link", ["https://gazette.example/articles/1?a=1&b=2"]),
    ("guid", ["c0ffee00-0000-4000-8000-000000000001"]),
    ("pubDate", ["Tue, 03 Mar 2026 05:30:00 GMT"]),
    ("itunes:duration", ["60"]),
    ("itunes:author", ["Anne Le Goff, Yann Morvan"]),
    ("itunes:explicit", ["false"]),
    ("itunes:episodeType", ["full"]),
    ("itunes:season", ["2026"]),
    ("itunes:episode", ["1"]),
    ("podcast:season", ["2026"]),
    ("podcast:episode", ["1"]),
    ("podcast:person", ["Anne Le Goff", "Yann Morvan"]),
    ("podcast:txt", ["true"]),
]


@pytest.mark.parametrize(("tag", "expected"), ITEM)
def test_what_an_item_says(show: Show, item: Make, tag: str, expected: list[str]) -> None:
    (entry,) = parsed(build_feed(show, [item()], self_url=show.feed_url)).findall("item")
    assert texts(entry, tag) == expected


FOLDER = "https://ecouter.example/gazette/episodes/le-pont-1-0a1b2c3d/"
LINKED = [
    ("enclosure", {"url": f"{FOLDER}episode.mp3", "length": "480001", "type": "audio/mpeg"}),
    ("podcast:chapters", {"url": f"{FOLDER}chapters.json", "type": "application/json+chapters"}),
    ("podcast:transcript", {"url": f"{FOLDER}transcript.vtt", "type": "text/vtt", "language": "fr-FR"}),
    ("itunes:image", {"href": f"{FOLDER}cover.jpg"}),
    ("podcast:image", {"href": f"{FOLDER}cover.jpg", "purpose": "artwork"}),
    ("podcast:txt", {"purpose": "ai-content"}),
]


@pytest.mark.parametrize(("tag", "expected"), LINKED)
def test_what_an_item_names(show: Show, item: Make, tag: str, expected: dict[str, str]) -> None:
    (entry,) = parsed(build_feed(show, [item()], self_url=show.feed_url)).findall("item")
    assert attributes(entry, tag) == [expected]


def test_what_is_not_known_is_not_said(show: Show, item: Make) -> None:
    bare = item(
        page_url="", chapters_url="", transcript_url="", image_url="", authors=(), number=None, season=None
    )
    (entry,) = parsed(build_feed(show, [bare], self_url=show.feed_url)).findall("item")
    said = {element.tag for element in entry}
    for tag in ("podcast:chapters", "podcast:transcript", "podcast:person", "podcast:image", "itunes:image"):
        assert named(tag) not in said
    for tag in ("itunes:episode", "itunes:season", "podcast:episode", "podcast:season"):
        assert named(tag) not in said


def test_the_notes_have_moments_to_jump_to_and_links(show: Show, item: Make) -> None:
    (entry,) = parsed(build_feed(show, [item()], self_url=show.feed_url)).findall("item")
    (notes,) = texts(entry, "content:encoded")
    assert "<li>00:20 Et ‹demain› ?</li>" in notes
    assert '<a href="https://gazette.example/articles/1?a=1&amp;b=2">Lire l’article</a>' in notes
    assert f'<a href="{FOLDER}index.html">Écouter en suivant le texte</a>' in notes
    assert "voix de synthèse" in notes


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", None])
def test_only_web_addresses_are_linked(show: Show, item: Make, link: str | None) -> None:
    (entry,) = parsed(build_feed(show, [item(link=link)], self_url=show.feed_url)).findall("item")
    assert texts(entry, "link") == [f"{FOLDER}index.html"]
    assert "Lire l’article" not in texts(entry, "content:encoded")[0]


def test_long_texts_are_cut_between_words(show: Show, item: Make) -> None:
    long = replace(show, title="mot " * 200, description="é " * 5000)
    channel = parsed(
        build_feed(long, [item(title="mot " * 200, description="é " * 5000)], self_url=show.feed_url)
    )
    for element in (channel, channel.findall("item")[0]):
        (title,), (description,) = texts(element, "title"), texts(element, "description")
        assert 240 < len(title) <= 255
        assert title.endswith("mot…")
        assert 3900 < len(description.encode()) <= 4000


def test_a_date_is_the_same_moment_in_every_zone(show: Show, item: Make) -> None:
    paris = timezone(timedelta(hours=1))
    here, there = datetime(2026, 3, 3, 6, 30, tzinfo=paris), datetime(2026, 3, 3, 5, 30, tzinfo=UTC)
    one, other = (
        build_feed(show, [item(first_published=moment, updated=moment)], self_url=show.feed_url)
        for moment in (here, there)
    )
    assert one == other


def test_the_credit_frequency_and_hub(show: Show, item: Make) -> None:
    weekly = Frequency("FREQ=WEEKLY", "Chaque semaine")
    channel = parsed(
        build_feed(
            show,
            [item()],
            self_url=show.feed_url,
            credit="Voix : Maelle (CC-BY-4.0)",
            hub="https://hub.example/",
            frequency=weekly,
            locked=False,
        )
    )
    assert texts(channel, "description")[0].endswith("\n\nVoix : Maelle (CC-BY-4.0)")
    assert {"rel": "hub", "href": "https://hub.example/"} in attributes(channel, "atom:link")
    assert attributes(channel, "podcast:updateFrequency") == [{"rrule": "FREQ=WEEKLY"}]
    assert texts(channel, "podcast:locked") == ["no"]


GUIDS = [
    ("podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ("http://podnews.net/rss///", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
]


@pytest.mark.parametrize(("url", "guid"), GUIDS)
def test_the_guid_of_a_show(url: str, guid: str) -> None:
    """The vector of the Podcasting 2.0 namespace."""
    assert show_guid(url) == guid


def test_a_show_keeps_the_guid_it_was_given(show: Show) -> None:
    given_once = replace(show, guid="9b024349-ccf0-5f69-a609-6b82873eab3c")
    assert texts(parsed(build_feed(given_once, [], self_url=show.feed_url)), "podcast:guid") == [
        given_once.guid
    ]


BAD_ADDRESSES = [
    "",
    "feed.xml",
    "ftp://a.example/feed.xml",
    "https://a.example/",
    "https://a.example/f.xml?x=1",
]


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_an_address_that_is_no_feed_is_refused(show: Show, url: str) -> None:
    with pytest.raises(ConfigError, match="address of a feed"):
        build_feed(show, [], self_url=url)


def test_two_episodes_with_one_guid_are_refused(show: Show, item: Make) -> None:
    with pytest.raises(PublishError, match="two episodes have the GUID"):
        build_feed(show, [item(1), item(2, guid=item(1).episode.guid)], self_url=show.feed_url)


def test_podcastparser_understands_it(show: Show, item: Make) -> None:
    document = build_feed(show, [item(1), item(2)], self_url=show.feed_url)
    read = podcastparser_reads(document)
    assert (read["title"], read["language"]) == (show.title, "fr-FR")
    assert read["cover_url"] == show.image
    newest, _ = read["episodes"]
    assert newest["title"] == item(2).episode.title
    assert newest["guid"] == item(2).episode.guid
    assert newest["published"] == item(2).first_published.timestamp()
    assert newest["total_time"] == 60
    assert newest["episode_art_url"] == item(2).image_url
    assert newest["link"] == item(2).episode.link
    assert newest["enclosures"] == [
        {"url": item(2).enclosure_url, "file_size": 480_002, "mime_type": "audio/mpeg"}
    ]
    assert (newest["season"], newest["number"]) == (2026, 2)
    assert "Texte : Anne Le Goff et Yann Morvan" in newest["description_html"]


def test_feedparser_understands_it(show: Show, item: Make) -> None:
    read = feedparser_reads(build_feed(show, [item(1), item(2)], self_url=show.feed_url))
    assert not read.bozo
    assert read.feed.title == show.title
    assert read.feed.image.href == show.image
    assert [tag["term"] for tag in read.feed.tags] == ["News", "Daily News"]
    newest, _ = read.entries
    assert (newest.id, newest.title) == (item(2).episode.guid, item(2).episode.title)
    assert newest.link == item(2).episode.link
    assert newest.enclosures[0].href == item(2).enclosure_url
    assert newest.enclosures[0].length == "480002"
    assert newest.itunes_duration == "60"
    assert "Texte : Anne Le Goff" in newest.content[0].value


def test_partytime_understands_it(show: Show, item: Make, partytime: Callable[[bytes], Any]) -> None:
    read = partytime(build_feed(show, [item(1), item(2)], self_url=show.feed_url))
    assert (read["title"], read["link"]) == (show.title, show.link)
    assert read["language"].lower() == "fr-fr"
    assert read["guid"] == show_guid(show.feed_url)
    assert read["locked"] is True
    assert read["explicit"] is False
    assert read["itunesImage"] == show.image
    assert "News > Daily News" in read["itunesCategory"]
    assert read["owner"] == {"email": show.email, "name": show.author}
    assert read["medium"] == "podcast"
    newest, _ = read["items"]
    made = item(2)
    assert (newest["guid"], newest["title"]) == (made.episode.guid, made.episode.title)
    assert newest["link"] == made.episode.link
    assert newest["duration"] == 60
    enclosure = {"url": made.enclosure_url, "length": 480_002, "type": "audio/mpeg"}
    assert newest["enclosure"] == enclosure
    assert newest["podcastChapters"] == {"url": made.chapters_url, "type": "application/json+chapters"}
    assert [transcript["url"] for transcript in newest["podcastTranscripts"]] == [made.transcript_url]
    assert [person["name"] for person in newest["podcastPeople"]] == list(made.authors)
    assert {person["role"] for person in newest["podcastPeople"]} == {"Author"}
    assert newest["podcastSeason"]["number"] == 2026
    assert newest["podcastEpisode"]["number"] == 2
    assert newest["itunesImage"] == made.image_url


def test_the_readers_agree(show: Show, item: Make, partytime: Callable[[bytes], Any]) -> None:
    """Three parsers, one table of fields, an episode whose text is full of traps."""
    hard = item(3, title="« L’œuf » & <l’âge> d’or — 100 % vrai ?", description="A\nB & <c>\n\nD")
    document = build_feed(show, [hard], self_url=show.feed_url)
    gpodder = podcastparser_reads(document)["episodes"][0]
    universal = feedparser_reads(document).entries[0]
    npm = partytime(document)["items"][0]
    moment = datetime.fromisoformat(npm["pubDate"])
    assert gpodder["title"] == universal.title == npm["title"]
    assert npm["title"] == "« L’œuf » & ‹l’âge› d’or — 100 % vrai ?"
    assert gpodder["guid"] == universal.id == npm["guid"]
    assert gpodder["link"] == universal.link == npm["link"]
    assert gpodder["published"] == moment.timestamp() == hard.first_published.timestamp()
    assert gpodder["total_time"] == int(universal.itunes_duration) == npm["duration"]
    assert gpodder["enclosures"][0]["url"] == universal.enclosures[0].href == npm["enclosure"]["url"]
    assert gpodder["enclosures"][0]["file_size"] == int(universal.enclosures[0].length)
    assert gpodder["enclosures"][0]["file_size"] == npm["enclosure"]["length"]
    assert gpodder["description_html"] == universal.content[0].value
    assert "<p>A B &amp; ‹c›</p>" in universal.content[0].value
    assert gpodder["description"].split() == universal.summary.split() == npm["description"].split()


def test_ten_thousand_episodes(show: Show, item: Make) -> None:
    """In seconds and in tens of megabytes; the machine may be shared."""
    items = [item(number) for number in range(10_000)]
    random.Random(1).shuffle(items)
    began = time.process_time()
    feeds = build_feeds(show, items, self_url=show.feed_url)
    assert time.process_time() - began < 5
    assert len(feeds) == 34
    tracemalloc.start()
    build_feeds(show, items[:2000], self_url=show.feed_url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
