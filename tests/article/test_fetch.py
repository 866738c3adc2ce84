"""Ordinary fetching: every way a page may be sent, and the manners kept with the site."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from podcast.article.feeds import fetch_feed
from podcast.article.fetch import Fetcher, FetchPolicy, Page, fetch
from podcast.errors import ArticleError, ConfigError, FetchError
from tests.article.hostile_server import ARTICLE, HostileServer

TLS = Path(__file__).resolve().parent.parent / "data" / "fetch" / "tls"
OPEN = FetchPolicy(allow=("127.0.0.0/8",), timeout=8.0, retries=0, min_interval=0.0, own_site=True)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[HostileServer]:
    with HostileServer().running() as running:
        yield running


@pytest.fixture
def server(shared_server: HostileServer) -> HostileServer:
    shared_server.reset()
    shared_server.robots = (404, b"")
    return shared_server


def get(server: HostileServer, path: str, policy: FetchPolicy = OPEN) -> Page:
    return Fetcher(policy).fetch(f"http://127.0.0.1:{server.port}{path}")


def named(**addresses: str) -> Callable[[str, int], Sequence[str]]:
    """A resolver that knows ``name.test`` only."""

    def resolve(host: str, port: int) -> Sequence[str]:
        del port
        return addresses[host.removesuffix(".test")].split()

    return resolve


WAYS = [
    "/ok", "/gzip", "/gzip-members", "/deflate", "/deflate-raw", "/chunked", "/old-http", "/no-type",
    "/cookie-wall", "/hops?4", "/to?/ok", "/to?ok", "/to?../ok", "/to?http://127.0.0.1:PORT/ok",
    "/redirect-body", "/charset?utf-8&utf-8", "/charset?utf-8&cp1252", "/charset?iso-8859-1&cp1252",
    "/charset?&cp1252", "/charset?latin-1&utf-8", "/charset?&utf-16",
]  # fmt: skip


@pytest.mark.parametrize("path", WAYS)
def test_a_page_arrives_whole_however_it_is_sent(path: str, server: HostileServer) -> None:
    assert get(server, path).text == ARTICLE


def test_a_page_says_where_and_what_it_is(server: HostileServer) -> None:
    page = get(server, "/hops?2")
    assert (page.url, page.content_type, page.charset) == (
        f"http://127.0.0.1:{server.port}/ok",
        "text/html",
        "utf-8",
    )
    assert get(server, "/no-type").content_type == "text/html"


def test_the_request_is_honest_and_asks_for_what_can_be_read(server: HostileServer) -> None:
    Fetcher(OPEN, resolve=named(presse="127.0.0.1")).fetch(f"http://presse.test:{server.port}/ok#bas")
    asked = server.talks[0]
    assert asked.path == "/ok"
    assert asked.headers["host"] == f"presse.test:{server.port}"
    assert asked.headers["user-agent"] == FetchPolicy().user_agent
    assert asked.headers["accept-encoding"] == "gzip, deflate"


def test_accents_in_an_address_are_encoded(server: HostileServer) -> None:
    resolve = named(**{"xn--htel-vqa": "127.0.0.1"})
    page = Fetcher(OPEN, resolve=resolve).fetch(f"http://Hôtel.test:{server.port}/to?/ok")
    assert page.url == f"http://xn--htel-vqa.test:{server.port}/ok"
    with pytest.raises(ArticleError):
        get(server, "/été?à=1 2&ça=%C3%A9")
    assert server.requests[-1] == "/%C3%A9t%C3%A9?%C3%A0=1%202&%C3%A7a=%C3%A9"


def test_a_proxy_in_the_environment_is_not_used(
    server: HostileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(server, "/ok").text == ARTICLE


def test_a_name_that_changes_after_the_check_changes_nothing(server: HostileServer) -> None:
    """The address that was judged is the address that is connected to; the next hop is judged anew."""
    answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.2", "127.0.0.2"])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(f"{host}:{port}")
        return [next(answers)]

    policy = replace(OPEN, allow=("127.0.0.1",))
    assert Fetcher(policy, resolve=rebinding).fetch(f"http://pirate.test:{server.port}/ok").text == ARTICLE
    assert asked == [f"pirate.test:{server.port}"], "resolved once per connection"
    with pytest.raises(ArticleError, match=r"127\.0\.0\.2 \(loopback\)"):
        Fetcher(policy, resolve=rebinding).fetch(f"http://pirate.test:{server.port}/ok")
    assert len(server.requests) == 1


def test_a_dead_address_is_passed_over_for_the_next(server: HostileServer) -> None:
    resolve = named(presse="127.0.0.77 127.0.0.1")
    assert Fetcher(OPEN, resolve=resolve).fetch(f"http://presse.test:{server.port}/ok").text == ARTICLE


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1/8", "PRESSE.test", "presse.test."])
def test_the_allow_list_names_hosts_addresses_and_networks(entry: str, server: HostileServer) -> None:
    fetcher = Fetcher(replace(OPEN, allow=(entry,)), resolve=named(presse="127.0.0.1"))
    assert fetcher.fetch(f"http://presse.test.:{server.port}/ok").text == ARTICLE


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "http://presse.test", "presse.test:80", "*.test"])
def test_a_wrong_allow_list_is_a_setting_error(entry: str) -> None:
    with pytest.raises(ConfigError, match="allow-list entry"):
        FetchPolicy(allow=(entry,))


@pytest.mark.parametrize(
    "setting",
    [{"timeout": 0}, {"max_bytes": 0}, {"retries": -1}, {"user_agent": "é"}, {"user_agent": "a\r\nX: b"}],
)
def test_a_wrong_limit_is_a_setting_error(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        FetchPolicy(**setting)


def test_ipv6(server: HostileServer) -> None:
    del server
    try:
        six = HostileServer("::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with six.running():
        policy = replace(OPEN, allow=("::1",))
        page = Fetcher(policy).fetch(f"http://[0:0::1]:{six.port}/ok")
    assert page.text == ARTICLE
    assert six.talks[0].headers["host"] == f"[::1]:{six.port}"


# Time and tries


@pytest.mark.parametrize("path", ["/busy-once", "/hang-up-once"])
def test_a_temporary_failure_is_tried_again(path: str, server: HostileServer) -> None:
    assert get(server, path, replace(OPEN, retries=1)).text == ARTICLE
    assert len(server.requests) == 2


@pytest.mark.parametrize("path", ["/status?404", "/status?403", "/type?video/mp4", "/empty", "/bad-gzip"])
def test_a_lasting_failure_is_not(path: str, server: HostileServer) -> None:
    with pytest.raises((ArticleError, FetchError)):
        get(server, path, replace(OPEN, retries=3))
    assert len(server.requests) == 1


def test_a_wait_that_is_too_long_is_told_not_waited(server: HostileServer) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match="try again in 60 s"):
        get(server, "/busy?60", replace(OPEN, retries=3))
    assert time.monotonic() - started < 5
    assert len(server.requests) == 1


def test_retries_stay_within_the_deadline(server: HostileServer) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match="503"):
        get(server, "/status?503", replace(OPEN, retries=50, timeout=1.2))
    assert time.monotonic() - started < 5
    assert len(server.requests) <= 2


def test_a_port_where_nobody_listens_is_temporary() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match="connection failed"):
            Fetcher(OPEN).fetch(f"http://127.0.0.1:{reserved.getsockname()[1]}/ok")


def test_a_name_server_that_never_answers_does_not_outlast_the_deadline() -> None:
    release = threading.Event()

    def silent(host: str, port: int) -> Sequence[str]:
        release.wait(20)
        return [host, str(port)]

    started = time.monotonic()
    with pytest.raises(FetchError, match=r"within 0\.3 s"):
        Fetcher(replace(OPEN, timeout=0.3), resolve=silent).fetch("http://presse.test/ok")
    assert time.monotonic() - started < 5
    release.set()


def test_pages_of_one_host_are_spaced_and_of_two_are_not(server: HostileServer) -> None:
    fetcher = Fetcher(replace(OPEN, min_interval=0.5), resolve=named(a="127.0.0.1", b="127.0.0.1"))
    started = time.monotonic()
    fetcher.fetch(f"http://a.test:{server.port}/hops?3")
    fetcher.fetch(f"http://b.test:{server.port}/ok")
    assert time.monotonic() - started < 0.5
    threads = [
        threading.Thread(target=fetcher.fetch, args=(f"http://a.test:{server.port}/ok",)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started >= 1.5


def test_a_turn_after_the_deadline_is_refused_at_once(server: HostileServer) -> None:
    fetcher = Fetcher(replace(OPEN, min_interval=60, timeout=2.0))
    fetcher.fetch(f"http://127.0.0.1:{server.port}/ok")
    with pytest.raises(FetchError, match="too many pages"):
        fetcher.fetch(f"http://127.0.0.1:{server.port}/ok")


def test_one_policy_has_one_pace(server: HostileServer) -> None:
    policy = replace(OPEN, min_interval=60, timeout=2.5)
    url = f"http://127.0.0.1:{server.port}/ok"
    assert fetch(url, policy=policy).text == ARTICLE
    with pytest.raises(FetchError, match="too many pages"):
        fetch(url, policy=replace(OPEN, min_interval=60, timeout=2.5))


# Conditional requests


def test_an_unchanged_page_is_not_sent_again(server: HostileServer) -> None:
    url = f"http://127.0.0.1:{server.port}/tagged"
    first = fetch(url, policy=OPEN)
    assert not first.not_modified
    for known in ({"etag": first.etag}, {"last_modified": first.last_modified}):
        again = fetch(url, policy=OPEN, **known)
        assert again.not_modified
        assert again.text == ""
        assert again.etag == '"v1"'
    assert fetch(url, policy=OPEN, etag='"v0"').text == ARTICLE


# robots.txt

MINE = b"User-agent: podcast\nDisallow: /ok\n"
OTHERS = b"User-agent: *\nDisallow: /\nUser-agent: podcast\nAllow: /\n"


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ((404, b""), True),
        ((403, b"User-agent: *\nDisallow: /"), True),
        ((200, b""), True),
        ((200, b"<html>introuvable</html>"), True),
        ((200, MINE), False),
        ((200, b"User-agent: *\nDisallow: /"), False),
        ((200, OTHERS), True),
        ((200, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /*k$"), False),
        ((200, b"#" * 600_000), True),
    ],
)
def test_robots_txt_is_respected(robots: tuple[int, bytes], allowed: bool, server: HostileServer) -> None:
    server.robots = robots
    policy = replace(OPEN, own_site=False)
    if allowed:
        assert get(server, "/ok", policy).text == ARTICLE
    else:
        with pytest.raises(ArticleError, match=r"robots\.txt refuses this page"):
            get(server, "/ok", policy)
        assert server.requests == ["/robots.txt"]
        assert get(server, "/ok", OPEN).text == ARTICLE


def test_a_robots_txt_that_cannot_be_had_now_stops_the_fetch(server: HostileServer) -> None:
    server.robots = (503, b"")
    with pytest.raises(FetchError, match=r"robots\.txt: the site answers 503"):
        get(server, "/ok", replace(OPEN, own_site=False))


def test_robots_txt_holds_on_every_hop_and_is_asked_once(server: HostileServer) -> None:
    server.robots = (200, b"User-agent: *\nDisallow: /ok")
    fetcher = Fetcher(replace(OPEN, own_site=False))
    for _ in range(2):
        with pytest.raises(ArticleError, match=r"/ok: the site's robots\.txt"):
            fetcher.fetch(f"http://127.0.0.1:{server.port}/hops?1")
    assert server.requests == ["/robots.txt", "/hops?1", "/hops?0", "/hops?1", "/hops?0"]


# TLS


@pytest.fixture(scope="module")
def secure() -> Iterator[HostileServer]:
    with HostileServer(tls=TLS / "presse.test.pem").running() as running:
        yield running


def test_the_certificate_is_the_hosts_although_the_address_is_connected_to(secure: HostileServer) -> None:
    policy = replace(OPEN, ca_file=TLS / "ca.pem")
    page = Fetcher(policy, resolve=named(presse="127.0.0.1")).fetch(f"https://presse.test:{secure.port}/ok")
    assert page.text == ARTICLE


@pytest.mark.parametrize(
    ("host", "ca_file", "says"),
    [
        ("autre.test", TLS / "ca.pem", "not valid for 'autre.test'"),
        ("presse.test", None, "certificate is not valid"),
    ],
)
def test_a_certificate_that_is_not_the_hosts_is_refused(
    host: str, ca_file: Path | None, says: str, secure: HostileServer
) -> None:
    secure.reset()
    fetcher = Fetcher(replace(OPEN, ca_file=ca_file), resolve=lambda *_: ["127.0.0.1"])
    with pytest.raises(FetchError, match=says):
        fetcher.fetch(f"https://{host}:{secure.port}/ok")
    assert secure.requests == []


def test_https_to_a_server_that_speaks_none(server: HostileServer) -> None:
    with pytest.raises(FetchError, match="connection failed"):
        Fetcher(replace(OPEN, timeout=2)).fetch(f"https://127.0.0.1:{server.port}/ok")


def test_a_missing_authority_file_is_a_setting_error(tmp_path: Path) -> None:
    fetcher = Fetcher(replace(OPEN, ca_file=tmp_path / "none.pem"))
    with pytest.raises(ConfigError, match="certificate authority"):
        fetcher.fetch("https://127.0.0.1:9443/ok")


# Feeds, fetched


def test_a_feed_is_read_and_then_unchanged(server: HostileServer) -> None:
    url = f"http://127.0.0.1:{server.port}/feed"
    feed = fetch_feed(url, policy=OPEN)
    assert [item.url for item in feed.items] == [f"http://127.0.0.1:{server.port}/ok"]
    again = fetch_feed(url, policy=OPEN, etag=feed.etag)
    assert again.not_modified
    assert again.items == ()
    assert again.etag == feed.etag


def test_an_index_of_sitemaps_is_followed_one_level_down(server: HostileServer) -> None:
    feed = fetch_feed(f"http://127.0.0.1:{server.port}/sitemap-index", policy=OPEN)
    assert [item.url.rpartition("/")[2] for item in feed.items] == ["neuve", "ancienne"]
    assert server.requests == ["/sitemap-index", "/sitemap-2", "/missing", "/sitemap-1"]
