"""A limiter that sees peaks coming, also from one part of a sound to the next."""

from __future__ import annotations

import numpy as np

from podcast.episode.loudness import PEAK_BLOCK, block_peaks
from podcast.types import Samples

_LOOK_AHEAD = 0.005
"""Seconds over which the limiter comes down before a peak, and goes up after it."""


class Limiter:
    """``limit`` for sound that comes in parts, to the same result.

    The gain at a sample depends on the peaks within ``_CONTEXT``: so much of
    a part waits for the next one, and as much of the past is kept.
    """

    def __init__(self, sample_rate: int, ceiling: float) -> None:
        self._sample_rate = sample_rate
        self._ceiling = ceiling
        self._context = (2 * _reach(sample_rate) + 3) * PEAK_BLOCK
        self._sound = np.zeros(0, dtype=np.float32)
        """The past that still matters, then what waits."""
        self._past = 0
        self.pressed = False
        """Whether it ever had something to do; who asks may take that back."""

    def add(self, samples: Samples, *, last: bool) -> Samples:
        """What can be had so far; the ``last`` part gives all the rest."""
        sound = np.concatenate([self._sound, samples])
        end = sound.size if last else max(self._past, sound.size - self._context)
        end = end if last else end // PEAK_BLOCK * PEAK_BLOCK
        whole = limit(sound, self._sample_rate, self._ceiling)
        self.pressed = self.pressed or whole is not sound
        limited = whole[self._past : end]
        kept = 0 if last else max(0, end - self._context)
        self._sound = sound[sound.size if last else kept :]
        self._past = 0 if last else end - kept
        return limited


def limit(samples: Samples, sample_rate: int, ceiling: float) -> Samples:
    """Press the peaks of a whole sound under ``ceiling`` dBTP; the rest stays as it is.

    The gain follows the peaks in steps of 32 samples: the least gain needed
    within reach, smoothed over the same reach, so it is never above what any
    block needs.
    """
    highest = 10 ** (ceiling / 20)
    peaks = block_peaks(samples, highest)
    if not samples.size or peaks.max() <= highest:
        return samples
    needed = np.minimum(1.0, highest / np.maximum(peaks, highest))
    reach = _reach(sample_rate)
    window = np.hanning(2 * reach + 3)[1:-1]
    width = 2 * (reach + 1) + 1
    around = np.pad(needed, 2 * reach + 1, mode="edge")
    least = np.minimum.reduce([around[k : around.size - width + 1 + k] for k in range(width)])
    smooth = np.convolve(least, window / window.sum(), mode="valid")
    return _pressed(samples, smooth.astype(np.float32))


def _pressed(samples: Samples, gains: Samples) -> Samples:
    """``gains``, each at the middle of its block, with straight lines between them."""
    edged = np.pad(gains, 1, mode="edge")
    before, after = edged[:-2] - gains, edged[2:] - gains
    touched = np.flatnonzero((gains < 1) | (before < 0) | (after < 0))
    pressed = np.zeros(gains.size * PEAK_BLOCK, dtype=np.float32)
    pressed[: samples.size] = samples
    offset = np.arange(PEAK_BLOCK, dtype=np.float32) / PEAK_BLOCK - np.float32(0.5)
    falling = np.outer(before[touched], np.maximum(-offset, 0))
    rising = np.outer(after[touched], np.maximum(offset, 0))
    pressed.reshape(-1, PEAK_BLOCK)[touched] *= gains[touched, None] + falling + rising
    return pressed[: samples.size]


def _reach(sample_rate: int) -> int:
    """Blocks in which the limiter comes down."""
    return max(1, round(_LOOK_AHEAD * sample_rate / PEAK_BLOCK))
