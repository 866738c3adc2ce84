"""The speakers of a run: the same for all its articles, one after the other, and nothing of that is heard."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from podcast.errors import SynthesisError
from podcast.publish.entry import Entry
from podcast.render.pool import STOPPED
from podcast.render.process import WorkerProcess
from podcast.run import run
from podcast.run.make import WORK, Speaking, Spoken, here, settle, speak
from podcast.settings import Settings
from podcast.types import Article, Block
from tests.run.newsroom import Newsroom, Site, text

TITLES = ("Le phare rouvre", "Le marché déménage")
Started = list[WorkerProcess]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Started:
    """The processes that were started to speak; nothing comes from the cache."""
    monkeypatch.setenv("PODCAST_CACHE", str(tmp_path / "clips"))
    processes: Started = []

    class Noted(WorkerProcess):
        def __init__(self, open_engine: bytes) -> None:
            super().__init__(open_engine)
            processes.append(self)

    monkeypatch.setattr("podcast.render.pool.WorkerProcess", Noted)
    return processes


@pytest.fixture
def two(newsroom: Newsroom) -> Newsroom:
    for number, title in enumerate(TITLES):
        newsroom.write(f"{number}.txt", text(title))
    return newsroom


def test_a_run_without_news_starts_nobody(on_air: Newsroom, started: Started) -> None:
    assert on_air.run().lines == []
    assert started == []


class Anew:
    """Speaks each article with speakers of its own."""

    ahead = 0

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def begin(self, article: Article, entry: Entry) -> Speaking:
        return partial(speak, article, entry.guid, self._settings)


def test_one_process_speaks_all_articles_and_each_is_as_if_it_were_alone(
    two: Newsroom, started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(psutil.Process().children(recursive=True))
    two.run()
    assert len(started) == 1  # jobs = 1
    assert not set(psutil.Process().children(recursive=True)) - before
    other = Newsroom(tmp_path / "other")
    for number, title in enumerate(TITLES):
        other.write(f"{number}.txt", text(title))
    plan = other.plan()
    monkeypatch.setenv("PODCAST_CACHE", str(tmp_path / "others"))
    run(plan, maker=Anew(replace(plan.settings, output=plan.library / WORK)))
    assert len(started) == 3
    one, each = ({n: d for n, d in room.bytes("public").items() if "episodes" in n} for room in (two, other))
    assert len([name for name in one if name.endswith(".mp3")]) == 2
    assert one == each


def test_a_speaker_that_dies_between_two_articles_is_replaced(
    two: Newsroom, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    def settle_and_kill(*arguments: Any, **named: Any) -> object:
        os.kill(started[-1]._process.pid, signal.SIGKILL)
        return settle(*arguments, **named)

    monkeypatch.setattr("podcast.run.work.settle", settle_and_kill)
    outcome = two.run()
    assert [line.deed for line in outcome.lines] == ["new"] * 2
    assert len(started) == 2
    assert set(two.episodes()) == set(TITLES)


def test_the_next_page_is_asked_for_while_an_article_is_spoken(
    newsroom: Newsroom, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[str] = []

    def waits_for_the_next(article: Article, *given: Any, **named: Any) -> Spoken:
        at_once.append(article.title)
        if len(at_once) < len(TITLES):
            end = time.monotonic() + 10
            while ("/0.html", 200) not in site.asked and time.monotonic() < end:
                time.sleep(0.01)
            assert ("/0.html", 200) in site.asked, "it is not asked for before this one is spoken"
        done = speak(article, *given, **named)
        at_once.append(article.title)
        return done

    for number, title in enumerate(TITLES):
        site.article(str(number), title)
    site.publish("0", "1")  # the newest first; the oldest is spoken first
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    monkeypatch.setattr("podcast.run.make.speak", waits_for_the_next)
    assert [line.deed for line in newsroom.run().lines] == ["new"] * 2
    assert at_once == [TITLES[1]] * 2 + [TITLES[0]] * 2, "one after the other"


def test_who_stops_waits_for_nothing_that_was_begun(newsroom: Newsroom, started: Started) -> None:
    endless = Article("Sans fin", tuple(Block("paragraph", f"Voici la phrase {n}.") for n in range(2000)))
    entry = Entry(1, "g", "a.txt", "articles", "waiting")
    begun: list[Speaking] = []

    def stopped() -> None:
        with here(newsroom.plan()) as maker:
            begun.extend(maker.begin(endless, replace(entry, guid=guid)) for guid in ("spoken", "waiting"))
            while not started:
                time.sleep(0.01)
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert time.monotonic() - began < 10
    with pytest.raises(SynthesisError, match=STOPPED):
        begun[0]()
    with pytest.raises(CancelledError):
        begun[1]()
    assert not list((newsroom.folder / "library" / WORK).glob("*"))
