"""The example newsroom: every one of its shapes becomes the same clean article."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.newsroom.make_site import SHAPES, stories, write_site
from podcast.run import breaches_of
from tests.run.newsroom import Newsroom, Page, Site


@pytest.fixture
def room(newsroom: Newsroom, site: Site, tmp_path: Path) -> Newsroom:
    write_site(tmp_path / "site", site.url)
    for path in (tmp_path / "site").iterdir():
        kind = "application/xml" if path.suffix == ".xml" else "text/html; charset=utf-8"
        site.pages[f"/{path.name}"] = Page(path.read_text(encoding="utf-8"), kind=kind)
    return newsroom


@pytest.mark.parametrize("feed", ["rss.xml", "sitemap.xml"])
def test_every_article_is_found_with_its_title(room: Newsroom, site: Site, feed: str) -> None:
    room.sources = [f'feed = "{site.url}/{feed}"']
    outcome = room.run(dry=True)
    assert [(line.deed, line.title) for line in outcome.lines] == [("new", s.title) for s in stories()]


def test_one_of_each_shape_is_spoken_without_the_noise_around_it(room: Newsroom, site: Site) -> None:
    room.sources = [f'feed = "{site.url}/rss.xml"']
    room.settings["limits"] = f"episodes = {len(SHAPES)}"
    room.run()
    assert breaches_of(room.plan()) == []
    known = {story.title: story for story in stories()}
    episodes = room.episodes()
    assert len(episodes) == len(SHAPES)
    for title, episode in episodes.items():
        story = known[title]
        assert episode["description"].startswith(story.standfirst)
        assert episode["itunes_author"] == story.author
        assert episode["published"] == story.published.timestamp()
        url = episode["enclosures"][0]["url"]
        folder = room.folder / "library" / "episodes" / url.split("/")[-2]
        words = (folder / "article.json").read_text(encoding="utf-8").partition('"dropped"')[0]
        assert all(paragraph.replace("\u00a0", " ") in words for paragraph in story.paragraphs)
        for noise in ("cookies", "Partager", "À lire aussi", "Mentions légales", "Déjà abonné"):
            assert noise not in words
