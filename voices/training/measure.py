"""What one utterance of a voice measures, beside the teacher's.

A voice takes its own time: the teacher's frames are laid under the voice's,
token by token, before anything is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voices.training.features import HIGHEST, LOWEST
from voices.training.recipe import HOP, SAMPLE_RATE, SUBFRAME

Array = npt.NDArray[np.float64]

MELS = 80
WINDOW = 1024
SILENCE = 1e-5
"""Mel power under which all is silence."""

HEARD = 40.0
"""Decibels below the loudest frame within which a frame counts as speech."""

GROSS = 600.0
"""Cents: further off, the pitch tracker took one octave for another."""

DNSMOS_RATE = 16000
DNSMOS_PEAK = 0.6
FULL = 0.999
"""A sample this large is clipped."""


class Opinion(NamedTuple):
    """DNSMOS (Reddy et al. 2022): listening quality from 1 to 5, as a network guesses it."""

    overall: float
    signal: float
    background: float
    p808: float


class PitchError(NamedTuple):
    """In cents, where both are voiced."""

    median: float
    rmse: float
    """Without the gross errors."""
    gross: float
    """Share of frames more than ``GROSS`` off."""


def opinion(samples: Array) -> Opinion:
    """DNSMOS of a sound at SAMPLE_RATE, brought to one peak first."""
    from scipy.signal import resample_poly
    from speechmos import dnsmos

    slow = resample_poly(samples, 320, 441)
    slow = slow / max(float(np.abs(slow).max()), 1e-6) * DNSMOS_PEAK
    found = dnsmos.run(slow.astype(np.float32), DNSMOS_RATE)
    return Opinion(*(float(found[f"{name}_mos"]) for name in ("ovrl", "sig", "bak", "p808")))


def mel(samples: Array) -> Array:
    """Natural log of mel power, (frames, MELS), one a HOP."""
    import librosa

    power = librosa.feature.melspectrogram(
        y=samples.astype(np.float32), sr=SAMPLE_RATE, n_fft=WINDOW, hop_length=HOP, n_mels=MELS
    )
    return np.asarray(np.log(np.maximum(power, SILENCE)).T, np.float64)


def warp(ours: Sequence[int], theirs: Sequence[int]) -> Array:
    """For each of our frames, the place in theirs, when both say the same tokens in as many frames each."""
    a, b = (np.concatenate([[0.0], np.cumsum(frames)]) for frames in (ours, theirs))
    return np.asarray(np.interp(np.arange(int(a[-1])) + 0.5, a, b) - 0.5)


def laid_under(values: Array, places: Array) -> Array:
    """Rows of ``values`` at fractional places."""
    low = np.clip(np.floor(places).astype(int), 0, len(values) - 1)
    high = np.minimum(low + 1, len(values) - 1)
    share = np.clip(places - low, 0.0, 1.0).reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(values[low] * (1 - share) + values[high] * share)


def envelope(samples: Array) -> Array:
    """As ``mel``, of WORLD's envelope: without the harmonics, so that another pitch is no difference."""
    import pyworld
    from librosa.filters import mel as mel_filters

    pitch = pitch_of(samples)[::2].copy()
    times = np.arange(len(pitch)) * HOP / SAMPLE_RATE
    power = pyworld.cheaptrick(samples + 1e-9, pitch, times, SAMPLE_RATE, fft_size=WINDOW)
    filters = mel_filters(sr=SAMPLE_RATE, n_fft=WINDOW, n_mels=MELS)
    return np.asarray(np.log(np.maximum(power @ filters.T, SILENCE)))


def mel_distance(voice: Array, teacher: Array, places: Array) -> float:
    """Of the sounds; the same pitch is part of it."""
    return distance(mel(voice), mel(teacher), places)


def envelope_distance(voice: Array, teacher: Array, places: Array) -> float:
    """Of the sounds, their pitch set aside."""
    return distance(envelope(voice), envelope(teacher), places)


def distance(ours: Array, theirs: Array, places: Array) -> float:
    """Mean absolute difference of log mels over the frames of speech, the level set aside."""
    ours = ours[: len(places)]
    theirs = laid_under(theirs, places[: len(ours)])
    loudness = theirs.max(1)
    speech = loudness > loudness.max() - HEARD * np.log(10) / 10
    difference = (ours - theirs)[speech]
    return float(np.abs(difference - np.median(difference)).mean())


def pitch_of(samples: Array) -> Array:
    """Hertz, one a sub-frame, 0 where unvoiced, heard in the sound itself."""
    import pyworld

    period = 1000.0 * SUBFRAME / SAMPLE_RATE
    sound = samples + 1e-5 * np.random.default_rng(0).standard_normal(len(samples))
    pitch, times = pyworld.dio(sound, SAMPLE_RATE, f0_floor=LOWEST, f0_ceil=HIGHEST, frame_period=period)
    return np.asarray(pyworld.stonemask(sound, pitch, times, SAMPLE_RATE))


def pitch_error(heard: Array, meant: Array) -> PitchError:
    """``heard`` and ``meant`` in hertz, sub-frame by sub-frame; 0 is unvoiced."""
    count = min(len(heard), len(meant))
    heard, meant = heard[:count], meant[:count]
    both = (heard > 0) & (meant > 0)
    if not both.any():
        return PitchError(0.0, 0.0, 0.0)
    cents = 1200 * np.abs(np.log2(heard[both] / meant[both]))
    near = cents[cents < GROSS]
    return PitchError(
        float(np.median(cents)),
        float(np.sqrt((near**2).mean())) if len(near) else 0.0,
        float((cents >= GROSS).mean()),
    )


def roughness(samples: Array) -> float:
    """The largest second difference, against the level of the speech: a click stands out in it."""
    level = np.sqrt(np.mean(samples**2)) or 1.0
    return float(np.abs(np.diff(samples, 2)).max(initial=0.0) / level)


def clipped(samples: Array) -> int:
    """How many samples are at the limit."""
    return int((np.abs(samples) >= FULL).sum())
