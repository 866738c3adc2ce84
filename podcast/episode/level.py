"""One loudness for every voice, under one peak, sentence by sentence as they come.

The gain changes only between sentences, so nothing pumps. It comes from the
voice's own running loudness, which knows the whole of the coming sentence, or
its first part when it is still being spoken, and from what has been sent out so
far, so that the episode as a whole ends on the target. Peaks that the gain lifts
over the ceiling are first spread in time, then pressed by a limiter that sees
them coming, also from one part of a sentence to the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from podcast.episode.assemble import Piece
from podcast.episode.filters import conditioning
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
        self,
        sample_rate: int,
        *,
        target: float,
        ceiling: float,
        priors: Mapping[str, float] | None = None,
        heard: Callable[[], float | None] | None = None,
    ) -> None:
        """``priors``: the loudness of bare voices in LUFS, by voice key, where it is known.

        ``heard`` tells the loudness of what became of all that was levelled so far, where it is known.
        """
        self._sample_rate = sample_rate
        self._target = target
        self._ceiling = ceiling
        self._priors = priors or {}
        self._sources: dict[str, _Source] = {}
        self._conditioning = conditioning(sample_rate)
        self._limiter = Limiter(sample_rate, ceiling)
        self._sent = LoudnessMeter(sample_rate)
        self._heard = heard or self.sent
        self._now = 0.0
        """The gain in dB of what is being said."""
        self._settled = True
        """The gain stands until the end of the sentence: something of it was heard."""
        self._energy = self._passed = 0.0
        """Of the sentence so far, before and after gain and limiter."""

    def level(self, piece: Piece) -> tuple[Samples, float]:
        """What can be sent of a piece at its level, and the gain in dB that it got.

        A few milliseconds of a part are held back until the next part comes.
        """
        source = self._source(piece.source)
        spoken = piece.samples[: piece.voiced]
        energy = source.meter.add(spoken)
        spread = self._conditioning.apply(piece.samples)
        if piece.opens or not self._settled:
            heard = source.loudness(spoken, self._sample_rate)
            self._now = self._gain(source, heard)
            self._settled = heard is not None
            if source.gain is None and heard is not None:
                self._now = self._tried(source, heard, spread, energy)
            source.gain = self._now if self._settled else source.gain
        self._energy = energy + (0.0 if piece.opens else self._energy)
        limited = self._limited(spread, self._now, last=piece.closes)
        self._passed = self._sent.add(limited) + (0.0 if piece.opens else self._passed)
        if piece.closes:
            source.lost += _NEW_LOSS * (_lost(self._energy, self._now, self._passed) - source.lost)
        return limited, self._now

    def apply(self, samples: Samples, gain: float) -> Samples:
        """Sound at a gain in dB that is known already."""
        limited = self._limited(self._conditioning.apply(samples), gain, last=True)
        self._sent.add(limited)
        return limited

    def sent(self) -> float | None:
        """Integrated loudness of all that was levelled so far, in LUFS."""
        return self._sent.integrated()

    def _source(self, name: str) -> _Source:
        if name not in self._sources:
            self._sources[name] = _Source(LoudnessMeter(self._sample_rate), self._priors.get(name))
        return self._sources[name]

    def _tried(self, source: _Source, heard: float, spread: Samples, energy: float) -> float:
        """The gain of a first sentence: of the limiter is known only what it takes from this one."""
        gain = self._gain(source, heard)
        for _ in range(_TRIALS):
            tried = limit(_amplified(spread, gain), self._sample_rate, self._ceiling)
            source.lost = _lost(energy, gain, weighted_energy(tried, self._sample_rate))
            gain = self._gain(source, heard)
        return gain

    def _limited(self, samples: Samples, gain: float, *, last: bool) -> Samples:
        return self._limiter.add(_amplified(samples, gain), last=last)

    def _gain(self, source: _Source, heard: float | None) -> float:
        if heard is None:
            return source.gain or 0.0
        wanted = _within(self._aim() - heard, _LARGEST_GAIN) + source.lost
        if source.gain is None:
            return wanted
        return source.gain + _within(wanted - source.gain, _LARGEST_STEP)

    def _aim(self) -> float:
        """The loudness to send out, in LUFS, for the target to be heard, and to make up for what was sent."""
        sent = self._sent.integrated()
        if sent is None or self._sent.seconds() < _CORRECT_AFTER:
            return self._target
        heard = self._heard()
        aim = self._target + (0.0 if heard is None else _within(sent - heard, _LARGEST_CORRECTION))
        return aim + _within(aim - sent, _LARGEST_CORRECTION)


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

    def add(self, samples: Samples, *, last: bool) -> Samples:
        """What can be had so far; the ``last`` part gives all the rest."""
        sound = np.concatenate([self._sound, samples])
        end = sound.size if last else max(self._past, sound.size - self._context)
        end = end if last else end // PEAK_BLOCK * PEAK_BLOCK
        limited = limit(sound, self._sample_rate, self._ceiling)[self._past : end]
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
    least = np.lib.stride_tricks.sliding_window_view(
        np.pad(needed, 2 * reach + 1, mode="edge"), 2 * (reach + 1) + 1
    ).min(axis=1)
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


def _amplified(samples: Samples, gain: float) -> Samples:
    return samples * np.float32(10 ** (gain / 20))


def _lost(before: float, gain: float, after: float) -> float:
    """LU between a weighted energy at a gain in dB, and what came out."""
    if not before or not after:
        return 0.0
    return min(_LARGEST_LOSS, max(0.0, 10 * math.log10(before / after) + gain))


def _within(value: float, bound: float) -> float:
    return min(bound, max(-bound, value))
