"""A pool without processes: a worker of the cluster speaks in its own thread."""

from __future__ import annotations

import faulthandler
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from podcast.render import Pool, Task
from podcast.render.delivery import Delivery
from podcast.render.pool import Keep
from podcast.render.protocol import OpenEngine
from podcast.render.speech import Speech
from podcast.render.stream import TIMEOUT
from podcast.render.worker import Engines, speak
from podcast.types import Voice

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
        self._timeout = timeout
        self._engines = Engines(open_engine)

    def load(self, voice: Voice) -> None:
        """Open the engine of a voice, whose model is loaded once; raises ``VoiceError``."""
        self._engines.of(voice)

    def submit(self, task: Task, due: float = 0.0) -> Delivery:
        """The speech of a task, or the ``PodcastError`` that it met; ``due`` does not matter."""
        del due
        if known := self._find(task):
            return Delivery.of(known, streams=task.voice.streams)
        delivery = Delivery(streams=task.voice.streams)
        delivery.begin()
        try:
            with _alive(self._timeout):
                for chunk in speak(task, self._engines):
                    delivery.add(chunk)
        except Exception as error:
            delivery.fail(error)
        else:
            whole = delivery.finish()
            if self._keep:
                self._keep(task, whole)
        return delivery

    def close(self) -> None:
        """Free the engines."""
        super().close()
        self._engines.close()


@contextmanager
def _alive(timeout: float) -> Iterator[None]:
    """End the process when the block takes longer, even if it holds the interpreter's lock."""
    faulthandler.dump_traceback_later(timeout, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
