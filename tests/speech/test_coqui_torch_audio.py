"""The stand-ins for torchaudio, held against librosa and against what sound is."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from podcast.speech import vendor
from podcast.speech.coqui import torch_audio
from tests.speech.tiny_models import need

RATE = 22050
NAMES = ("torchaudio", "torchaudio.functional", "torchaudio.transforms", "torchcodec")


@pytest.fixture(scope="module")
def standin() -> Iterator[Any]:
    """``torchaudio``, stood in for even where the real one would import."""
    need("coqui")
    before = {name: sys.modules.pop(name) for name in NAMES if name in sys.modules}
    torch_audio._register()
    yield importlib.import_module("torchaudio")
    for name in NAMES:
        sys.modules.pop(name, None)
    sys.modules.update(before)


def tone(frequency: float, rate: int = RATE, seconds: float = 1.0) -> Any:
    import torch

    times = np.arange(int(rate * seconds)) / rate
    return torch.from_numpy(0.5 * np.sin(2 * np.pi * frequency * times).astype(np.float32))[None]


def test_they_are_found_as_modules_are(standin: Any) -> None:
    for name in NAMES:
        assert find_spec(name)
    assert importlib.import_module("torchaudio.transforms") is standin.transforms


@pytest.mark.parametrize("target", [16000, 24000, 44100])
def test_a_tone_keeps_its_height_and_its_level(standin: Any, target: int) -> None:
    for there in (
        standin.functional.resample(tone(1000), RATE, target),
        standin.transforms.Resample(RATE, target)(tone(1000)),
    ):
        assert there.shape == (1, target)
        spectrum = np.abs(np.fft.rfft(there[0].numpy()))
        assert spectrum.argmax() == 1000
        assert spectrum.max() / (target / 2) == pytest.approx(0.5, rel=0.01)


MELS: list[dict[str, Any]] = [
    {"n_fft": 4096, "hop_length": 1024, "win_length": 4096, "f_max": 8000, "n_mels": 80, "norm": "slaney"},
    {"n_fft": 512, "hop_length": 160, "win_length": 400, "n_mels": 64},
]
"""As XTTS and the speaker encoder ask for them."""


@pytest.mark.parametrize("options", MELS)
def test_mel_spectra_are_those_of_librosa(standin: Any, options: dict[str, Any]) -> None:
    import librosa

    sound = tone(440) + tone(3000)
    ours = standin.transforms.MelSpectrogram(sample_rate=RATE, **options)(sound)
    names = {"f_max": "fmax"}
    theirs = librosa.feature.melspectrogram(
        y=sound[0].numpy(),
        sr=RATE,
        htk=True,
        pad_mode="reflect",
        **{"norm": None, **{names.get(name, name): value for name, value in options.items()}},
    )
    assert ours.shape == (1, *theirs.shape)
    assert np.allclose(ours[0].numpy(), theirs, rtol=1e-3, atol=1e-4 * theirs.max())


def test_a_recording_is_read_by_channels(standin: Any, tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "stereo.flac"
    left, right = tone(300)[0].numpy(), tone(700)[0].numpy()
    soundfile.write(path, np.stack([left, right], axis=1), RATE)
    with vendor.quiet():
        samples, rate = standin.load(path)
    assert rate == RATE
    assert np.allclose(samples.numpy(), [left, right], atol=1e-4)
