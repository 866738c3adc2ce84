"""From pitch and envelopes to sound, without a weight: pulses and noise through drawn filters.

Harmonics plus noise. The pulses are the closed form of a sum of cosines, so
they hold no frequency above ``TOP`` whatever the pitch; the filter of a
sub-frame has the drawn magnitude and the minimum phase that belongs to it,
which is linear in the bands (the Hilbert transform of each band's shape). The
noise is filtered without phase. Frames are weighted, filtered and overlapped
(WOLA). Every operation exists in ONNX opset 17; the transforms there are
products with matrices, halved by their symmetry: the cosines of a frame see
only what is even about its middle, the sines only what is odd.
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
HALF = SIZE // 2
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
        cosines, sines = half_waves(window)
        twice = np.full((BINS, 1), 2.0)
        twice[[0, -1]] = 1.0  # the first and last bin have no mirror image
        for name, value in {
            "window": window,
            "shapes": shapes,
            "phases": minimum_phase(shapes),
            "noise_shapes": spread(NOISE_BANDS, SIZE),
            "cosines": cosines,
            "sines": sines,
            "from_real": cosines.T * twice / SIZE / 2.0,
            "from_imaginary": sines.T * twice / SIZE / 2.0,
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
        blocks = _blocks(functional.pad(samples, (HALF, HALF)))
        if self.fast:
            frames = torch.cat([blocks[:, i : i + count] for i in range(PARTS)], 2)
            spectrum = torch.fft.rfft(frames * self.window)
            return spectrum.real, spectrum.imag
        # A frame from its second sample to its middle, and from its last back to its middle.
        later, mirrored = _blocks(functional.pad(samples, (HALF - 1, HALF + 1))), blocks.flip(2)
        rising = torch.cat([later[:, i : i + count] for i in (0, 1)], 2)
        falling = torch.cat([mirrored[:, i : i + count] for i in (3, 2)], 2)
        return (rising + falling) @ self.cosines, (rising - falling) @ self.sines

    def _overlapped(self, real: Any, imaginary: Any, count: int) -> Any:
        if self.fast:
            frames = torch.fft.irfft(torch.complex(real, imaginary), n=SIZE) * (self.window / 2.0)
            return _added(frames.split(SUBFRAME, 2), (0, 1, 2, 3))[:, HALF : HALF + count * SUBFRAME]
        even, odd = real @ self.from_real, imaginary @ self.from_imaginary
        rising = _added((even + odd).split(SUBFRAME, 2), (0, 1))
        falling = _added((even - odd).split(SUBFRAME, 2), (3, 2))
        falling = _blocks(falling).flip(2).flatten(1)
        return rising[:, HALF - 1 : HALF - 1 + count * SUBFRAME] + falling[:, HALF : HALF + count * SUBFRAME]


def half_waves(window: Any) -> tuple[Any, Any]:
    """What samples 1 to ``HALF`` of a frame, its mirror image added or taken away, give to each bin."""
    places = np.arange(1, HALF + 1)
    angle = 2 * np.pi * np.outer(places, np.arange(BINS)) / SIZE
    weight = window[places, None]
    weight[-1] /= 2.0  # the middle is its own mirror image
    return np.cos(angle) * weight, -np.sin(angle) * weight


def _blocks(samples: Any) -> Any:
    return samples.reshape(samples.shape[0], -1, SUBFRAME)


def _added(parts: Any, places: tuple[int, ...]) -> Any:
    """Parts of frames (B, S, SUBFRAME) overlapped, each at its place in the frame of ``PARTS``."""
    shifted = [
        functional.pad(part, (0, 0, place, PARTS - 1 - place))
        for part, place in zip(parts, places, strict=True)
    ]
    return torch.stack(shifted).sum(0).flatten(1)


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
