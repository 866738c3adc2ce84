"""A backfill promises what a run promises, whoever dies meanwhile."""

from __future__ import annotations

import io
import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dask.utils import parse_timedelta

from podcast.cluster import LocalWorkers, RemoteScheduler, Tally, backfill
from podcast.cluster.connection import ClusterError
from podcast.errors import ConfigError, PodcastError, VoiceError
from podcast.publish.opening import open_library
from podcast.publish.store import Store
from podcast.run import run
from tests.cluster.conftest import Farm, write_archive
from tests.cluster.faults import POISON, SLOW
from tests.run.newsroom import Newsroom, deeds
from tests.speech.voices import random_voice

pytestmark = pytest.mark.filterwarnings("ignore:Creating scratch directories is taking")
"""Dask says so on a busy machine; as an error it would keep a worker from being replaced."""

TITLES = [f"Le phare numéro {number} rouvre" for number in range(4)]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock(datetime):
    """Stands still: the library and the feed say when an episode was made."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return NOON.astimezone(tz)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podcast.run.make.datetime", Clock)


def episodes(room: Newsroom) -> dict[str, int]:
    """Title → number of each article of the library, after making sure that the feed has the same."""
    with open_library(room.folder / "library") as library:
        known = {entry.title: entry.record.number for entry in library.entries("ready") if entry.record}
    assert {title: episode["number"] for title, episode in room.episodes().items()} == known
    return known


@pytest.mark.usefixtures("still")
def test_the_result_is_that_of_a_run_to_the_byte(farm: Farm, tmp_path: Path) -> None:
    alone, together = (write_archive(tmp_path / name, TITLES) for name in ("alone", "together"))
    run(alone.plan())
    outcome, tally = backfill(together.plan(), farm.scheduler, through=str(tmp_path / "shared"))
    assert together.bytes("public", "library/episodes") == alone.bytes("public", "library/episodes")
    assert tally.articles == outcome.count("new") == len(TITLES)
    assert len({pid for pid, _ in farm.begun()}) == 2, "both workers had their share"
    assert not list((tmp_path / "shared").rglob("episode.*")), "nothing is left behind"
    assert episodes(together) == {title: number for number, title in enumerate(TITLES, start=1)}


def test_what_is_there_is_not_made_again(farm: Farm, tmp_path: Path) -> None:
    room = write_archive(tmp_path / "room", TITLES[:2])
    run(room.plan())
    before = room.bytes("public", "library/episodes")
    outcome, tally = backfill(room.plan(), farm.scheduler, through=str(tmp_path / "shared"))
    assert (outcome.unchanged, tally.articles, farm.begun()) == (2, 0, [])
    assert room.bytes("public", "library/episodes") == before


def test_a_poison_article_is_reported_and_the_rest_goes_on(farm: Farm, tmp_path: Path) -> None:
    titles = [TITLES[0], f"Le puits {POISON} ferme", *TITLES[1:]]
    room = write_archive(tmp_path / "room", titles)
    outcome, tally = backfill(room.plan(), farm.scheduler, through=str(tmp_path / "shared"))
    (failed,) = (line for line in outcome.lines if line.deed == "later")
    assert "3 workers died of it" in failed.error
    assert failed.address == "articles/001.txt"
    assert tally.lost == 1
    assert episodes(room) == {title: number for number, title in enumerate(TITLES, start=1)}
    assert sum(POISON in title for _, title in farm.begun()) == 3


def test_a_killed_worker_costs_its_article_in_flight(farm: Farm, tmp_path: Path) -> None:
    """SIGKILL in the middle of an article: another worker makes it, and nothing else is made twice.

    An article that a worker has just made is in flight until the client has heard of it.
    """
    slow = f"Le chantier {SLOW} reprend"
    room = write_archive(tmp_path / "room", [*TITLES[:2], slow, *TITLES[2:]])

    def kill() -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            victims = [pid for pid, title in farm.begun() if title == slow]
            if victims and not any(farm.client.has_what().values()):
                os.kill(victims[0], signal.SIGKILL)
                return
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    outcome, _tally = backfill(room.plan(), farm.scheduler, through=str(tmp_path / "shared"))
    killer.join()
    times = Counter(title for _, title in farm.begun())
    assert times.pop(slow) == 2
    assert set(times.values()) == {1}
    assert outcome.count("new") == len(TITLES) + 1
    assert sorted(episodes(room).values()) == list(range(1, len(TITLES) + 2))


@pytest.mark.parametrize("where", ["folder", "s3"])
def test_episodes_come_through_a_store(
    farm: Farm, tmp_path: Path, where: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """The workers get keys from the client, not from their environment; nobody writes them down."""
    caplog.set_level("DEBUG")
    plan = write_archive(tmp_path / "room", TITLES[:2]).plan()
    place = str(tmp_path / "shared")
    if where == "s3":
        open_bucket: Callable[[str], Store] = request.getfixturevalue("open_bucket")
        place = open_bucket("archive").url
        options = {"endpoint": request.getfixturevalue("moto"), "allow_http": "true", "region": "us-east-1"}
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "tres-secret"}
        plan = replace(plan, options={**options, **keys})
    outcome, _tally = backfill(plan, farm.scheduler, through=place, share_clips=True)
    assert outcome.count("new") == 2
    assert "tres-secret" not in caplog.text


def test_a_voice_and_a_jingle_go_along(farm: Farm, tmp_path: Path, still: None) -> None:
    """Whatever the settings name by path, the workers need not have."""
    del still
    rooms = [write_archive(tmp_path / name, TITLES[:1]) for name in ("alone", "together")]
    voice = write_voice(tmp_path / "voix" / "hasard")
    plans = [replace(room.plan(), settings=replace(room.plan().settings, voice=str(voice))) for room in rooms]
    run(plans[0])
    backfill(plans[1], farm.scheduler, through=str(tmp_path / "shared"))
    assert rooms[1].bytes("library/episodes") == rooms[0].bytes("library/episodes")


def write_voice(folder: Path) -> Path:
    """A small voice of random weights, described."""
    folder.mkdir(parents=True)
    random_voice(folder)
    (folder / "voice.toml").write_text(
        'engine = "piper"\nmodel = "random.onnx"\nsample_rate = 16000\nlicence = "CC0-1.0"\n'
        'attribution = "Personne"\nspeaks_ipa = true\n',
        encoding="utf-8",
    )
    return folder


def test_a_worker_that_cannot_load_the_voice_says_so_before_anything_is_made(
    farm: Farm, tmp_path: Path
) -> None:
    room = write_archive(tmp_path / "room", TITLES[:2])
    voice = write_voice(tmp_path / "voix" / "abimee")
    (voice / "random.onnx").write_bytes(b"ceci n'est pas un modele")
    plan = room.plan()
    plan = replace(plan, settings=replace(plan.settings, voice=str(voice)))
    with pytest.raises(VoiceError, match=r"tcp://.*random\.onnx: the model cannot be loaded") as caught:
        backfill(plan, farm.scheduler, through=str(tmp_path / "shared"))
    assert "\n" not in str(caught.value)
    assert farm.begun() == []
    assert not (room.folder / "library" / "episodes").exists()


def test_a_place_that_workers_do_not_see_is_told(farm: Farm, tmp_path: Path) -> None:
    room = write_archive(tmp_path / "room", TITLES[:1])
    room.settings["storage"] = ""
    with pytest.raises(ConfigError, match="need a place to leave episodes"):
        backfill(room.plan(), farm.scheduler)


def test_a_scheduler_that_does_not_answer_is_told(tmp_path: Path) -> None:
    room = write_archive(tmp_path / "room", TITLES[:1])
    place = tmp_path / "shared"
    with pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:9: the scheduler does not answer") as caught:
        backfill(room.plan(), RemoteScheduler("tcp://127.0.0.1:9", timeout=0.5), through=str(place))
    assert caught.value.exit_code == 75
    assert not place.exists(), "nothing goes out before somebody is there to take it"


@pytest.mark.parametrize("address", ["nulle part", "tpc://127.0.0.1:8786", "tcp://127.0.0.1:abc"])
def test_what_is_no_address_is_told(tmp_path: Path, address: str) -> None:
    room = write_archive(tmp_path / "room", TITLES[:1])
    with pytest.raises(PodcastError) as caught:
        backfill(room.plan(), RemoteScheduler(address, timeout=0.5), through=str(tmp_path))
    assert caught.value.exit_code in (75, 78)


def test_workers_of_this_machine_make_episodes_in_place(tmp_path: Path) -> None:
    room = write_archive(tmp_path / "room", TITLES[:2])
    seen: list[int] = []
    outcome, tally = backfill(
        room.plan(), LocalWorkers(1), on_given=lambda tally: seen.append(tally.articles)
    )
    assert isinstance(tally, Tally)
    assert outcome.count("new") == tally.articles == 2
    assert seen == [1, 2]
    assert tally.most_workers == 1
    assert len(episodes(room)) == 2


def test_a_worker_that_is_long_in_coming_back_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask gives up one that is not there 15 s after a death: here after 0.15 s."""

    def hasty(said: str) -> float:
        return parse_timedelta(said) / 100

    monkeypatch.setattr("distributed.deploy.spec.parse_timedelta", hasty)
    with LocalWorkers(1).connect() as client:
        (victim,) = client.run(os.getpid).values()
        os.kill(victim, signal.SIGKILL)
        end = time.monotonic() + 60
        while client.nthreads() and time.monotonic() < end:
            time.sleep(0.01)
        client.wait_for_workers(1, timeout=60)
        assert list(client.run(os.getpid).values()) != [victim]
        assert client.cluster is not None
        assert len(client.cluster.workers) == 1, "it would be ended now that it is there"


def test_a_cluster_hushes_nobody_else() -> None:
    """Dask hangs the handlers of the program on its own loggers, and silences them while it starts."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    dasks = logging.getLogger("distributed")
    logging.getLogger().addHandler(handler)
    dasks.addHandler(handler)
    try:
        with LocalWorkers(1).connect():
            logging.getLogger("somebody").warning("something")
            dasks.error("not this")
        assert told.getvalue() == "something\n"
        assert handler in dasks.handlers
    finally:
        logging.getLogger().removeHandler(handler)
        dasks.removeHandler(handler)


def test_titles_tell_what_was_done_in_order(farm: Farm, tmp_path: Path) -> None:
    room = write_archive(tmp_path / "room", TITLES[:3])
    outcome, _tally = backfill(room.plan(), farm.scheduler, through=str(tmp_path / "shared"))
    assert deeds(outcome) == [("new", title) for title in TITLES[:3]]
