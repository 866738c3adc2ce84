"""The tune as a network: what ``prosody`` draws, in a form that ONNX can run.

The student hears too few sentences to learn the tune from them: where the end
of a sentence decides what its beginning does, it guesses. So a small network
learns it apart, from as many sentences as it wants: words of the recordings
put together at random, with any punctuation, since the rules look at phonemes
and durations alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from voices.training.align import BLANK, PUNCTUATION, STRESS
from voices.training.dataset import symbols
from voices.training.model import SYMBOLS, Block, places
from voices.training.prosody import QUESTION_WORDS, REFERENCE, contour
from voices.training.recipe import HOP, SAMPLE_RATE, Melody
from voices.training.recordings import Recording
from voices.training.train import CLIP, THREADS, save, weighted

OCTAVE = float(np.log(2))
TIMES = (0.4, 2.5)
"""Seconds over which the two clocks of the tune run down from the start of the sentence."""

PAD = 64
"""Batches are padded to a multiple of this many frames, of half as many tokens (see ``dataset``)."""

INNER = {",": 0.8, ":": 0.13, ";": 0.07}
FINAL = {".": 0.42, "?": 0.38, "!": 0.12, "": 0.08}
"""How often each mark stands inside and at the end of a sentence put together."""

ASKING = 0.3
"""Sentences that begin with a question word; as many of the rest begin as a recording does."""

CLAUSES = 0.9
WORDS = 7.0
"""Mean of the clauses after the first, and of the words in a long clause."""

LONG = 0.7
"""Clauses that are long; the rest have a word or two."""

log = logging.getLogger(__name__)


class Word(NamedTuple):
    """A word's code points and the frames of each."""

    tokens: tuple[str, ...]
    frames: tuple[int, ...]


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


class Composer:
    """Puts sentences together out of the words of recordings."""

    def __init__(self, recordings: Iterable[Recording]) -> None:
        said = (split(item.tokens, item.frames.tolist()) for item in recordings)
        self._sentences = [words for words in said if words]
        openings = (words[0] for words in self._sentences)
        self._asking = [word for word in openings if _plain(word) in QUESTION_WORDS]

    def compose(self, draw: np.random.Generator) -> tuple[list[str], list[int]]:
        """Tokens from ``^`` to ``$`` and their frames."""
        tokens, frames = ["^"], [int(draw.integers(2, 5))]
        pace = draw.uniform(0.8, 1.25)

        def add(word: Word) -> None:
            tokens.extend((*word.tokens, " "))
            frames.extend((*(round(pace * length) for length in word.frames), 0))

        if self._asking and draw.random() < ASKING:
            add(self._asking[draw.integers(len(self._asking))])
        clauses = 1 + min(5, int(draw.poisson(CLAUSES)))
        for number in range(clauses):
            for word in self._clause(draw, opening=len(tokens) == 1):
                add(word)
            tokens.pop(), frames.pop()
            if number < clauses - 1:
                tokens.extend((_drawn(INNER, draw), " "))
                frames.extend((int(draw.integers(8, 33)), 0))
        mark = _drawn(FINAL, draw)
        tokens.extend((mark, "$") if mark else ("$",))
        frames.extend((7, 0) if mark else (7,))
        return tokens, frames

    def _clause(self, draw: np.random.Generator, *, opening: bool) -> Sequence[Word]:
        words = self._sentences[draw.integers(len(self._sentences))]
        start = 0 if opening and draw.random() < 0.5 else int(draw.integers(len(words)))
        count = 1 + int(draw.poisson(WORDS - 1)) if draw.random() < LONG else int(draw.integers(1, 3))
        return words[start : start + count]


def split(tokens: Sequence[str], frames: Sequence[int]) -> list[Word]:
    """The words between ``^`` and ``$``, without punctuation."""
    words: list[Word] = []
    inside: list[tuple[str, int]] = []
    for token, length in zip([*tokens[1:-1], " "], [*frames[1:-1], 0], strict=True):
        if token not in PUNCTUATION | BLANK:
            inside.append((token, length))
        elif inside:
            sounds, times = zip(*inside, strict=True)
            words.append(Word(sounds, times))
            inside = []
    return words


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
    composer, tune = Composer(recordings), Tune(melody.width).train()
    optimizer = torch.optim.AdamW(tune.parameters(), melody.rate, betas=(0.9, 0.98), weight_decay=0.01)
    first, far = 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        tune.load_state_dict(state["tune"])
        optimizer.load_state_dict(state["optimizer"])
        first = state["step"]
    for step in range(first + 1, melody.steps + 1):
        draw = np.random.default_rng((seed, step))
        for group in optimizer.param_groups:
            group["lr"] = melody.rate * min(1.0, step / 100) * (1.02 - step / melody.steps)
        loss = distance(tune, [composer.compose(draw) for _ in range(melody.batch)])
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
        log.info(
            "tune of sentences that it has not seen: %.3f semitones", distance(tune, sentences(development))
        )
    weights = checkpoint.with_name("tune.pt")
    save(tune.state_dict(), weights)
    return weights


def distance(tune: Tune, said: Sequence[tuple[Sequence[str], Sequence[int]]]) -> Any:
    """Mean absolute distance from the drawn tune, in semitones."""
    table = symbols()
    tokens = _up(max(len(ids) for ids, _ in said), PAD // 2)
    frames = _up(max(sum(lengths) for _, lengths in said), PAD)
    ids, there = torch.zeros(len(said), tokens, dtype=torch.long), torch.zeros(len(said), tokens)
    owner, present = torch.zeros(len(said), frames, dtype=torch.long), torch.zeros(len(said), frames)
    since, lasting = torch.zeros(len(said), frames), torch.ones(len(said), frames)
    meant = torch.zeros(len(said), 2 * frames)
    for row, (sounds, lengths) in enumerate(said):
        count = sum(lengths)
        owners = np.repeat(np.arange(len(lengths)), lengths)
        begun = np.cumsum(lengths) - lengths
        ids[row, : len(sounds)] = torch.tensor([table[sound] for sound in sounds])
        there[row, : len(sounds)] = 1
        owner[row, :count] = torch.from_numpy(owners)
        present[row, :count] = 1
        since[row, :count] = torch.from_numpy(np.arange(count) - begun[owners]).float()
        lasting[row, :count] = torch.from_numpy(np.asarray(lengths)[owners]).float()
        meant[row, : 2 * count] = torch.from_numpy(contour(sounds, lengths)).float()
    encoded = tune.encode(ids, there)
    spread = torch.gather(encoded, 1, owner[..., None].expand(-1, -1, encoded.shape[2]))
    sung = tune.decode(spread, since, lasting, present[..., None])
    return weighted((sung - meant).abs(), present.repeat_interleave(2, 1)) * 12 / OCTAVE


def sentences(examples: Iterable[Recording]) -> list[tuple[tuple[str, ...], list[int]]]:
    """Recordings as ``distance`` takes them."""
    return [(item.tokens, item.frames.tolist()) for item in examples]


def _plain(word: Word) -> str:
    return "".join(token for token in word.tokens if token not in STRESS | {"-"})


def _drawn(shares: dict[str, float], draw: np.random.Generator) -> str:
    return str(draw.choice(list(shares), p=list(shares.values())))


def _up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple
