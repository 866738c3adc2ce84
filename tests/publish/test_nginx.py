"""The example configuration, in a real nginx: what Apple and the apps ask of a host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.publish.webserver import Web, free_port, nginx

AUDIO = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A small show on the air."""
    public = tmp_path_factory.mktemp("public")
    episode = public / "episodes" / "le-pont-0a1b2c3d"
    episode.mkdir(parents=True)
    (public / "feed.xml").write_text("<rss/>")
    for name in ("index.html", "site.css", "ecouter-article.js"):
        (public / name).write_text("é")
    for name in (
        "episode.mp3",
        "chapters.json",
        "timeline.json",
        "transcript.vtt",
        "cover.jpg",
        "index.html",
    ):
        (episode / name).write_bytes(AUDIO)
    (episode / ".episode.mp3.part").write_bytes(b"half")
    with nginx(public, tmp_path_factory.mktemp("nginx"), free_port()) as running:
        yield running


EPISODE = "/episodes/le-pont-0a1b2c3d"
TYPES = [
    ("/feed.xml", "application/rss+xml; charset=utf-8", "max-age=300"),
    (f"{EPISODE}/episode.mp3", "audio/mpeg", "immutable"),
    (f"{EPISODE}/chapters.json", "application/json+chapters", "immutable"),
    (f"{EPISODE}/timeline.json", "application/json", "immutable"),
    (f"{EPISODE}/transcript.vtt", "text/vtt; charset=utf-8", "immutable"),
    (f"{EPISODE}/cover.jpg", "image/jpeg", "immutable"),
    (f"{EPISODE}/index.html", "text/html; charset=utf-8", "max-age=300"),
    ("/", "text/html; charset=utf-8", "max-age=300"),
    ("/site.css", "text/css; charset=utf-8", "max-age=300"),
    ("/ecouter-article.js", "text/javascript; charset=utf-8", "max-age=300"),
]


@pytest.mark.parametrize(("path", "kind", "cache"), TYPES)
def test_types_caches_and_other_sites(web: Web, path: str, kind: str, cache: str) -> None:
    answer = web.ask("HEAD", path)
    assert (answer.status, answer.headers.get("Content-Type")) == (200, kind)
    assert cache in (answer.headers.get("Cache-Control") or "")
    assert answer.headers.get("Access-Control-Allow-Origin") == "*"


RANGES = [
    ("bytes=0-0", 0, 1),
    ("bytes=100-299", 100, 300),
    ("bytes=10000-", 10_000, 10_240),
    ("bytes=-5", 10_235, 10_240),
]


@pytest.mark.parametrize(("asked", "start", "end"), RANGES)
def test_byte_ranges(web: Web, asked: str, start: int, end: int) -> None:
    answer = web.ask("GET", f"{EPISODE}/episode.mp3", Range=asked)
    assert answer.status == 206
    assert answer.headers.get("Content-Range") == f"bytes {start}-{end - 1}/{len(AUDIO)}"
    assert answer.body == AUDIO[start:end]


def test_head_has_the_length(web: Web) -> None:
    answer = web.ask("HEAD", f"{EPISODE}/episode.mp3")
    assert answer.headers.get("Content-Length") == str(len(AUDIO))
    assert answer.headers.get("Accept-Ranges") == "bytes"


def test_an_unchanged_feed_is_not_sent_again(web: Web) -> None:
    etag = web.ask("HEAD", "/feed.xml").headers.get("ETag") or ""
    assert web.ask("GET", "/feed.xml", **{"If-None-Match": etag}).status == 304


def test_half_written_files_are_not_served(web: Web) -> None:
    assert web.ask("GET", f"{EPISODE}/.episode.mp3.part").status == 404
