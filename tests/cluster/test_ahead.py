"""A maker that begins articles ahead, and ends them in any order, makes the show that a run makes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from podcast import speech
from podcast.cluster.voice import OwnVoice
from podcast.errors import SynthesisError
from podcast.publish.entry import Entry
from podcast.publish.opening import open_library
from podcast.run import Plan, run
from podcast.run.make import WORK, Speaking, Spoken, speak
from podcast.types import Article
from tests.cluster.conftest import write_archive
from tests.run.newsroom import Newsroom, Page, Site, deeds, running_site

TITLES = [f"Le bac numéro {number} part" for number in range(6)]
FAILING = "en panne"
VOICE = OwnVoice(speech.open_engine)


@dataclass
class Ahead:
    """Speaks what was begun when something is waited for: all of it, in an order of its own."""

    plan: Plan
    ahead: int
    done: dict[str, Spoken | SynthesisError] = field(default_factory=dict)
    begun: dict[str, Article] = field(default_factory=dict)
    most: int = 0

    def begin(self, article: Article, entry: Entry) -> Speaking:
        self.begun[entry.guid] = article
        self.most = max(self.most, len(self.begun))
        return lambda: self._wait(entry.guid)

    def _wait(self, guid: str) -> Spoken:
        waiting = list(self.begun)
        random.Random(len(waiting)).shuffle(waiting)
        for one in waiting:
            article = self.begun.pop(one)
            settings = replace(self.plan.settings, output=self.plan.library / WORK)
            failing = FAILING in article.title
            self.done[one] = (
                SynthesisError("le moteur a calé") if failing else speak(article, one, settings, pool=VOICE)
            )
        result = self.done.pop(guid)
        if isinstance(result, SynthesisError):
            raise result
        return result


def numbers(room: Newsroom) -> dict[str, int]:
    with open_library(room.folder / "library") as library:
        return {entry.title: entry.record.number for entry in library.entries("ready") if entry.record}


def both(tmp_path: Path, titles: list[str], change: Callable[[Plan], Plan] = lambda plan: plan) -> Ahead:
    """The same archive made by a run alone and by one ahead; they agree."""
    alone, ahead = (write_archive(tmp_path / name, titles) for name in ("alone", "ahead"))
    plan = change(ahead.plan())
    maker = Ahead(plan, 4)
    expected = run(change(alone.plan()), maker=Ahead(change(alone.plan()), 0))
    outcome = run(plan, maker=maker)
    assert deeds(outcome) == deeds(expected)
    assert outcome.left_over == expected.left_over
    assert numbers(ahead) == numbers(alone)
    return maker


def test_numbers_follow_the_news_whoever_is_faster(tmp_path: Path) -> None:
    assert both(tmp_path, TITLES).most == 5, "four ahead of the one that is waited for"


@pytest.mark.parametrize("limit", [1, 3, 4, 20])
def test_one_that_fails_leaves_its_place_within_the_limit_to_another(tmp_path: Path, limit: int) -> None:
    titles = [TITLES[0], f"Le bac est {FAILING}", *TITLES[1:4]]
    both(tmp_path, titles, lambda plan: replace(plan, most_episodes=limit))


@pytest.mark.parametrize("ahead", [0, 4])
def test_two_pages_of_one_article_are_one_though_both_are_begun_at_once(tmp_path: Path, ahead: int) -> None:
    with running_site() as site:
        room = twins(tmp_path, site)
        outcome = run(room.plan(), maker=Ahead(room.plan(), ahead))
    assert [title for _, title in deeds(outcome)] == ["Le phare rouvre"]
    assert outcome.unchanged == 1
    assert list(numbers(room)) == ["Le phare rouvre"]


def twins(folder: Path, site: Site) -> Newsroom:
    """Two addresses of a feed that name one canonical address."""
    for name in ("phare", "phare-amp"):
        site.article(name, "Le phare rouvre")
        page = site.pages[f"/{name}.html"]
        link = f'<link rel="canonical" href="{site.url}/phare.html"></head>'
        site.pages[f"/{name}.html"] = Page(page.body.replace("</head>", link))
    site.publish("phare-amp", "phare")
    room = Newsroom(folder)
    room.sources = [f'feed = "{site.url}/rss.xml"']
    return room
