"""From a sound and its gain to the encoder: spread, amplified, limited, and measured on its way.

The line works in *runs*, from one silence to the next. A run is made of its own
sound alone: the filter begins anew with each, and so does an MP3 encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np

from podcast.episode.codec import Encoder
from podcast.episode.filters import conditioning
from podcast.episode.hearing import Measured
from podcast.episode.level import Level, Output, amplified
from podcast.episode.limiter import Limiter
from podcast.episode.loudness import LoudnessMeter
from podcast.types import Audio, Samples


class Take(NamedTuple):
    """Sound and what it gets."""

    audio: Audio
    pad: int
    """Samples of silence after it."""
    level: Level
    source: str
    """Whose it is."""
    last: bool
    """It ends its utterance."""

    @property
    def size(self) -> int:
        """How many samples, with the silence."""
        return self.audio.size + self.pad


class Line:
    """What is measured is what is sent to the encoder."""

    def __init__(self, encoder: Encoder, sample_rate: int, ceiling: float) -> None:
        """``ceiling`` in dBTP."""
        self._encoder = encoder
        self._sample_rate = sample_rate
        self._conditioning = conditioning(sample_rate)
        self._ceiling = ceiling
        self._limiter = Limiter(sample_rate, ceiling)
        self._meter = LoudnessMeter(sample_rate)
        self._energies = dict[str, float]()
        """Of the run: the energy that each source should have."""
        self._left = 0.0
        """And what it has."""
        self.on_run: Callable[[Collection[str], float, float], None] = lambda *_: None
        """Told of the sources of each run, of the energy that they should have, and of what is left of it."""

    @property
    def output(self) -> Output:
        """What came out so far."""
        return self._meter

    def heard(self) -> Measured | None:
        """What is in the file, once it is closed, if somebody listened."""
        return None

    def add(self, take: Take) -> None:
        """More of the run."""
        self._left += self._meter.add(self._send(take))

    def rest(self, count: int) -> int:
        """About so many samples of silence end the run; gives how many they are."""
        silence = self._pause(count)
        self._left += self._meter.add(np.zeros(silence, dtype=np.float32))
        self._tell(self._left)
        return silence

    def close(self) -> None:
        """Nothing more comes."""
        self._encoder.close()

    def _send(self, take: Take) -> Samples:
        """What has gone to the encoder: a few milliseconds are held back until the next part comes."""
        self._note(take)
        samples = np.pad(take.audio.samples, (0, take.pad))
        loud = amplified(self._conditioning.apply(samples), take.level.gain)
        limited = self._limiter.add(loud, last=take.last)
        if limited.size:
            self._encoder.write(limited)
        return limited

    def _note(self, take: Take) -> None:
        self._energies[take.source] = self._energies.get(take.source, 0.0) + take.level.energy

    def _pause(self, count: int) -> int:
        self._conditioning = conditioning(self._sample_rate)
        return self._encoder.rest(count)

    def _tell(self, left: float) -> None:
        self.on_run(self._energies, sum(self._energies.values()), left)
        self._energies, self._left = {}, 0.0
