"""What is refused, and how: a status, a French sentence, never a fault of the server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from podcast.settings import Settings
from tests.serve.conftest import Site, options_in, serving

JSON = "application/json"
DEEP = "[" * 200_000

BODIES = [
    ("empty", "text/plain", b"", 400),
    ("no words", "text/plain", b" \n\t ... ", 400),
    ("zeros", "text/plain", bytes(1000), 400),
    ("noise", "text/plain", bytes(range(128, 256)) * 20, 400),
    ("no type", "", b"Bonjour", 415),
    ("a picture", "image/png", b"\x89PNG", 415),
    ("a form", "application/x-www-form-urlencoded", b"url=x", 415),
    ("empty HTML", "text/html", b"<html></html>", 400),
    ("markup bomb", "text/html", b"<div>" * 50_000, 400),
    ("not JSON", JSON, b"{", 400),
    ("JSON in Latin-1", JSON, '{"text": "é"}'.encode("latin-1"), 400),
    ("deep JSON", JSON, DEEP.encode(), 400),
    ("a list", JSON, b"[]", 400),
    ("a long number", JSON, b'{"text": ' + b"9" * 10_000 + b"}", 400),
    ("nothing in it", JSON, b"{}", 400),
    ("two things", JSON, b'{"text": "a", "html": "b"}', 400),
    ("a number", JSON, b'{"text": 7}', 400),
    ("half a character", JSON, b'{"text": "\\ud800"}', 400),
    ("blocks of nothing", JSON, b'{"title": "a", "blocks": []}', 400),
    ("blocks of another kind", JSON, b'{"title": "a", "blocks": [{"kind": "script", "text": "a"}]}', 400),
    ("a file", JSON, b'{"url": "file:///etc/passwd"}', 400),
    ("a path", JSON, b'{"url": "/etc/passwd"}', 400),
    ("standard input", JSON, b'{"url": "-"}', 400),
    ("a script", JSON, b'{"url": "javascript:alert(1)", "text": "Bonjour."}', 400),
    ("this machine", JSON, b'{"url": "http://127.0.0.1/"}', 400),
    ("a metadata service", JSON, b'{"url": "http://169.254.169.254/latest/"}', 400),
    ("an odd address", JSON, b'{"url": "http://0x7f.1/"}', 400),
    ("a broken address", JSON, b'{"url": "http://[::1"}', 400),
    ("Markdown without words", "text/markdown", b"---\n---\n", 400),
]


@pytest.mark.parametrize(("media_type", "body", "status"), [case[1:] for case in BODIES],
                         ids=[case[0] for case in BODIES])  # fmt: skip
def test_bodies(site: Site, media_type: str, body: bytes, status: int) -> None:
    headers = {"Content_Type": media_type} if media_type else {}
    answer = site.ask("POST", "/articles", body, **headers)
    assert answer.status == status, answer
    assert answer.json["error"].endswith((".", "?"))


ADDRESSES = [
    "/articles/0123456789abcdef0123",
    "/articles/../../../etc/passwd",
    "/articles/%2e%2e%2f%2e%2e/audio.mp3",
    "/articles/..%2f..%2fetc%2fpasswd/audio.mp3",
    "/articles/ABCDEF/audio.mp3",
    "/articles/x/timeline",
    "/articles/x/chapters.json",
    "/articles/x/cover.jpg",
    "/articles/%00/audio.mp3",
    "/articles/" + "a" * 5000,
    "/episodes/../served/articles",
    "/episodes/%2e%2e/feed.xml",
    "/episodes/..%2f..%2f/a.json",
    "/episodes/x%2f..%2f../a.json",
    "/episodes/secret/a.json",
    "/episodes/one/..%2f..%2fsecret.json",
    "/episodes/one/.hidden.json",
    "/episodes/one/article.py",
    "/episodes/one/%00.json",
    "/episodes/one/link.json",
    "/feed.xml",
    "/nothing",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses(site: Site, address: str) -> None:
    outside = site.options.episodes.parent / "secret.json"
    outside.write_text("{}")
    episode = site.options.episodes / "one"
    episode.mkdir(parents=True, exist_ok=True)
    (episode / "timeline.json").write_text("{}")
    if not (episode / "link.json").is_symlink():
        (episode / "link.json").symlink_to(outside)
    assert site.ask("GET", "/episodes/one/timeline.json").body == b"{}"
    answer = site.ask("GET", address)
    assert answer.status == 404, answer
    assert answer.json["error"]


def test_methods(site: Site) -> None:
    assert site.ask("DELETE", "/articles").status == 405
    assert site.ask("POST", "/feed.xml").status == 405


def test_long_bodies_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with serving(Settings(jobs=1), options_in(tmp_path, most_bytes=1000)) as site:
        assert site.ask("POST", "/articles", "a " * 600, Content_Type="text/plain").status == 413
        connection = site.connect()
        connection.putrequest("POST", "/articles")
        connection.putheader("Content-Type", "text/plain")
        connection.putheader("Content-Length", str(10**15))
        connection.endheaders(b"Bonjour")
        assert connection.getresponse().status == 413
        connection.close()
        chunks = (b"a " * 100 for _ in range(10))
        connection = site.connect()
        connection.request("POST", "/articles", chunks, {"Content-Type": "text/plain"}, encode_chunked=True)
        assert connection.getresponse().status == 413
        connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Host": "localhost:8000"}, 201),
        ({"Host": "rebound.example.org"}, 403),
        ({"Host": "["}, 400),
        ({"Origin": "http://localhost:3000"}, 201),
        ({"Origin": "https://elsewhere.example.org"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_without_a_token_only_programs_on_this_machine(
    site: Site, headers: dict[str, str], status: int
) -> None:
    body = json.dumps({"title": "Le pont", "blocks": [{"text": "Il rouvre."}]})
    answer = site.ask("POST", "/articles", body, Content_Type=JSON, **headers)
    assert answer.status in ({403, 400} if status == 400 else {status})


@pytest.mark.parametrize(
    ("given", "status"),
    [("", 401), ("Bearer", 401), ("Bearer wrong", 401), ("Basic s3cret", 401), ("Bearer s3cret", 201),
     ("bearer  s3cret", 201), ("Bearer s3crét", 401)],
)  # fmt: skip
def test_with_a_token_whoever_has_it(guarded: Site, given: str, status: int) -> None:
    headers = {"Authorization": given.encode("utf-8").decode("latin-1")} if given else {}
    body = json.dumps({"title": "Le pont", "blocks": [{"text": "Il rouvre."}]})
    answer = guarded.ask("POST", "/articles", body, Content_Type=JSON, Host="listen.example.org", **headers)
    assert answer.status == status
    if status == 201:
        assert answer.headers["location"].startswith("http://listen.example.org/articles/")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("guarded")
    options = options_in(folder, token="s3cret", origins=("https://gazette.example.org",))
    with serving(Settings(jobs=1), options) as site:
        yield site


def test_only_the_sites_on_the_list_may_use_it_from_a_page(guarded: Site) -> None:
    ours, theirs = "https://gazette.example.org", "https://elsewhere.example.org"
    assert guarded.ask("GET", "/healthz", Origin=ours).headers["access-control-allow-origin"] == ours
    assert "access-control-allow-origin" not in guarded.ask("GET", "/healthz", Origin=theirs).headers
