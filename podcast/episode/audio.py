"""Sound that is there, and sound that is made of another one when somebody wants to hear it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property

from podcast.types import Audio, Samples


class Loaded:
    """``types.Audio`` in memory."""

    def __init__(self, samples: Samples, digest: str = "") -> None:
        """``digest`` where it is known, of whatever the samples were made of."""
        self.samples = samples
        self._digest = digest

    @property
    def size(self) -> int:
        """How many samples."""
        return self.samples.size

    @cached_property
    def digest(self) -> str:
        """As it is known, or of the samples."""
        return self._digest or hashlib.sha256(self.samples.tobytes()).hexdigest()


class Shaped:
    """``types.Audio`` made of another one, and as long; what it is called follows from that one alone."""

    def __init__(self, source: Audio, how: str, shape: Callable[[Samples], Samples], *, now: bool) -> None:
        """``how`` tells all that ``shape`` does; unless it does so ``now``, it does so each time."""
        self._source = source
        self._how = how
        self._shape = shape
        self._ready = shape(source.samples) if now else None

    @property
    def size(self) -> int:
        """How many samples."""
        return self._source.size

    @cached_property
    def digest(self) -> str:
        """Of what it is made of, and how."""
        return hashlib.sha256(f"{self._how} {self._source.digest}".encode()).hexdigest()

    @property
    def samples(self) -> Samples:
        """Those that are there, or made anew."""
        return self._shape(self._source.samples) if self._ready is None else self._ready

    @property
    def ready(self) -> bool:
        """Whether its samples are in memory."""
        return self._ready is not None
