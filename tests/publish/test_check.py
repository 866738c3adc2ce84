"""The checker: clean feeds pass, and each rule catches the breach it is there for."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import AudioError
from podcast.publish.check import Breach, check_feed, check_feeds
from podcast.publish.check_files import Locate, files_under
from podcast.publish.feed import build_feed, build_feeds
from podcast.publish.items import FeedItem
from podcast.publish.picture import Picture, read_picture
from podcast.types import Show

Make = Callable[..., FeedItem]
BASE = "https://ecouter.example/gazette/"


@pytest.fixture(scope="session")
def good(show: Show, item: Make) -> bytes:
    return build_feed(show, [item(1), item(2)], self_url=show.feed_url, hub="https://hub.example/")


def test_our_feed_is_clean(show: Show, good: bytes) -> None:
    assert check_feed(good, self_url=show.feed_url) == []


def test_an_archived_feed_is_clean(show: Show, item: Make) -> None:
    items = [item(number) for number in range(1, 12)]
    assert (
        check_feeds(build_feeds(show, items, self_url=show.feed_url, page_size=3), self_url=show.feed_url)
        == []
    )


TABLE = Path(__file__).resolve().parent.parent / "data" / "feeds" / "breaches.tsv"
BREACHES = [
    line.replace("\\n", "\n").split("\t")
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("old", "new", "where", "sentence"), BREACHES)
def test_a_breach_is_found(show: Show, good: bytes, old: str, new: str, where: str, sentence: str) -> None:
    text = good.decode()
    assert old in text
    found = check_feed(text.replace(old, new, 1).encode(), self_url=show.feed_url)
    assert any(where in str(breach) and sentence in breach.sentence for breach in found), list(
        map(str, found)
    )


def test_every_episode_gone_is_a_breach(show: Show) -> None:
    found = check_feed(build_feed(show, [], self_url=show.feed_url))
    assert [breach.sentence for breach in found] == ["a show needs at least one episode"]


def test_what_is_only_recommended_says_so(good: bytes) -> None:
    text = good.decode().replace("<itunes:duration>60</itunes:duration>", "")
    assert {breach.required for breach in check_feed(text.encode())} == {False}


@given(data=st.binary(max_size=300))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    assert check_feed(data)


@given(data=st.data())
def test_no_damage_makes_it_fail(good: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 40)))
    middle = data.draw(st.binary(max_size=20))
    assert isinstance(check_feed(good[:start] + middle + good[end:]), list)


def test_a_broken_chain_of_archives(show: Show, item: Make) -> None:
    items = [item(number) for number in range(1, 12)]
    feeds = build_feeds(show, items, self_url=show.feed_url, page_size=3)
    without = {name: data for name, data in feeds.items() if name != "feed-archive-2.xml"}
    found = {breach.where for breach in check_feeds(without, self_url=show.feed_url)}
    assert found == {"feed-archive-2.xml", "feed-archive-1.xml"}


def png(side: int, *, height: int = 0, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", side, height or side, 8, colour, 0, 0, 0)
    chunk = b"IHDR" + header
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


def jpeg(side: int, *, components: int = 3, comment: int = 70) -> bytes:
    frame = struct.pack(">HBHHB", 8 + 3 * components, 8, side, side, components) + b"\1\x11\0" * components
    said = b"\xff\xfe" + struct.pack(">H", comment + 2) + b"\xff\xc0" * (comment // 2)
    return b"\xff\xd8" + said + b"\xff\xff\xc2" + frame + b"\xff\xd9"


PICTURES = [
    ("a.png", png(1400), Picture("png", 1400, 1400, True)),
    ("a.png", png(1400, height=900, colour=0), Picture("png", 1400, 900, False)),
    ("a.jpg", jpeg(3000), Picture("jpeg", 3000, 3000, True)),
    ("a.jpg", jpeg(3000, components=4), Picture("jpeg", 3000, 3000, False)),
    ("a.jpg", jpeg(3000)[:80], None),
    ("a.png", png(1400)[:20], None),
    ("a.jpg", b"\xff\xd8\xff", None),
    ("a.jpg", b"\xff\xd8abcd", None),
    ("a.jpg", b"", None),
    ("a.gif", b"GIF89a", None),
]


@pytest.mark.parametrize(("name", "data", "expected"), PICTURES)
def test_what_a_picture_is(tmp_path: Path, name: str, data: bytes, expected: Picture | None) -> None:
    (tmp_path / name).write_bytes(data)
    assert read_picture(tmp_path / name) == expected


@given(data=st.binary(max_size=200))
def test_no_bytes_make_the_picture_reader_fail(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jpg"
    path.write_bytes(b"\xff\xd8\xff" + data)
    read_picture(path)


CHAPTERS = {
    "version": "1.2.0",
    "chapters": [{"startTime": 0, "title": "A"}, {"startTime": 20.25, "title": "B"}],
}
VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<v Voix de synthèse>Le pont rouvre.\n"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The files of episode 1, as they should be."""
    folder = tmp_path / "episodes" / "le-pont-1-0a1b2c3d"
    folder.mkdir(parents=True)
    (folder / "episode.mp3").write_bytes(b"ID3\4" + b"\0" * (480_001 - 4))
    (folder / "chapters.json").write_text(json.dumps(CHAPTERS))
    (folder / "transcript.vtt").write_text(VTT)
    (folder / "cover.jpg").write_bytes(jpeg(1400))
    (tmp_path / "cover-1f2e3d.jpg").write_bytes(jpeg(3000))
    return folder


def check_files(show: Show, item: Make, root: Path, **options: Any) -> list[Breach]:
    feed = build_feed(show, [item(1)], self_url=show.feed_url)
    return check_feed(feed, files=files_under(root, BASE), **options)


@pytest.mark.usefixtures("published")
def test_files_as_they_should_be(show: Show, item: Make, tmp_path: Path) -> None:
    assert check_files(show, item, tmp_path, duration=lambda _: 59.2) == []


FILE_BREACHES: list[tuple[str, bytes | None, str]] = [
    ("episode.mp3", None, "cannot be read: No such file"),
    ("episode.mp3", b"ID3", "length says 480001, but"),
    ("episode.mp3", b"RIFF" + b"\0" * 479_997, "is not audio/mpeg"),
    ("chapters.json", None, "cannot be read"),
    ("chapters.json", b"{", "not a list of chapters"),
    ("chapters.json", b"[]", "not a list of chapters"),
    ("chapters.json", b'{"version": "1.2.0", "chapters": [1]}', "not a list of chapters"),
    ("chapters.json", b'{"version": "1.0.0", "chapters": []}', "of version '1.0.0'"),
    ("chapters.json", json.dumps(CHAPTERS).replace("20.25", "0").encode(), "in the order"),
    ("chapters.json", json.dumps(CHAPTERS).replace("20.25", "60.5").encode(), "after the end of the episode"),
    ("../../cover-1f2e3d.jpg", None, "cannot be read"),
    ("../../cover-1f2e3d.jpg", jpeg(600), "600 pixels on a side"),
    ("chapters.json", json.dumps(CHAPTERS).replace("20.25", '"20"').encode(), "a number of seconds"),
    ("chapters.json", json.dumps(CHAPTERS).replace("20.25", "NaN").encode(), "a number of seconds"),
    ("chapters.json", json.dumps(CHAPTERS).replace('"B"', '" "').encode(), "must have a title"),
    ("transcript.vtt", None, "cannot be read"),
    ("transcript.vtt", b"1\n00:00", "does not begin with WEBVTT"),
    ("transcript.vtt", b"WEBVTT\n", "no line of text"),
    ("transcript.vtt", b"WEBVTT\n\n\xff\xfe", "not UTF-8"),
    ("transcript.vtt", (VTT + "x" * 66).encode(), ":5 has 66 characters"),
    ("cover.jpg", None, "cannot be read"),
    ("cover.jpg", b"GIF89a", "neither a JPEG nor a PNG"),
    ("cover.jpg", png(1400), "is a PNG file and must end in .png"),
    ("cover.jpg", jpeg(1399), "1399 pixels on a side"),
    ("cover.jpg", jpeg(3001), "3001 pixels on a side"),
    ("cover.jpg", jpeg(1400, components=4), "not in RGB"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "sentence"), FILE_BREACHES)
def test_a_file_that_is_not_as_it_should_be(
    show: Show, item: Make, published: Path, tmp_path: Path, name: str, data: bytes | None, sentence: str
) -> None:
    (published / name).unlink()
    if data is not None:
        (published / name).write_bytes(data)
    (breach,) = check_files(show, item, tmp_path)
    assert sentence in breach.sentence
    assert breach.required


@pytest.mark.usefixtures("published")
def test_the_duration_is_what_is_heard(show: Show, item: Make, tmp_path: Path) -> None:
    (breach,) = check_files(show, item, tmp_path, duration=lambda _: 58.9)
    assert "says 60 s, but" in breach.sentence


@pytest.mark.usefixtures("published")
def test_audio_that_cannot_be_measured(show: Show, item: Make, tmp_path: Path) -> None:
    def measure(path: Path) -> float:
        raise AudioError("is no audio", where=path.name)

    (breach,) = check_files(show, item, tmp_path, duration=measure)
    assert breach.sentence == "episode.mp3: is no audio"


LOCATED = [(f"{BASE}a/b.mp3", "a/b.mp3"), (BASE, None), ("https://other.example/a/b.mp3", None), ("", None)]


@pytest.mark.parametrize(("url", "name"), LOCATED)
def test_where_a_file_is(tmp_path: Path, url: str, name: str | None) -> None:
    locate: Locate = files_under(tmp_path, BASE)
    assert locate(url) == (tmp_path / name if name else None)
