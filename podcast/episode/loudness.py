"""Loudness and true peak, measured in constant memory (ITU-R BS.1770-4, EBU R 128)."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from podcast.episode.filters import k_weights, spectra
from podcast.types import Samples

if TYPE_CHECKING:
    import numpy.typing as npt

Vector: TypeAlias = "npt.NDArray[np.float64]"

PEAK_BLOCK = 32
"""Samples per entry of ``block_peaks``."""

_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_OFFSET = -0.691
_AUDIBLE = 10 ** ((_ABSOLUTE_GATE - _OFFSET) / 10)
_BLOCK = np.full(4, 0.25)
"""The mean of four hops."""
_LOUDEST = 10.0
_BINS_PER_LU = 100
_BINS = int((_LOUDEST - _ABSOLUTE_GATE) * _BINS_PER_LU)
_OVERSAMPLING = 4
_KERNEL = 16
"""Samples on each side of an interpolated one."""
_SMALL_PRODUCT = 32
"""Blocks multiplied at once: larger products wake the threads of BLAS, which only cost here."""
_AT_ONCE = 1024
"""Blocks that are looked at together."""
_FOUR = 4
"""Transforms that go as one (SSE)."""
_ROWS = 4 * _FOUR
_NEAR_PEAK = 0.6
"""Blocks whose samples stay under this share of the limit are not interpolated: speech
reaches less than 2 dB above its samples."""


class Hops:
    """The energy of each 100 ms of a stream, as the ear weighs it.

    It is added up over frequencies (Parseval), which spares the filters that
    the recommendation describes: what rings on from one hop to the next is
    counted where it began, which changes a second of speech by 0.01 LU.
    """

    def __init__(self, sample_rate: int) -> None:
        self.size = max(1, sample_rate // 10)
        """Samples of a hop."""
        self._weights = k_weights(sample_rate, self.size)
        self._rest = np.zeros(0, dtype=np.float32)
        """Samples of a hop that is not whole yet."""

    def add(self, samples: Samples) -> Vector:
        """The mean weighted squares of the hops that are whole now; shape (hops,)."""
        stream = np.concatenate([self._rest, samples]) if self._rest.size else samples
        whole = stream.size // self.size * self.size
        self._rest = stream[whole:].copy()
        return self._weighted(stream[:whole])

    def end(self) -> Vector:
        """That of the last hop, with silence to its end; none when there is nothing in it."""
        missing = -self._rest.size % self.size
        return self.add(np.zeros(missing, dtype=np.float32))

    def _weighted(self, samples: Samples) -> Vector:
        """A few hops at a time stay in the cache of the core."""
        hops = samples.reshape(-1, self.size)
        energies = np.empty(len(hops))
        for start in range(0, len(hops), _ROWS):
            rows = hops[start : start + _ROWS]
            spectrum = spectra(_in_fours(rows))
            power = np.square(spectrum.real)
            power += np.square(spectrum.imag)
            energies[start : start + _ROWS] = (power @ self._weights)[: len(rows)]
        return energies / self.size


def _in_fours(rows: Samples) -> Samples:
    """With silent ones to a whole number of fours; ``np.pad`` takes as long as the transforms."""
    if len(rows) % _FOUR == 0:
        return rows
    padded = np.zeros((-(-len(rows) // _FOUR) * _FOUR, rows.shape[1]), dtype=np.float32)
    padded[: len(rows)] = rows
    return padded


class LoudnessMeter:
    """Integrated loudness of a mono stream, gated, so far.

    Blocks of 400 ms that overlap by 75 % go into a histogram of 0.01 LU, so
    memory does not grow with length.
    """

    def __init__(self, sample_rate: int) -> None:
        self._hops = Hops(sample_rate)
        self._last = np.zeros(0)
        """The hops that the next block begins with."""
        self._counts = np.zeros(_BINS)
        self._energies = np.zeros(_BINS)
        self._count, self._energy = 0, 0.0
        """Of all bins."""

    def add(self, samples: Samples) -> float:
        """Measure more of the stream: shape (n,), 1.0 is full scale; gives the sum of its ``Hops``."""
        hops = self._hops.add(samples)
        self.take(hops)
        return float(hops.sum())

    def take(self, hops: Vector) -> None:
        """More of the stream, of which the ``Hops`` are known."""
        means = np.concatenate([self._last, hops])
        self._last = means[-3:]
        if means.size >= 4:
            self._gather(np.convolve(means, _BLOCK, mode="valid"))

    def integrated(self) -> float | None:
        """LUFS; None when all was under the gate, or shorter than one block of 400 ms."""
        if not self._count:
            return None
        gate = max(0, _bin(_lufs(self._energy / self._count) + _RELATIVE_GATE))
        return _lufs(self._energies[gate:].sum() / self._counts[gate:].sum())

    def seconds(self) -> float:
        """How much of the stream has passed the absolute gate."""
        return self._count / 10

    def _gather(self, energies: Vector) -> None:
        audible = energies[energies > _AUDIBLE]
        bins = ((10 * np.log10(audible) + _OFFSET - _ABSOLUTE_GATE) * _BINS_PER_LU).astype(int)
        bins = np.minimum(np.maximum(bins, 0), _BINS - 1)
        np.add.at(self._counts, bins, 1.0)  # of thousands of bins, a few
        np.add.at(self._energies, bins, audible)
        self._count += audible.size
        self._energy += float(audible.sum())


class PeakMeter:
    """The highest true peak of a stream so far."""

    def __init__(self) -> None:
        self._rest = np.zeros(PEAK_BLOCK, dtype=np.float32)
        self._peak = 0.0

    def add(self, samples: Samples) -> None:
        """Measure more of the stream; its last samples wait for what follows them."""
        stream = np.concatenate([self._rest, samples])
        if samples.size:  # the true peak is no lower: what is far under it need not be looked at
            self._peak = max(self._peak, float(samples.max()), -float(samples.min()))
        whole = block_peaks(stream, self._peak)[1:-1]
        self._peak = max(self._peak, float(whole.max(initial=0.0)))
        self._rest = stream[whole.size * PEAK_BLOCK :]

    def true_peak(self) -> float:
        """dBTP; -inf for silence."""
        self.add(np.zeros(2 * PEAK_BLOCK, dtype=np.float32))
        return float(20 * np.log10(self._peak)) if self._peak else float("-inf")


def loudness(samples: Samples, sample_rate: int) -> float | None:
    """Integrated loudness of a whole sound, in LUFS; None for silence.

    A sound shorter than 400 ms counts as one that is repeated up to there.
    """
    if not samples.size:
        return None
    meter = LoudnessMeter(sample_rate)
    shortest = sample_rate // 2
    meter.add(np.tile(samples, -(-shortest // samples.size)) if samples.size < shortest else samples)
    return meter.integrated()


def weighted_hops(samples: Samples, sample_rate: int) -> Vector:
    """The ``Hops`` of a whole sound; shape (hops,)."""
    hops = Hops(sample_rate)
    return np.concatenate([hops.add(samples), hops.end()])


def block_peaks(samples: Samples, limit: float) -> Vector:
    """The highest true peak in each block of ``PEAK_BLOCK`` samples, on a linear scale.

    Exact where the true peak may pass ``limit``; elsewhere 0.
    """
    peaks = np.zeros(-(-samples.size // PEAK_BLOCK))
    loud = np.flatnonzero(np.abs(samples) > limit * _NEAR_PEAK) // PEAK_BLOCK
    if not loud.size:
        return peaks
    near = loud[np.flatnonzero(np.diff(loud, prepend=-1))]
    padded = np.zeros(peaks.size * PEAK_BLOCK + 2 * _KERNEL, dtype=np.float32)
    padded[_KERNEL : _KERNEL + samples.size] = samples
    windows = sliding_window_view(padded, PEAK_BLOCK + 2 * _KERNEL)[::PEAK_BLOCK]
    for start in range(0, near.size, _AT_ONCE):
        blocks = near[start : start + _AT_ONCE]
        here = windows[blocks]
        peaks[blocks] = np.maximum(_highest(here[:, _KERNEL:-_KERNEL]), _highest(_between(here)))
    return peaks


def _highest(rows: Samples) -> Samples:
    """The largest absolute value of each row."""
    highest: Samples = np.abs(rows).max(axis=1)
    return highest


def _between(windows: Samples) -> Samples:
    """The values between the samples of blocks, each of which comes with its neighbours."""
    values = np.empty((len(windows), PEAK_BLOCK * (_OVERSAMPLING - 1)), dtype=np.float32)
    for start in range(0, len(windows), _SMALL_PRODUCT):
        rows = slice(start, start + _SMALL_PRODUCT)
        np.matmul(windows[rows], _interpolation(), out=values[rows])
    return values


@cache
def _interpolation() -> npt.NDArray[np.float32]:
    """From a block with its neighbours to the values between its samples (windowed sinc)."""
    phases = np.arange(1, _OVERSAMPLING) / _OVERSAMPLING
    targets = (np.arange(PEAK_BLOCK)[:, None] + phases).ravel()
    distance = targets[None, :] - (np.arange(PEAK_BLOCK + 2 * _KERNEL) - _KERNEL)[:, None]
    window = np.where(np.abs(distance) < _KERNEL, np.cos(np.pi * distance / (2 * _KERNEL)) ** 2, 0)
    return (np.sinc(distance) * window).astype(np.float32)


def _lufs(energy: float) -> float:
    return 10 * math.log10(energy) + _OFFSET


def _bin(lufs: float) -> int:
    return int((lufs - _ABSOLUTE_GATE) * _BINS_PER_LU)
