"""A worker process: holds one engine per voice and speaks one text after the other.

It lives exactly as long as the renderer: a thread watches stdin and ends the
process when it closes, in the middle of a sentence if need be. Signals of the
terminal do not reach it; the renderer decides.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
import traceback
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

from podcast.errors import PodcastError, SynthesisError
from podcast.render.protocol import Done, Failed, OpenEngine, Task
from podcast.render.speech import Speech, quantise
from podcast.types import Engine, Voice


def main() -> None:
    """Serve the renderer at the other end of stdin and stdout."""
    requests, replies = sys.stdin.buffer, _private_stdout()
    tasks: SimpleQueue[Task] = SimpleQueue()
    engines = Engines(pickle.load(requests))  # noqa: S301 the renderer speaks
    Thread(target=_listen, args=(requests, tasks), daemon=True).start()
    while True:
        for reply in _answer(tasks.get(), engines):
            pickle.dump(reply, replies, protocol=pickle.HIGHEST_PROTOCOL)
            replies.flush()


class Engines(dict[str, Engine]):
    """The engines opened so far, by voice key."""

    def __init__(self, open_engine: OpenEngine) -> None:
        super().__init__()
        self._open = open_engine

    def of(self, voice: Voice) -> Engine:
        """The engine of a voice, opened at its first sentence."""
        if voice.key not in self:
            self[voice.key] = self._open(voice)
        return self[voice.key]


def _answer(task: Task, engines: Engines) -> Iterator[Speech | Done | Failed]:
    try:
        engine = engines.of(task.voice)
        began = time.perf_counter()
        chunks = 0
        for chunk in engine.stream(task.text):
            yield quantise(chunk)
            chunks += 1
        if not chunks:
            raise SynthesisError("the engine gave no audio", where=f"« {task.text} »")
        yield Done(time.perf_counter() - began)
    except PodcastError as error:
        yield Failed(error, traceback.format_exc())
    except Exception as error:
        fault = SynthesisError(f"the engine failed: {error!r}", where=f"« {task.text} »")
        yield Failed(fault, traceback.format_exc())


def _private_stdout() -> BinaryIO:
    """The stdout of this process for us alone: what a library prints goes to stderr."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


def _listen(requests: BinaryIO, tasks: SimpleQueue[Task]) -> None:
    try:
        while True:
            tasks.put(pickle.load(requests))  # noqa: S301
    finally:
        os._exit(0)
