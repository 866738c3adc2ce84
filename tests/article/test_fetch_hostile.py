"""Hostile addresses and answers: each is refused with its own clear error, in time and within its cap."""

from __future__ import annotations

import contextlib
import gzip
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.article.fetch import Fetcher, FetchPolicy, PageGone
from podcast.errors import ArticleError, FetchError, PodcastError
from tests.article.hostile_server import HostileServer

SITE = "presse.test"
CAP = 100_000
POLICY = FetchPolicy(allow=(SITE,), max_bytes=CAP, timeout=8.0, retries=0, min_interval=0.0, own_site=True)


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer().running() as running:
        yield running


def resolve(host: str, port: int) -> Sequence[str]:
    """The site is on loopback and allowed by name; the other names are an attacker's."""
    del port
    return {
        SITE: ["127.0.0.1"],
        "rebound.test": ["127.0.0.1"],
        "metadata.test": ["169.254.169.254"],
        "mixed.test": ["93.184.215.14", "10.0.0.7"],
        "mapped.test": ["::ffff:127.0.0.1"],
        "nat64.test": ["64:ff9b::7f00:1"],
        "garbage.test": ["not an address"],
        "nothing.test": [],
    }[host]


@dataclass(frozen=True)
class Row:
    url: str
    error: type[PodcastError]
    says: str
    timeout: float = 8.0


# Addresses. PORT is where a server really listens, so a refusal is seen in what it was not asked.
ADDRESSES = [
    Row("http://127.0.0.1:PORT/ok", ArticleError, "127.0.0.1 (loopback)"),
    Row("http://127.8.9.1:PORT/ok", ArticleError, "(loopback)"),
    Row("http://[::1]:PORT/ok", ArticleError, "::1 (loopback)"),
    Row("http://0.0.0.0:PORT/ok", ArticleError, "0.0.0.0 (unspecified)"),
    Row("http://[::]:PORT/ok", ArticleError, ":: (unspecified)"),
    Row("http://10.1.2.3/", ArticleError, "(private)"),
    Row("http://172.16.0.1/", ArticleError, "(private)"),
    Row("http://172.31.255.254/", ArticleError, "(private)"),
    Row("http://192.168.1.1/", ArticleError, "(private)"),
    Row("http://169.254.169.254/latest/meta-data/", ArticleError, "(link-local)"),
    Row("http://[fe80::1]/", ArticleError, "(link-local)"),
    Row("http://[fe80::1%25eth0]/", ArticleError, "malformed or scoped"),
    Row("http://100.64.0.1/", ArticleError, "(carrier-grade NAT)"),
    Row("http://100.100.100.200/", ArticleError, "(carrier-grade NAT)"),
    Row("http://192.0.0.8/", ArticleError, "(reserved)"),
    Row("http://198.18.0.1/", ArticleError, "(benchmarking)"),
    Row("http://203.0.113.9/", ArticleError, "(documentation)"),
    Row("http://224.0.0.1/", ArticleError, "(multicast)"),
    Row("http://[ff02::1]/", ArticleError, "(multicast)"),
    Row("http://240.0.0.1/", ArticleError, "(reserved)"),
    Row("http://255.255.255.255/", ArticleError, "(broadcast)"),
    Row("http://[fc00::1]/", ArticleError, "(unique local)"),
    Row("http://[fd12:3456::1]/", ArticleError, "(unique local)"),
    Row("http://[fec0::1]/", ArticleError, "(site-local)"),
    Row("http://[2001:db8::1]/", ArticleError, "(documentation)"),
    Row("http://[::ffff:127.0.0.1]:PORT/ok", ArticleError, "(IPv4-mapped)"),
    Row("http://[::ffff:7f00:1]:PORT/ok", ArticleError, "(IPv4-mapped)"),
    Row("http://[::ffff:8.8.8.8]/", ArticleError, "(IPv4-mapped)"),
    Row("http://[::127.0.0.1]:PORT/ok", ArticleError, "(IPv4-compatible)"),
    Row("http://[64:ff9b::127.0.0.1]/", ArticleError, "(NAT64 loopback)"),
    Row("http://[64:ff9b::a00:1]/", ArticleError, "(NAT64 private)"),
    Row("http://[64:ff9b:1::1]/", ArticleError, "(local NAT64)"),
    Row("http://[2002:7f00:1::]/", ArticleError, "(6to4)"),
    Row("http://[2001:0:4136:e378::1]/", ArticleError, "(Teredo)"),
    Row("http://[4000::1]/", ArticleError, "(reserved)"),
    Row("http://rebound.test:PORT/ok", ArticleError, "127.0.0.1 (loopback)"),
    Row("http://metadata.test/", ArticleError, "(link-local)"),
    Row("http://mixed.test/", ArticleError, "10.0.0.7 (private)"),
    Row("http://mapped.test:PORT/ok", ArticleError, "(IPv4-mapped)"),
    Row("http://nat64.test:PORT/ok", ArticleError, "(NAT64 loopback)"),
    Row("http://garbage.test/", FetchError, "no address found for garbage.test"),
    Row("http://nothing.test/", FetchError, "no address found for nothing.test"),
    Row("http://127.0.0.1.:PORT/ok", ArticleError, "(loopback)"),
]

SPELLINGS = [
    Row("http://2130706433:PORT/ok", ArticleError, "oddly"),
    Row("http://0x7f000001:PORT/ok", ArticleError, "oddly"),
    Row("http://0x7f.1:PORT/ok", ArticleError, "oddly"),
    Row("http://017700000001:PORT/ok", ArticleError, "oddly"),
    Row("http://0177.0.0.1:PORT/ok", ArticleError, "oddly"),
    Row("http://127.1:PORT/ok", ArticleError, "oddly"),
    Row("http://127.0.0.01:PORT/ok", ArticleError, "oddly"),
    Row("http://0:PORT/ok", ArticleError, "oddly"),
    Row("http://１２７.０.０.１:PORT/ok", ArticleError, "loopback"),
    Row("http://127。0。0。1:PORT/ok", ArticleError, "loopback"),
    Row("http://%31%32%37.0.0.1:PORT/ok", ArticleError, "host is malformed"),
    Row("http://presse.test@127.0.0.1:PORT/ok", ArticleError, "user name"),
    Row("http://moi:secret@presse.test:PORT/ok", ArticleError, "user name"),
    Row("http://@127.0.0.1:PORT/ok", ArticleError, "user name"),
    Row("http://127.0.0.1:PORT\\@presse.test/ok", ArticleError, "backslash"),
    Row("http://presse.test\r\nX: y/ok", ArticleError, "control character"),
    Row("http://presse.test:PORT/ok\0", ArticleError, "control character"),
    Row("http://presse test:PORT/ok", ArticleError, "host is malformed"),
    Row("http://presse..test:PORT/ok", ArticleError, "host is malformed"),
    Row("http://-presse.test:PORT/ok", ArticleError, "host is malformed"),
    Row("http://" + "a" * 64 + ".test/", ArticleError, "host is malformed"),
    Row("http://" + "a." * 150 + "test/", ArticleError, "host is malformed"),
    Row("http://" + "é." * 2000 + "test/", ArticleError, "host is too long"),
    Row("http://presse.test:PORT/" + "a" * 9000, ArticleError, "longer than"),
    Row("http://[::1:PORT/ok", ArticleError, "malformed"),
    Row("http://[presse.test]:PORT/ok", ArticleError, "malformed"),
    Row("http://presse.test:99999/", ArticleError, "malformed"),
    Row("http://presse.test:8o/", ArticleError, "malformed"),
    Row("http://presse.test:22/", ArticleError, "port 22 is not a web port"),
    Row("http://presse.test:6379/", ArticleError, "port 6379 is not a web port"),
    Row("http://presse.test:0/", ArticleError, "port 0 is not a web port"),
    Row("http:///ok", ArticleError, "no host"),
    Row("http:ok", ArticleError, "no host"),
    Row("//presse.test/ok", ArticleError, "no scheme"),
    Row("presse.test/ok", ArticleError, "no scheme"),
    Row("", ArticleError, "no scheme"),
    Row("file:///etc/passwd", ArticleError, "file: URLs are not fetched"),
    Row("FILE://localhost/etc/passwd", ArticleError, "file: URLs are not fetched"),
    Row("ftp://presse.test/a", ArticleError, "ftp: URLs are not fetched"),
    Row("gopher://127.0.0.1:6379/_PING", ArticleError, "gopher: URLs are not fetched"),
    Row("data:text/html,<p>a", ArticleError, "data: URLs are not fetched"),
    Row("javascript:alert(1)", ArticleError, "javascript: URLs are not fetched"),
    Row("jar:http://presse.test!/", ArticleError, "jar: URLs are not fetched"),
    Row("http+unix://%2Fvar%2Frun%2Fdocker.sock/", ArticleError, "http+unix: URLs are not fetched"),
]

REDIRECTS = [
    Row("/to?http://127.0.0.1:PORT/ok", ArticleError, "127.0.0.1 (loopback)"),
    Row("/to?http://localhost.rebound.test:PORT/ok", FetchError, "no address"),
    Row("/to?http://rebound.test:PORT/ok", ArticleError, "127.0.0.1 (loopback)"),
    Row("/to?http://169.254.169.254/latest/", ArticleError, "(link-local)"),
    Row("/to?http://[::1]:PORT/ok", ArticleError, "(loopback)"),
    Row("/to?http://[::ffff:127.0.0.1]:PORT/ok", ArticleError, "(IPv4-mapped)"),
    Row("/to?http://0x7f.1:PORT/ok", ArticleError, "oddly"),
    Row("/to?//127.0.0.1:PORT/ok", ArticleError, "127.0.0.1 (loopback)"),
    Row("/to?file:///etc/passwd", ArticleError, "file: URLs"),
    Row("/to?ftp://presse.test/", ArticleError, "ftp: URLs"),
    Row("/to?data:text/html,a", ArticleError, "data: URLs"),
    Row("/to?gopher://127.0.0.1:25/", ArticleError, "gopher: URLs"),
    Row("/to?http://moi@presse.test:PORT/ok", ArticleError, "user name"),
    Row("/to?http://[", ArticleError, "malformed"),
    Row("/to?https://", ArticleError, "no host"),
    Row("/to?/to?http://127.0.0.1:PORT/ok", ArticleError, "127.0.0.1 (loopback)"),
    Row("/loop", ArticleError, "more than 5 redirects"),
    Row("/hops?5", ArticleError, "more than 5 redirects"),
    Row("/redirect-nowhere", ArticleError, "302 Found"),
    Row("/redirect-huge", ArticleError, "longer than"),
]

STATUSES = [
    Row("/status?401", ArticleError, "401 Unauthorized (the page asks for a subscription"),
    Row("/status?402", ArticleError, "402 Payment Required"),
    Row("/status?403", ArticleError, "403 Forbidden (the site refuses programs"),
    Row("/status?404", PageGone, "404 Not Found (check the address)"),
    Row("/status?410", PageGone, "410 Gone"),
    Row("/status?451", PageGone, "451 Unavailable For Legal Reasons"),
    Row("/status?418", ArticleError, "418"),
    Row("/status?499", ArticleError, "499"),
    Row("/status?204", ArticleError, "204 No Content"),
    Row("/status?206", ArticleError, "206 Partial Content"),
    Row("/status?300", ArticleError, "300 Multiple Choices"),
    Row("/always-304", ArticleError, "304 Not Modified"),
    Row("/status?408", FetchError, "408 Request Timeout"),
    Row("/status?500", FetchError, "500 Internal Server Error (try again later)"),
    Row("/status?502", FetchError, "502 Bad Gateway"),
    Row("/status?503", FetchError, "503 Service Unavailable"),
    Row("/status?504", FetchError, "504 Gateway Timeout"),
    Row("/status?599", FetchError, "599"),
    Row("/busy?3600", FetchError, "429 Too Many Requests (try again in 3600 s)"),
    Row("/busy?" + "9" * 40, FetchError, "429 Too Many Requests"),
    Row("/busy?Fri,_01_Jan_2999_00:00:00_GMT", FetchError, "429 Too Many Requests (try again in"),
    Row("/busy?demain", FetchError, "429 Too Many Requests (try again later)"),
]

TOO_BIG = [
    Row("/gigabyte", ArticleError, "larger than 100,000 bytes"),
    Row("/gigabyte-announced", ArticleError, "larger than 100,000 bytes"),
    Row("/endless", ArticleError, "larger than 100,000 bytes"),
    Row("/endless-chunks", ArticleError, "too big"),
    Row("/endless-header", FetchError, "does not speak HTTP"),
    Row("/endless-line", FetchError, "does not speak HTTP"),
    Row("/endless-continue", ArticleError, "too big"),
    Row("/gzip-bomb", ArticleError, "larger than 100,000 bytes"),
    Row("/gzip-bomb-announced", ArticleError, "larger than 100,000 bytes"),
    Row("/deflate-bomb", ArticleError, "larger than 100,000 bytes"),
    Row("/gzip-empty-members", ArticleError, "too big"),
]

TOO_SLOW = [
    Row("/slow-accept", FetchError, "no complete answer within 0.6 s", timeout=0.6),
    Row("/slow-header", FetchError, "no complete answer within 0.6 s", timeout=0.6),
    Row("/slow-body", FetchError, "no complete answer within 0.6 s", timeout=0.6),
    Row("/slow-chunks", FetchError, "no complete answer within 0.6 s", timeout=0.6),
    Row("/slow-redirects", FetchError, "no complete answer within 0.6 s", timeout=0.6),
]

BROKEN = [
    Row("/cut-body", FetchError, "broke off"),
    Row("/cut-chunks", FetchError, "broke off"),
    Row("/cut-gzip", FetchError, "cut short"),
    Row("/cut-deflate", FetchError, "cut short"),
    Row("/bad-gzip", FetchError, "damaged"),
    Row("/bad-checksum", FetchError, "damaged"),
    Row("/encoding?br", ArticleError, "not asked for: br"),
    Row("/encoding?zstd", ArticleError, "not asked for: zstd"),
    Row("/encoding?gzip,%20gzip", ArticleError, "not asked for"),
    Row("/hang-up", FetchError, "broke off"),
    Row("/upgrade", FetchError, "does not speak HTTP"),
    Row("/banner", FetchError, "does not speak HTTP"),
    Row("/http-0.9", FetchError, "does not speak HTTP"),
    Row("/two-lengths", FetchError, "does not speak HTTP"),
    Row("/bad-length", FetchError, "does not speak HTTP"),
    Row("/bad-chunk", FetchError, "does not speak HTTP"),
    Row("/split-header", FetchError, "does not speak HTTP"),
]

NO_PAGE = [
    Row("/type?image/jpeg", ArticleError, "not a page but image/jpeg"),
    Row("/type?video/mp4", ArticleError, "not a page but video/mp4"),
    Row("/type?audio/mpeg", ArticleError, "not a page but audio/mpeg"),
    Row("/type?application/pdf", ArticleError, "not a page but application/pdf"),
    Row("/type?application/octet-stream", ArticleError, "not a page but application/octet-stream"),
    Row("/type?application/zip", ArticleError, "not a page but application/zip"),
    Row("/type?image/svg+xml", ArticleError, "not a page but image/svg+xml"),
    Row("/type?text/css", ArticleError, "not a page but text/css"),
    Row("/type?" + "x" * 500, ArticleError, "not a page but xxx"),
    Row("/tarball", ArticleError, "binary data"),
    Row("/png-as-html", ArticleError, "binary data"),
    Row("/pdf-as-html", ArticleError, "binary data"),
    Row("/binary-no-type", ArticleError, "binary data"),
    Row("/empty", ArticleError, "empty"),
    Row("/blank", ArticleError, "empty"),
]


def refusal(row: Row, server: HostileServer) -> PodcastError:
    """Fetch the row's address and hold its error against it."""
    server.reset()
    url = f"http://{SITE}:PORT{row.url}" if row.url.startswith("/") and row.url[1:2] != "/" else row.url
    fetcher = Fetcher(replace(POLICY, timeout=row.timeout), resolve=resolve_or_fail)
    started = time.monotonic()
    with pytest.raises(PodcastError) as caught:
        fetcher.fetch(url.replace("PORT", str(server.port), 1))
    assert time.monotonic() - started < row.timeout + 5
    assert type(caught.value) is row.error, caught.value
    assert row.says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(caught.value.what) < 200
    return caught.value


def resolve_or_fail(host: str, port: int) -> Sequence[str]:
    try:
        return resolve(host, port)
    except KeyError:
        raise OSError(f"unknown name {host}") from None


def rows(*tables: list[Row]) -> list[object]:
    return [pytest.param(row, id=row.url[:60] or "empty") for table in tables for row in table]


@pytest.mark.parametrize("row", rows(ADDRESSES, SPELLINGS))
def test_a_refused_address_is_never_connected_to(row: Row, server: HostileServer) -> None:
    refusal(row, server)
    assert server.requests == []


@pytest.mark.parametrize("row", rows(REDIRECTS))
def test_every_hop_is_judged_as_strictly_as_the_first(row: Row, server: HostileServer) -> None:
    refusal(row, server)
    assert "/ok" not in server.requests


@pytest.mark.parametrize("row", rows(STATUSES, BROKEN, NO_PAGE))
def test_an_answer_that_is_no_page_says_so(row: Row, server: HostileServer) -> None:
    refusal(row, server)


@pytest.mark.parametrize("row", rows(TOO_SLOW))
def test_no_slowness_outlasts_the_deadline(row: Row, server: HostileServer) -> None:
    refusal(row, server)


@pytest.mark.parametrize("row", rows(TOO_BIG))
def test_nothing_is_read_beyond_the_cap(row: Row, server: HostileServer) -> None:
    refusal(row, server)
    assert server.sent < CAP + 16_000_000, "what two full socket buffers may hold beyond the cap"


LINES = st.sampled_from([
    "Content-Type: text/html", "Content-Type: text/html; charset*=x''%ff", "Content-Type: a/b; charset=\"",
    "Content-Type: ;;=\"; charset=\xff", "Content-Type: multipart/mixed; boundary=a", "Content-Length: 3",
    "Content-Encoding: gzip", "Content-Encoding: deflate", "Transfer-Encoding: chunked", "X: " + "a" * 500,
    "Location: \xe9//[", "Location: http://[::1]/", "Location: ../..//\\", "Location: ?", "ETag: \xff",
    "Set-Cookie: a=b; Domain=.; Path=\"; Max-Age=x", "Set-Cookie: a=b; Expires=Mon, 99 Foo 1 1:1:1",
    "Set-Cookie: ;;;==\xff", "Retry-After: -1", "Retry-After: Mon, 02 Nov 99999 00:00:00",
    "Connection: upgrade", ":", " folded", "a b: c",
])  # fmt: skip
BEGINNINGS = st.sampled_from([
    "HTTP/1.1 200 OK", "HTTP/1.0 200", "HTTP/1.1 302 Found", "HTTP/1.1 503 x", "HTTP/1.1 999 \xff",
    "HTTP/2 200",
])  # fmt: skip
CHUNKS = [b"3\r\nabc\r\n0\r\n\r\n", gzip.compress(b"<p>"), b"\x78\x9c", b"<p>"]


@settings(max_examples=300, deadline=None)
@given(BEGINNINGS, st.lists(LINES, max_size=5), st.binary(max_size=60) | st.sampled_from(CHUNKS))
def test_any_answer_is_a_page_or_refused(
    server: HostileServer, beginning: str, lines: list[str], body: bytes
) -> None:
    server.raw = "\r\n".join([beginning, *lines, "", ""]).encode("latin-1") + body
    fetcher = Fetcher(replace(POLICY, timeout=2.0), resolve=resolve_or_fail)
    with contextlib.suppress(PodcastError):
        assert fetcher.fetch(f"http://{SITE}:{server.port}/raw").text.strip()


def test_the_table_is_as_long_as_promised() -> None:
    tables = (ADDRESSES, SPELLINGS, REDIRECTS, STATUSES, TOO_BIG, TOO_SLOW, BROKEN, NO_PAGE)
    assert sum(map(len, tables)) >= 60
