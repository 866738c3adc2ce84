"""Sound and words for the episode's tests: made here, never recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from podcast.episode.audio import Loaded
from podcast.types import Article, Block, Clip, Samples, SpokenWord, Utterance, WordTiming

RATE = 22050
PARIS_SUMMER = timezone(timedelta(hours=2))


RESONANCES = ((180, 120, 1.0), (500, 60, 1.0), (1500, 90, 0.4), (2500, 120, 0.2))
"""Hz, width in Hz, weight: of a vowel. Its peaks stand some 18 dB above its loudness, as in speech."""


def speechlike(seconds: float, *, rate: int = RATE, seed: int = 0, level: float = 0.2) -> Samples:
    """Pulses at a moving pitch through resonances, in syllables: shaped like speech."""
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    time = np.arange(count) / rate
    pitch = 110 + 25 * np.sin(2 * np.pi * 0.7 * time + seed) + 10 * np.sin(2 * np.pi * 3.1 * time)
    pulses = np.diff(np.floor(np.cumsum(pitch) / rate), prepend=0)
    size = 2 * count
    f = np.fft.rfftfreq(size, 1 / rate)
    vowel = sum(weight * 1j * f * width / (c * c - f * f + 1j * f * width) for c, width, weight in RESONANCES)
    sound = np.fft.irfft(np.fft.rfft(pulses, size) * vowel, size)[:count]
    syllables = 0.35 + 0.65 * np.clip(np.sin(2 * np.pi * 4 * time + seed) + 0.6, 0, 1)
    sound = sound * syllables
    sound = sound / np.abs(sound).max() + 0.002 * random.standard_normal(count)
    return np.asarray(np.rint(sound * level * 32000) / 32768, dtype=np.float32)


def hiss(seconds: float, *, seed: int = 0) -> Samples:
    """Noise that resembles no other piece of sound: it can be found again."""
    noise = np.random.default_rng(1000 + seed).standard_normal(round(seconds * RATE))
    return np.asarray(np.rint(noise * 0.02 * 32768) / 32768, dtype=np.float32)


class Remembered(dict[str, bytes]):
    """A memo that forgets nothing."""

    def load(self, name: str) -> bytes | None:
        return self.get(name)

    def store(self, name: str, data: bytes) -> None:
        self[name] = data


ARTICLE = Article(
    title="Cœur de ville : l’école & la mairie <enfin> d’accord !",
    standfirst="Dix ans après les premiers plans, le chantier va commencer.",
    section="Société",
    authors=("Élodie Çelik", "Noël Dœuvre"),
    published=datetime(2025, 7, 8, 7, 56, tzinfo=PARIS_SUMMER),
    url="https://journal.example/societe/ecole",
    blocks=(
        Block("paragraph", "Le maire l’a dit mardi. Les parents attendaient depuis longtemps."),
        Block("heading", "Un très long intertitre, pour que sa taille dépasse celle de tous les autres"),
        Block("quote", "« Nous n’y croyions plus », souffle une mère."),
        Block("list_item", "Huit classes."),
        Block("list_item", "Une cantine."),
        Block("heading", "Et après ?"),
        Block("paragraph", "Les travaux dureront deux ans."),
    ),
)
SCRIPT = ARTICLE.script("Cet article a été lu par une voix de synthèse.")


@dataclass(frozen=True)
class Spoken:
    """What of a block one utterance says."""

    block: int
    text: str
    seconds: float


SPOKEN = (
    Spoken(0, SCRIPT[0].text, 2.5),
    Spoken(1, SCRIPT[1].text, 3.0),
    Spoken(2, "Le maire l’a dit mardi.", 1.6),
    Spoken(2, "Les parents attendaient depuis longtemps.", 2.2),
    Spoken(3, SCRIPT[3].text, 3.1),
    Spoken(4, SCRIPT[4].text, 2.4),
    Spoken(5, SCRIPT[5].text, 1.0),
    Spoken(6, SCRIPT[6].text, 0.9),
    Spoken(7, SCRIPT[7].text, 0.7),
    Spoken(8, SCRIPT[8].text, 1.9),
    Spoken(9, SCRIPT[9].text, 2.1),
)


def clip(
    samples: Samples, *, index: int = 0, block: int = 0, text: str = "Oui.", rate: int = RATE,
    pause: float = 0.35, voice: str = "", start: int = 0,
) -> Clip:  # fmt: skip
    """A clip whose words share its time evenly."""
    words = text.split()
    step = samples.size / rate / len(words)
    spans, at = [], start
    for word in words:
        spans.append(SpokenWord(word, (at, at + len(word))))
        at += len(word) + 1
    span = (start, start + len(text))
    utterance = Utterance(index, block, span, text, pause, words=tuple(spans), voice=voice)
    timings = tuple(WordTiming(word, n * step, (n + 1) * step) for n, word in enumerate(words))
    return Clip(utterance, Loaded(samples), rate, 0.01, cached=False, words=timings)


def in_parts(whole: Clip, seconds: float = 1.0) -> list[Clip]:
    """A clip as a voice that streams gives it: the words come with the last part."""
    step = round(seconds * whole.sample_rate)
    starts = range(0, max(1, whole.samples.size - step // 4), step)
    parts = [
        replace(whole, audio=Loaded(whole.samples[at : at + step]), part=part, last=False, words=())
        for part, at in enumerate(starts)
    ]
    parts[-1] = replace(parts[-1], audio=Loaded(whole.samples[starts[-1] :]), last=True, words=whole.words)
    return parts


@pytest.fixture
def make_parts() -> Callable[..., list[Clip]]:
    return in_parts


@pytest.fixture
def make_clip() -> Callable[..., Clip]:
    return clip


@pytest.fixture
def make_sound() -> Callable[..., Samples]:
    return speechlike


@pytest.fixture(scope="session")
def article() -> Article:
    return ARTICLE


@pytest.fixture(scope="session")
def script() -> Sequence[Block]:
    return SCRIPT


@pytest.fixture(scope="session")
def clips() -> tuple[Clip, ...]:
    """The article, spoken; the headings hiss."""
    return tuple(
        clip(
            (hiss if SCRIPT[spoken.block].kind == "heading" else speechlike)(spoken.seconds, seed=index),
            index=index,
            block=spoken.block,
            text=spoken.text,
            start=SCRIPT[spoken.block].text.index(spoken.text),
        )
        for index, spoken in enumerate(SPOKEN)
    )
