"""Workers that are started before anybody needs them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from podcast.render import render, spawn
from tests.render import scripted
from tests.render.conftest import workers
from tests.render.scripted import utterances


def speak(*texts: str) -> list[int]:
    """The number of the process that spoke each, as it says it: within 15 bits."""
    clips = render(utterances(*texts), voices={"": scripted.VOICE}, open_engine=scripted.open_engine, jobs=1)
    return [round(float(clip.samples[0]) * 32768) for clip in clips]


def test_the_first_who_wants_one_takes_it() -> None:
    spawn.start_early()
    (early,) = workers()
    assert speak("pid") == [early.pid % 32768]
    assert speak("pid") != [early.pid % 32768]


def test_one_that_has_died_meanwhile_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    spawn.start_early()
    (early,) = workers()
    early.kill()
    early.wait()
    assert speak("pid") != [early.pid % 32768]
    assert "died" in caplog.text


UNWANTED = """
import os, signal, sys
from podcast.render import spawn
spawn.start_early()
print(spawn._early[0].pid, flush=True)
{}
"""


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "os.kill(os.getpid(), signal.SIGKILL)", "1 / 0"])
@pytest.mark.parametrize("seconds", [0, 1], ids=["at once", "when it is ready"])
def test_one_that_nobody_wants_ends_silently_with_its_parent(end: str, seconds: int) -> None:
    script = UNWANTED.format(f"import time; time.sleep({seconds})\n{end}")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    deadline = time.monotonic() + 20
    while alive(int(done.stdout)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(int(done.stdout))
    assert "Error" not in done.stderr.replace("ZeroDivisionError", "")


def alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


STARTED = """
import sys
from podcast import cli
from podcast.render import spawn
spawn.cores = lambda: {cores}
spawn.start_early = lambda: print("started")
cli.main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("line", "cores", "is_started"),
    [
        ("generate missing.txt", 2, True),
        ("say -o no/folder/x.wav oui", 2, True),
        ("generate missing.txt", 1, False),
        ("generate --help", 2, False),
        ("read missing.txt", 2, False),
        ("--help", 2, False),
        ("", 2, False),
    ],
)
def test_a_line_that_has_something_spoken_starts_one(
    tmp_path: Path, line: str, cores: int, is_started: bool
) -> None:
    command = [sys.executable, "-c", STARTED.format(cores=cores), *line.split()]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert ("started" in done.stdout.splitlines()) is is_started
