"""A worker process, seen from the renderer."""

from __future__ import annotations

import pickle
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, cast

from podcast.errors import SynthesisError
from podcast.render import spawn
from podcast.render.protocol import Done, Failed, Reply, Request, Task
from podcast.render.speech import Speech
from podcast.types import Voice

DYING = 5.0
"""Seconds within which a process that has closed its stdout must have ended."""


class WorkerDied(Exception):  # noqa: N818 a fact, not a fault
    """The process at the other end is gone; says how it ended."""


class WorkerProcess:
    """Runs ``podcast.render.worker``; ``open_engine`` is that function, pickled."""

    def __init__(self, open_engine: bytes) -> None:
        try:
            self._process = spawn.take()
        except OSError as error:
            raise SynthesisError(
                f"no process can be started to speak: {error.strerror}", remedy="try fewer jobs"
            ) from error
        self._requests = cast("BinaryIO", self._process.stdin)
        self._replies = cast("BinaryIO", self._process.stdout)
        self._greeting = open_engine

    def speak(self, task: Task) -> Iterator[Speech]:
        """The chunks of the speech as they come.

        Raises the ``PodcastError`` that the engine raised, or ``WorkerDied``.
        """
        self._send(task)
        while not isinstance(reply := self._receive(), Done):
            if isinstance(reply, Failed):
                reply.error.add_note(reply.traceback)
                raise reply.error
            yield reply

    def prepare(self, voice: Voice) -> None:
        """Let it load the model of a voice meanwhile; raises ``WorkerDied``."""
        self._send(voice)

    def kill(self) -> None:
        """End the process; ``speak`` then raises ``WorkerDied``. May be called from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End the process, wait until it has, and close its pipes; once ``speak`` has ended."""
        self.kill()
        self._process.wait()
        self._replies.close()
        with suppress(OSError):  # what it has not read is lost with it
            self._requests.close()

    def _send(self, request: Request) -> None:
        message, self._greeting = self._greeting + pickle.dumps(request), b""
        try:
            self._requests.write(message)
            self._requests.flush()
        except OSError as error:
            raise self._death() from error

    def _receive(self) -> Reply:
        try:
            reply: Reply = pickle.load(self._replies)  # noqa: S301 written by our own process
        except Exception as error:  # half a message can raise anything
            raise self._death() from error
        return reply

    def _death(self) -> WorkerDied:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(DYING)
        status = self._process.poll()
        self.close()
        return WorkerDied(f"signal {-status}" if status and status < 0 else f"exit status {status}")
