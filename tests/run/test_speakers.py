"""The speakers of a run: the same for all its articles, and nothing of that is heard."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from podcast.publish.entry import Entry
from podcast.render.process import WorkerProcess
from podcast.run import run
from podcast.run.make import WORK, Speaking, settle, speak
from podcast.settings import Settings
from podcast.types import Article
from tests.run.newsroom import Newsroom, text

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
