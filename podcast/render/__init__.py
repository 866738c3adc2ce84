"""Utterances in, clips out: in order, while they are being spoken, on every core."""

from podcast.render.cache import ClipCache
from podcast.render.pool import Pool
from podcast.render.protocol import Task
from podcast.render.stream import cores, render

__all__ = ["ClipCache", "Pool", "Task", "cores", "render"]
