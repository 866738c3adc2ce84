"""The example configuration, in a real nginx: what Apple and the apps ask of a host."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "nginx.conf"
AUDIO = bytes(range(256)) * 40
WHOLE = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 32; }}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    include {folder}/show.conf;
}}
"""


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks an nginx that serves a small show; needs nginx (Debian's)."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not nginx:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    public = folder / "public"
    episode = public / "episodes" / "le-pont-0a1b2c3d"
    episode.mkdir(parents=True)
    (public / "feed.xml").write_text("<rss/>")
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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "listen 8080;" in text
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};").replace(
        "/srv/podcast/public", str(public)
    )
    (folder / "show.conf").write_text(text)
    (folder / "nginx.conf").write_text("user root;" + WHOLE.format(folder=folder))
    with subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)]) as server:

        def request(method: str, path: str, **headers: str) -> Answer:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with closing(connection):
                connection.request(method, path, headers=headers)
                answer = connection.getresponse()
                return Answer(answer.status, answer.headers, answer.read())

        try:
            wait_for(port)
            yield request
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("nginx does not answer")


EPISODE = "/episodes/le-pont-0a1b2c3d"
TYPES = [
    ("/feed.xml", "application/rss+xml; charset=utf-8", "max-age=300"),
    (f"{EPISODE}/episode.mp3", "audio/mpeg", "immutable"),
    (f"{EPISODE}/chapters.json", "application/json+chapters", "immutable"),
    (f"{EPISODE}/timeline.json", "application/json", "immutable"),
    (f"{EPISODE}/transcript.vtt", "text/vtt; charset=utf-8", "immutable"),
    (f"{EPISODE}/cover.jpg", "image/jpeg", "immutable"),
    (f"{EPISODE}/index.html", "text/html; charset=utf-8", "immutable"),
]


@pytest.mark.parametrize(("path", "kind", "cache"), TYPES)
def test_types_caches_and_other_sites(ask: Ask, path: str, kind: str, cache: str) -> None:
    answer = ask("HEAD", path)
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
def test_byte_ranges(ask: Ask, asked: str, start: int, end: int) -> None:
    answer = ask("GET", f"{EPISODE}/episode.mp3", Range=asked)
    assert answer.status == 206
    assert answer.headers.get("Content-Range") == f"bytes {start}-{end - 1}/{len(AUDIO)}"
    assert answer.body == AUDIO[start:end]


def test_head_has_the_length(ask: Ask) -> None:
    answer = ask("HEAD", f"{EPISODE}/episode.mp3")
    assert answer.headers.get("Content-Length") == str(len(AUDIO))
    assert answer.headers.get("Accept-Ranges") == "bytes"


def test_an_unchanged_feed_is_not_sent_again(ask: Ask) -> None:
    etag = ask("HEAD", "/feed.xml").headers.get("ETag") or ""
    assert ask("GET", "/feed.xml", **{"If-None-Match": etag}).status == 304


def test_half_written_files_are_not_served(ask: Ask) -> None:
    assert ask("GET", f"{EPISODE}/.episode.mp3.part").status == 404
