"""Recordings as batches of fixed shapes.

Shapes are few on purpose: on a processor each new one costs seconds (the
kernels are compiled for it). A crop of every utterance is decoded, with a halo
of frames on both sides that no loss looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from voices.training.align import MARKS
from voices.training.features import FLOOR, steady
from voices.training.model import FEATURES
from voices.training.prosody import contour
from voices.training.recipe import HOP, Phase
from voices.training.recordings import Recording

HALO = 16
"""Frames around a crop: nearly what the frame blocks can see."""

TOKENS = 32
"""Batches are padded to a multiple of this many tokens."""

PAD = "_"


def symbols() -> dict[str, int]:
    """Piper's id for each code point; the same that piper-tts sends to the voice."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    return {symbol: ids[0] for symbol, ids in DEFAULT_PHONEME_ID_MAP.items()}


def untimed() -> list[int]:
    """Ids that own no time: marks, and the padding between phonemes."""
    table = symbols()
    return sorted(table[mark] for mark in MARKS | {PAD} if mark in table)


@dataclass(slots=True, eq=False)
class Example:
    """A recording as the training uses it; n tokens, f frames."""

    ids: npt.NDArray[np.int64]
    frames: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]
    """(f,): the token that each frame belongs to."""
    since: npt.NDArray[np.float32]
    """(f,): frames since its token began."""
    features: npt.NDArray[np.float16]
    """(2 f, FEATURES - 1): the teacher's envelopes."""
    meant: npt.NDArray[np.float32]
    """(2 f,): log pitch as drawn, what the student learns."""
    sung: npt.NDArray[np.float32]
    """(2 f,): log pitch of the teacher, what its sound is compared at."""
    voiced: npt.NDArray[np.bool_]
    samples: npt.NDArray[np.int16]


def example(recording: Recording) -> Example:
    """What the training needs of a recording."""
    table = symbols()
    frames = recording.frames.astype(np.int64)
    owner, since = owners(frames)
    sung, voiced = steady(recording.pitch.astype(float))
    harmonic = np.maximum(recording.harmonic, np.float16(FLOOR))
    return Example(
        np.array([table[token] for token in recording.tokens]),
        frames,
        owner,
        since,
        np.concatenate([harmonic, recording.noise], 1),
        contour(recording.tokens, recording.frames.tolist()).astype(np.float32),
        sung.astype(np.float32),
        voiced,
        recording.samples,
    )


def owners(frames: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """For each frame the token that it belongs to, and how many frames ago that began."""
    owner = np.repeat(np.arange(len(frames)), frames)
    begun = np.cumsum(frames) - frames
    return owner, (np.arange(len(owner)) - begun[owner]).astype(np.float32)


def statistics(examples: Sequence[Example]) -> tuple[Any, Any]:
    """Mean and deviation of each feature; of the pitch where there is voice."""
    bands = np.concatenate([item.features for item in examples]).astype(np.float32)
    logs = np.concatenate([item.meant[item.voiced] for item in examples])
    mean = np.append(bands.mean(0), logs.mean())
    deviation = np.append(bands.std(0), logs.std()) + 1e-3
    return torch.tensor(mean, dtype=torch.float32), torch.tensor(deviation, dtype=torch.float32)


@dataclass(slots=True, eq=False)
class Batch:
    """B utterances of T tokens; a crop of F frames of each with the halo, C = F - 2 * halo."""

    ids: Any
    tokens: Any
    """(B, T): 1 where there is a token."""
    frames: Any
    """(B, T)"""
    owner: Any
    since: Any
    lasting: Any
    present: Any
    """(B, F): 1 where there is a frame; ``owner``, ``since`` and ``lasting`` have the same shape."""
    heard: Any
    """(B, 2 C): 1 where there is a sub-frame."""
    features: Any
    """(B, 2 C, FEATURES), the pitch as meant."""
    sung: Any
    voiced: Any
    """(B, 2 C)"""
    samples: Any
    """(B, C * HOP)"""
    halo: int

    def to(self, device: str) -> Batch:
        """The same on another device."""
        moved = {f.name: getattr(self, f.name) for f in fields(self)}
        return Batch(**{name: value if name == "halo" else value.to(device) for name, value in moved.items()})


def batch(examples: Sequence[Example], crop: int, draw: np.random.Generator, halo: int = HALO) -> Batch:
    """A random crop of each utterance; what is shorter is padded."""
    size, width = len(examples), crop + 2 * halo
    longest = -(-max(len(item.ids) for item in examples) // TOKENS) * TOKENS
    made = Batch(
        ids=torch.zeros(size, longest, dtype=torch.long),
        tokens=torch.zeros(size, longest),
        frames=torch.zeros(size, longest),
        owner=torch.zeros(size, width, dtype=torch.long),
        since=torch.zeros(size, width),
        lasting=torch.ones(size, width),
        present=torch.zeros(size, width),
        heard=torch.zeros(size, 2 * crop),
        features=torch.zeros(size, 2 * crop, FEATURES),
        sung=torch.full((size, 2 * crop), float(np.log(100.0))),
        voiced=torch.zeros(size, 2 * crop),
        samples=torch.zeros(size, crop * HOP),
        halo=halo,
    )
    for row, item in enumerate(examples):
        start = int(draw.integers(0, max(1, len(item.owner) - crop + 1)))
        _fill(made, row, item, start, min(len(item.owner), start + crop))
    return made


def _fill(made: Batch, row: int, item: Example, start: int, end: int) -> None:
    length = len(item.ids)
    made.ids[row, :length] = torch.from_numpy(item.ids)
    made.tokens[row, :length] = 1
    made.frames[row, :length] = torch.from_numpy(item.frames).float()
    low, high = max(0, start - made.halo), min(len(item.owner), end + made.halo)
    here = slice(low - start + made.halo, high - start + made.halo)
    owner = item.owner[low:high]
    made.owner[row, here] = torch.from_numpy(owner)
    made.since[row, here] = torch.from_numpy(item.since[low:high])
    made.lasting[row, here] = torch.from_numpy(item.frames[owner]).float()
    made.present[row, here] = 1
    heard, cut = slice(0, 2 * (end - start)), slice(2 * start, 2 * end)
    made.heard[row, heard] = 1
    made.features[row, heard, :-1] = torch.from_numpy(item.features[cut].astype(np.float32))
    made.features[row, heard, -1] = torch.from_numpy(item.meant[cut])
    made.sung[row, heard] = torch.from_numpy(item.sung[cut])
    made.voiced[row, heard] = torch.from_numpy(item.voiced[cut].astype(np.float32))
    samples = item.samples[start * HOP : end * HOP].astype(np.float32) / 32768
    made.samples[row, : len(samples)] = torch.from_numpy(samples)


def batches(examples: Sequence[Example], phase: Phase, seed: int, first: int = 0) -> Iterator[Batch]:
    """Without end, from step ``first`` on: epoch after epoch, utterances of like length together.

    What a step sees follows from the seed and its number alone.
    """
    lengths = [len(item.owner) for item in examples]
    for chosen, draw in groups(lengths, phase.batch, seed, first):
        yield batch([examples[i] for i in chosen], phase.crop, draw)


def groups(
    lengths: Sequence[int], size: int, seed: int, first: int = 0
) -> Iterator[tuple[npt.NDArray[np.intp], np.random.Generator]]:
    """Without end, from step ``first`` on: which items of like length go together, and the step's own lot."""
    step = 0
    size = min(size, len(lengths))
    for epoch in count():
        draw = np.random.default_rng((seed, epoch))
        order = np.argsort([length * (1 + 0.15 * draw.random()) for length in lengths])
        together = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]
        for chosen in draw.permutation(len(together)):
            if step >= first:
                yield together[chosen], np.random.default_rng((seed, epoch, step))
            step += 1


def whole(examples: Iterable[Example]) -> Iterator[Batch]:
    """Each utterance on its own, complete."""
    for item in examples:
        yield batch([item], len(item.owner), np.random.default_rng(0), halo=0)
