"""What the student learns to draw: pitch, a harmonic and a noise envelope, 172 times a second.

WORLD (Morise et al. 2016) splits the teacher's sound; the envelopes are kept
as natural-log amplitudes in bands that are equally spaced on the mel scale.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voices.training.recipe import HARMONIC_BANDS, NOISE_BANDS, SAMPLE_RATE, SUBFRAME

Array = npt.NDArray[np.float64]

FLOOR = -7.5
"""Log amplitude of silence in the harmonic bands."""

NOISE_FLOOR = -9.0
LOWEST, HIGHEST = 55.0, 350.0
"""Hz: where the teacher's pitch is looked for."""

ANALYSIS_SIZE = 1024


class Analysis(NamedTuple):
    """Of n sub-frames."""

    pitch: Array
    """(n,), Hz; 0 where there is no voice."""
    harmonic: Array
    """(n, HARMONIC_BANDS)"""
    noise: Array
    """(n, NOISE_BANDS)"""


def mel(hertz: npt.ArrayLike) -> Array:
    """O'Shaughnessy's mel scale."""
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz, float) / 700.0))


@lru_cache(maxsize=8)
def spread(bands: int, size: int) -> Array:
    """(bands, size // 2 + 1): what each band gives to each bin of a spectrum, linear between band centres."""
    nyquist = float(mel(SAMPLE_RATE / 2))
    centres = np.linspace(0.0, nyquist, bands)
    bins = mel(np.arange(size // 2 + 1) * SAMPLE_RATE / size)
    away = np.abs(bins[None] - centres[:, None]) / (centres[1] - centres[0])
    return np.asarray(np.maximum(0.0, 1.0 - away))


def banded(power: Array, bands: int) -> Array:
    """Power spectra (n, bins) as log amplitudes (n, bands)."""
    weights = spread(bands, 2 * (power.shape[1] - 1))
    weights = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)
    return np.asarray(0.5 * np.log(np.maximum(power, 1e-16)) @ weights.T)


def analyse(samples: Array, subframes: int) -> Analysis:
    """``samples`` at SAMPLE_RATE, in [-1, 1]; the same samples give the same features."""
    import pyworld

    period = 1000.0 * SUBFRAME / SAMPLE_RATE
    hiss = 1e-5 * np.random.default_rng(0).standard_normal(len(samples))
    sound = samples + hiss  # digital silence has no spectrum
    pitch, times = pyworld.dio(
        sound, SAMPLE_RATE, f0_floor=LOWEST, f0_ceil=HIGHEST, frame_period=period, speed=2
    )
    pitch = pyworld.stonemask(sound, pitch, times, SAMPLE_RATE)
    power = pyworld.cheaptrick(sound, pitch, times, SAMPLE_RATE, fft_size=ANALYSIS_SIZE)
    sparse = pyworld.d4c(
        sound, pitch[::2].copy(), times[::2].copy(), SAMPLE_RATE, fft_size=ANALYSIS_SIZE, threshold=0.6
    )
    aperiodic = np.repeat(sparse, 2, axis=0)
    pitch, power, aperiodic = (_fitted(part, subframes) for part in (pitch, power, aperiodic))
    voiced = (pitch > 0)[:, None]
    noisy = np.where(voiced, np.clip(aperiodic, 0.0, 1.0), 1.0) ** 2
    # A harmonic carries the power of the band around it, as wide as the pitch.
    tonal = banded(power * (1.0 - noisy) * 4.0 * np.where(voiced, pitch[:, None], 1.0), HARMONIC_BANDS)
    return Analysis(
        pitch,
        np.maximum(np.where(voiced, tonal, FLOOR), FLOOR),
        np.maximum(banded(power * noisy, NOISE_BANDS), NOISE_FLOOR),
    )


def steady(pitch: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Natural log of the pitch, carried over unvoiced stretches and smoothed, and where it was really there.

    A pitch 0.55 (nine semitones) from the median is an octave taken for another.
    """
    voiced = pitch > 0
    logs = np.log(np.where(voiced, pitch, 1.0))
    if voiced.any():
        voiced &= np.abs(logs - np.median(logs[voiced])) < 0.55
    if not voiced.any():
        return np.full(len(pitch), np.log(100.0)), voiced
    filled = np.interp(np.arange(len(pitch)), np.flatnonzero(voiced), logs[voiced])
    return smoothed(filled, 7), voiced


def smoothed(values: Array, width: int) -> Array:
    """A Hann window of an odd ``width`` over the values; the ends are carried on."""
    window = np.hanning(width + 2)[1:-1]
    return np.convolve(np.pad(values, width // 2, "edge"), window / window.sum(), "valid")


def _fitted(values: Array, length: int) -> Array:
    """Cut, or carried on, to ``length`` rows."""
    short = max(0, length - len(values))
    pad = [(0, short), *[(0, 0)] * (values.ndim - 1)]
    return np.pad(values, pad, "edge")[:length]
