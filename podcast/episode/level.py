"""One loudness for every voice, under one peak, sentence by sentence as they come.

The gain changes only between sentences, so nothing pumps. It comes from the
voice's own running loudness, which knows the whole of the coming sentence,
and from what has been sent out so far, so that the episode as a whole ends on
the target. Peaks that the gain lifts over the ceiling are first spread in
time, then pressed by a limiter that sees them coming.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from podcast.episode.assemble import Piece
from podcast.episode.filters import phase_rotation
from podcast.episode.loudness import PEAK_BLOCK, LoudnessMeter, block_peaks, loudness, weighted_energy
from podcast.types import Samples

_LOOK_AHEAD = 0.005
"""Seconds over which the limiter comes down before a peak, and goes up after it."""
_PRIOR_SECONDS = 4.0
"""How much speech a voice's known loudness counts for, against what is heard."""
_BELIEVABLE = 10.0
"""LU between what is heard and what was known; further off, it was known of another voice."""
_LARGEST_STEP = 1.5
"""LU between two sentences of one voice: less than the voice itself varies."""
_LARGEST_CORRECTION = 1.5
_CORRECT_AFTER = 10.0
"""Seconds of sound before what was sent out says something of the whole."""
_LARGEST_GAIN = 40.0
_LARGEST_LOSS = 6.0
"""LU that are given back for what the limiter takes."""
_TRIALS = 3
_NEW_LOSS = 0.25
"""How much the last sentence counts in what the limiter takes on average."""


@dataclass(slots=True)
class _Source:
    """A voice or a jingle: what is known of its loudness, and its last gain in dB."""

    meter: LoudnessMeter
    prior: float | None
    gain: float | None = None
    lost: float = 0.0
    """What the limiter lately took from it, in LU."""

    def loudness(self, spoken: Samples, sample_rate: int) -> float | None:
        """How loud this source is in LUFS, after its meter heard ``spoken``; None for silence."""
        heard = self.meter.integrated()
        if heard is None:
            heard = loudness(spoken, sample_rate)
        if heard is None or self.prior is None or abs(heard - self.prior) > _BELIEVABLE:
            return heard
        seconds = self.meter.seconds()
        return (heard * seconds + self.prior * _PRIOR_SECONDS) / (seconds + _PRIOR_SECONDS)


class Leveller:
    """Brings pieces to ``target`` LUFS and under ``ceiling`` dBTP, in constant memory."""

    def __init__(
        self, sample_rate: int, *, target: float, ceiling: float, priors: Mapping[str, float] | None = None
    ) -> None:
        """``priors``: the loudness of bare voices in LUFS, by voice key, where it is known."""
        self._sample_rate = sample_rate
        self._target = target
        self._ceiling = ceiling
        self._priors = priors or {}
        self._sources: dict[str, _Source] = {}
        self._rotation = phase_rotation(sample_rate)
        self._sent = LoudnessMeter(sample_rate)

    def level(self, piece: Piece) -> tuple[Samples, float]:
        """A piece at its level, and the gain in dB that it got."""
        source = self._sources.get(piece.source)
        if source is None:
            prior = self._priors.get(piece.source)
            source = self._sources[piece.source] = _Source(LoudnessMeter(self._sample_rate), prior)
        spoken = piece.samples[: piece.voiced]
        energy = source.meter.add(spoken)
        heard = source.loudness(spoken, self._sample_rate)
        spread = self._rotation.apply(piece.samples)
        gain = self._gain(source, heard)
        if source.gain is None and heard is not None:
            # Nothing is known yet of what the limiter takes: try on the first sentence.
            for _ in range(_TRIALS):
                source.lost = _lost(
                    energy, gain, weighted_energy(self._limited(spread, gain), self._sample_rate)
                )
                gain = self._gain(source, heard)
        limited = self._limited(spread, gain)
        source.lost += _NEW_LOSS * (_lost(energy, gain, self._sent.add(limited)) - source.lost)
        if heard is not None:
            source.gain = gain
        return limited, gain

    def apply(self, samples: Samples, gain: float) -> Samples:
        """Sound at a gain in dB that is known already."""
        limited = self._limited(self._rotation.apply(samples), gain)
        self._sent.add(limited)
        return limited

    def sent(self) -> float | None:
        """Integrated loudness of all that was levelled so far, in LUFS."""
        return self._sent.integrated()

    def _limited(self, samples: Samples, gain: float) -> Samples:
        return limit(samples * np.float32(10 ** (gain / 20)), self._sample_rate, self._ceiling)

    def _gain(self, source: _Source, heard: float | None) -> float:
        if heard is None:
            return source.gain or 0.0
        wanted = _within(self._target - heard, _LARGEST_GAIN) + source.lost + self._correction()
        if source.gain is None:
            return wanted
        return source.gain + _within(wanted - source.gain, _LARGEST_STEP)

    def _correction(self) -> float:
        if self._sent.seconds() < _CORRECT_AFTER:
            return 0.0
        return _within(self._target - (self._sent.integrated() or self._target), _LARGEST_CORRECTION)


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
    reach = max(1, round(_LOOK_AHEAD * sample_rate / PEAK_BLOCK))
    window = np.hanning(2 * reach + 3)[1:-1]
    least = np.lib.stride_tricks.sliding_window_view(
        np.pad(needed, 2 * reach + 1, mode="edge"), 2 * (reach + 1) + 1
    ).min(axis=1)
    smooth = np.convolve(least, window / window.sum(), mode="valid")
    centres = np.arange(needed.size) * PEAK_BLOCK + PEAK_BLOCK / 2
    gain = np.interp(np.arange(samples.size), centres, smooth)
    return (samples * gain).astype(np.float32)


def _lost(before: float, gain: float, after: float) -> float:
    """LU between a weighted energy at a gain in dB, and what came out."""
    if not before or not after:
        return 0.0
    return min(_LARGEST_LOSS, max(0.0, 10 * math.log10(before / after) + gain))


def _within(value: float, bound: float) -> float:
    return min(bound, max(-bound, value))
