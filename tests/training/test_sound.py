"""Features, synthesis and the instruments, on sounds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from voices.training import measure
from voices.training.features import analyse, smoothed, spread, steady
from voices.training.recipe import HARMONIC_BANDS, HOP, NOISE_BANDS, SAMPLE_RATE, SUBFRAME
from voices.training.synthesis import BINS, SIZE, TOP, Synthesis, pulses

# pyworld asks setuptools for its own version.
pytestmark = pytest.mark.filterwarnings("ignore:pkg_resources", "ignore:.*setuptools.*")

COUNT = 160


def buzz(hertz: float, seconds: float = 0.9) -> measure.Array:
    subframes = int(seconds * SAMPLE_RATE / SUBFRAME)
    return np.asarray(pulses(torch.full((1, subframes), hertz))[0].double()) / 100


def controls(seed: int = 0) -> tuple[torch.Tensor, ...]:
    draw = torch.Generator().manual_seed(seed)
    return (
        90 + 60 * torch.rand(2, COUNT, generator=draw),
        torch.randn(2, COUNT, HARMONIC_BANDS, generator=draw) - 3,
        torch.randn(2, COUNT, NOISE_BANDS, generator=draw) - 5,
        torch.randn(2, COUNT * SUBFRAME, generator=draw),
    )


@pytest.mark.parametrize("bands", [NOISE_BANDS, HARMONIC_BANDS])
@pytest.mark.parametrize("size", [512, 1024])
def test_bands_share_every_bin_whole(bands: int, size: int) -> None:
    shares = spread(bands, size)
    assert shares.shape == (bands, size // 2 + 1)
    assert np.allclose(shares.sum(0), 1.0)
    assert ((shares > 0).sum(0) <= 2).all()


@settings(max_examples=40)
@given(st.lists(st.floats(-5, 5), min_size=9, max_size=60), st.sampled_from([3, 5, 7]))
def test_smoothing_stays_within_its_values(values: list[float], width: int) -> None:
    line = np.array(values)
    smooth = smoothed(line, width)
    assert len(smooth) == len(line)
    assert line.min() - 1e-9 <= smooth.min() <= smooth.max() <= line.max() + 1e-9


@pytest.mark.parametrize("hertz", [80.0, 117.0, 210.0])
def test_the_pitch_of_pulses_is_found_again(hertz: float) -> None:
    found = measure.pitch_of(buzz(hertz))
    assert np.median(found[found > 0]) == pytest.approx(hertz, rel=0.005)


def test_pulses_hold_nothing_above_their_top() -> None:
    """No alias, whatever the pitch: the closed form ends with the last harmonic below TOP."""
    for hertz in (83.7, 141.3, 333.3):
        spectrum = np.abs(np.fft.rfft(buzz(hertz) * np.hanning(len(buzz(hertz)))))
        frequencies = np.fft.rfftfreq(len(buzz(hertz)), 1 / SAMPLE_RATE)
        assert spectrum[frequencies > TOP + 40].max() < 1e-3 * spectrum.max()


def test_pulses_stay_in_tune_for_minutes() -> None:
    """A hundred pulses a second: every second is like the first (summed in single precision, none is)."""
    train = pulses(torch.full((1, 4 * 60 * SAMPLE_RATE // SUBFRAME), 100.0))[0]
    first, late = train[:SAMPLE_RATE], train[238 * SAMPLE_RATE :][:SAMPLE_RATE]
    assert float((first - late).abs().max()) < 0.15 * float(first.abs().max())


def test_what_is_trained_is_what_is_exported() -> None:
    """FFTs in training, matrix products in the voice."""
    fast, plain = Synthesis(fast=True)(*controls()), Synthesis()(*controls())
    assert fast.shape == (2, COUNT * SUBFRAME)
    assert torch.allclose(fast, plain, atol=2e-4 * float(fast.abs().max()))


def test_a_louder_envelope_is_a_louder_sound() -> None:
    pitch, harmonic, noise, hiss = controls()
    quiet = Synthesis()(pitch, harmonic, noise - 20, hiss)
    loud = Synthesis()(pitch, harmonic + 1.0, noise - 20, hiss)
    assert float(loud.std() / quiet.std()) == pytest.approx(np.e, rel=0.02)


def test_the_filters_are_minimum_phase() -> None:
    """Their energy comes at once: in the first half of the frame, nearly all."""
    synthesis = Synthesis()
    bands = torch.linspace(0, -4, HARMONIC_BANDS)[None]
    response = torch.polar(torch.exp(bands @ synthesis.shapes), bands @ synthesis.phases)
    assert response.shape == (1, BINS)
    impulse = torch.fft.irfft(response, n=SIZE)[0] ** 2
    assert float(impulse[: SIZE // 2].sum() / impulse.sum()) > 0.99


def test_analysis_and_synthesis_meet() -> None:
    """A buzz taken apart and put together again has its spectrum, to 3 dB in most bands."""
    sound = buzz(110.0)
    subframes = len(sound) // SUBFRAME
    found = analyse(sound, subframes)
    assert found.harmonic.shape == (subframes, HARMONIC_BANDS)
    again = Synthesis()(
        torch.full((1, subframes), 110.0),
        torch.tensor(found.harmonic, dtype=torch.float32)[None],
        torch.tensor(found.noise, dtype=torch.float32)[None],
        torch.randn(1, subframes * SUBFRAME, generator=torch.Generator().manual_seed(0)),
    )[0].double()
    middle = slice(30, 60)
    apart = measure.mel(np.asarray(again))[middle, 5:60] - measure.mel(sound)[middle, 5:60]
    assert np.median(np.abs(apart.mean(0))) < 0.7


def test_an_octave_error_is_not_kept() -> None:
    pitch = np.full(50, 100.0)
    pitch[20:24] = 200.0
    pitch[40:] = 0.0
    logs, voiced = steady(pitch)
    assert np.exp(logs) == pytest.approx(np.full(50, 100.0))
    assert not voiced[20:24].any()
    assert voiced[:20].all()
    assert not voiced[40:].any()


def test_the_same_sound_in_other_time_is_near() -> None:
    """The teacher is laid under the voice, token by token, before they are compared."""
    theirs, ours = [4, 10, 30, 6], [6, 20, 25, 6]
    draw = np.random.default_rng(3)
    levels = draw.uniform(0.02, 0.4, 4)

    def sound(frames: list[int]) -> measure.Array:
        parts = [level * buzz(110.0, 2.0)[: n * HOP] for level, n in zip(levels, frames, strict=True)]
        return np.concatenate(parts)

    places = measure.warp(ours, theirs)
    assert len(places) == sum(ours)
    near = measure.mel_distance(sound(ours), sound(theirs), places)
    far = measure.mel_distance(draw.standard_normal(sum(ours) * HOP), sound(theirs), places)
    assert near < 0.35 < far


def test_another_pitch_is_another_mel_but_the_same_envelope() -> None:
    low, high = buzz(100.0), buzz(112.0)
    places = np.arange(len(low) // HOP, dtype=float)
    assert measure.envelope_distance(high, low, places) < 0.3 * measure.mel_distance(high, low, places)


def test_level_is_set_aside() -> None:
    sound = buzz(120.0)
    places = np.arange(len(sound) // HOP, dtype=float)
    assert measure.mel_distance(0.5 * sound, sound, places) == pytest.approx(0.0, abs=0.01)


def test_pitch_errors_are_in_cents() -> None:
    meant = np.full(100, 100.0)
    heard = meant * 2 ** (50 / 1200)
    heard[:10] *= 2
    heard[90:] = 0
    error = measure.pitch_error(heard, meant)
    assert error.median == pytest.approx(50)
    assert error.rmse == pytest.approx(50)
    assert error.gross == pytest.approx(10 / 90)


def test_a_click_stands_out() -> None:
    sound = 0.2 * np.sin(np.arange(8000) * 0.05)
    clicked = sound.copy()
    clicked[4000:] += 0.3
    assert measure.roughness(clicked) > 20 * measure.roughness(sound)
    assert measure.roughness(0.1 * clicked) == pytest.approx(measure.roughness(clicked))


def test_clipping_is_counted() -> None:
    assert measure.clipped(np.array([0.5, 1.0, -1.0, 0.99])) == 2


def test_a_dispersed_pulse_is_softer_and_has_the_same_spectrum() -> None:
    pitch, _, noise, hiss = controls()
    harmonic = torch.linspace(-1, -4, HARMONIC_BANDS).expand(2, COUNT, HARMONIC_BANDS)
    sharp, soft = (Synthesis(dispersion=s)(pitch, harmonic, noise - 20, hiss)[0] for s in (0.0, 0.003))
    sharp, soft = (np.asarray(sound.double()) for sound in (sharp, soft))
    assert measure.roughness(soft) < 0.5 * measure.roughness(sharp)
    assert measure.mel_distance(soft, sharp, np.arange(COUNT // 2, dtype=float)) < 0.05
