"""What is done to each frequency of a sound: how it is weighed, how its phase is turned."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from podcast.types import Samples

if TYPE_CHECKING:
    import numpy.typing as npt

Response: TypeAlias = "npt.NDArray[np.complex64]"
Frequencies: TypeAlias = "npt.NDArray[np.complex128]"
"""Delays by one sample, on the unit circle."""

_MEMORY = 0.08
"""Seconds after which every filter here has fallen under -100 dB."""

_ROWS = 8
"""Transforms at once: four go as one (SSE), more than a few leave the cache of a core."""

_ROTATED = (120.0, 300.0, 700.0, 1500.0)
"""Hz around which ``conditioning`` turns the phase once."""

_LOWEST = 30.0
"""Hz; at 70 Hz, as deep as a voice goes, 0.1 dB is missing."""


class Filter:
    """A filter that remembers: pieces of a stream come out as the whole stream would.

    Overlap-save: each transform starts with the filter's memory of the past.
    """

    def __init__(self, response: Response, sample_rate: int) -> None:
        """``response`` is multiplied by the length of its transform, by which ``spectra`` divides."""
        self._response = response
        self._history = np.zeros(memory(sample_rate), dtype=np.float32)

    def apply(self, samples: Samples) -> Samples:
        """Filter more of the stream; shape (n,) in and out, without delay."""
        if not samples.size:
            return samples
        memory, size = self._history.size, 2 * (self._response.size - 1)
        step = size - memory
        count = -(-samples.size // step)
        stream = np.zeros(memory + count * step, dtype=np.float32)
        stream[:memory] = self._history
        stream[memory : memory + samples.size] = samples
        self._history = stream[samples.size : samples.size + memory].copy()
        windows = sliding_window_view(stream, size)[::step]
        filtered = np.empty((count, step), dtype=np.float32)
        for start in range(0, count, _ROWS):
            rows = slice(start, start + _ROWS)
            spectrum = spectra(windows[rows])
            spectrum *= self._response
            filtered[rows] = np.fft.irfft(spectrum, size)[:, memory:]
        return filtered.reshape(-1)[: samples.size]


def spectra(rows: Samples) -> Response:
    """The transforms of each row of samples, divided by their number; shape (rows, n) to (rows, n // 2 + 1).

    Divided, because numpy takes the way through double precision where it need not divide.
    """
    return np.fft.rfft(rows, norm="forward").astype(np.complex64, copy=False)


@cache
def k_weights(sample_rate: int, size: int) -> npt.NDArray[np.float32]:
    """What each bin of ``spectra`` of ``size`` samples counts for in loudness (ITU-R BS.1770-4).

    The squares of the bins, so weighed, add up to the energy of the samples behind the two filters of
    the recommendation: how the head and the ear hear. It gives coefficients at 48 kHz; these are
    the analogue prototypes that libebur128 derived from them, mapped to any rate.
    """
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    high_pass = _high_pass(sample_rate, delay, 38.13547087602444, 0.5003270373238773)
    weights = np.abs(_shelf(sample_rate, delay) * high_pass) ** 2 * size
    twice = slice(1, (size + 1) // 2)  # the bins that stand for a negative frequency too
    weights[twice] *= 2
    return weights.astype(np.float32)


def conditioning(sample_rate: int) -> Filter:
    """What a voice goes through before its level is set, so that a limiter has less to take away.

    All-pass filters spread its pulses in time, as radio stations do: every
    frequency keeps its level, and delays stay under 6 ms, which is not heard.
    But the peaks of a pulsed, synthetic voice come out lower (2.6 dB of the
    first bundled one): of that voice at -16 LUFS a limiter takes 0.3 LU instead
    of 1.2. What lies under 30 Hz, an offset above all, is not heard at all and
    would only take room: it goes.
    """
    return Filter(_conditioning(sample_rate), sample_rate)


@cache
def _conditioning(sample_rate: int) -> Response:
    """On the frequencies of a transform much longer than the filter's memory, as ``Filter`` wants it."""
    size = 1 << (4 * memory(sample_rate)).bit_length()
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    response = _high_pass(sample_rate, z, _LOWEST, np.sqrt(0.5))
    for frequency in _ROTATED:
        angle = 2 * np.pi * frequency / sample_rate
        alpha = np.sin(angle) / np.sqrt(2)
        b0, b1, b2 = 1 - alpha, -2 * np.cos(angle), 1 + alpha
        response = response * (b0 + b1 * z + b2 * z * z) / (b2 + b1 * z + b0 * z * z)
    return response.astype(np.complex64) * np.float32(size)


def _shelf(sample_rate: int, z: Frequencies) -> Frequencies:
    k = np.tan(np.pi * 1681.974450955533 / sample_rate)
    q = 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    above = high + band * k / q + k * k + 2 * (k * k - high) * z + (high - band * k / q + k * k) * z * z
    below = 1 + k / q + k * k + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z * z
    return np.asarray(above / below)


def _high_pass(sample_rate: int, z: Frequencies, frequency: float, q: float) -> Frequencies:
    """Of the second order, with a gain of 1 far above ``frequency``."""
    k = np.tan(np.pi * frequency / sample_rate)
    below = 1 + k / q + k * k
    a1, a2 = 2 * (k * k - 1) / below, (1 - k / q + k * k) / below
    return np.asarray((1 - 2 * z + z * z) / (1 + a1 * z + a2 * z * z))


def memory(sample_rate: int) -> int:
    """Samples after which every filter here has fallen under -100 dB."""
    return int(_MEMORY * sample_rate)
