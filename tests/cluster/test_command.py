"""``podcast backfill`` as users run it; killed, it goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from podcast.publish.opening import open_library
from tests.cli import conftest as command_line
from tests.cli.conftest import COMMAND, Run, start
from tests.cluster.conftest import write_archive
from tests.run.newsroom import Newsroom

environment, run = command_line.environment, command_line.run
"""Fixtures."""
TITLES = [f"La dune numéro {number} avance" for number in range(6)]


def config(room: Newsroom) -> Path:
    return room.configure()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--scheduler", "tcp://127.0.0.1:9", "--local", "2"], 2, "choose --scheduler or --local"),
        (["--scheduler", "tcp://127.0.0.1:9"], 78, "need a place to leave episodes"),
        (["--since", "2999-01-01"], 2, "still to come"),
        (["nulle-part"], 78, "nulle-part: is no source of articles"),
        (
            ["--scheduler", "tpc://127.0.0.1:9", "--through", "shared"],
            78,
            "not the address of a scheduler",
        ),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    tmp_path: Path,
    run: Run,
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    room = write_archive(tmp_path / "room", TITLES[:1])
    result = run("backfill", *arguments, "--config", config(room))
    assert result.returncode == code
    assert said in result.stderr
    assert code == 2 or len(result.stderr.splitlines()) == 1


def test_a_folder_that_is_named_is_that_of_the_config(tmp_path: Path, run: Run) -> None:
    """Its articles have the addresses, and so the GUIDs, that they have for ``podcast run``."""
    room = write_archive(tmp_path / "room", TITLES[:2])
    by_name = run("backfill", room.folder / "articles", "--dry-run", "--json", "--config", config(room))
    by_config = run("run", "--dry-run", "--json", "--config", config(room))
    guids = [[line["guid"] for line in json.loads(result.stdout)["lines"]] for result in (by_name, by_config)]
    assert guids[0] == guids[1]
    assert len(set(guids[0])) == 2


def test_killed_in_its_midst_it_goes_on(
    tmp_path: Path,
    run: Run,
    environment: dict[str, str],
) -> None:
    """SIGKILL for the client, then Ctrl-C for all; the third ends it. Nothing is lost or made twice."""
    room = write_archive(tmp_path / "room", TITLES)
    command: list[str | Path] = ["backfill", "--local", "1", "--config", config(room)]
    seen: dict[str, tuple[str, int]] = {}
    for number in (signal.SIGKILL, signal.SIGINT):
        before = made(room)
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [*COMMAND, *map(str, command)], env=environment, stderr=log, start_new_session=True
            )
        end = time.monotonic() + 100
        while process.poll() is None and made(room) <= before and time.monotonic() < end:
            time.sleep(0.02)
        (os.kill if number == signal.SIGKILL else os.killpg)(process.pid, number)
        assert process.wait(60) in (-signal.SIGKILL, 130)
        assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
        now = known(room)
        assert len(seen) <= len(now) < len(TITLES)
        assert {title: now[title] for title in seen} == seen
        seen = now
    result = run(*command, "--json", "--hourly-price", "0.04")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["cluster"]["articles"] == len(TITLES) - len(seen)
    assert report["cluster"]["cost_per_audio_hour"] > 0
    last = known(room)
    assert {title: last[title] for title in seen} == seen
    assert sorted(number for _, number in last.values()) == list(range(1, len(TITLES) + 1))
    assert {title: episode["number"] for title, episode in room.episodes().items()} == {
        title: number for title, (_, number) in last.items()
    }
    assert not list((room.folder / "library" / "work").glob("*"))


def made(room: Newsroom) -> int:
    """Episodes that have come to their place, maybe not yet to the library."""
    return len(list((room.folder / "library" / "episodes").glob("[!.]*")))


def known(room: Newsroom) -> dict[str, tuple[str, int]]:
    """GUID and number by title, as the library has them now."""
    if not (room.folder / "library" / "library.db").exists():
        return {}
    with open_library(room.folder / "library") as library:
        return {e.title: (e.guid, e.record.number) for e in library.entries("ready") if e.record}


def test_a_scheduler_that_goes_away_ends_it_in_one_line(
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    room = write_archive(tmp_path / "room", TITLES)
    file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    there = ["--scheduler-file", str(file), "--no-dashboard"]
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *there], stderr=subprocess.DEVNULL
    )
    worker = subprocess.Popen(
        [*dask, "worker", "--nthreads", "1", "--no-nanny", *there], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + 60
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.1)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        command = ["backfill", "--scheduler", address, "--through", tmp_path / "shared", "-q"]
        client = start(
            [*command, "--config", config(room)],
            {**environment, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"},
            stderr=subprocess.PIPE,
        )
        while not made(room) and client.poll() is None:
            time.sleep(0.02)
        scheduler.kill()
        _, stderr = client.communicate(timeout=100)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()
    lines = stderr.decode().splitlines()
    assert client.returncode == 75, lines
    assert "the scheduler is gone" in lines[-1]
