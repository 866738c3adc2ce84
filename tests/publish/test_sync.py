"""Publishing: whatever fails, whenever it is killed, the feed on the air names only what is there."""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podcast.errors import PublishError
from podcast.publish.feed import build_feeds
from podcast.publish.items import FeedItem
from podcast.publish.storage import open_store
from podcast.publish.store import ANY, ConflictError, Store, Stored
from podcast.publish.sync import FOREVER, SHORTLY, Published, Upload, publish
from podcast.types import Show

Make = Callable[..., FeedItem]
BASE = "https://ecouter.example/gazette/"
NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class NetworkError(PublishError):
    """What the fault-injecting store raises."""


class Watched:
    """A store that keeps what is asked of it, and fails when it is told to."""

    def __init__(self, inner: Store, *, fail_at: int = -1) -> None:
        self._inner = inner
        self._fail_at = fail_at
        self.asked: list[tuple[str, str]] = []
        self.headers: dict[str, tuple[str, str]] = {}

    @property
    def url(self) -> str:
        return self._inner.url

    @property
    def lanes(self) -> int:
        return self._inner.lanes

    def _count(self, act: str, name: str) -> None:
        self.asked.append((act, name))
        if len(self.asked) - 1 == self._fail_at:
            raise NetworkError("the cable is out", where=name)

    def put(
        self, name: str, content: Path | bytes, *, content_type: str, cache_control: str, expected: str = ANY
    ) -> None:
        self._count("put", name)
        self.headers[name] = (content_type, cache_control)
        self._inner.put(
            name, content, content_type=content_type, cache_control=cache_control, expected=expected
        )

    def get(self, name: str, path: Path) -> bool:
        self._count("get", name)
        return self._inner.get(name, path)

    def head(self, name: str) -> Stored | None:
        self._count("head", name)
        return self._inner.head(name)

    def delete(self, name: str) -> None:
        self._count("delete", name)
        self._inner.delete(name)

    def sizes(self) -> dict[str, int]:
        self._count("sizes", "")
        return self._inner.sizes()

    def names(self, act: str) -> list[str]:
        return [name for asked, name in self.asked if asked == act]


class Newsroom:
    """A show whose episodes are a few bytes each: {number: edition}."""

    def __init__(self, show: Show, item: Make, root: Path) -> None:
        self._show, self._item = show, item
        self._made = root / "made"
        self.manifest = root / "library" / "published.json"
        self.public = root / "public"

    def files(self, number: int, edition: int) -> Iterator[tuple[str, bytes]]:
        words = f"{number} {edition} ".encode() * (number + 1)
        folder = f"episodes/{number}-{hashlib.sha256(words).hexdigest()[:8]}"
        yield f"{folder}/episode.mp3", b"ID3" + words
        yield f"{folder}/chapters.json", b"{}" + words
        yield f"{folder}/transcript.vtt", b"WEBVTT " + words
        yield f"{folder}/cover.jpg", b"\xff\xd8" + words

    def uploads(self, episodes: dict[int, int]) -> list[Upload]:
        found = []
        for number, edition in episodes.items():
            for name, data in self.files(number, edition):
                path = self._made / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                found.append(Upload.of(name, path))
        return found

    def feeds(self, episodes: dict[int, int], page_size: int = 3) -> dict[str, bytes]:
        items = []
        for number, edition in episodes.items():
            (audio, data), (chapters, _), (vtt, _), (cover, _) = self.files(number, edition)
            items.append(
                self._item(
                    number,
                    size=len(data),
                    enclosure_url=BASE + audio,
                    chapters_url=BASE + chapters,
                    transcript_url=BASE + vtt,
                    image_url=BASE + cover,
                    page_url="",
                )
            )
        show = replace(self._show, image="")
        return build_feeds(show, items, self_url=f"{BASE}feed.xml", page_size=page_size)

    def publish(self, episodes: dict[int, int], *, store: Store | None = None, **options: Any) -> Published:
        given_options = {"now": NOW, "base_url": BASE, "grace": DAY, **options}
        return publish(
            store or open_store(str(self.public)),
            self.uploads(episodes),
            self.feeds(episodes),
            manifest=self.manifest,
            **given_options,
        )

    def on_the_air(self) -> set[str]:
        """The GUIDs of the published feed, after a look at every file that it names."""
        return valid_show(self.public)


@pytest.fixture
def root() -> Iterator[Path]:
    """In memory where that is possible: thousands of files are synced to it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def newsroom(show: Show, item: Make, root: Path) -> Newsroom:
    return Newsroom(show, item, root)


def valid_show(folder: Path) -> set[str]:
    """The GUIDs on the air, over all documents; fails when a feed names what is not there."""
    guids: set[str] = set()
    name = "feed.xml"
    while name:
        root = ElementTree.fromstring((folder / name).read_bytes())
        links = {
            link.get("rel"): link.get("href", "") for link in root.iter("{http://www.w3.org/2005/Atom}link")
        }
        for item in root.iter("item"):
            guids.add(item.findtext("guid") or "")
            for element in item.iter():
                address = element.get("url") or element.get("href") or ""
                if address:
                    path = folder / address.removeprefix(BASE)
                    assert path.is_file(), address
                    if element.tag == "enclosure":
                        assert path.stat().st_size == int(element.get("length", "-1"))
        name = links.get("prev-archive", "").removeprefix(BASE)
    return guids


def guids(*numbers: int) -> set[str]:
    return {f"c0ffee00-0000-4000-8000-{number:012}" for number in numbers}


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_everything_is_published_once(newsroom: Newsroom) -> None:
    report = newsroom.publish({1: 0, 2: 0})
    assert len(report.written) == 2 * 4 + 1
    assert newsroom.on_the_air() == guids(1, 2)
    before = snapshot(newsroom.public), newsroom.manifest.read_bytes()
    again = newsroom.publish({1: 0, 2: 0})
    assert (again.written, again.unchanged, again.removed) == ([], 9, [])
    assert (snapshot(newsroom.public), newsroom.manifest.read_bytes()) == before


def test_audio_first_feed_last(newsroom: Newsroom) -> None:
    store = Watched(open_store(str(newsroom.public)))
    newsroom.publish(dict.fromkeys(range(1, 9), 0), store=store)
    written = store.names("put")
    kinds = [name.rpartition(".")[2] for name in written]
    assert kinds[:8] == ["mp3"] * 8
    assert written[-3:] == ["feed-archive-1.xml", "feed-archive-2.xml", "feed.xml"]
    assert "xml" not in kinds[:-3]


def test_types_and_caches(newsroom: Newsroom) -> None:
    store = Watched(open_store(str(newsroom.public)))
    newsroom.publish({1: 0}, store=store)
    told = {name.rpartition("/")[2]: value for name, value in store.headers.items()}
    assert told == {
        "episode.mp3": ("audio/mpeg", FOREVER),
        "chapters.json": ("application/json+chapters", FOREVER),
        "transcript.vtt": ("text/vtt; charset=utf-8", FOREVER),
        "cover.jpg": ("image/jpeg", FOREVER),
        "feed.xml": ("application/rss+xml; charset=utf-8", SHORTLY),
    }


def test_only_what_changed(newsroom: Newsroom) -> None:
    newsroom.publish({1: 0, 2: 0})
    report = newsroom.publish({1: 0, 2: 0, 3: 0})
    assert {name.rpartition("/")[0].partition("-")[0] for name in report.written} == {"episodes/3", ""}
    assert newsroom.on_the_air() == guids(1, 2, 3)


def test_edited_audio_is_beside_the_old_one_for_the_time_of_grace(newsroom: Newsroom) -> None:
    newsroom.publish({1: 0})
    (old,) = newsroom.public.glob("episodes/1-*/episode.mp3")
    newsroom.publish({1: 1}, now=NOW + DAY)
    assert len(list(newsroom.public.glob("episodes/1-*/episode.mp3"))) == 2
    newsroom.publish({1: 1}, now=NOW + DAY * 1.9)
    assert old.exists()
    report = newsroom.publish({1: 1}, now=NOW + DAY * 2)
    assert len(report.removed) == 4
    assert not old.exists()
    assert newsroom.on_the_air() == guids(1)


def test_what_comes_back_stays(newsroom: Newsroom) -> None:
    newsroom.publish({1: 0, 2: 0})
    newsroom.publish({1: 0}, now=NOW + DAY / 2)
    newsroom.publish({1: 0, 2: 0}, now=NOW + DAY)
    assert newsroom.publish({1: 0, 2: 0}, now=NOW + 9 * DAY).removed == []
    assert newsroom.on_the_air() == guids(1, 2)


def test_a_clock_that_goes_backwards_removes_nothing_early(newsroom: Newsroom) -> None:
    newsroom.publish({1: 0, 2: 0})
    newsroom.publish({1: 0}, now=NOW + 365 * DAY)
    assert newsroom.publish({1: 0}, now=NOW).removed == []
    assert newsroom.publish({1: 0}, now=NOW + DAY / 2).removed == []
    assert len(newsroom.publish({1: 0}, now=NOW + DAY).removed) == 4


def test_an_old_archive_goes_before_the_files_that_it_names(newsroom: Newsroom) -> None:
    newsroom.publish(dict.fromkeys(range(1, 9), 0))
    newsroom.publish({1: 0})
    store = Watched(open_store(str(newsroom.public)))
    newsroom.publish({1: 0}, store=store, now=NOW + DAY)
    removed = store.names("delete")
    assert len(removed) == 7 * 4 + 2
    assert set(removed[:2]) == {"feed-archive-1.xml", "feed-archive-2.xml"}


def test_the_grace_begins_when_the_feed_no_longer_names_a_file(newsroom: Newsroom) -> None:
    """Not when it was first left out of a feed that could not be written for a week."""

    class NoFeed(Watched):
        def put(self, name: str, content: Path | bytes, **options: Any) -> None:
            if name == "feed.xml":
                raise NetworkError("the cable is out")
            super().put(name, content, **options)

    newsroom.publish({1: 0, 2: 0})
    with pytest.raises(NetworkError):
        newsroom.publish({1: 0}, store=NoFeed(open_store(str(newsroom.public))), now=NOW)
    assert newsroom.publish({1: 0}, now=NOW + 7 * DAY).removed == []
    assert len(newsroom.publish({1: 0}, now=NOW + 8 * DAY).removed) == 4


def test_a_file_that_vanished_is_published_again(newsroom: Newsroom) -> None:
    newsroom.publish({1: 0, 2: 0})
    shutil.rmtree(next(newsroom.public.glob("episodes/1-*")))
    cut = next(newsroom.public.glob("episodes/2-*/episode.mp3"))
    cut.write_bytes(cut.read_bytes()[:-1])
    assert len(newsroom.publish({1: 0, 2: 0}).written) == 5
    assert newsroom.on_the_air() == guids(1, 2)


DAMAGES: list[tuple[str, bytes | None]] = [
    ("lost", None),
    ("empty", b""),
    ("cut", b'{"version":1,"targ'),
    ("not a manifest", b"[1, 2]"),
    ("of another version", b'{"version":99,"target":"","files":{}}'),
    ("of another place", b'{"version":1,"target":"s3://other","files":{"feed.xml":["0",1,null]}}'),
    ("with a wrong entry", b'{"version":1,"target":"PUBLIC","files":{"feed.xml":[1,2,3]}}'),
    ("with a wrong date", b'{"version":1,"target":"PUBLIC","files":{"feed.xml":["",0,"2026-01-01"]}}'),
    ("binary", b"\xff\xfe\x00"),
]


@pytest.mark.parametrize(("what", "data"), DAMAGES, ids=[what for what, _ in DAMAGES])
def test_a_damaged_memory_publishes_everything_anew(
    newsroom: Newsroom, what: str, data: bytes | None
) -> None:
    newsroom.publish({1: 0})
    if data is None:
        newsroom.manifest.unlink()
    else:
        newsroom.manifest.write_bytes(data.replace(b"PUBLIC", newsroom.public.as_uri().encode()))
    assert len(newsroom.publish({1: 0, 2: 0}).written) == 9, what
    assert newsroom.on_the_air() == guids(1, 2)
    assert newsroom.publish({1: 0, 2: 0}).written == []


def test_a_feed_that_names_what_is_not_published_is_refused(newsroom: Newsroom) -> None:
    newsroom.publish({1: 0})
    before = snapshot(newsroom.public)
    uploads = [upload for upload in newsroom.uploads({1: 0, 2: 0}) if "/2-" not in upload.name]
    with pytest.raises(PublishError, match=r"would name a file that is not published: episodes/2-"):
        publish(
            open_store(str(newsroom.public)),
            uploads,
            newsroom.feeds({1: 0, 2: 0}),
            manifest=newsroom.manifest,
            now=NOW,
            base_url=BASE,
        )
    assert snapshot(newsroom.public) == before


def test_a_file_that_is_not_what_was_made_is_not_published(newsroom: Newsroom) -> None:
    newsroom.publish({1: 0})
    uploads, feeds = newsroom.uploads({1: 0, 2: 0}), newsroom.feeds({1: 0, 2: 0})
    spoilt = next(upload.source for upload in uploads if "/2-" in upload.name)
    assert isinstance(spoilt, Path)
    spoilt.write_bytes(b"half")
    options: dict[str, Any] = {"manifest": newsroom.manifest, "now": NOW, "base_url": BASE}
    with pytest.raises(PublishError, match="is not what it was"):
        publish(open_store(str(newsroom.public)), uploads, feeds, **options)
    spoilt.unlink()
    with pytest.raises(PublishError, match="cannot be read to be published"):
        publish(open_store(str(newsroom.public)), uploads, feeds, **options)
    assert newsroom.on_the_air() == guids(1)


def test_two_machines_at_once(newsroom: Newsroom, show: Show, item: Make, root: Path) -> None:
    """The other one's feed stays; ours says so and wins the next time."""
    newsroom.publish({1: 0})
    other = Newsroom(show, item, root / "other")
    other.public = newsroom.public

    class Overtaken(Watched):
        def put(self, name: str, content: Path | bytes, **options: Any) -> None:
            if name == "feed.xml":
                other.publish({1: 0, 3: 0})
            super().put(name, content, **options)

    with pytest.raises(ConflictError, match=r"somebody else wrote feed\.xml"):
        newsroom.publish({1: 0, 2: 0}, store=Overtaken(open_store(str(newsroom.public))))
    assert newsroom.on_the_air() == guids(1, 3)
    newsroom.publish({1: 0, 2: 0})
    assert newsroom.on_the_air() == guids(1, 2)


EDITIONS = st.dictionaries(st.integers(1, 9), st.integers(0, 2), min_size=1, max_size=9)


@given(
    shows=st.lists(EDITIONS, min_size=2, max_size=4),
    faults=st.lists(st.integers(0, 60), min_size=4, max_size=4),
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example has a new folder
)
def test_storage_that_fails_anywhere(
    show: Show,
    item: Make,
    root: Path,
    shows: list[dict[int, int]],
    faults: list[int],
) -> None:
    """After each failure the feed on the air is the old one or the new one, and whole."""
    newsroom = Newsroom(show, item, Path(tempfile.mkdtemp(dir=root)))
    newsroom.publish(shows[0])
    for number, (before, after) in enumerate(pairwise(shows), start=1):
        store = Watched(open_store(str(newsroom.public)), fail_at=faults[number])
        now = NOW + number * DAY / 2
        try:
            newsroom.publish(after, store=store, now=now)
        except NetworkError:
            assert guids(*(before.keys() & after.keys())) <= newsroom.on_the_air() <= guids(*before, *after)
        newsroom.publish(after, now=now)
        assert newsroom.on_the_air() == guids(*after)
    newsroom.publish(shows[-1], now=NOW + 30 * DAY)
    feeds, uploads = newsroom.feeds(shows[-1]), newsroom.uploads(shows[-1])
    assert set(snapshot(newsroom.public)) == {*feeds, *(upload.name for upload in uploads)}


def test_a_bucket(newsroom: Newsroom, open_bucket: Callable[..., Store], s3: Any) -> None:
    store = Watched(open_bucket("gazette"))
    bucket = store.url.removeprefix("s3://").split("/")[0]
    assert len(newsroom.publish({1: 0, 2: 0}, store=store).written) == 9
    found = s3.get_object(Bucket=bucket, Key="gazette/feed.xml")
    assert found["Body"].read() == newsroom.feeds({1: 0, 2: 0})["feed.xml"]
    assert found["ContentType"] == "application/rss+xml; charset=utf-8"
    store.asked.clear()
    assert newsroom.publish({1: 0, 2: 0}, store=store).written == []
    assert store.asked == []
    newsroom.publish({1: 1}, store=store)
    newsroom.publish({1: 1}, store=store, now=NOW + DAY)
    keys = {entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    expected = {upload.name for upload in newsroom.uploads({1: 1})} | {"feed.xml"}
    assert keys == {f"gazette/{name}" for name in expected}


def test_a_bucket_that_fails_midway(newsroom: Newsroom, open_bucket: Callable[..., Store], s3: Any) -> None:
    inner = open_bucket()
    bucket = inner.url.removeprefix("s3://").split("/")[0]
    newsroom.publish({1: 0}, store=inner)
    for fault in range(1, 16):
        episodes = {1: fault, 2: fault}
        try:
            newsroom.publish(episodes, store=Watched(inner, fail_at=fault))
        except NetworkError:
            feed = s3.get_object(Bucket=bucket, Key="feed.xml")["Body"].read().decode()
            keys = {entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]}
            assert set(re.findall(rf'(?:url|href)="{BASE}([^"]+)"', feed)) <= keys
        newsroom.publish(episodes, store=inner)


def test_another_machine_wrote_to_the_bucket(
    newsroom: Newsroom, open_bucket: Callable[..., Store], s3: Any
) -> None:
    inner = open_bucket()
    bucket = inner.url.removeprefix("s3://").split("/")[0]
    newsroom.publish({1: 0}, store=inner)

    class Overtaken(Watched):
        def put(self, name: str, content: Path | bytes, **options: Any) -> None:
            if name == "feed.xml":
                s3.put_object(Bucket=bucket, Key="feed.xml", Body=b"theirs")
            super().put(name, content, **options)

    with pytest.raises(ConflictError):
        newsroom.publish({1: 0, 2: 0}, store=Overtaken(inner))
    assert s3.get_object(Bucket=bucket, Key="feed.xml")["Body"].read() == b"theirs"


PUBLISHER = """
import itertools, sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import SHOW, make_item
from test_sync import Newsroom
newsroom = Newsroom(SHOW, make_item, Path(sys.argv[1]))
for edition in itertools.count(1):
    # The grace of a day passes from one publisher to the next, never while a reader reads.
    now = datetime(2026, 3, 10, tzinfo=UTC) + timedelta(days=2 * int(sys.argv[3]), seconds=edition)
    newsroom.publish({number: edition * (number % 3 == edition % 3) for number in range(1, 7)}, now=now)
    print(edition, flush=True)
"""


def test_killed_at_any_moment(newsroom: Newsroom, root: Path) -> None:
    """SIGKILL at random moments, while a reader polls: the feed is whole at every one of them."""
    dice = random.Random(8)
    newsroom.publish(dict.fromkeys(range(1, 7), 0))
    polls = 0
    for round_number in range(12):
        command = [
            sys.executable,
            "-c",
            PUBLISHER,
            str(root),
            str(Path(__file__).parent),
            str(round_number),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            try:
                assert child.stdout.readline() == b"1\n"
                until = time.monotonic() + dice.random() * 0.3
                while time.monotonic() < until:
                    assert newsroom.on_the_air() == guids(*range(1, 7))
                    polls += 1
            finally:
                child.kill()
        assert newsroom.on_the_air() == guids(*range(1, 7))
    assert polls > 12
    newsroom.publish({1: 5}, now=NOW + 90 * DAY)
    newsroom.publish({1: 5}, now=NOW + 100 * DAY)
    assert set(snapshot(newsroom.public)) == {"feed.xml", *(name for name, _ in newsroom.files(1, 5))}
