"""What an encoded sound measures: it is decoded, and its loudness and true peak taken."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from podcast.episode.codec import Mp3Decoder, decode, sample_rate_of
from podcast.episode.loudness import Hops, LoudnessMeter, PeakMeter, Vector, weighted_hops
from podcast.episode.mp3 import DECODER_DELAY, DELAY
from podcast.episode.mpg123 import decode_mp3
from podcast.types import Samples


class Measured(NamedTuple):
    """Of a whole sound; -inf for silence."""

    loudness: float
    """LUFS, integrated."""
    true_peak: float
    """dBTP."""


class RunMeasure(NamedTuple):
    """What a run of sound measures, from its first sample on."""

    hops: Vector
    """Of ``loudness.Hops``."""
    true_peak: float
    """dBTP."""

    @property
    def energy(self) -> float:
        """The sum of its hops."""
        return float(self.hops.sum())


NOTHING = RunMeasure(np.zeros(0), -math.inf)

_EARLY = DELAY + DECODER_DELAY
"""Samples before the first one of a run."""


class Listener:
    """Hears a run of MP3 while its bytes come."""

    def __init__(self, sample_rate: int) -> None:
        self._decoder = Mp3Decoder()
        self._hops, self._peak = Hops(sample_rate), PeakMeter()
        self._heard: list[Vector] = []
        self._early = _EARLY
        """Samples still to come before the first one of the run."""

    def add(self, data: bytes) -> None:
        """More bytes."""
        self._add(self._decoder.decode(data))

    def end(self) -> RunMeasure:
        """That was all of the run."""
        self._add(self._decoder.decode())
        return RunMeasure(np.concatenate([*self._heard, self._hops.end()]), self._peak.true_peak())

    def _add(self, samples: Samples) -> None:
        early = min(self._early, samples.size)
        self._early -= early
        samples = samples[early:]
        self._peak.add(samples)
        self._heard.append(self._hops.add(samples))


class Ear:
    """Hears an MP3 run by run, in the order of its runs; between two of them there is silence."""

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._meter = LoudnessMeter(sample_rate)
        self._hops = self._silent = 0
        """What there was, and those at its end that the meter is not told of yet."""
        self._peak = -math.inf

    def add(self, run: RunMeasure) -> None:
        """The next run."""
        self._meter.take(np.concatenate([np.zeros(self._silent), run.hops]))
        self._hops, self._silent = self._hops + run.hops.size, 0
        self._peak = max(self._peak, run.true_peak)

    def rest(self, at: int) -> None:
        """Silence until so many samples of the stream are over; what is left of a hop is counted later."""
        silent = max(0, round(10 * at / self._sample_rate) - self._hops)
        self._hops, self._silent = self._hops + silent, self._silent + silent

    def integrated(self) -> float | None:
        """Of what was heard so far, in LUFS; None while there was nothing to hear."""
        return self._meter.integrated()

    def seconds(self) -> float:
        """How much of it was sound."""
        return self._meter.seconds()

    def measured(self) -> Measured:
        """Of all that was heard."""
        self.add(NOTHING)
        return _measured(self._meter, self._peak)


def listen(data: bytes, sample_rate: int) -> RunMeasure:
    """Hear a whole run of MP3."""
    samples, peak = decode_mp3(data)[_EARLY:], PeakMeter()
    peak.add(samples)
    return RunMeasure(weighted_hops(samples, sample_rate), peak.true_peak())


def measure(path: Path) -> Measured:
    """The loudness and the true peak of a file's sound."""
    meter, peak = LoudnessMeter(sample_rate_of(path)), PeakMeter()
    for samples in decode(path):
        meter.add(samples)
        peak.add(samples)
    return _measured(meter, peak.true_peak())


def _measured(meter: LoudnessMeter, peak: float) -> Measured:
    integrated = meter.integrated()
    return Measured(-math.inf if integrated is None else integrated, peak)
