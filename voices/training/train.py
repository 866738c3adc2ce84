"""The training: first the features, then the sound.

Phase ``features`` fits durations, pitch and envelopes by L1 distance. Phase
``waveform`` goes on with the sound as well: synthesised at the teacher's own
pitch, it is compared with the teacher's at four resolutions (Yamamoto et al.
2020), while the pitch the student predicts stays the drawn one. What is
exported is a moving average of the weights.

A checkpoint holds everything that a step needs, so a run that was broken off
ends where an unbroken one would have.
"""

from __future__ import annotations

import ctypes
import logging
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from voices.training.dataset import Batch, Example, batches, statistics, untimed, whole
from voices.training.model import Student, envelopes, pitch, places
from voices.training.recipe import HARMONIC_BANDS, Phase, Recipe
from voices.training.synthesis import Synthesis

THREADS = 1
"""On a processor: a second thread gains little alone, and beside other work both wait for each other."""

AVERAGED = 0.997
"""How much of the moving average a step keeps."""

CLIP = 2.0
"""Largest norm of a gradient."""

UNVOICED = 0.3
"""What the pitch counts where it is not heard."""

RAGGED = 256
"""Samples at the ends of a crop that lack what overlaps from outside."""

RESOLUTIONS = (2048, 1024, 512, 256)
LOUDEST_SILENCE = 3e-5
"""Spectral magnitudes below are all silence."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Losses:
    """Of one batch; features in their deviations, durations in log(1 + frames)."""

    harmonic: Any
    noise: Any
    pitch: Any
    timing: Any
    spectrum: Any

    def total(self) -> Any:
        """What a step makes smaller."""
        if self.spectrum is None:
            return self.harmonic + self.noise + self.pitch + self.timing
        return 2.0 * self.spectrum + 0.15 * (self.harmonic + self.noise) + self.pitch + self.timing

    def figures(self) -> list[float]:
        """In the order of the fields; the spectrum is 0 where it was not looked at."""
        parts = (self.harmonic, self.noise, self.pitch, self.timing, self.spectrum)
        return [0.0 if part is None else float(part.detach()) for part in parts]


class Training:
    """Student, optimiser and moving average; ``step`` counts over both phases."""

    def __init__(self, recipe: Recipe, examples: Sequence[Example]) -> None:
        torch.manual_seed(recipe.seed)
        torch.set_num_threads(THREADS)
        keep_memory()
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.recipe = recipe
        self.examples = examples
        student = Student(recipe.size)
        mean, deviation = statistics(examples)
        student.mean.copy_(mean)
        student.deviation.copy_(deviation)
        student.timed[untimed()] = 0
        self.student = student.to(self.device).train()
        self.synthesis = Synthesis(fast=True).to(self.device)
        self.average = {name: value.clone() for name, value in self.student.state_dict().items()}
        self.optimizer = self._new_optimizer()
        self.step = 0

    @property
    def phases(self) -> tuple[Phase, Phase]:
        """In the order they are run."""
        return self.recipe.features, self.recipe.waveform

    def run(self, checkpoint: Path, development: Sequence[Example]) -> Path:
        """Train to the end, from the checkpoint if there is one; returns the file of the averaged weights."""
        if checkpoint.exists():
            self._restore(checkpoint)
            log.info("going on after step %d", self.step)
        began = first = 0
        for number, phase in enumerate(self.phases):
            first, began = began, began + phase.steps
            if self.step == first and number:
                self._start_sound()
            if self.step < began:
                self._run_phase(phase, number, self.step - first, checkpoint)
                log.info("after phase %d: %s", number + 1, self.evaluate(development))
        weights = checkpoint.with_name("weights.pt")
        save(self.average, weights)
        return weights

    def losses(self, batch: Batch, *, sound: bool, hiss: Any = None) -> Losses:
        """Of the student as it is."""
        student = self.student
        tokens, timing = student.encode(batch.ids, batch.tokens)
        spread = torch.gather(tokens, 1, batch.owner[..., None].expand(-1, -1, tokens.shape[2]))
        drawn = student.decode(spread, places(batch.since, batch.lasting), batch.present[..., None])
        drawn = drawn[:, 2 * batch.halo : drawn.shape[1] - 2 * batch.halo]
        far = (drawn - (batch.features - student.mean) / student.deviation).abs()
        timed = batch.tokens * student.timed[batch.ids]
        spectrum = None
        if sound:
            harmonic, noise = envelopes(student.restored(drawn))
            heard = self.synthesis(torch.exp(batch.sung), harmonic, noise, hiss)
            spectrum = spectral_distance(heard[:, RAGGED:-RAGGED], batch.samples[:, RAGGED:-RAGGED])
        return Losses(
            weighted(far[..., :HARMONIC_BANDS].mean(2), batch.heard),
            weighted(far[..., HARMONIC_BANDS:-1].mean(2), batch.heard),
            weighted(pitch(far), batch.heard * (UNVOICED + (1 - UNVOICED) * batch.voiced)),
            weighted((timing - torch.log1p(batch.frames)).abs(), timed),
            spectrum,
        )

    def evaluate(self, examples: Sequence[Example]) -> str:
        """Losses of the averaged weights on whole utterances, in words."""
        live = {name: value.clone() for name, value in self.student.state_dict().items()}
        self.student.load_state_dict(self.average)
        self.student.eval()
        with torch.no_grad():
            rows = [
                self.losses(batch, sound=True, hiss=self._hiss(batch, 0)).figures()
                for batch in (part.to(self.device) for part in whole(examples))
            ]
        self.student.load_state_dict(live)
        self.student.train()
        return described([sum(column) / len(rows) for column in zip(*rows, strict=True)])

    def _run_phase(self, phase: Phase, number: int, done: int, checkpoint: Path) -> None:
        rows: list[list[float]] = []
        began = time.monotonic()
        source = batches(self.examples, phase, self.recipe.seed + number, done)
        for count, batch in zip(range(done + 1, phase.steps + 1), source, strict=False):
            rows.append(self._advance(batch.to(self.device), phase, count, sound=number > 0))
            if count % self.recipe.checkpoint_every == 0 or count == phase.steps:
                self._save(checkpoint)
                means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
                pace = (time.monotonic() - began) / (count - done)
                log.info("phase %d step %d: %s, %.2f s a step", number + 1, count, described(means), pace)
                rows.clear()

    def _advance(self, batch: Batch, phase: Phase, count: int, *, sound: bool) -> list[float]:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(phase, count)
        losses = self.losses(batch, sound=sound, hiss=self._hiss(batch, count) if sound else None)
        self.optimizer.zero_grad()
        losses.total().backward()
        norm = torch.nn.utils.clip_grad_norm_(self.student.parameters(), CLIP)
        self.step += 1
        if torch.isfinite(norm):
            self.optimizer.step()
            self._follow()
        return losses.figures()

    def _follow(self) -> None:
        keep = min(AVERAGED, self.step / (self.step + 20))
        with torch.no_grad():
            for name, value in self.student.state_dict().items():
                self.average[name].mul_(keep).add_(value, alpha=1 - keep)

    def _start_sound(self) -> None:
        """The second phase goes on from the average, with an optimiser that knows nothing of the first."""
        self.student.load_state_dict(self.average)
        self.optimizer = self._new_optimizer()

    def _new_optimizer(self) -> Any:
        return torch.optim.AdamW(self.student.parameters(), 1e-3, betas=(0.9, 0.98), weight_decay=0.01)

    def _hiss(self, batch: Batch, count: int) -> Any:
        generator = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + count)
        return torch.randn(batch.samples.shape, generator=generator).to(self.device)

    def _save(self, checkpoint: Path) -> None:
        state = {
            "student": self.student.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }
        save(state, checkpoint)

    def _restore(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint, map_location=self.device, weights_only=True)
        self.student.load_state_dict(state["student"])
        self.average = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]


def spectral_distance(heard: Any, wanted: Any) -> Any:
    """Log magnitudes and spectral convergence, the mean over ``RESOLUTIONS``; both (B, samples)."""
    total = 0.0
    for size in RESOLUTIONS:
        window = torch.hann_window(size, device=heard.device)
        a, b = (
            torch.view_as_real(torch.stft(x, size, size // 4, window=window, return_complex=True))
            for x in (heard, wanted)
        )
        ours, theirs = (torch.sqrt(x.pow(2).sum(-1) + 1e-9) for x in (a, b))
        scale = size**0.5
        apart = (loudness(ours / scale) - loudness(theirs / scale)).abs()
        convergence = torch.linalg.norm(ours - theirs) / torch.linalg.norm(theirs).clamp(min=1e-3)
        total = total + apart.mean() + 0.5 * convergence
    return total / len(RESOLUTIONS)


def loudness(magnitudes: Any) -> Any:
    """Log of spectral magnitudes, with a floor."""
    return torch.log(magnitudes + LOUDEST_SILENCE)


def weighted(values: Any, weights: Any) -> Any:
    """The mean, each value counting as its weight."""
    return (values * weights).sum() / weights.sum().clamp(min=1e-6)


def learning_rate(phase: Phase, step: int) -> float:
    """At a step counted from 1."""
    falling = 0.5 * (1 + math.cos(math.pi * step / phase.steps)) * 0.98 + 0.02
    return phase.rate * min(1.0, step / phase.warm_up) * falling


def described(figures: Sequence[float]) -> str:
    """Figures of ``Losses`` for the log."""
    names = ("harmonic", "noise", "pitch", "timing", "spectrum")
    return " ".join(f"{name} {figure:.4f}" for name, figure in zip(names, figures, strict=True))


def save(state: Any, path: Path) -> None:
    """A file that is whole or not there."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def keep_memory() -> None:
    """Have glibc keep what a step frees for the next one: asking anew costs a third of the time."""
    trim_threshold, mmap_max = -1, -4
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.mallopt(trim_threshold, 2**31 - 1)
        libc.mallopt(mmap_max, 0)
