"""Whole processes, as a user runs them, and what they cost."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from podcast.errors import PodcastError


class CommandFailed(PodcastError):  # noqa: N818 a fact, not a fault
    """A measured command did not do its work."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a command and of all the processes that it started and waited for."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all cores together."""
    stdout: str = ""

    def __add__(self, other: Cost) -> Cost:
        """One after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu, self.stdout + other.stdout)


def run(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
) -> Cost:
    """Run a command to its end, in a folder. Raises ``CommandFailed`` with the last line of its stderr."""
    with (
        tempfile.TemporaryFile("w+") as source,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+", errors="replace") as errors,
    ):
        source.write(stdin)
        source.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=source,
            stdout=out,
            stderr=errors,
        )
        status, cpu = _wait(process)
        wall = time.perf_counter() - began
        for stream in (out, errors):
            stream.seek(0)
        if status:
            raise CommandFailed(last_line(errors.read()) or f"exit status {status}", where=name_of(command))
        return Cost(wall, cpu, out.read())


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """Exit status, and seconds of processor time of the process and its own children."""
    try:
        _pid, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        process.wait()
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def last_line(text: str) -> str:
    """The last line with anything in it: where a program says why it failed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def name_of(command: Sequence[str]) -> str:
    """What a command is called: the module or the program."""
    if len(command) > 2 and command[1] == "-m":
        return command[2]
    return Path(command[0]).name


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Keep this process, and those that it starts, to so many cores."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
