"""All that is being spoken now: one rendering for each article, however many listen."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Literal

from podcast.errors import PodcastError
from podcast.serve.articles import Articles
from podcast.serve.metrics import Metrics
from podcast.serve.options import Options
from podcast.serve.problems import Refused
from podcast.serve.rendering import Rendering
from podcast.serve.shelf import Shelf
from podcast.serve.studio import Studio

REMEMBERED = 1000
"""Articles whose last failure is known."""


class Renderings:
    """Lives in the event loop."""

    def __init__(
        self, articles: Articles, shelf: Shelf, studio: Studio, metrics: Metrics, options: Options
    ) -> None:
        self._articles, self._shelf = articles, shelf
        self._studio, self._metrics, self._options = studio, metrics, options
        self._active: dict[str, Rendering] = {}
        self._leaving: set[Rendering] = set()
        """Told to stop, and not yet over."""
        self._failures: OrderedDict[str, PodcastError] = OrderedDict()

    def active(self, name: str) -> Rendering | None:
        """The rendering of that article that goes on now."""
        return self._active.get(name)

    def state(self, name: str) -> Literal["rendering", "done", "failed"]:
        """What became of an article; ``rendering`` also when its sound comes with its first listener."""
        if name not in self._active and self._shelf.find(name):
            return "done"
        return "failed" if name in self._failures else "rendering"

    def join(self, name: str) -> Rendering:
        """The rendering of an article, begun if need be; raises ``Refused`` when there are too many."""
        if rendering := self._active.get(name):
            return rendering
        if len(self._active) + len(self._leaving) >= self._options.most_renderings:
            raise Refused(503, "as many articles are being spoken as this server can speak at once")
        rendering = Rendering(
            name,
            self._articles.find(name),
            self._shelf.folder,
            studio=self._studio,
            metrics=self._metrics,
            ended=self._ended,
        )
        self._failures.pop(name, None)
        self._active[name] = rendering
        rendering.start()
        self._watch(rendering)
        return rendering

    def gauges(self) -> dict[str, float]:
        """What is true at this moment, for the metrics."""
        return {
            "renders_active": len(self._active) + len(self._leaving),
            "listeners": sum(rendering.listeners for rendering in self._active.values()),
            "queue_utterances": self._studio.waiting(),
            "kept_articles": len(self._shelf),
            "kept_bytes": self._shelf.bytes,
        }

    async def close(self) -> None:
        """Stop all that is being spoken; what was finished stays."""
        renderings = [*self._active.values(), *self._leaving]
        for rendering in renderings:
            rendering.stop()
        await asyncio.to_thread(self._studio.close)
        for rendering in renderings:
            await asyncio.to_thread(rendering.join)
        await asyncio.sleep(0)  # what the threads have told last

    def _watch(self, rendering: Rendering, silent_since: float | None = None) -> None:
        """Stop a rendering that nobody has listened to for ``idle`` seconds."""
        idle, loop = self._options.idle, asyncio.get_running_loop()
        if idle is None or rendering.state != "rendering":
            return
        if rendering.listeners:
            silent_since = None
        elif silent_since is None:
            silent_since = loop.time()
        elif loop.time() - silent_since >= idle:
            self._active.pop(rendering.name, None)
            self._leaving.add(rendering)
            rendering.stop()
            return
        loop.call_later(max(idle / 4, 0.05), self._watch, rendering, silent_since)

    def _ended(self, rendering: Rendering) -> None:
        self._leaving.discard(rendering)
        if self._active.get(rendering.name) is rendering:
            del self._active[rendering.name]
        if rendering.state == "done":
            self._shelf.add(rendering.name)
        if rendering.error:
            self._failures[rendering.name] = rendering.error
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)
