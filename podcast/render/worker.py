"""A worker process: holds an engine for each voice and speaks one text after the other.

It lives exactly as long as the renderer: a thread watches stdin and ends the
process when it closes, in the middle of a sentence if need be.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from queue import SimpleQueue
from textwrap import shorten
from threading import Thread
from typing import BinaryIO

from podcast.errors import PodcastError, SynthesisError
from podcast.render.protocol import Done, Failed, OpenEngine, Reply, Request, Task
from podcast.render.speech import Speech, quantise
from podcast.types import Engine, Voice

BEHIND = 5
"""Steps of niceness behind the renderer: all that is spoken passes through it, so nobody gains while it waits
for a core."""


def main() -> None:
    """Serve the renderer at the other end of stdin and stdout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C: the renderer decides
    os.nice(BEHIND)
    requests, replies = sys.stdin.buffer, _private_stdout()
    import numpy  # noqa: F401 every engine needs it, and who started us may not know yet which

    try:
        engines = Engines(pickle.load(requests))  # noqa: S301 written by the renderer
    except EOFError:  # nobody wanted us
        return
    wanted: SimpleQueue[Request] = SimpleQueue()
    Thread(target=_listen, args=(requests, wanted), daemon=True).start()
    while True:
        for reply in _answer(wanted.get(), engines):
            pickle.dump(reply, replies, protocol=pickle.HIGHEST_PROTOCOL)
            replies.flush()


class Engines:
    """The engines opened so far, one for each voice."""

    def __init__(self, open_engine: OpenEngine) -> None:
        self._open_engine = open_engine
        self._engines: dict[str, Engine] = {}

    def of(self, voice: Voice) -> Engine:
        """The engine of a voice; its model is loaded for its first sentence."""
        if voice.key not in self._engines:
            self._engines[voice.key] = self._open_engine(voice)
        return self._engines[voice.key]

    def close(self) -> None:
        """Free their models."""
        while self._engines:
            self._engines.popitem()[1].close()


def speak(task: Task, engines: Engines) -> Iterator[Speech]:
    """The sound of a task, chunk by chunk; whatever goes wrong is a ``PodcastError``."""
    silent = True
    try:
        chunks = engines.of(task.voice).stream(task.text)
        began = time.perf_counter()
        for chunk in chunks:
            yield quantise(chunk, time.perf_counter() - began)
            silent = False
            began = time.perf_counter()
    except PodcastError:
        raise
    except Exception as error:
        raise _fault(f"the engine failed: {error!r}", task) from error
    if silent:
        raise _fault("the engine gave no audio", task)


def _answer(request: Request, engines: Engines) -> Iterator[Reply]:
    if isinstance(request, Voice):
        with suppress(Exception):  # its first sentence will tell
            engines.of(request)
        return
    try:
        yield from speak(request, engines)
        yield Done()
    except PodcastError as error:
        yield Failed(error, traceback.format_exc())


def _fault(what: str, task: Task) -> SynthesisError:
    return SynthesisError(what, where=f"« {shorten(task.text, 100, placeholder='…')} »")


def _private_stdout() -> BinaryIO:
    """Stdout for the replies alone: what libraries print goes to stderr instead."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


def _listen(requests: BinaryIO, wanted: SimpleQueue[Request]) -> None:
    try:
        while True:
            wanted.put(pickle.load(requests))  # noqa: S301 written by the renderer
    finally:
        os._exit(0)
