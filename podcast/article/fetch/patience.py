"""How long to wait, how often to try, and how fast to ask."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar, cast

from podcast.errors import FetchError

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_PAUSE = 0.5
"""Seconds before the second try; doubled before each further one."""

_HOSTS_REMEMBERED = 1000


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
        """What the user reads when the time is over."""
        return FetchError(
            f"no complete answer within {self._seconds:g} s",
            where=self._where,
            remedy="try again later, or save the page and give the file",
        )

    def call(self, function: Callable[[], T]) -> T:
        """Run a blocking call that knows no time-out; an overdue one is left behind in its thread."""
        outcomes: queue.SimpleQueue[tuple[T, None] | tuple[None, Exception]] = queue.SimpleQueue()

        def run() -> None:
            try:
                outcomes.put((function(), None))
            except Exception as exc:  # raised again below, in the caller's thread
                outcomes.put((None, exc))

        threading.Thread(target=run, name="podcast-fetch-call", daemon=True).start()
        try:
            value, failure = outcomes.get(timeout=self.remaining())
        except queue.Empty:
            raise self.error() from None
        if failure is not None:
            raise failure
        return cast("T", value)


class TemporaryError(Exception):
    """Another try may help; ``error`` is what the user reads if none does."""

    def __init__(self, error: FetchError, *, after: float = 0.0) -> None:
        super().__init__(error)
        self.error = error
        self.after = after
        """Seconds that the server asks to wait."""


def persist(attempt: Callable[[], T], *, retries: int, deadline: Deadline) -> T:
    """Try again after a `TemporaryError`, with longer and longer pauses, while there are tries and time."""
    for tried in range(retries + 1):
        try:
            return attempt()
        except TemporaryError as failure:
            pause = max(FIRST_PAUSE * 2**tried, failure.after)
            if tried == retries or pause >= deadline.left():
                raise failure.error from failure.__cause__
            logger.info("%s: next try in %.1f s", failure.error, pause)
            time.sleep(pause)
    raise AssertionError("unreachable: the last try returns or raises")


class Pace:
    """At most one article of a host per ``interval`` seconds, over all threads."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, host: str, deadline: Deadline) -> None:
        """Wait for the host's next turn; `FetchError` when that is after the deadline."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next.get(host, now))
            if turn - now >= deadline.left():
                raise FetchError("too many pages of one site at once", where=host, remedy="try again later")
            if len(self._next) >= _HOSTS_REMEMBERED:
                self._next = {name: at for name, at in self._next.items() if at > now}
            self._next[host] = turn + self._interval
        time.sleep(max(0.0, turn - time.monotonic()))
