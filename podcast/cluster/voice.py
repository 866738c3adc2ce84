"""A pool without processes: a worker of the cluster speaks in its own thread."""

from __future__ import annotations

import faulthandler
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from textwrap import shorten

from podcast.errors import PodcastError, SynthesisError
from podcast.render import Pool, Task
from podcast.render.delivery import Delivery
from podcast.render.pool import Keep
from podcast.render.protocol import OpenEngine
from podcast.render.speech import Speech, quantise
from podcast.render.stream import TIMEOUT
from podcast.types import Engine, Voice

Find = Callable[[Task], Speech | None]
"""Where a task may have been spoken before, beyond the cache of this machine."""


class OwnVoice(Pool):
    """Speaks each task when it is submitted, before ``submit`` returns.

    A worker then is one process with one thread of work, on one core, and as
    many of them as there are cores use each core once. An engine that crashes,
    or that gives no sound for ``timeout`` seconds, ends the process; whoever
    gave it the article gives it to another.
    """

    def __init__(
        self,
        open_engine: OpenEngine,
        keep: Keep | None = None,
        find: Find = lambda _task: None,
        timeout: float = TIMEOUT,
    ) -> None:
        super().__init__(open_engine, 1, keep)
        self._find = find
        self._open = open_engine
        self._timeout = timeout
        self._engines: dict[str, Engine] = {}

    def load(self, voice: Voice) -> Engine:
        """The engine of a voice, whose model is loaded once; raises ``VoiceError``."""
        if voice.key not in self._engines:
            self._engines[voice.key] = self._open(voice)
        return self._engines[voice.key]

    def submit(self, task: Task, due: float = 0.0) -> Delivery:
        """The speech of a task, or the ``PodcastError`` that it met; ``due`` does not matter."""
        del due
        if known := self._find(task):
            return Delivery.of(known, streams=task.voice.streams)
        delivery = Delivery(streams=task.voice.streams)
        delivery.begin()
        try:
            with _alive(self._timeout):
                self._speak(task, delivery)
        except PodcastError as error:
            delivery.fail(error)
        except Exception as error:
            delivery.fail(_fault(f"the engine failed: {error!r}", task))
        else:
            whole = delivery.finish()
            if self._keep:
                self._keep(task, whole)
        return delivery

    def close(self) -> None:
        """Free the engines."""
        super().close()
        while self._engines:
            self._engines.popitem()[1].close()

    def _speak(self, task: Task, delivery: Delivery) -> None:
        silent, began = True, time.perf_counter()
        for chunk in self.load(task.voice).stream(task.text):
            delivery.add(quantise(chunk, time.perf_counter() - began))
            silent, began = False, time.perf_counter()
        if silent:
            raise _fault("the engine gave no audio", task)


@contextmanager
def _alive(timeout: float) -> Iterator[None]:
    """End the process when the block takes longer, even if it holds the interpreter's lock."""
    faulthandler.dump_traceback_later(timeout, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _fault(what: str, task: Task) -> SynthesisError:
    return SynthesisError(what, where=f"« {shorten(task.text, 100, placeholder='…')} »")
