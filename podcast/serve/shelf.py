"""What has been spoken to the end, within a bound: the least recently listened to goes first."""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from podcast.serve.articles import ID

logger = logging.getLogger(__name__)

AUDIO = "audio.mp3"
TIMELINE = "timeline.json"
CHAPTERS = "chapters.json"
TRANSCRIPT = "transcript.vtt"
SUMMARY = "summary.json"


class Summary(NamedTuple):
    """What was spoken: seconds, bytes, and the SHA-256 of the sound."""

    duration: float
    size: int
    sha256: str


@dataclass(slots=True)
class _Kept:
    size: int
    """Bytes of all its files."""
    heard: float
    """When it was last listened to, by the clock of files."""


class Shelf:
    """``<folder>/<id>/`` for each article; lives in the event loop.

    Beyond ``most_bytes`` (None: no bound) articles are dropped, but none that is being listened
    to, or was in the last ``rest`` seconds: a player that has enough for a while asks for
    nothing. When an article was last listened to is the time of its folder, which outlives
    the server.
    """

    def __init__(self, folder: Path, *, most_bytes: int | None, rest: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.bytes = 0
        """Of all that is kept."""
        self.dropped = 0
        """Articles, since the start."""
        self._most, self._rest = most_bytes, rest
        self._listeners: Counter[str] = Counter()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        """The least recently listened to first."""
        names = (path.name for path in folder.iterdir() if self.find(path.name))
        for name, kept in sorted(((name, self._found(name)) for name in names), key=lambda one: one[1].heard):
            self._put(name, kept)
        self._tidy()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, name: str) -> Path | None:
        """The folder of an article that was spoken to the end."""
        folder = self.folder / name
        return folder if ID.match(name) and (folder / SUMMARY).is_file() else None

    def summary(self, name: str) -> Summary | None:
        """What was spoken of an article, if it was to the end; may be asked from any thread."""
        try:
            return (
                Summary(**json.loads((self.folder / name / SUMMARY).read_bytes())) if ID.match(name) else None
            )
        except FileNotFoundError:
            return None

    def add(self, name: str) -> None:
        """An article has just been spoken to the end."""
        self._put(name, self._found(name))
        self._tidy()

    @contextmanager
    def listening(self, name: str) -> Iterator[None]:
        """Somebody listens to an article: it stays, and is the last that will be dropped."""
        self._listeners[name] += 1
        self._heard(name)
        try:
            yield
        finally:
            self._listeners[name] -= 1
            if not self._listeners[name]:
                del self._listeners[name]
            self._heard(name)
            self._tidy()

    def held(self, name: str, answer: ASGIApp) -> ASGIApp:
        """An answer that is listened to: what it sends stays until it has been sent."""

        async def holding(scope: Scope, receive: Receive, send: Send) -> None:
            with self.listening(name):
                await answer(scope, receive, send)

        return holding

    def _found(self, name: str) -> _Kept:
        folder = self.folder / name
        size = sum(path.stat().st_size for path in folder.iterdir())
        return _Kept(size, min(folder.stat().st_mtime, time.time()))

    def _put(self, name: str, kept: _Kept) -> None:
        if before := self._kept.pop(name, None):
            self.bytes -= before.size
        self._kept[name] = kept
        self.bytes += kept.size

    def _heard(self, name: str) -> None:
        if kept := self._kept.get(name):
            kept.heard = time.time()
            self._kept.move_to_end(name)
            with suppress(OSError):  # dropped by hand
                os.utime(self.folder / name, (kept.heard, kept.heard))

    def _tidy(self) -> None:
        if self._most is None or self.bytes <= self._most:
            return
        rested = time.time() - self._rest
        for name, kept in list(self._kept.items()):
            if self.bytes <= self._most or kept.heard > rested:
                return
            if name not in self._listeners:
                self._drop(name)

    def _drop(self, name: str) -> None:
        """In one step, so that nobody finds half of it; a later rendering sweeps what stays behind."""
        aside = self.folder / f".{name}.{secrets.token_hex(4)}.part"
        with suppress(OSError):
            (self.folder / name).rename(aside)
            shutil.rmtree(aside)
        self.bytes -= self._kept.pop(name).size
        self.dropped += 1
        logger.info("dropped the sound of %s", name)
