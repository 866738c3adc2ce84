"""Speech in 16-bit steps, the form in which it crosses processes and lies in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from podcast.types import AudioChunk, Samples, WordTiming

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Pcm: TypeAlias = "npt.NDArray[np.int16]"

FULL_SCALE = 32768


@dataclass(frozen=True, eq=False)
class Speech:
    """The audio of one text, or a chunk of it."""

    pcm: Pcm
    """Shape (n,), mono."""
    sample_rate: int
    words: tuple[WordTiming, ...] = ()
    seconds: float = 0.0
    """Time that the engine took."""

    @property
    def size(self) -> int:
        """How many samples."""
        return len(self.pcm)

    @cached_property
    def digest(self) -> str:
        """Of the samples alone."""
        import hashlib  # not for a worker

        return hashlib.sha256(self.pcm.tobytes()).hexdigest()

    @property
    def samples(self) -> Samples:
        """As float32 in [-1, 1]: each sample a whole number of 1/32768."""
        import numpy as np

        return self.pcm.astype(np.float32) / np.float32(FULL_SCALE)


def quantise(chunk: AudioChunk, seconds: float) -> Speech:
    """A chunk in 16-bit steps, and the time it took; louder than full scale is clipped.

    Raises ``ValueError`` when it is not finite mono audio.
    """
    import numpy as np

    if chunk.samples.ndim != 1 or not len(chunk.samples) or not np.isfinite(chunk.samples).all():
        raise ValueError("the engine gave something that is not audio")
    steps = np.rint(chunk.samples * FULL_SCALE).clip(-FULL_SCALE, FULL_SCALE - 1)
    return Speech(steps.astype(np.int16), chunk.sample_rate, chunk.words, seconds)


def join(chunks: Sequence[Speech]) -> Speech:
    """The chunks one after the other."""
    import numpy as np

    return Speech(
        np.concatenate([chunk.pcm for chunk in chunks]),
        chunks[0].sample_rate,
        tuple(word for chunk in chunks for word in chunk.words),
        sum(chunk.seconds for chunk in chunks),
    )
