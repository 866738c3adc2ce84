"""From pitch and envelopes to sound, without a weight: pulses and noise through drawn filters.

Harmonics plus noise. The pulses are the closed form of a sum of cosines, so
they hold no frequency above ``TOP`` whatever the pitch; the filter of a
sub-frame has the drawn magnitude and the minimum phase that belongs to it,
which is linear in the bands (the Hilbert transform of each band's shape). The
noise is filtered without phase. Frames are weighted, filtered and overlapped
(WOLA). Every operation exists in ONNX opset 17.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from voices.training.features import spread
from voices.training.recipe import HARMONIC_BANDS, NOISE_BANDS, SAMPLE_RATE, SUBFRAME

SIZE = 512
"""Samples of an overlapping frame."""

BINS = SIZE // 2 + 1
PARTS = SIZE // SUBFRAME
TOP = 10800.0
"""Hz: no harmonic above."""

COMPACT = 1500.0
"""Hz: what lies below is not dispersed."""

PASS = (60.0, 10300.0)
"""Hz: what the teacher's spectrum is trusted in."""

HARMONIC_GAIN, NOISE_GAIN = -4.9, 0.3
"""Log amplitudes between WORLD's envelopes and ours, measured once on the teacher."""


class Synthesis(nn.Module):  # type: ignore[misc]
    """B utterances of S sub-frames; ``fast`` uses FFTs, which ONNX Runtime has not, for training.

    ``dispersion`` is by how many seconds the highest frequencies of a pulse come later than those below
    ``COMPACT``: what a throat does too, and what keeps a pulse from being a click. Spectra do not show it.
    """

    def __init__(self, *, fast: bool = False, dispersion: float = 0.0) -> None:
        super().__init__()
        self.fast = fast
        shapes = spread(HARMONIC_BANDS, SIZE)
        hertz = np.arange(BINS) * SAMPLE_RATE / SIZE
        low, high = PASS
        passing = -0.02 * np.maximum(hertz - high, 0.0) - np.where(hertz < low, 2.0, 0.0)
        window = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(SIZE) / SIZE))
        angle = 2 * np.pi * np.outer(np.arange(SIZE), np.arange(BINS)) / SIZE
        waves = np.concatenate([np.cos(angle), -np.sin(angle)], 1)
        twice = np.full(2 * BINS, 2.0)
        twice[[0, BINS - 1, BINS, -1]] = 1.0  # the first and last bin have no mirror image
        for name, value in {
            "window": window,
            "shapes": shapes,
            "phases": minimum_phase(shapes),
            "noise_shapes": spread(NOISE_BANDS, SIZE),
            "into_bins": waves * window[:, None],
            "out_of_bins": (waves * twice).T / SIZE * window / 2.0,
            "harmonic_gain": passing + HARMONIC_GAIN,
            "noise_gain": passing + NOISE_GAIN,
            "delay": dispersed(hertz, dispersion),
        }.items():
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def forward(self, pitch: Any, harmonic: Any, noise: Any, hiss: Any) -> Any:
        """Samples (B, S * SUBFRAME).

        ``pitch`` (B, S) in Hz, ``harmonic`` (B, S, HARMONIC_BANDS) and ``noise`` (B, S, NOISE_BANDS) in log
        amplitude, ``hiss`` (B, S * SUBFRAME) white, of unit variance.
        """
        count = pitch.shape[1]
        pulse_real, pulse_imaginary = self._spectra(pulses(pitch), count)
        hiss_real, hiss_imaginary = self._spectra(hiss, count)
        magnitude = torch.exp(harmonic @ self.shapes + self.harmonic_gain)
        phase = harmonic @ self.phases + self.delay
        real, imaginary = magnitude * torch.cos(phase), magnitude * torch.sin(phase)
        grain = torch.exp(noise @ self.noise_shapes + self.noise_gain)
        return self._overlapped(
            pulse_real * real - pulse_imaginary * imaginary + hiss_real * grain,
            pulse_real * imaginary + pulse_imaginary * real + hiss_imaginary * grain,
            count,
        )

    def _spectra(self, samples: Any, count: int) -> tuple[Any, Any]:
        padded = functional.pad(samples, (SIZE // 2, SIZE // 2))
        blocks = padded.reshape(padded.shape[0], -1, SUBFRAME)
        frames = torch.cat([blocks[:, i : i + count] for i in range(PARTS)], 2)
        if self.fast:
            spectrum = torch.fft.rfft(frames * self.window)
            return spectrum.real, spectrum.imag
        spectrum = frames @ self.into_bins
        return spectrum[..., :BINS], spectrum[..., BINS:]

    def _overlapped(self, real: Any, imaginary: Any, count: int) -> Any:
        if self.fast:
            frames = torch.fft.irfft(torch.complex(real, imaginary), n=SIZE) * (self.window / 2.0)
        else:
            frames = torch.cat([real, imaginary], 2) @ self.out_of_bins
        blocks = frames.reshape(frames.shape[0], count, PARTS, SUBFRAME)
        shifted = [functional.pad(blocks[:, :, i], (0, 0, i, PARTS - 1 - i)) for i in range(PARTS)]
        total = torch.stack(shifted).sum(0).flatten(1)
        return total[:, SIZE // 2 : SIZE // 2 + count * SUBFRAME]


def pulses(pitch: Any) -> Any:
    """Pulses of unit harmonics, (B, S * SUBFRAME), whose pitch glides between the (B, S) hertz given.

    Turns are summed in double precision: after minutes, single precision would drift out of tune.
    """
    following = torch.cat([pitch[:, 1:], pitch[:, -1:]], 1)
    turns = ((pitch + following) * (0.5 * SUBFRAME / SAMPLE_RATE)).double()
    begun = torch.cumsum(turns, 1) - turns
    begun = (begun - torch.floor(begun)).float()
    i = torch.arange(SUBFRAME, dtype=torch.float32, device=pitch.device)
    glide = (following - pitch)[..., None] * (i * i / (2 * SUBFRAME))
    turn = begun[..., None] + (pitch[..., None] * i + glide) / SAMPLE_RATE
    angle = (turn - torch.floor(turn + 0.5)) * (2 * math.pi)
    harmonics = torch.floor(TOP / torch.maximum(pitch, following))[..., None]
    small = torch.abs(angle) < 1e-3
    below = torch.where(small, torch.ones_like(angle), 2.0 * torch.sin(angle * 0.5))
    train = torch.where(small, harmonics.expand_as(angle), torch.sin((harmonics + 0.5) * angle) / below - 0.5)
    return train.flatten(1)


def dispersed(hertz: Any, seconds: float) -> Any:
    """Phases by which frequencies above ``COMPACT`` come later, in proportion, ``seconds`` at the top."""
    above = np.maximum(hertz - COMPACT, 0.0)
    return -np.pi * seconds * above**2 / (SAMPLE_RATE / 2 - COMPACT)


def minimum_phase(shapes: Any) -> Any:
    """The phase of the minimum-phase filter for each row of log magnitudes, by way of the cepstrum."""
    mirrored = np.concatenate([shapes, shapes[:, -2:0:-1]], 1)
    cepstra = np.fft.ifft(mirrored, axis=1).real
    sign = np.zeros(SIZE)
    sign[1 : SIZE // 2] = 1.0
    sign[SIZE // 2 + 1 :] = -1.0
    return np.fft.fft(cepstra * sign, axis=1).imag[:, :BINS]
