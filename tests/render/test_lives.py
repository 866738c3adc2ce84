"""The workers live exactly as long as the renderer, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

SCRIPT = """
import signal
from podcast.render import render
from tests.render import scripted

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is told to ignore it
texts = ["a", *["sleep 60"] * 8]
clips = render(
    scripted.utterances(*texts), voices={"": scripted.VOICE}, open_engine=scripted.open_engine, jobs=2
)
next(clips)
print("speaking", flush=True)
"""
WAITING = SCRIPT + "next(clips)"
LEAVING = SCRIPT
AT_FAULT = SCRIPT + "raise SystemExit(3)"

Renderer = subprocess.Popen[str]


def start(script: str) -> tuple[Renderer, list[psutil.Process]]:
    """A renderer in a session of its own that has given a clip, and its workers."""
    renderer = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert renderer.stdout
    assert renderer.stdout.readline() == "speaking\n"
    try:
        return renderer, psutil.Process(renderer.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return renderer, []


@pytest.fixture
def speaking() -> Iterator[tuple[Renderer, list[psutil.Process]]]:
    renderer, workers = start(WAITING)
    assert workers
    yield renderer, workers
    renderer.kill()
    renderer.communicate()


def assert_gone(workers: list[psutil.Process], within: float = 5.0) -> None:
    _gone, alive = psutil.wait_procs(workers, timeout=within)
    assert not [worker for worker in alive if worker.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_in_the_middle_of_a_sentence_when_the_renderer_is_killed(
    speaking: tuple[Renderer, list[psutil.Process]], blow: signal.Signals
) -> None:
    renderer, workers = speaking
    renderer.send_signal(blow)
    assert renderer.wait(5) == -blow
    assert_gone(workers)


def test_control_c_reaches_the_renderer_alone_and_ends_it_quietly(
    speaking: tuple[Renderer, list[psutil.Process]],
) -> None:
    renderer, workers = speaking
    time.sleep(0.3)
    os.killpg(renderer.pid, signal.SIGINT)
    _out, err = renderer.communicate(timeout=5)
    assert renderer.returncode == -signal.SIGINT
    assert err.count("Traceback") == 1
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert_gone(workers)


@pytest.mark.parametrize(("script", "status"), [(LEAVING, 0), (AT_FAULT, 3)])
def test_a_renderer_that_never_closed_its_clips_still_ends_at_once(script: str, status: int) -> None:
    began = time.perf_counter()
    renderer, workers = start(script)
    _out, err = renderer.communicate(timeout=20)
    assert renderer.returncode == status
    assert err == ""
    assert time.perf_counter() - began < 20
    assert_gone(workers)


def test_workers_do_not_run_the_callers_script_again() -> None:
    """A script without ``if __name__ == "__main__"`` renders once."""
    texts = ["a", "b", "c"]
    script = SCRIPT.replace('["a", *["sleep 60"] * 8]', repr(texts)) + "print(len(list(clips)))"
    result = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, check=True)
    assert result.stdout == f"speaking\n{len(texts) - 1}\n"
