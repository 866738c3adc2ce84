"""The meters against independent ones, whatever the rate and however the stream is cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import resample_poly

from podcast.episode.loudness import LoudnessMeter, PeakMeter, block_peaks, loudness
from podcast.types import Samples

RATES = (16000, 22050, 24000, 44100, 48000)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("level", [0.02, 0.9])
def test_loudness_is_what_an_independent_meter_says(
    make_sound: Callable[..., Samples], rate: int, level: float
) -> None:
    """Louder and quieter speech, and silence; none of it near the relative gate, where a hair decides."""
    quiet = make_sound(4, rate=rate, seed=1, level=level / 2)
    sound = np.concatenate([make_sound(6, rate=rate, level=level), np.zeros(rate, np.float32), quiet])
    independent = pyloudnorm.Meter(rate, filter_class="DeMan").integrated_loudness(sound.astype(float))
    assert loudness(sound, rate) == pytest.approx(independent, abs=0.05)


def test_a_full_scale_sine_is_known() -> None:
    """EBU Tech 3341: 997 Hz at -23 dBFS in one channel of mono measures -23 - 3.01 LUFS."""
    time = np.arange(48000 * 5) / 48000
    sine = (10 ** (-23 / 20) * np.sin(2 * np.pi * 997 * time)).astype(np.float32)
    assert loudness(sine, 48000) == pytest.approx(-23 - 3.01, abs=0.05)


@pytest.mark.parametrize("frequency", [60, 150, 1000, 1682, 5000, 9000])
def test_every_frequency_is_weighed_as_by_an_independent_meter(frequency: float) -> None:
    time = np.arange(22050 * 4) / 22050
    sine = (0.3 * np.sin(2 * np.pi * frequency * time + 0.3)).astype(np.float32)
    independent = pyloudnorm.Meter(22050, filter_class="DeMan").integrated_loudness(sine.astype(float))
    assert loudness(sine, 22050) == pytest.approx(independent, abs=0.05)


@given(cuts=st.lists(st.integers(0, 60000), max_size=12))
def test_where_the_stream_is_cut_changes_nothing(cuts: Sequence[int]) -> None:
    sound = np.random.default_rng(3).standard_normal(60000).astype(np.float32) * 0.1
    whole, cut = LoudnessMeter(22050), LoudnessMeter(22050)
    peaks = PeakMeter()
    energy, energies = whole.add(sound), 0.0
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), sound.size], strict=True):
        energies += cut.add(sound[start:end])
        peaks.add(sound[start:end])
    assert energies == pytest.approx(energy, rel=1e-4)
    assert cut.integrated() == pytest.approx(whole.integrated(), abs=0.01)
    single = PeakMeter()
    single.add(sound)
    assert peaks.true_peak() == pytest.approx(single.true_peak(), abs=0.01)


@pytest.mark.parametrize("size", [0, 1, 100, 8000])
def test_silence_has_no_loudness(size: int) -> None:
    assert loudness(np.zeros(size, np.float32), 22050) is None


def test_a_short_sound_has_the_loudness_of_its_repetition(make_sound: Callable[..., Samples]) -> None:
    short = make_sound(0.25)
    assert loudness(short, 22050) == pytest.approx(loudness(np.tile(short, 12), 22050), abs=0.5)


@pytest.mark.parametrize("frequency", [1000, 3000, 5512.5])
def test_true_peaks_between_samples_are_found(frequency: float) -> None:
    """A sine sampled off its crests peaks above every sample of it."""
    time = np.arange(22050) / 22050
    sine = (0.8 * np.sin(2 * np.pi * frequency * time + 0.7)).astype(np.float32)
    oversampled = np.abs(resample_poly(sine.astype(float), 16, 1))[2000:-2000].max()
    assert block_peaks(sine, 0.0)[5:-5].max() == pytest.approx(oversampled, rel=0.02)


def test_memory_does_not_grow_with_length() -> None:
    meter = LoudnessMeter(22050)
    block = np.random.default_rng(0).standard_normal(22050).astype(np.float32) * 0.1
    meter.add(block)
    before = sum(value.nbytes for value in vars(meter).values() if isinstance(value, np.ndarray))
    for _ in range(50):
        meter.add(block)
    after = sum(value.nbytes for value in vars(meter).values() if isinstance(value, np.ndarray))
    assert after <= before + 22050 * 8
