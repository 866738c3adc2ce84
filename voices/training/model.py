"""The student: phoneme ids in, durations and envelopes out.

Tokens pass through convolutional blocks (ConvNeXt, Liu et al. 2022) and a
small recurrent layer; each is repeated for as many frames as it lasts, told
where in its token a frame lies, and decoded into two sub-frames of features.
The pitch among them is learnt with the rest, the drawn one, but not exported:
what the voice sings comes from ``tune``.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from voices.training.recipe import HARMONIC_BANDS, NOISE_BANDS, Size

SYMBOLS = 256
"""Phoneme ids that Piper may send."""

FEATURES = HARMONIC_BANDS + NOISE_BANDS + 1
"""Harmonic bands, noise bands, log pitch: the order of a sub-frame's features."""

EDGE = 12.0
"""Frames: how far from its ends a place in a token is still told apart."""


class Block(nn.Module):  # type: ignore[misc]
    """A depth-wise convolution and a small network at each place, added to the input; (B, T, width)."""

    def __init__(self, width: int, kernel: int, growth: int = 2) -> None:
        super().__init__()
        self.mix = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, width * growth)
        self.narrow = nn.Linear(width * growth, width)
        self.scale = nn.Parameter(torch.full((width,), 0.3))

    def forward(self, x: Any, mask: Any = None) -> Any:
        """``mask`` (B, T, 1) is 0 where there is nothing."""
        h = x if mask is None else x * mask
        h = self.norm(self.mix(h.transpose(1, 2)).transpose(1, 2))
        # Sixteen bits for the two products alone: the rest loses by it on a processor.
        with torch.autocast(h.device.type, torch.bfloat16, enabled=self.training):
            h = self.widen(h)
            h = functional.gelu(h, approximate="tanh") if self.training else gelu(h)
            h = self.narrow(h)
        return x + self.scale * h.float()


def gelu(x: Any) -> Any:
    """Hendrycks and Gimpel's (2016), spelled as ONNX Runtime knows it: it has one kernel for the whole."""
    return 0.5 * x * (1.0 + torch.tanh((2.0 / math.pi) ** 0.5 * (x + 0.044715 * torch.pow(x, 3))))


class Student(nn.Module):  # type: ignore[misc]
    """Durations and features for a text; ``mean``, ``deviation`` and ``timed`` come from the data."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, size.token)
        self.before = nn.ModuleList(Block(size.token, 5) for _ in range(size.token_blocks))
        self.recurrent = nn.GRU(size.token, size.recurrent, batch_first=True, bidirectional=True)
        self.join = nn.Linear(2 * size.recurrent, size.token)
        self.after = Block(size.token, 5)
        self.norm = nn.LayerNorm(size.token)
        self.timing = Block(size.token, 3, 1)
        self.timing_norm = nn.LayerNorm(size.token)
        self.timing_out = nn.Linear(size.token, 1)
        self.place = nn.Linear(6, size.frame)
        self.enter = nn.Linear(size.token, size.frame)
        self.frames = nn.ModuleList(Block(size.frame, 7) for _ in range(size.frame_blocks))
        self.frame_norm = nn.LayerNorm(size.frame)
        self.leave = nn.Linear(size.frame, 2 * FEATURES)
        self.register_buffer("mean", torch.zeros(FEATURES))
        self.register_buffer("deviation", torch.ones(FEATURES))
        self.register_buffer("timed", torch.ones(SYMBOLS))

    def encode(self, ids: Any, mask: Any = None) -> tuple[Any, Any]:
        """Ids (B, T) to what each token means (B, T, token) and log(1 + its frames) (B, T)."""
        wide = None if mask is None else mask[..., None]
        x = self.embedding(ids)
        x = x if wide is None else x * wide
        for block in self.before:
            x = block(x, wide)
        x = self.after(x + self.join(self._read(x, mask)), wide)
        x = self.norm(x)
        # The durations do not bend what the sound is made of.
        timing = self.timing(x.detach() if self.training else x, wide)
        return x, self.timing_out(self.timing_norm(timing)).squeeze(-1)

    def decode(self, tokens: Any, places: Any, mask: Any = None) -> Any:
        """Tokens (B, F, token), one a frame, and ``places`` (B, F, 6) to features (B, 2 F, FEATURES)."""
        y = self.leave(self.hear(self.enter(tokens), places, mask))
        return y.reshape(y.shape[0], -1, FEATURES)

    def hear(self, entered: Any, places: Any, mask: Any = None) -> Any:
        """The same from what ``enter`` makes of the tokens, as far as what ``leave`` makes features of."""
        x = entered + self.place(places)
        for block in self.frames:
            x = block(x, mask)
        return self.frame_norm(x)

    def restored(self, features: Any) -> Any:
        """Normalised features as they are heard."""
        return features * self.deviation + self.mean

    def _read(self, x: Any, mask: Any) -> Any:
        if mask is None:
            return self.recurrent(x)[0]
        lengths = mask.sum(1).long().cpu()
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        read, _ = self.recurrent(packed)
        return nn.utils.rnn.pad_packed_sequence(read, batch_first=True, total_length=x.shape[1])[0]


def places(since: Any, lasting: Any) -> Any:
    """Where a frame lies in its token, (..., 6): ``since`` frames after its start, of ``lasting``."""
    left = lasting - 1 - since
    return torch.stack(
        [
            (since + 0.5) / lasting * 2 - 1,
            torch.clamp(since, max=EDGE) / 6 - 1,
            torch.clamp(left, max=EDGE) / 6 - 1,
            torch.log(lasting) / 2 - 1,
            torch.exp(-since),
            torch.exp(-left),
        ],
        -1,
    )


def pitch(features: Any) -> Any:
    """Log pitch (B, S) out of features."""
    return features[..., -1]


def envelopes(features: Any) -> tuple[Any, Any]:
    """Harmonic and noise bands out of features."""
    return features[..., :HARMONIC_BANDS], features[..., HARMONIC_BANDS : HARMONIC_BANDS + NOISE_BANDS]


def envelope_layer(student: Student) -> Any:
    """The student's last layer, of the envelopes alone, not its pitch, and as they are heard."""
    kept = torch.arange(2 * FEATURES).reshape(2, FEATURES)[:, :-1].flatten()
    layer = nn.Linear(student.leave.in_features, len(kept))
    with torch.no_grad():
        deviation, mean = student.deviation[:-1].repeat(2), student.mean[:-1].repeat(2)
        layer.weight.copy_(student.leave.weight[kept] * deviation[:, None])
        layer.bias.copy_(student.leave.bias[kept] * deviation + mean)
    return layer
