"""Newsroom feeds → addresses: RSS, Atom, sitemaps, and what pretends to be one."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.article.feeds import MAX_TAGS, FeedItem, read_feed
from podcast.errors import ArticleError, PodcastError

URL = "https://presse.test/flux/une.xml"
PARIS = ZoneInfo("Europe/Paris")
NOVEMBER = datetime(2026, 11, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def rss(*items: str) -> str:
    rows = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Une</title>{rows}</channel></rss>'


def atom(*entries: str) -> str:
    rows = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Une</title>{rows}</feed>'


def rdf(*items: str) -> str:
    rows = "".join(f"<item>{item}</item>" for item in items)
    names = 'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {names}><channel/>{rows}</r:RDF>'


NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
IMAGE = 'xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'


def sitemap(*urls: str) -> str:
    rows = "".join(f"<url>{url}</url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {NEWS} {IMAGE}>{rows}</urlset>'


# One feed with one item, and the item.
KINDS = {
    "rss": (
        rss(
            "<title>La crue</title><link>https://presse.test/crue</link>"
            "<guid isPermaLink='false'>n-12</guid><pubDate>Mon, 02 Nov 2026 09:30:00 +0100</pubDate>"
        ),
        FeedItem("https://presse.test/crue", "La crue", NOVEMBER, None, "n-12"),
    ),
    "rss 1.0": (
        rdf("<title>La crue</title><link>/crue</link><dc:date>2026-11-02T09:30:00+01:00</dc:date>"),
        FeedItem("https://presse.test/crue", "La crue", None, NOVEMBER),
    ),
    "guid as link": (
        rss("<title>La crue</title><guid>https://presse.test/crue</guid>"),
        FeedItem("https://presse.test/crue", "La crue", guid="https://presse.test/crue"),
    ),
    "atom": (
        atom(
            '<title type="html">La &lt;em>crue&lt;/em></title><link rel="self" href="/non"/><id>urn:12</id>'
            '<link href="/crue"/><published>2026-11-02T08:30:00Z</published>'
            "<updated>2026-11-02T09:30:00+01:00</updated>"
        ),
        FeedItem("https://presse.test/crue", "La crue", NOVEMBER, NOVEMBER, "urn:12"),
    ),
    "news sitemap": (
        sitemap(
            "<loc>https://presse.test/crue</loc><i:image><i:loc>/photo.jpg</i:loc></i:image>"
            "<n:news><n:publication><n:name>La Presse</n:name></n:publication>"
            "<n:publication_date>2026-11-02T09:30:00+01:00</n:publication_date>"
            "<n:title>La crue</n:title></n:news>"
        ),
        FeedItem("https://presse.test/crue", "La crue", NOVEMBER),
    ),
    "plain sitemap": (
        sitemap("<loc> /crue\n</loc><lastmod>2026-11-02T08:30:00Z</lastmod>"),
        FeedItem("https://presse.test/crue", "", None, NOVEMBER),
    ),
    "sitemap index": (
        "<sitemapindex><sitemap><loc>/plan-1.xml</loc></sitemap></sitemapindex>",
        FeedItem("https://presse.test/plan-1.xml", kind="sitemap"),
    ),
    "byte-order mark, comment, doctype": (
        "\ufeff\n<!-- <html> --><!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://presse.test/rss.dtd'>"
        + rss("<link>/crue</link>"),
        FeedItem("https://presse.test/crue"),
    ),
    "not well-formed": (
        "<rss><channel><item><title>L&eacute;gende & cie</title><link>/crue</link></item>",
        FeedItem("https://presse.test/crue", "Légende & cie"),
    ),
}


@pytest.mark.parametrize(("document", "item"), KINDS.values(), ids=KINDS)
def test_every_kind_of_feed_is_read(document: str, item: FeedItem) -> None:
    assert read_feed(document, URL) == (item,)
    assert read_feed(document.encode(), URL) == (item,)


LINKS = [
    ("https://presse.test/a", "https://presse.test/a"),
    ("/a", "https://presse.test/a"),
    ("a", "https://presse.test/flux/a"),
    ("//autre.test/a", "https://autre.test/a"),
    ("HTTPS://Presse.TEST:443/a#xtor=RSS-3", "https://presse.test/a"),
    ("/a?id=3&amp;utm_source=rss&amp;utm_medium=flux", "https://presse.test/a?id=3"),
    ("/a?xtor=RSS-12", "https://presse.test/a"),
    ("/été", "https://presse.test/%C3%A9t%C3%A9"),
    ("javascript:alert(1)", None),
    ("file:///etc/passwd", None),
    ("ftp://presse.test/a", None),
    ("data:text/html,a", None),
    ("http://moi@presse.test/", None),
    ("http://[::1", None),
    ("http://2130706433/", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "url"), LINKS)
def test_links_are_absolute_and_http(written: str, url: str | None) -> None:
    expected = [url] if url else []
    assert [item.url for item in read_feed(rss(f"<title>a</title><link>{written}</link>"), URL)] == expected
    assert [item.url for item in read_feed(sitemap(f"<loc>{written}</loc>"), URL)] == expected


DATES = [
    ("Mon, 02 Nov 2026 09:30:00 +0100", NOVEMBER),
    ("Mon, 02 Nov 2026 08:30:00 GMT", NOVEMBER),
    ("Mon, 02 Nov 2026 09:30:00 CET", NOVEMBER),
    ("02 Nov 2026 09:30 +0100", NOVEMBER),
    ("Mon, 02 Nov 2026 09:30:00", datetime(2026, 11, 2, 9, 30, tzinfo=PARIS)),
    ("2026-11-02T09:30:00", datetime(2026, 11, 2, 9, 30, tzinfo=PARIS)),
    ("2026-07-02", datetime(2026, 7, 2, tzinfo=PARIS)),
    ("2026-11-02T08:30:00.000Z", NOVEMBER),
    ("lundi 2 novembre 2026 à 9h30", datetime(2026, 11, 2, 9, 30, tzinfo=PARIS)),
    ("hier", None),
    ("0000-00-00", None),
    ("9999-12-31T23:00:00-14:00", None),
    ("Mon, 99 Foo 99999 99:99:99 +9999", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "moment"), DATES)
def test_dates_know_their_zone(written: str, moment: datetime | None) -> None:
    (item,) = read_feed(rss(f"<link>/a</link><pubDate>{written}</pubDate>"), URL)
    assert item.published == moment
    assert item.published is None or item.published.tzinfo
    (item,) = read_feed(sitemap(f"<loc>/a</loc><lastmod>{written}</lastmod>"), URL)
    assert item.updated == moment


TITLES = [
    ("L&#8217;été", "L’été"),
    ("<![CDATA[Deux &nbsp;mots <b>forts</b>]]>", "Deux mots forts"),
    ("Trois\n  mots\tseuls", "Trois mots seuls"),
    ("5 &lt; 6", "5 < 6"),
]


@pytest.mark.parametrize(("written", "title"), TITLES)
def test_titles_are_plain_text(written: str, title: str) -> None:
    assert read_feed(rss(f"<title>{written}</title><link>/a</link>"), URL)[0].title == title


def test_the_newest_come_first_and_the_undated_last_in_their_order() -> None:
    days = ["", "03", "05", "", "04"]
    dates = [f"<pubDate>2026-11-{day}T10:00:00Z</pubDate>" if day else "" for day in days]
    feed = rss(*(f"<link>/{number}</link>{date}" for number, date in enumerate(dates)))
    assert [item.url[-1] for item in read_feed(feed, URL)] == ["2", "4", "1", "0", "3"]
    assert [item.url[-1] for item in read_feed(feed, URL, limit=2)] == ["2", "4"]


def test_an_updated_article_counts_as_new() -> None:
    old = (
        "<link href='/a'/><published>2026-01-01T00:00:00Z</published><updated>2026-11-03T00:00:00Z</updated>"
    )
    recent = "<link href='/b'/><published>2026-11-02T00:00:00Z</published>"
    assert [item.url[-1] for item in read_feed(atom(recent, old), URL)] == ["a", "b"]


def test_an_address_is_named_once() -> None:
    feed = rss("<link>/a</link><title>un</title>", "<link>/a?utm_source=x#y</link><title>deux</title>")
    assert [item.title for item in read_feed(feed, URL)] == ["un"]


def test_an_empty_feed_is_a_feed() -> None:
    assert read_feed(rss(), URL) == ()
    assert read_feed(sitemap(), URL) == ()


def test_a_feed_in_an_old_charset_is_read() -> None:
    document = '<?xml version="1.0" encoding="iso-8859-1"?>' + rss("<title>Été</title><link>/a</link>")[21:]
    assert read_feed(document.encode("cp1252"), URL)[0].title == "Été"
    assert read_feed(document, URL)[0].title == "Été", "a text has no charset, whatever it declares"


# What is no feed

LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
NO_FEEDS = {
    "nothing": ("", "not a feed but no XML"),
    "an address, which must not be opened": ("http://127.0.0.1:9/flux", "not a feed but no XML"),
    "a path, which must not be opened": ("/etc/passwd", "not a feed but no XML"),
    "a page": ("<!DOCTYPE html><html><body>La crue</body></html>", "not a feed but a web page"),
    "another XML": ("<opml/>", "not a feed but <opml>"),
    "JSON": ('{"version": "https://jsonfeed.org/version/1"}', "not a feed but no XML"),
    "a cut declaration": ("<?xml version='1.0'", "not a feed but no XML"),
    "a cut comment": ("<!-- <rss>", "not a feed but no XML"),
    "a billion laughs": (f"<!DOCTYPE rss [<!ENTITY l0 'ha'>{LAUGHS}]>{rss('&l9;')}", "declares XML entities"),
    "an external entity": (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>{rss("<title>&x;</title><link>/a</link>")}',
        "declares XML entities",
    ),
    "a parameter entity": (
        f'<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>{rss()}',
        "declares XML entities",
    ),
    "entities in a sitemap": (
        f"<!DOCTYPE urlset [<!ENTITY x 'y'>]>{sitemap('<loc>/&x;</loc>')}",
        "declares XML entities",
    ),
    "an undeclared entity in a sitemap": (sitemap("<loc>/&x;</loc>"), "not well-formed"),
    "a cut sitemap": (sitemap("<loc>/a</loc>")[:-9], "not well-formed"),
    "a cut feed without an item": ("<rss><channel><title>Une", "broken XML"),
    "too many tags": ("<rss>" + "<a/>" * (MAX_TAGS + 1), "more than 150,000 tags"),
    "too many entities": ("<rss>" + "&lt;" * (10 * MAX_TAGS + 10), "more than 150,000 tags"),
}


@pytest.mark.parametrize(("document", "says"), NO_FEEDS.values(), ids=NO_FEEDS)
def test_what_is_no_feed_says_what_it_is(document: str, says: str) -> None:
    with pytest.raises(ArticleError, match=says) as caught:
        read_feed(document, URL)
    assert "\n" not in str(caught.value)


def test_a_document_type_in_the_middle_declares_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mot de passe")
    doctype = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "déplié">]>'
    document = f"<rss>{doctype}<channel><item><title>&x;&y;</title><link>/a</link></item></channel></rss>"
    with contextlib.suppress(ArticleError):
        for item in read_feed(document, URL):
            assert "mot de passe" not in item.title
            assert "déplié" not in item.title


PIECES = st.sampled_from([
    "<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "/a", "<feed>",
    "<entry>", "<link href='http://[' />", "<urlset>", "<url>", "<loc>", "</loc>", "</url>", "<pubDate>",
    "<![CDATA[", "]]>", "<!DOCTYPE", "<!--", "-->", "&amp;", "&#0;", "&#xD800;", "&x;", "<?xml?>", "\0",
    "<a xml:base='http://['>", "<a:b xmlns:a='' />", "<content type='base64'>", "<updated>9999-99", "\ud800",
])  # fmt: skip
DOCUMENTS = st.lists(PIECES | st.text(max_size=5), max_size=30).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["", "<rss>", "<feed>", "<urlset>", "<rdf:RDF>"]), DOCUMENTS)
def test_any_text_is_a_feed_or_refused(root: str, document: str) -> None:
    with contextlib.suppress(PodcastError):
        for item in read_feed(root + document, URL):
            assert item.url.startswith(("http://", "https://"))


@given(st.binary())
def test_any_bytes_are_a_feed_or_refused(data: bytes) -> None:
    with contextlib.suppress(PodcastError):
        read_feed(data, URL)


@given(st.lists(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)), max_size=8))
def test_the_order_is_by_date_and_nothing_is_lost(moments: list[datetime]) -> None:
    dates = [moment.replace(tzinfo=UTC) for moment in moments]
    feed = sitemap(*(f"<loc>/{n}</loc><lastmod>{date.isoformat()}</lastmod>" for n, date in enumerate(dates)))
    assert [item.updated for item in read_feed(feed, URL)] == sorted(dates, reverse=True)


UNITS = [
    "<",
    "<![",
    "<a ",
    "&",
    "&lt;b",
    "<!--",
    "<![CDATA[",
    " ",
    "<item><link>/a</link>",
    "\n<!DOCTYPE",
    "<?",
]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("root", ["", "<rss><channel><item><title>", "<urlset><url><loc>"])
def test_a_hostile_feed_takes_little_time(root: str, unit: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(ArticleError):
        read_feed(root + unit * (100_000 // len(unit)), URL)
    assert time.monotonic() - started < 5
