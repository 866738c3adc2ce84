"""Stand-ins for torchaudio and torchcodec, for Coqui on machines where these cannot be imported.

The torchaudio of the package registry is linked to CUDA, and Coqui wants it,
with torchcodec, before it imports at all. Of both it uses three things to
speak: reading a recording, resampling it, and the mel spectrogram of it.
These are made of librosa (which Coqui brings) and torch. What else is asked
for is an ``AttributeError`` that names it.

Whole parameter lists, defaults included, are those of
https://docs.pytorch.org/audio/stable/transforms.html.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def provide() -> None:
    """See to it that ``torchaudio`` and ``torchcodec`` import: the real ones where they do."""
    try:
        import_module("torchaudio")
        import_module("torchcodec")
    except Exception:  # a build for another machine fails in many ways
        _register()


def _register() -> None:
    functional = _module("torchaudio.functional", resample=_resample)
    transforms = _module("torchaudio.transforms", MelSpectrogram=_mel_spectrogram(), Resample=_resampler())
    _module("torchaudio", load=_load, functional=functional, transforms=transforms, __version__="0")
    _module("torchcodec", __version__="0")


def _mel_spectrogram() -> type:
    import torch

    class MelSpectrogram(torch.nn.Module):  # type: ignore[misc]
        """Power spectra of a sound (…, samples) on the mel scale: (…, bands, frames)."""

        def __init__(
            self,
            sample_rate: int = 16000,
            n_fft: int = 400,
            win_length: int | None = None,
            hop_length: int | None = None,
            f_min: float = 0.0,
            f_max: float | None = None,
            n_mels: int = 128,
            window_fn: Any = torch.hann_window,
            power: float = 2.0,
            normalized: bool = False,
            norm: str | None = None,
        ) -> None:
            super().__init__()
            from librosa.filters import mel

            if normalized:
                raise NotImplementedError("normalized spectra")
            window = win_length or n_fft
            self._stft = {"n_fft": n_fft, "win_length": window, "hop_length": hop_length or window // 2}
            self._power = power
            bands = mel(
                sr=sample_rate, n_fft=n_fft, n_mels=n_mels, fmin=f_min, fmax=f_max, htk=True, norm=norm
            )
            self.register_buffer("window", window_fn(window), persistent=False)
            self.register_buffer("bands", torch.from_numpy(bands), persistent=False)

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            flat = samples.reshape(-1, samples.shape[-1])
            spectra = torch.stft(flat, **self._stft, window=self.window, return_complex=True)
            mels = torch.matmul(self.bands, spectra.abs() ** self._power)
            return mels.reshape(*samples.shape[:-1], *mels.shape[-2:])

    return MelSpectrogram


def _resampler() -> type:
    import torch

    class Resample(torch.nn.Module):  # type: ignore[misc]
        """A sound at another rate."""

        def __init__(self, orig_freq: int = 16000, new_freq: int = 16000) -> None:
            super().__init__()
            self._rates = orig_freq, new_freq

        def forward(self, samples: torch.Tensor) -> torch.Tensor:
            return _resample(samples, *self._rates)

    return Resample


def _resample(samples: torch.Tensor, orig_freq: int, new_freq: int) -> torch.Tensor:
    import librosa
    import torch

    there = librosa.resample(samples.cpu().numpy(), orig_sr=orig_freq, target_sr=new_freq)
    # librosa counts with floats: now and then it gives one more
    length = -(-samples.shape[-1] * new_freq // orig_freq)
    return torch.from_numpy(there[..., :length]).to(samples)


def _load(path: Any, **_: Any) -> tuple[torch.Tensor, int]:
    """A recording as (channels, samples) in [-1, 1], and its rate in hertz."""
    import librosa
    import torch

    samples, rate = librosa.load(path, sr=None, mono=False)
    return torch.from_numpy(samples).reshape(-1, samples.shape[-1]), int(rate)


def _module(name: str, **content: object) -> ModuleType:
    """A module that ``import`` and ``find_spec`` find."""
    module = ModuleType(name, "Stand-in of podcast.speech.coqui.torch_audio")
    module.__spec__ = ModuleSpec(name, None)
    module.__dict__.update(content)
    sys.modules[name] = module
    return module
