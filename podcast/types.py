"""The values that travel from one stage to the next.

Every value is a frozen dataclass. Times are seconds, rates hertz, samples
float32 mono in [-1, 1]. A *span* is a half-open pair of character offsets.
This module imports nothing of ours: every stage may import it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:  # numpy takes longer to import than an unchanged article to be known
    import numpy as np
    import numpy.typing as npt

Samples: TypeAlias = "npt.NDArray[np.float32]"
Span = tuple[int, int]
BlockKind = Literal["title", "standfirst", "heading", "paragraph", "quote", "list_item", "notice"]
EngineName = Literal["piper", "coqui", "pocket", "openai"]


@dataclass(frozen=True, slots=True)
class Block:
    """A printed unit of an article.

    ``title``, ``standfirst`` and ``notice`` (the closing line that says the
    voice is synthetic) occur only in a script, never in ``Article.blocks``.
    """

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of the page that will not be spoken, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a reader of the page would read aloud, and what was left aside."""

    title: str
    blocks: tuple[Block, ...]
    standfirst: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    """Aware; Europe/Paris when the page does not say."""
    url: str | None = None
    language: str = "fr-FR"
    image_url: str | None = None
    dropped: tuple[Dropped, ...] = ()

    def facts(self) -> dict[str, Any]:
        """What is known of it beside its text, ready for JSON (docs/article.md)."""
        return {
            "title": self.title,
            "standfirst": self.standfirst,
            "section": self.section,
            "authors": list(self.authors),
            "published": self.published.isoformat() if self.published else None,
            "url": self.url,
            "language": self.language,
            "image_url": self.image_url,
        }

    def script(self, notice: str = "") -> tuple[Block, ...]:
        """Everything to be spoken, in order; ``Utterance.block_index`` points into it."""
        opening = (Block("title", self.title), Block("standfirst", self.standfirst))
        closing = (Block("notice", notice),)
        return (
            *(block for block in opening if block.text),
            *self.blocks,
            *(block for block in closing if block.text),
        )


class SpokenWord(NamedTuple):
    """One spoken word (no white space in it) and the printed characters it says."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one engine call speaks: one sentence or clause."""

    index: int
    block_index: int
    """Position in ``Article.script()``."""
    span: Span
    """The characters of the printed block that this utterance speaks."""
    text: str
    """As spoken, in plain letters and punctuation."""
    pause_after: float
    """Silence that follows, in seconds."""
    words: tuple[SpokenWord, ...] = ()
    """``text.split()``, each with its printed span."""
    phonemic: str = ""
    """``text`` with IPA as ``[[…]]`` where the lexicon gives it; empty when there is none."""
    voice: str = ""
    """Voice key; empty for the narrator."""


class WordTiming(NamedTuple):
    """When one word of ``Utterance.text`` is heard, in seconds from the start of the audio."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class AudioChunk:
    """A streamed piece of one utterance."""

    samples: Samples
    """Shape (n,), n > 0, float32 in [-1, 1]."""
    sample_rate: int
    words: tuple[WordTiming, ...] = ()
    """Empty when the engine has no word timings; else every word that starts in this chunk."""


class Audio(Protocol):
    """Mono sound, which may be fetched only when its samples are asked for."""

    @property
    def size(self) -> int:
        """How many samples."""
        ...

    @property
    def digest(self) -> str:
        """The same digest, the same samples."""
        ...

    @property
    def samples(self) -> Samples:
        """Shape (n,), float32 in [-1, 1]; a ``PodcastError`` when they cannot be fetched any more."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A finished utterance, without the pause that follows, or a part of one that is still being spoken.

    The parts of an utterance follow one another without a gap.
    """

    utterance: Utterance
    audio: Audio
    sample_rate: int
    synthesis_time: float
    """Seconds of engine time, of the whole utterance with its last part; 0 when it came from the cache."""
    cached: bool
    words: tuple[WordTiming, ...] = ()
    """Of the whole utterance, with its last part."""
    part: int = 0
    """Its number in the utterance."""
    last: bool = True
    """No further part follows."""

    @property
    def samples(self) -> Samples:
        """Of its audio."""
        return self.audio.samples

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.audio.size / self.sample_rate


@dataclass(frozen=True, slots=True)
class Chapter:
    """Listener navigation, in seconds from the start of the episode."""

    title: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Episode:
    """A finished episode on disk."""

    guid: str
    title: str
    description: str
    published: datetime | None
    link: str | None
    image: Path
    audio_path: Path
    mime_type: str
    size: int
    """Bytes."""
    duration: float
    loudness: float
    """Integrated, in LUFS, of the encoded file."""
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """The podcast that episodes belong to."""

    title: str = "Articles à écouter"
    description: str = ""
    link: str = ""
    language: str = "fr-FR"
    author: str = ""
    email: str = ""
    image: str = ""
    category: str = "News"
    explicit: bool = False
    feed_url: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """A model with its settings, as ``voices/<key>/voice.toml`` describes it."""

    key: str
    engine: EngineName
    model: str
    """Path of the model file, or the engine's own model id."""
    model_hash: str
    """SHA-256 of the model, part of every cache key."""
    sample_rate: int
    language: str = "fr-FR"
    speaker: str = ""
    licence: str = ""
    attribution: str = ""
    style: str = ""
    loudness: float | None = None
    """Integrated loudness of the bare voice in LUFS, measured once; sets the opening gain."""
    speaks_ipa: bool = False
    """True when the engine takes ``[[…]]`` phonemes, so that ``Utterance.phonemic`` is sent."""
    streams: bool = False
    """True when sound is passed on in parts while the engine is still at work on the utterance."""
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)


class Engine(Protocol):
    """One normalised utterance in, one or more non-empty chunks out.

    ``stream`` is lazy: no work before the first ``next``; closing the
    generator stops the work. It raises ``SynthesisError`` on any failure, no
    audio included, and never ends early in silence. Engines never normalise,
    split, pause, resample or cache.
    """

    @property
    def sample_rate(self) -> int:
        """Hertz, constant over the engine's life."""
        ...

    def stream(self, text: str) -> Iterator[AudioChunk]:
        """Speak one utterance, chunk by chunk."""
        ...

    def close(self) -> None:
        """Free the model; nothing may be asked of the engine afterwards."""
        ...


class Memo(Protocol):
    """Bytes by name that are remembered for a while, also for other processes, and may be forgotten."""

    def load(self, name: str) -> bytes | None:
        """What was stored under a name, if it is still there."""
        ...

    def store(self, name: str, data: bytes) -> None:
        """Remember it; that it cannot be is no error."""
        ...
