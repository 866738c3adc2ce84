"""What an encoded sound measures: it is decoded, and its loudness and true peak taken."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from podcast.episode.codec import Mp3Decoder, decode, sample_rate_of
from podcast.episode.loudness import Hops, LoudnessMeter, PeakMeter, Vector
from podcast.episode.mp3 import DECODER_DELAY, DELAY


class Measured(NamedTuple):
    """Of a whole sound; -inf for silence."""

    loudness: float
    """LUFS, integrated."""
    true_peak: float
    """dBTP."""


class HeardRun(NamedTuple):
    """What a run of MP3 measures, from its first sample on."""

    hops: Vector
    """Of ``loudness.Hops``."""
    true_peak: float
    """dBTP."""


class Ear:
    """Hears an MP3 while it is encoded, run by run; where it rests there is silence.

    Nobody then has to wait for that at its end, on one core.
    """

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._meter = LoudnessMeter(sample_rate)
        self._run: _Listening | None = None
        self._hops = 0
        self._peak = -math.inf

    def add(self, data: bytes) -> None:
        """More bytes of a run."""
        self._run = self._run or _Listening(self._sample_rate)
        self._take(self._run.add(data))

    def end(self) -> HeardRun:
        """That was all of the run."""
        if self._run is None:
            return HeardRun(np.zeros(0), -math.inf)
        self._take(self._run.end())
        heard, self._run = self._run.heard(), None
        self._peak = max(self._peak, heard.true_peak)
        return heard

    def know(self, run: HeardRun) -> None:
        """A run that was heard before."""
        self._take(run.hops)
        self._peak = max(self._peak, run.true_peak)

    def rest(self, at: int) -> None:
        """Silence until so many samples of the stream are over; what is left of a hop is counted later."""
        silent = round(10 * at / self._sample_rate) - self._hops
        self._take(np.zeros(max(0, silent)))

    def integrated(self) -> float | None:
        """Of what was heard so far, in LUFS; None while there was nothing to hear."""
        return self._meter.integrated()

    def seconds(self) -> float:
        """How much of it was sound."""
        return self._meter.seconds()

    def measured(self) -> Measured:
        """Of all that was heard."""
        return _measured(self._meter, self._peak)

    def _take(self, hops: Vector) -> None:
        self._hops += hops.size
        self._meter.take(hops)


class _Listening:
    """One run, while it comes."""

    def __init__(self, sample_rate: int) -> None:
        self._decoder = Mp3Decoder()
        self._hops, self._peak = Hops(sample_rate), PeakMeter()
        self._heard: list[Vector] = []
        self._early = DELAY + DECODER_DELAY
        """Samples still to come before the first one of the run."""

    def add(self, data: bytes) -> Vector:
        """The hops that can be heard now."""
        samples = self._decoder.decode(data)
        early = min(self._early, samples.size)
        self._early -= early
        samples = samples[early:]
        self._peak.add(samples)
        self._heard.append(self._hops.add(samples))
        return self._heard[-1]

    def end(self) -> Vector:
        """The last hops."""
        hops = np.concatenate([self.add(b""), self._hops.end()])
        self._heard[-1] = hops
        return hops

    def heard(self) -> HeardRun:
        return HeardRun(np.concatenate(self._heard), self._peak.true_peak())


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
