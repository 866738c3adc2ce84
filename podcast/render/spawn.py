"""Starting a worker process: when it is wanted, or a little before.

A worker takes a sixth of a second to be ready, half of it before it needs to
know what it is to speak. So a command that will speak, if nothing is wrong,
starts one first of all, and imports the rest of the program meanwhile.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import IO

BOOT = """
import gc, json, sys
gc.set_threshold(100_000)
sys.path[:] = json.loads(sys.argv[1])
from podcast.memory import keep_what_is_freed
keep_what_is_freed()
from podcast.render.worker import main
main()
"""
"""A worker finds modules where we do; unlike with ``multiprocessing``, no script is run again.

What imports make stays: to look for garbage in it again and again, while it grows, is a tenth of a start.
"""

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""Of numpy too: a pool of threads that nobody uses takes as long to start as numpy itself."""

HELD = 1 << 20
"""Bytes in the pipe from a worker: twenty seconds of sound, and as much as Linux gives to any user."""

Process = subprocess.Popen[bytes]

_early: list[Process] = []
"""Those that nobody has taken yet."""


def start() -> Process:
    """A new worker, at the other end of two pipes; raises ``OSError``."""
    process = subprocess.Popen(
        [sys.executable, "-c", BOOT, json.dumps([*map(str, sys.path)])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**ONE_THREAD, **os.environ},
        process_group=0,  # Ctrl-C in the terminal does not reach it, even while it starts
    )
    assert process.stdout  # noqa: S101 a pipe
    _widen(process.stdout)
    return process


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold a whole sentence, where the system allows it (Linux): who writes it goes on at once."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # more than this user may have in all: it holds less
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, HELD)


def start_early() -> None:
    """Start one for whoever takes it; where nobody does, it ends with this process."""
    with suppress(OSError):  # who needs one will be told
        _early.append(start())
        atexit.register(_end)


def take() -> Process:
    """The one that was started early, or else a new one; raises ``OSError``."""
    try:
        return _early.pop()
    except IndexError:
        return start()


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end() -> None:
    for process in _early:
        process.kill()
