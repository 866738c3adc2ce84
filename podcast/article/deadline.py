"""One clock for a whole fetch: names, connections, headers, body, pauses and retries."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from podcast.errors import FetchError

T = TypeVar("T")


class Deadline:
    """The moment when a fetch must have ended.

    Time-outs of a single read do not stop a server that sends one byte a
    second, so every wait asks here how long it may last.
    """

    def __init__(self, seconds: float, *, where: str) -> None:
        self._seconds = seconds
        self._where = where
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, negative when the time is over."""
        return self._end - time.monotonic()

    def remaining(self) -> float:
        """Seconds left, always above 0; raises `FetchError` when the time is over."""
        left = self.left()
        if left <= 0:
            raise self.error()
        return left

    def error(self) -> FetchError:
        return FetchError(
            f"no complete answer within {self._seconds:g} s",
            where=self._where,
            remedy="try again later, or save the page and give the file",
        )

    def call(self, function: Callable[[], T]) -> T:
        """Run a blocking call that knows no time-out; an overdue one is left behind in its thread."""
        outcome: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()

        def run() -> None:
            try:
                value = function()
            except Exception as exc:  # raised again below, in the caller's thread
                outcome.put(_raiser(exc))
            else:
                outcome.put(lambda: value)

        threading.Thread(target=run, name="podcast-fetch-call", daemon=True).start()
        try:
            result = outcome.get(timeout=self.remaining())
        except queue.Empty:
            raise self.error() from None
        return result()


def _raiser(exc: Exception) -> Callable[[], T]:
    def fail() -> T:
        raise exc

    return fail
