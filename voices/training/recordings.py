"""The corpus spoken by the teacher, aligned and analysed, kept in shards.

A shard is written beside its place and renamed, so a broken-off run goes on
with the first one that is missing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voices.training import align
from voices.training.corpus import Line
from voices.training.features import analyse
from voices.training.recipe import SAMPLE_RATE, SUBFRAME, Sound
from voices.training.teacher import Teacher

SHARD = 64
"""Utterances in a shard."""

LONGEST = 22.0
SHORTEST = 8
"""Utterances of more seconds or fewer frames are not used."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One utterance of the teacher; n tokens, f frames."""

    line: Line
    tokens: tuple[str, ...]
    """The code points of ``^``, the phonemes and ``$``."""
    frames: npt.NDArray[np.int16]
    """(n,): frames that each token lasts."""
    samples: npt.NDArray[np.int16]
    """(f * HOP,)"""
    pitch: npt.NDArray[np.float32]
    """(2 f,): Hz, 0 where unvoiced."""
    harmonic: npt.NDArray[np.float16]
    """(2 f, HARMONIC_BANDS)"""
    noise: npt.NDArray[np.float16]
    """(2 f, NOISE_BANDS)"""


def record(line: Line, teacher: Teacher, sound: Sound, *, analysed: bool = True) -> Recording:
    """Have the teacher say a line; without analysis, pitch and envelopes are empty.

    Raises ``align.MismatchError`` when it cannot be used: two sentences, too long or too short, or phonemes
    that are not Piper's.
    """
    sentences = teacher.phonemes(line.text)
    if len(sentences) != 1:
        raise align.MismatchError(f"{len(sentences)} sentences")
    tokens = sentences[0]
    samples, uttered = teacher.speak(line.text, sound.title_rate if line.kind == "title" else sound.rate)
    lasting = align.durations(tokens, uttered, len(samples))
    speech, frames = align.framed(samples / 32768, tokens, lasting)
    count = int(frames.sum())
    if count < SHORTEST or len(speech) > LONGEST * SAMPLE_RATE:
        raise align.MismatchError(f"{count} frames")
    if analysed:
        pitch, harmonic, noise = analyse(speech, len(speech) // SUBFRAME)
    else:
        pitch, harmonic, noise = np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0))
    return Recording(
        line,
        ("^", *tokens, "$"),
        frames,
        np.round(speech * 32767).astype(np.int16),
        pitch.astype(np.float32),
        harmonic.astype(np.float16),
        noise.astype(np.float16),
    )


def make(lines: Sequence[Line], sound: Sound, folder: Path, processes: int = 2) -> list[Path]:
    """The shards of ``lines``, made where they are missing; as many processes as there are cores to spare."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [lines[i : i + SHARD] for i in range(0, len(lines), SHARD)]
    shards = [folder / f"{number:03d}.npz" for number in range(len(parts))]
    missing = [(part, sound, shard) for part, shard in zip(parts, shards, strict=True) if not shard.exists()]
    # Spawned: the teacher's library keeps threads and state that do not survive a fork.
    with ProcessPoolExecutor(min(processes, max(1, len(missing))), get_context("spawn")) as pool:
        for report in pool.map(_make_shard, missing):
            log.info(report)
    return shards


def load(shards: Iterable[Path]) -> Iterator[Recording]:
    """The recordings of these shards, in order."""
    for shard in shards:
        with np.load(shard) as stored:
            for number, (kind, text, tokens) in enumerate(json.loads(str(stored["lines"]))):
                arrays = (stored[f"{number}.{name}"] for name in ARRAYS)
                yield Recording(Line(kind, text), tuple(tokens), *arrays)


ARRAYS = ("frames", "samples", "pitch", "harmonic", "noise")


def _make_shard(work: tuple[Sequence[Line], Sound, Path]) -> str:
    lines, sound, shard = work
    recordings, refused = [], []
    for line in lines:
        try:
            recordings.append(record(line, _teacher(sound), sound))
        except align.MismatchError as error:
            refused.append(f"{line.text} ({error})")
    stored = {
        f"{number}.{name}": getattr(recording, name)
        for number, recording in enumerate(recordings)
        for name in ARRAYS
    }
    described = json.dumps([(*recording.line, recording.tokens) for recording in recordings])
    partial = shard.with_suffix(".partial.npz")
    np.savez(partial, lines=np.array(described), **stored)
    partial.replace(shard)
    return "; ".join([f"{shard.name}: {len(recordings)} recorded", *(f"refused: {text}" for text in refused)])


@lru_cache(maxsize=1)
def _teacher(sound: Sound) -> Teacher:
    return Teacher(sound)
