"""Utterances in, clips out: in order, while they are being spoken, on every core."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from podcast.render.cache import ClipCache
    from podcast.render.pool import Pool
    from podcast.render.protocol import Task
    from podcast.render.stream import cores, render

__all__ = ["ClipCache", "Pool", "Task", "cores", "render"]

_PLACES = {
    "ClipCache": "podcast.render.cache",
    "Pool": "podcast.render.pool",
    "Task": "podcast.render.protocol",
    "cores": "podcast.render.stream",
    "render": "podcast.render.stream",
}
"""Imported when they are asked for: a worker, which is of this room too, starts without them."""


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
