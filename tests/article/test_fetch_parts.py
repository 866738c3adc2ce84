"""The small laws that fetching stands on: URLs, addresses, robots.txt."""

from __future__ import annotations

import contextlib
import ipaddress
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.article.fetch.addresses import Address, why_refused
from podcast.article.fetch.robots import parse_robots
from podcast.article.fetch.unpack import read_body
from podcast.article.fetch.urls import join_url, parse_url
from podcast.errors import ArticleError, FetchError

CANONICAL = [
    ("http://a.fr", "http://a.fr/"),
    ("  https://A.FR/B?c#d\n", "https://a.fr/B?c"),
    ("https://a.fr:443/x", "https://a.fr/x"),
    ("http://a.fr:443/x", "http://a.fr:443/x"),
    ("https://a.fr./x", "https://a.fr/x"),
    ("https://a.fr/é è", "https://a.fr/%C3%A9%20%C3%A8"),
    ("https://a.fr/%C3%A9?q=a+b&r[]=1", "https://a.fr/%C3%A9?q=a+b&r[]=1"),
    ("https://bœuf.fr/", "https://xn--buf-fya.fr/"),
    ("http://[2606:4700::0:1111]/", "http://[2606:4700::1111]/"),
    ("http://8.8.8.8/", "http://8.8.8.8/"),
    ("http://a_b.fr/", "http://a_b.fr/"),
    ("http://1and1.fr/", "http://1and1.fr/"),
]


@pytest.mark.parametrize(("written", "canonical"), CANONICAL)
def test_a_url_has_one_spelling(written: str, canonical: str) -> None:
    assert str(parse_url(written)) == canonical
    assert str(parse_url(canonical)) == canonical


BEGINNINGS = ["", "http://", "https://a.fr", "http://[", "http://a.fr:", "//"]


@given(st.sampled_from(BEGINNINGS), st.text(st.characters(), max_size=60))
def test_any_text_is_a_url_or_refused(beginning: str, text: str) -> None:
    with contextlib.suppress(ArticleError):
        target = parse_url(beginning + text)
        assert str(target).isascii()
        assert str(target).isprintable()
        assert parse_url(str(target)) == target


@given(st.text(max_size=60))
def test_any_reference_leads_to_a_url_or_is_refused(text: str) -> None:
    with contextlib.suppress(ArticleError):
        assert join_url(parse_url("https://a.fr/b/c?d"), text).scheme in {"http", "https"}


PUBLIC = [
    "8.8.8.8", "1.1.1.1", "11.0.0.1", "9.255.255.255", "100.63.255.255", "100.128.0.1", "126.255.255.255",
    "128.0.0.1", "169.253.0.1", "172.15.255.255", "172.32.0.1", "192.167.0.1", "192.169.0.1",
    "198.17.255.255", "198.20.0.1", "223.255.255.255",
    "2606:4700::1111", "2001:4860::8888", "2a00:1450::1", "2003::1", "64:ff9b::808:808",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_passes(address: str) -> None:
    assert why_refused(ipaddress.ip_address(address)) == ""


@given(st.ip_addresses())
def test_nothing_that_python_calls_special_passes(
    address: Address,
) -> None:
    """The table and the standard library were written apart; where they differ the table is stricter."""
    special = (
        address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
        or address.is_reserved or address.is_unspecified
    )  # fmt: skip
    nat64 = address.version == 6 and address in ipaddress.ip_network("64:ff9b::/96")
    assert why_refused(address) or not special or nat64


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_never_better_off(address: ipaddress.IPv4Address) -> None:
    for prefix in ("::ffff:", "::", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"):
        inside = ipaddress.ip_address(f"{prefix}{address}")
        assert bool(why_refused(inside)) >= bool(why_refused(address))


def bomb(size: int, wbits: int) -> list[bytes]:
    """A stream that unpacks to ``size`` bytes, in the pieces that a socket gives."""
    packer = zlib.compressobj(level=9, wbits=wbits)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(size // 1_000_000)) + packer.flush()
    return [packed[start : start + 65536] for start in range(0, len(packed), 65536)]


@pytest.mark.parametrize(("encoding", "wbits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
def test_a_bomb_costs_no_more_memory_than_the_cap(encoding: str, wbits: int) -> None:
    chunks = bomb(100_000_000, wbits)
    tracemalloc.start()
    try:
        with pytest.raises(ArticleError, match="larger than 100,000 bytes"):
            read_body(chunks, encoding, max_bytes=100_000, where="")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


@given(st.binary(max_size=300), st.integers(min_value=1, max_value=50), st.sampled_from([31, 15, -15]))
def test_a_packed_body_is_whole_however_it_is_cut(body: bytes, cut: int, wbits: int) -> None:
    packer = zlib.compressobj(wbits=wbits)
    packed = packer.compress(body) + packer.flush()
    chunks = [packed[start : start + cut] for start in range(0, len(packed), cut)]
    encoding = "gzip" if wbits == 31 else "deflate"
    assert read_body(chunks, encoding, max_bytes=300, where="") == body
    with pytest.raises(FetchError):
        read_body([packed[:-1]], encoding, max_bytes=300, where="")


# robots.txt: rules of one group, a path, whether it may be fetched (RFC 9309 §2.2)
RULES = [
    ("", "/", True),
    ("Disallow:", "/a", True),
    ("Disallow: /", "/a", False),
    ("disallow : /a  # pas ici", "/ab", False),
    ("Disallow: /a", "/b", True),
    ("Disallow: /a/", "/a", True),
    ("Disallow: /\nAllow: /a", "/a/b", True),
    ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),
    ("Disallow: /a\nAllow: /a", "/a", True),
    ("Disallow: /*?", "/a?b", False),
    ("Disallow: /*?", "/a", True),
    ("Disallow: /*.pdf$", "/x/a.pdf", False),
    ("Disallow: /*.pdf$", "/x/a.pdf?b", True),
    ("Disallow: /a$", "/a", False),
    ("Disallow: /a$", "/ab", True),
    ("Disallow: /*/imprimer/*/pdf", "/fr/imprimer/12/pdf2", False),
    ("Disallow: /*/imprimer/*/pdf", "/fr/imprimer/pdf", True),
    ("Disallow: *", "/a", False),
    ("Disallow: /a*a$", "/a", True),
    ("Disallow: /é", "/%C3%A9t%C3%A9", False),
    ("Disallow: /%C3%A9", "/%c3%a9", False),
    ("Disallow: /%7Emoi", "/~moi", False),
    ("Disallow: /a%2Fb", "/a/b", True),
    ("Disallow: /", "/robots.txt", True),
    ("Crawl-delay: 10\nDisallow: /a\nSitemap: https://a.fr/s.xml", "/a", False),
]


@pytest.mark.parametrize(("rules", "path", "allowed"), RULES)
def test_the_longest_rule_decides(rules: str, path: str, allowed: bool) -> None:
    assert parse_robots(f"User-agent: *\n{rules}\n", "podcast").allows(path) is allowed


GROUPS = [
    ("User-agent: *\nDisallow: /\n\nUser-agent: podcast\nDisallow: /b", "/a", True),
    ("User-agent: Podcast/1.0\nDisallow: /a", "/a", False),
    ("User-agent: GPTBot\nUser-agent: podcast\nDisallow: /a", "/a", False),
    ("User-agent: GPTBot\nDisallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
    (
        "User-agent: podcast\nDisallow: /a\nUser-agent: x\nAllow: /\nUser-agent: podcast\nDisallow: /b",
        "/b",
        False,
    ),
    ("User-agent: podcast\nUser-agent: *\nDisallow: /a", "/a", False),
    ("User-agent: podcaster\nDisallow: /", "/a", True),
    ("Disallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
    ("\ufeffUser-agent: *\r\nDisallow: /a", "/a", False),
    ("<html><body>Erreur : introuvable</body></html>", "/a", True),
]


@pytest.mark.parametrize(("text", "path", "allowed"), GROUPS)
def test_a_robot_obeys_its_own_group(text: str, path: str, allowed: bool) -> None:
    assert parse_robots(text, "podcast").allows(path) is allowed


@given(st.text())
def test_any_robots_txt_can_be_read(text: str) -> None:
    parse_robots(text, "podcast").allows("/a")


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\n" * 35_000 + "Disallow: /a",
        "User-agent: *\n" + "Disallow: /a\n" * 38_000,
        "User-agent: *\nDisallow: /" + "*a" * 250_000 + "b$",
        "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*a*a*b$\n" * 16_000,
    ],
    ids=["agents", "rules", "stars", "starry rules"],
)
def test_a_hostile_robots_txt_takes_little_time(text: str) -> None:
    started = time.monotonic()
    parse_robots(text, "podcast").allows("/" + "a" * 7_900)
    assert time.monotonic() - started < 3
