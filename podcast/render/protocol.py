"""What the renderer and a worker process say to each other: pickles over the worker's stdin and stdout.

    renderer → worker   the ``open_engine`` function, once; then one ``Task`` after the other, or
                        a ``Voice`` that will be wanted soon
    worker → renderer   for each task: ``Speech`` chunks as the engine makes them, then ``Done`` or ``Failed``

Either side takes the end of its input for the death of the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from podcast.errors import PodcastError
from podcast.render.speech import Speech
from podcast.types import Engine, Voice

OpenEngine = Callable[[Voice], Engine]
"""A function at the top of a module: workers import it by its name."""


@dataclass(frozen=True, slots=True)
class Task:
    """A text to speak."""

    text: str
    voice: Voice


@dataclass(frozen=True, slots=True)
class Done:
    """The whole text has been spoken."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The text cannot be spoken."""

    error: PodcastError
    traceback: str
    """As the worker saw it."""


Request = Task | Voice
Reply = Speech | Done | Failed
