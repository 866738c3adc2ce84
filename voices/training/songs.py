"""What the network of the tune learns: sentences, and the pitch that is meant for each.

Of the teacher's tune there is as much as there are recordings. Of the drawn
one there is as much as one wants: the rules look at phonemes and durations
alone, so words of the recordings are put together at random, with any
punctuation, and the tune is drawn over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from voices.training.align import BLANK, PUNCTUATION, STRESS
from voices.training.dataset import groups
from voices.training.features import steady
from voices.training.prosody import QUESTION_WORDS, contour
from voices.training.recipe import Melody, Source
from voices.training.recordings import Recording

UNHEARD = 0.1
"""What the teacher's pitch counts where there is none, carried over from what is around."""

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


class Song(NamedTuple):
    """A sentence and the tune that is meant for it; n tokens, f frames."""

    tokens: Sequence[str]
    frames: npt.NDArray[np.int64]
    """(n,)"""
    tune: npt.NDArray[np.float32]
    """(2 f,): natural log of the pitch in hertz."""
    weight: npt.NDArray[np.float32]
    """(2 f,): what each value of it counts."""


class Word(NamedTuple):
    """A word's code points and the frames of each."""

    tokens: tuple[str, ...]
    frames: tuple[int, ...]


def song(source: Source, recording: Recording) -> Song:
    """A recording with the tune that a voice of this ``source`` should sing it to."""
    if source == "drawn":
        return _drawn(recording.tokens, recording.frames.tolist())
    logs, voiced = steady(recording.pitch.astype(float))
    weight = np.where(voiced, 1.0, UNHEARD)
    return Song(
        recording.tokens,
        recording.frames.astype(np.int64),
        logs.astype(np.float32),
        weight.astype(np.float32),
    )


def lessons(
    melody: Melody, seed: int, recordings: Sequence[Recording], first: int = 0
) -> Iterator[list[Song]]:
    """Batches without end, from step ``first`` on; what a step sees follows from the seed and its number."""
    if melody.source == "drawn":
        composer = Composer(recordings)
        draws = (np.random.default_rng((seed, step)) for step in count(first + 1))
        yield from ([_drawn(*composer.compose(draw)) for _ in range(melody.batch)] for draw in draws)
    else:
        songs = [song(melody.source, recording) for recording in recordings]
        together = groups([len(sung.tune) for sung in songs], melody.batch, seed, first)
        yield from ([songs[i] for i in chosen] for chosen, _ in together)


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
                tokens.extend((_chosen(INNER, draw), " "))
                frames.extend((int(draw.integers(8, 33)), 0))
        mark = _chosen(FINAL, draw)
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


def _drawn(tokens: Sequence[str], frames: Sequence[int]) -> Song:
    line = contour(tokens, frames).astype(np.float32)
    return Song(tokens, np.array(frames, np.int64), line, np.ones_like(line))


def _plain(word: Word) -> str:
    return "".join(token for token in word.tokens if token not in STRESS | {"-"})


def _chosen(shares: dict[str, float], draw: np.random.Generator) -> str:
    return str(draw.choice(list(shares), p=list(shares.values())))
