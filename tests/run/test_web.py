"""Articles from a web site: asked politely, recognised when they move, never lost when it is down."""

from __future__ import annotations

import pytest

from tests.run.newsroom import Newsroom, Page, Site, deeds, text

TITLES = {"phare": "Le phare rouvre", "marche": "Le marché déménage", "dune": "La dune avance"}


@pytest.fixture
def room(newsroom: Newsroom, site: Site) -> Newsroom:
    """Three articles of a site, on the air."""
    for name, title in TITLES.items():
        site.article(name, title)
    site.publish(*TITLES)
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    newsroom.run()
    site.asked.clear()
    return newsroom


def test_a_feed_becomes_a_feed(room: Newsroom, site: Site) -> None:
    episodes = room.episodes()
    assert set(episodes) == set(TITLES.values())
    assert {episode["link"] for episode in episodes.values()} == {f"{site.url}/{n}.html" for n in TITLES}
    assert episodes["La dune avance"]["number"] == 1, "the oldest of the feed came first"


def test_a_second_run_asks_only_whether_pages_changed(room: Newsroom, site: Site) -> None:
    before = room.bytes("public", "library")
    assert room.run().lines == []
    assert {status for path, status in site.asked if path != "/rss.xml"} == {304}
    assert room.bytes("public", "library") == before


def test_an_edited_page_is_spoken_anew_though_the_feed_says_nothing(room: Newsroom, site: Site) -> None:
    guid = room.episodes()["Le phare rouvre"]["guid"]
    site.article("phare", "Le phare rouvre", "Sa porte grince encore sous le vent.", touched=1_760_000_000)
    outcome = room.run()
    assert deeds(outcome) == [("changed", "Le phare rouvre")]
    assert outcome.lines[0].utterances - outcome.lines[0].cached == 1
    assert room.episodes()["Le phare rouvre"]["guid"] == guid


@pytest.mark.parametrize("status", [404, 410, 451])
@pytest.mark.parametrize("listed", [True, False])
def test_a_page_that_is_gone_leaves_the_feed(room: Newsroom, site: Site, status: int, listed: bool) -> None:
    site.pages["/phare.html"] = Page("", status)
    if not listed:
        site.publish("marche", "dune")
    assert deeds(room.run()) == [("withdrawn", "Le phare rouvre")]
    assert set(room.episodes()) == {"Le marché déménage", "La dune avance"}
    assert room.run().lines == []


def test_a_page_that_leads_home_is_gone(room: Newsroom, site: Site) -> None:
    site.article("", "La une du jour")
    site.pages["/"] = site.pages.pop("/.html")
    site.pages["/phare.html"] = Page("", 302, location="/")
    assert deeds(room.run()) == [("withdrawn", "Le phare rouvre")]


def test_an_article_that_drops_out_of_the_newsrooms_feed_stays(room: Newsroom, site: Site) -> None:
    site.publish("marche")
    assert room.run().lines == []
    assert len(room.episodes()) == 3


@pytest.mark.parametrize(
    "page",
    [
        Page("", 503),
        Page("<html>Maintenance</html>"),
        Page("", 404),
        Page("\0"),
    ],
    ids=["down", "page", "missing", "binary"],
)
def test_a_source_that_is_down_or_garbage_stops_nobody(room: Newsroom, site: Site, page: Page) -> None:
    room.write("0.txt", text("Le bac change de quai"))
    room.sources.append('folder = "articles"')
    rss = site.pages["/rss.xml"]
    site.pages["/rss.xml"] = page
    outcome = room.run()
    assert outcome.to_retry
    assert list(outcome.broken) == [f"{site.url}/rss.xml"]
    assert deeds(outcome) == [("new", "Le bac change de quai")]
    assert len(room.episodes()) == 4
    site.pages["/rss.xml"] = rss
    assert not room.run().to_retry


def test_a_page_that_fails_is_retried_and_the_others_are_made(newsroom: Newsroom, site: Site) -> None:
    for name, title in TITLES.items():
        site.article(name, title)
    site.publish(*TITLES)
    whole = site.pages["/marche.html"]
    site.pages["/marche.html"] = Page("", 500)
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    outcome = newsroom.run()
    assert outcome.count("new") == 2
    assert outcome.count("later") == 1
    assert outcome.to_retry
    site.pages["/marche.html"] = whole
    site.publish("phare", "dune")
    assert deeds(newsroom.run()) == [("new", "Le marché déménage")]


def test_an_article_that_moves_is_the_same_article(newsroom: Newsroom, site: Site) -> None:
    site.article("phare", "Le phare rouvre")
    site.publish("phare", identities=True)
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    newsroom.run()
    guid = newsroom.episodes()["Le phare rouvre"]["guid"]
    del site.pages["/phare.html"]
    site.article("phare-rouvert", "Le phare rouvre", "La lanterne a été repeinte.")
    site.publish("phare-rouvert", identities=True)
    assert deeds(newsroom.run()) == [("changed", "Le phare rouvre")]
    assert newsroom.episodes()["Le phare rouvre"]["guid"] == guid
    assert len(newsroom.episodes()) == 1


def test_one_article_in_two_sources_is_one_episode(room: Newsroom, site: Site) -> None:
    (room.folder / "adresses.txt").write_text(f"# à lire\n\n{site.url}/phare.html#haut\n", encoding="utf-8")
    room.sources.append('list = "adresses.txt"')
    assert room.run().lines == []
    assert len(room.episodes()) == 3


def test_a_sitemap_is_a_source(newsroom: Newsroom, site: Site) -> None:
    site.article("phare", "Le phare rouvre")
    site.pages["/sitemap.xml"] = Page(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        f"<url><loc>{site.url}/phare.html</loc><lastmod>2025-06-01</lastmod></url></urlset>",
        kind="application/xml",
    )
    newsroom.sources = [f'feed = "{site.url}/sitemap.xml"']
    assert deeds(newsroom.run()) == [("new", "Le phare rouvre")]


def test_a_canonical_address_with_accents_is_one_that_feeds_take(newsroom: Newsroom, site: Site) -> None:
    site.article("phare", "Le phare rouvre")
    page = site.pages["/phare.html"]
    page.body = page.body.replace("<title>", "<link rel=canonical href='/été/phare.html'><title>")
    site.publish("phare")
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    newsroom.run()
    assert newsroom.episodes()["Le phare rouvre"]["link"] == f"{site.url}/%C3%A9t%C3%A9/phare.html"


@pytest.mark.parametrize("lost", [False, True])
def test_a_second_address_of_a_page_is_the_same_article(newsroom: Newsroom, site: Site, lost: bool) -> None:
    """The canonical address says so, also after the library was lost."""
    for name in ("phare", "phare-amp"):
        site.article(name, "Le phare rouvre")
        page = site.pages[f"/{name}.html"]
        page.body = page.body.replace("<title>", "<link rel=canonical href='/articles/phare'><title>")
    site.publish("phare")
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    newsroom.run()
    guid = newsroom.episodes()["Le phare rouvre"]["guid"]
    if lost:
        (newsroom.folder / "library" / "library.db").unlink()
    site.publish("phare-amp", "phare")
    for _ in range(2):
        assert newsroom.run().lines == []
        (episode,) = newsroom.feed()["episodes"]
        assert episode["guid"] == guid


def test_pages_that_claim_one_canonical_address_are_told_apart_by_their_titles(
    newsroom: Newsroom, site: Site
) -> None:
    for name, title in TITLES.items():
        site.article(name, title)
        page = site.pages[f"/{name}.html"]
        page.body = page.body.replace("<title>", "<link rel=canonical href='/articles/tous'><title>")
    site.publish(*TITLES)
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    newsroom.run()
    assert set(newsroom.episodes()) == set(TITLES.values())


def test_what_can_never_be_read_is_refused_once(newsroom: Newsroom, site: Site) -> None:
    site.article("phare", "Le phare rouvre")
    site.pages["/film.html"] = Page("", kind="video/mp4")
    site.publish("film", "phare", "absent")
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    outcome = newsroom.run()
    assert (outcome.count("refused"), outcome.count("new"), outcome.to_retry) == (2, 1, False)
    assert newsroom.run().lines == []


def test_a_site_that_does_not_answer_is_not_asked_for_every_page(newsroom: Newsroom, site: Site) -> None:
    for number in range(8):
        site.pages[f"/a{number}.html"] = Page("", 503)
    site.publish(*(f"a{number}" for number in range(8)))
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    outcome = newsroom.run()
    assert outcome.count("later") == 8
    assert len({path for path, _ in site.asked if path.startswith("/a")}) == 3
