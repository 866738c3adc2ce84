"""Speech in 16-bit steps, the form in which it crosses processes and lies in the cache.

Plain bytes: who hands it on needs no numpy, which may still be on its way in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from podcast.types import AudioChunk, Samples, WordTiming

FULL_SCALE = 32768
WIDTH = 2
"""Bytes of a sample."""
PCM = "<i2"
"""Of numpy."""


@dataclass(frozen=True, eq=False)
class Speech:
    """The audio of one text, or a chunk of it."""

    pcm: bytes
    """Mono, 16 bits to a sample, little-endian."""
    sample_rate: int
    words: tuple[WordTiming, ...] = ()
    seconds: float = 0.0
    """Time that the engine took."""

    @property
    def size(self) -> int:
        """How many samples."""
        return len(self.pcm) // WIDTH

    @cached_property
    def digest(self) -> str:
        """Of the samples alone."""
        import hashlib  # not for a worker

        return hashlib.sha256(self.pcm).hexdigest()

    @property
    def samples(self) -> Samples:
        """As float32 in [-1, 1]: each sample a whole number of 1/32768."""
        import numpy as np

        return np.frombuffer(self.pcm, dtype=PCM).astype(np.float32) / np.float32(FULL_SCALE)

    def between(self, start: int, end: int) -> bytes:
        """The ``pcm`` of its samples from ``start`` up to ``end``."""
        return self.pcm[start * WIDTH : end * WIDTH]


def quantise(chunk: AudioChunk, seconds: float) -> Speech:
    """A chunk in 16-bit steps, and the time it took; louder than full scale is clipped.

    Raises ``ValueError`` when it is not finite mono audio.
    """
    import numpy as np

    if chunk.samples.ndim != 1 or not len(chunk.samples) or not np.isfinite(chunk.samples).all():
        raise ValueError("the engine gave something that is not audio")
    steps = np.rint(chunk.samples * FULL_SCALE).clip(-FULL_SCALE, FULL_SCALE - 1)
    return Speech(steps.astype(PCM).tobytes(), chunk.sample_rate, chunk.words, seconds)


def join(chunks: Sequence[Speech]) -> Speech:
    """The chunks one after the other."""
    return Speech(
        b"".join(chunk.pcm for chunk in chunks),
        chunks[0].sample_rate,
        tuple(word for chunk in chunks for word in chunk.words),
        sum(chunk.seconds for chunk in chunks),
    )
