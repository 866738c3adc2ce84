"""One loudness for every voice, from the first sentence on: the gain of each sentence as it comes.

The gain changes only between sentences, so nothing pumps, and it stays as it
is until it is clearly wrong: a correction early in an article leaves the sound
of its end as it was. It comes from the voice's own running loudness, which
knows the whole of the coming sentence, or its first part when it is still being
spoken, and from what has come out so far, so that the episode as a whole ends
on the target.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from podcast.episode.assemble import Piece
from podcast.episode.filters import conditioning
from podcast.episode.limiter import limit
from podcast.episode.loudness import LoudnessMeter, Vector, loudness, weighted_hops
from podcast.episode.notes import Notes
from podcast.types import Samples

_PRIOR_SECONDS = 4.0
"""How much speech a voice's known loudness counts for, against what is heard."""
_BELIEVABLE = 10.0
"""LU between what is heard and what was known; further off, it was known of another voice."""
_GRID = 0.5
"""dB; a gain is a multiple of it, so that what is nearly the same is the same."""
_STEADY = 0.3
"""dB by which a gain may be wrong and stays. Hardly more than half the grid: mostly one gain alone is right,
whatever came before, so that what a correction moves comes back. Where 0.5 on a grid of 0.25 left a choice
of four, a corrected first paragraph could move the gain of all that follows."""
_LARGEST_STEP = 1.5
"""LU between two sentences of one voice: less than the voice itself varies."""
_LARGEST_CORRECTION = 1.5
_DOUBT_SECONDS = 30.0
"""What came out counts for the whole as so many seconds of sound on the target would count against it: the
first sentences say little, and one of them that is corrected should move little."""
_LARGEST_GAIN = 40.0
_LARGEST_LOSS = 6.0
"""LU that are given back for what the limiter takes."""
_TRIALS = 3
_NEW_LOSS = 0.08
"""How much the last run counts, at least, in what the limiter takes on average: so little that a gain is not
moved by a few lively sentences."""


class Output(Protocol):
    """What came out of the gains so far."""

    def integrated(self) -> float | None:
        """Its loudness in LUFS; None for silence."""
        ...

    def seconds(self) -> float:
        """How much of it was sound."""
        ...


class Level(NamedTuple):
    """What a piece gets."""

    gain: float
    """dB."""
    energy: float
    """That its speech has then: the sum of ``loudness.weighted_hops``."""


@dataclass(slots=True)
class _Source:
    """A voice or a jingle: what is known of its loudness, and its last gain in dB."""

    meter: LoudnessMeter
    prior: float | None
    gain: float | None = None
    lost: float = 0.0
    """What the limiter lately took from it, in LU."""
    runs: int = 1
    """That told so, and the first sentence, on which it was tried."""

    def learn(self, lost: float) -> None:
        """What the limiter took from the last run: of the first runs all count alike."""
        self.runs += 1
        self.lost += max(_NEW_LOSS, 1 / self.runs) * (lost - self.lost)

    def loudness(self, piece: Piece, sample_rate: int) -> float | None:
        """How loud this source is in LUFS, after its meter heard a piece; None for silence."""
        heard = self.meter.integrated()
        if heard is None:
            heard = loudness(piece.samples[: piece.voiced], sample_rate)
        if heard is None or self.prior is None or abs(heard - self.prior) > _BELIEVABLE:
            return heard
        seconds = self.meter.seconds()
        return (heard * seconds + self.prior * _PRIOR_SECONDS) / (seconds + _PRIOR_SECONDS)


class Leveller:
    """Finds the gain that brings each piece to ``target`` LUFS, in constant memory."""

    def __init__(
        self,
        sample_rate: int,
        *,
        target: float,
        ceiling: float,
        output: Output,
        notes: Notes,
        priors: Mapping[str, float] | None = None,
    ) -> None:
        """``ceiling`` in dBTP is where the limiter begins; ``output`` tells what came of the gains so far.

        ``priors``: the loudness of bare voices in LUFS, by voice key, where it is known.
        """
        self._sample_rate = sample_rate
        self._target = target
        self._ceiling = ceiling
        self._output = output
        self._notes = notes
        self._priors = priors or {}
        self._sources: dict[str, _Source] = {}
        self._aim = target
        """The loudness in LUFS at which the next pieces should come out."""
        self._now = 0.0
        """The gain in dB of what is being said."""
        self._settled = True
        """The gain stands until the end of the sentence: something of it was heard."""

    def level(self, piece: Piece) -> Level:
        """What the next piece gets."""
        source = self._source(piece.source)
        hops = self._notes.hops(piece)
        source.meter.take(hops)
        if piece.opens or not self._settled:
            heard = source.loudness(piece, self._sample_rate)
            self._now = self._gain(source, heard)
            self._settled = heard is not None
            if source.gain is None and heard is not None:
                self._now = self._tried(source, heard, piece.samples, hops)
            source.gain = self._now if self._settled else source.gain
        return Level(self._now, float(hops.sum()) * 10 ** (self._now / 10))

    def learn(self, names: Collection[str], energy: float, left: float) -> None:
        """A run of these sources is over: allow for what limiter and coder left of its energy."""
        self._aim = self._target + self._owed()
        for source in map(self._source, names):
            source.learn(_lost(energy, left))

    def _source(self, name: str) -> _Source:
        if name not in self._sources:
            self._sources[name] = _Source(LoudnessMeter(self._sample_rate), self._priors.get(name))
        return self._sources[name]

    def _tried(self, source: _Source, heard: float, samples: Samples, hops: Vector) -> float:
        """The gain of a first sentence: of the limiter is known only what it takes from this one."""
        gain = self._gain(source, heard)
        spread = conditioning(self._sample_rate).apply(samples)
        for _ in range(_TRIALS):
            tried = limit(amplified(spread, gain), self._sample_rate, self._ceiling)
            left = weighted_hops(tried, self._sample_rate).sum()
            source.lost = _lost(float(hops.sum()) * 10 ** (gain / 10), float(left))
            before, gain = gain, self._gain(source, heard)
            if gain == before:
                break  # the limiter would take the same again
        return gain

    def _gain(self, source: _Source, heard: float | None) -> float:
        if heard is None:
            return source.gain or 0.0
        wanted = _within(self._aim - heard, _LARGEST_GAIN) + source.lost
        if source.gain is None:
            return _on_grid(wanted)
        if abs(wanted - source.gain) <= _STEADY:
            return source.gain
        return _on_grid(source.gain + _within(wanted - source.gain, _LARGEST_STEP))

    def _owed(self) -> float:
        """LU by which the next pieces should be louder, to make up for what came before."""
        out, seconds = self._output.integrated(), self._output.seconds()
        if out is None:
            return 0.0
        return _within(self._target - out, _LARGEST_CORRECTION) * seconds / (seconds + _DOUBT_SECONDS)


def amplified(samples: Samples, gain: float) -> Samples:
    """The samples at a gain in dB."""
    return samples * np.float32(10 ** (gain / 20))


def _lost(energy: float, left: float) -> float:
    """LU from one energy down to another."""
    return min(_LARGEST_LOSS, max(0.0, 10 * math.log10(energy / left))) if energy and left else 0.0


def _on_grid(gain: float) -> float:
    return round(gain / _GRID) * _GRID


def _within(value: float, bound: float) -> float:
    return min(bound, max(-bound, value))
