"""Utterances in, clips out: in order, while they are being spoken, on every core."""

from podcast.render.cache import ClipCache
from podcast.render.stream import render

__all__ = ["ClipCache", "render"]
