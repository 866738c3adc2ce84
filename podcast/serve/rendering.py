"""One article that is being spoken: a file that grows, and whoever listens to it.

The work is done in a thread; listeners live in the event loop. The thread
changes what can be read, then tells the loop; a listener takes ``news`` before
it reads and waits for it after, and so misses nothing.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO, Literal

from podcast import pipeline
from podcast.episode import Moment
from podcast.episode.chapters import chapters_json, chapters_of
from podcast.episode.folder import new_folder
from podcast.episode.timeline import TimelineWriter, utterance_json
from podcast.episode.transcript import webvtt
from podcast.errors import PodcastError, PublishError
from podcast.serve.metrics import Metrics
from podcast.serve.shelf import AUDIO, CHAPTERS, SUMMARY, TIMELINE, TRANSCRIPT, Summary
from podcast.serve.studio import Studio
from podcast.types import Article, Chapter, Clip

logger = logging.getLogger(__name__)

State = Literal["rendering", "done", "failed", "stopped"]
Event = tuple[str, dict[str, Any]]
"""Name and data of what the timeline tells."""

READ = 64 * 1024
"""Bytes that a listener is sent at once."""


class Cut(Exception):  # noqa: N818 what a listener meets
    """The sound ends before the article does."""


class _Stopped(Exception):  # noqa: N818 a wish
    """Nobody listens any more."""


class Rendering:
    """Created and listened to in the event loop; ``start`` leaves the work to a thread.

    ``ended`` is called in the loop when the work is over, however it ends.
    """

    def __init__(
        self,
        name: str,
        article: Article,
        folder: Path,
        *,
        studio: Studio,
        metrics: Metrics,
        ended: Callable[[Rendering], None],
    ) -> None:
        self.name = name
        self._article = article
        self.script = pipeline.script(article)
        blocks = [{"kind": block.kind, "text": block.text} for block in self.script]
        self.events: list[Event] = [("script", {"blocks": blocks})]
        self.state: State = "rendering"
        self.error: PodcastError | None = None
        self.listeners = 0
        self.duration = 0.0
        """Seconds that can be heard so far."""
        self.news = asyncio.Event()
        self._ended = ended
        self._folder, self._studio, self._metrics = folder, studio, metrics
        self._loop = asyncio.get_running_loop()
        self._began = time.perf_counter()
        self._sound: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._size = 0
        self._audible = False
        """More than the head of the file has been written."""
        self._stop = False
        self._thread = Thread(target=self._work, name=f"rendering {name}", daemon=True)

    # In the event loop

    def start(self) -> None:
        """Begin to speak."""
        self._thread.start()

    def stop(self) -> None:
        """Leave off after the sentence that is being spoken."""
        self._stop = True

    def join(self) -> None:
        """Wait for the end of the work, after ``stop``."""
        self._thread.join()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Somebody reads ``sound`` or ``events``, or will in a moment."""
        self.listeners += 1
        try:
            yield
        finally:
            self.listeners -= 1
            self._close_unheard()

    async def begun(self) -> None:
        """Wait for the first sound; raises what came in its place."""
        while True:
            news = self.news
            if self._audible:
                return
            if self.state != "rendering":
                raise self.error or PublishError("the rendering was stopped", remedy="ask again")
            await news.wait()

    async def sound(self, at: int = 0) -> AsyncIterator[bytes]:
        """The sound from byte ``at`` on, as it comes, while ``listening``, after ``begun``.

        Raises ``Cut`` when it does not reach the end.
        """
        while True:
            news, state = self.news, self.state
            while data := self._read(at):
                at += len(data)
                yield data
            if state == "done":
                return
            if state != "rendering":
                raise Cut(self.name)
            await news.wait()

    async def told(self, patience: float) -> AsyncIterator[Event | None]:
        """All events from the first, as they come; ``None`` when nothing came for ``patience`` seconds."""
        at = 0
        while True:
            news, state = self.news, self.state
            while at < len(self.events):
                yield self.events[at]
                at += 1
            if state != "rendering":
                return
            try:
                await asyncio.wait_for(news.wait(), patience)
            except TimeoutError:
                yield None

    def _read(self, at: int) -> bytes:
        if not self._sound:
            raise Cut(self.name)
        return os.pread(self._sound.fileno(), READ, at)

    def _announce(self) -> None:
        self.news.set()
        self.news = asyncio.Event()

    def _end(self, state: State, error: PodcastError | None) -> None:
        self.state, self.error = state, error
        if state == "done":
            self.events.append(("done", {"duration": round(self.duration, 3)}))
        self._announce()
        self._close_unheard()
        self._ended(self)

    def _close_unheard(self) -> None:
        if self._sound and self.state != "rendering" and not self.listeners:
            self._sound.close()
            self._sound = None

    # In the thread

    def write(self, data: bytes) -> int:
        """More sound, from the encoder."""
        assert self._sound  # noqa: S101 opened before the encoder
        if self._sound.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._digest.update(data)
        self._size += len(data)
        return len(data)

    def _sounded(self) -> None:
        """The sound of a clip has left the encoder."""
        if not self._audible:
            self._metrics.first_sound(time.perf_counter() - self._began)
        self._audible = True
        self._tell(self._announce)

    def _work(self) -> None:
        state: State = "failed"
        error: PodcastError | None = None
        try:
            with new_folder(self._folder, self.name) as folder:
                self._record(folder)
            state = "done"
        except _Stopped:
            state = "stopped"
        except PodcastError as failure:
            error = failure
        except OSError as failure:
            error = PublishError(f"cannot be written: {failure.strerror}", where=str(self._folder))
        except Exception as failure:
            logger.exception("%s: a fault of the program", self.name)
            error = PodcastError(f"a fault of the program: {failure!r}")
        if error:
            logger.warning("%s: %s", self.name, error)
        self._metrics.rendered(state)
        self._tell(self._end, state, error)

    def _record(self, folder: Path) -> None:
        moments: list[Moment] = []
        self._sound = (folder / AUDIO).open("w+b", buffering=0)
        with (
            (folder / TIMELINE).open("w", encoding="utf-8") as file,
            self._studio.recording(self._article, self, self._count, self._sounded) as stream,
        ):
            timeline = TimelineWriter(file, self.script)
            for moment in stream:
                timeline.add(moment)
                moments.append(moment.without_words())
                self.duration = stream.duration
                self.events.append(("utterance", utterance_json(moment)))
                self._tell(self._announce)
            self.duration = stream.duration
            chapters = chapters_of(self.script, moments, self.duration)
            timeline.finish(chapters, self.duration)
        self._keep(folder, moments, chapters)
        self.events.append(("chapters", chapters_json(chapters)))

    def _keep(self, folder: Path, moments: list[Moment], chapters: tuple[Chapter, ...]) -> None:
        with (folder / TRANSCRIPT).open("w", encoding="utf-8") as file:
            file.writelines(webvtt(self.script, moments))
        summary = Summary(round(self.duration, 3), self._size, self._digest.hexdigest())
        for name, value in ((CHAPTERS, chapters_json(chapters)), (SUMMARY, summary._asdict())):
            (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    def _count(self, clip: Clip) -> None:
        self._metrics.spoken(clip)
        if self._stop:
            raise _Stopped

    def _tell(self, what: Callable[..., object], *arguments: object) -> None:
        with suppress(RuntimeError):  # the server has gone, nobody listens
            self._loop.call_soon_threadsafe(what, *arguments)
