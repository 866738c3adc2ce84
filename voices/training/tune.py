"""The tune as a network: durations and phonemes in, pitch out, in a form that ONNX can run.

It is apart from the student because the ends of sentences decide what their
beginnings do: where the student guessed, a network that does nothing else and
looks at whole sentences is right. What it learns, ``songs`` gives: the
teacher's own tune, or one drawn by rules.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from voices.training.dataset import owners, symbols
from voices.training.model import SYMBOLS, Block, places
from voices.training.prosody import REFERENCE
from voices.training.recipe import HOP, SAMPLE_RATE, Melody
from voices.training.recordings import Recording
from voices.training.songs import Song, lessons, song
from voices.training.train import CLIP, THREADS, keep_memory, save, weighted

OCTAVE = float(np.log(2))
TIMES = (0.4, 2.5)
"""Seconds over which the two clocks of the tune run down from the start of the sentence."""

PAD = 64
"""Batches are padded to a multiple of this many frames, of half as many tokens (see ``dataset``)."""

log = logging.getLogger(__name__)


class Tune(nn.Module):  # type: ignore[misc]
    """Phoneme ids and durations in, log pitch out, two values a frame."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, width)
        self.before = nn.ModuleList(Block(width, 5) for _ in range(2))
        self.recurrent = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.join = nn.Linear(2 * width, width)
        self.place = nn.Linear(6 + len(TIMES), width)
        self.frames = nn.ModuleList(Block(width, 9) for _ in range(3))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, 2)

    def encode(self, ids: Any, mask: Any = None) -> Any:
        """Ids (B, T) to what each token means for the tune (B, T, width)."""
        wide = None if mask is None else mask[..., None]
        x = self.embedding(ids)
        x = x if wide is None else x * wide
        for block in self.before:
            x = block(x, wide)
        if mask is None:
            return x + self.join(self.recurrent(x)[0])
        lengths = mask.sum(1).long().cpu()
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        read, _ = self.recurrent(packed)
        return x + self.join(
            nn.utils.rnn.pad_packed_sequence(read, batch_first=True, total_length=x.shape[1])[0]
        )

    def decode(self, tokens: Any, since: Any, lasting: Any, mask: Any = None) -> Any:
        """Tokens (B, F, width), one a frame, and the frames' places in them (B, F) to log pitch (B, 2 F)."""
        seconds = torch.arange(tokens.shape[1], device=tokens.device).float() * (HOP / SAMPLE_RATE)
        clocks = torch.stack([torch.exp(-seconds / time) for time in TIMES], -1)
        clocks = clocks[None].expand(tokens.shape[0], -1, -1)
        x = tokens + self.place(torch.cat([places(since, lasting), clocks], -1))
        for block in self.frames:
            x = block(x, mask)
        heights = self.leave(self.norm(x))
        return heights.reshape(heights.shape[0], -1) * OCTAVE / 4 + float(np.log(REFERENCE))


def train(
    melody: Melody,
    seed: int,
    recordings: Sequence[Recording],
    development: Sequence[Recording],
    checkpoint: Path,
) -> Path:
    """Learn the tune, from the checkpoint if there is one; returns the file of the weights."""
    torch.manual_seed(seed)
    torch.set_num_threads(THREADS)
    keep_memory()
    tune = Tune(melody.width).train()
    optimizer = torch.optim.AdamW(tune.parameters(), melody.rate, betas=(0.9, 0.98), weight_decay=0.01)
    first, far = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        tune.load_state_dict(state["tune"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    taught = lessons(melody, seed, recordings, first)
    for step, songs in zip(range(first + 1, melody.steps + 1), taught, strict=False):
        for group in optimizer.param_groups:
            group["lr"] = melody.rate * min(1.0, step / 100) * (1.02 - step / melody.steps)
        loss = distance(tune, songs)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(tune.parameters(), CLIP)
        optimizer.step()
        far += float(loss.detach())
        if step % melody.checkpoint_every == 0 or step == melody.steps:
            state = {"tune": tune.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
            save(state, checkpoint)
            log.info("tune step %d: %.3f semitones", step, far / melody.checkpoint_every)
            far = 0.0
    tune.eval()
    with torch.no_grad():
        unseen = distance(tune, [song(melody.source, item) for item in development])
        log.info("tune of sentences that it has not seen: %.3f semitones", unseen)
    weights = checkpoint.with_name("tune.pt")
    save(tune.state_dict(), weights)
    return weights


def distance(tune: Tune, songs: Sequence[Song]) -> Any:
    """Mean absolute distance from the tune that is meant, in semitones, each value counting as its weight."""
    table = symbols()
    size = len(songs)
    tokens = _up(max(len(meant.tokens) for meant in songs), PAD // 2)
    frames = _up(max(len(meant.tune) // 2 for meant in songs), PAD)
    ids, there = torch.zeros(size, tokens, dtype=torch.long), torch.zeros(size, tokens)
    owner, present = torch.zeros(size, frames, dtype=torch.long), torch.zeros(size, frames)
    since, lasting = torch.zeros(size, frames), torch.ones(size, frames)
    heights, weights = torch.zeros(size, 2 * frames), torch.zeros(size, 2 * frames)
    for row, meant in enumerate(songs):
        count = len(meant.tune) // 2
        owned, elapsed = owners(meant.frames)
        ids[row, : len(meant.tokens)] = torch.tensor([table[sound] for sound in meant.tokens])
        there[row, : len(meant.tokens)] = 1
        owner[row, :count] = torch.from_numpy(owned)
        present[row, :count] = 1
        since[row, :count] = torch.from_numpy(elapsed)
        lasting[row, :count] = torch.from_numpy(meant.frames[owned]).float()
        heights[row, : 2 * count] = torch.from_numpy(meant.tune)
        weights[row, : 2 * count] = torch.from_numpy(meant.weight)
    encoded = tune.encode(ids, there)
    spread = torch.gather(encoded, 1, owner[..., None].expand(-1, -1, encoded.shape[2]))
    sung = tune.decode(spread, since, lasting, present[..., None])
    return weighted((sung - heights).abs(), weights) * 12 / OCTAVE


def _up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
