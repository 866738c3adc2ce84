"""Utterances in, clips out: in order, while they are being spoken, on every core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from podcast.later import imported_from

if TYPE_CHECKING:
    from podcast.render.cache import ClipCache
    from podcast.render.pool import Pool
    from podcast.render.protocol import Task
    from podcast.render.spawn import cores
    from podcast.render.stream import Rendering, render

__all__ = ["ClipCache", "Pool", "Rendering", "Task", "cores", "render"]

_PLACES = {
    "ClipCache": "podcast.render.cache",
    "Pool": "podcast.render.pool",
    "Task": "podcast.render.protocol",
    "cores": "podcast.render.spawn",
    "Rendering": "podcast.render.stream",
    "render": "podcast.render.stream",
}
"""Imported when they are asked for: a worker, which is of this room too, starts without them."""

__getattr__ = imported_from(_PLACES, __name__)
