"""The order of the stages, and nothing else.

    load      source → Article            (article)
    script    Article → blocks to speak, with the closing line
    read      blocks → Utterances         (french)
    render    Utterances → Clips          (speech, render)
    build     Clips → an episode folder   (episode)

This is the only module that knows more than one stage. Everything streams:
an utterance is made when the renderer asks for it, a clip when the mixer does.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from podcast import french, render, speech
from podcast.errors import ConfigError
from podcast.types import Article, Block, Clip, Episode, Show, Utterance, Voice

logger = logging.getLogger(__name__)

AudioFormat = Literal["mp3", "m4a", "opus"]
NOTICE = "Cet article a été lu par une voix de synthèse."
"""Apple asks that an automatic voice says so, and so does the EU AI Act, article 50."""

DEFAULT_VOICE = "fr_FR-gazette-draft"
CACHE_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How an article is spoken and where the episode goes."""

    voice: str = DEFAULT_VOICE
    output: Path = Path("output")
    audio_format: AudioFormat = "mp3"
    jobs: int = 0
    """Worker processes; 0 means one per core."""
    use_cache: bool = True
    show: Show = field(default_factory=Show)


@dataclass(slots=True)
class Progress:
    """What a waiting user wants to know; printed characters stand for the work."""

    total_chars: int
    done_chars: int = 0
    utterances: int = 0
    cached: int = 0
    speech_seconds: float = 0.0
    synthesis_seconds: float = 0.0
    first_audio: float | None = None
    """Seconds from the start to the first clip."""

    @property
    def rtf(self) -> float:
        """Synthesis time ÷ audio duration so far; 0 when all came from the cache."""
        return self.synthesis_seconds / self.speech_seconds if self.speech_seconds else 0.0

    def add(self, clip: Clip, elapsed: float) -> None:
        """Count a clip that has just been finished."""
        start, end = clip.utterance.span
        self.done_chars += end - start
        self.utterances += 1
        self.cached += clip.cached
        self.speech_seconds += len(clip.samples) / clip.sample_rate
        self.synthesis_seconds += clip.synthesis_time
        if self.first_audio is None:
            self.first_audio = elapsed


@dataclass(frozen=True, slots=True)
class Report:
    """A generated episode and what it took."""

    episode: Episode
    progress: Progress


OnProgress = Callable[[Progress], None]


def load(source: str) -> Article:
    """The article in a file, at a URL, or on standard input (``-``)."""
    from podcast.article.source import load_article

    return load_article(source)


def script(article: Article) -> tuple[Block, ...]:
    """What will be spoken, the closing line included."""
    return article.script(NOTICE)


def read(blocks: Sequence[Block]) -> Iterator[Utterance]:
    """The utterances of these blocks, lazily."""
    return french.utterances(blocks)


def find_voice(key: str) -> Voice:
    """The voice of that key among those installed and bundled."""
    return speech.find_voice(key, folders=voice_folders())


def voice_folders() -> tuple[Path, ...]:
    """Where ``podcast voices install`` puts voices."""
    from platformdirs import user_data_path

    return (user_data_path("podcast") / "voices",)


def clip_cache(settings: Settings) -> render.ClipCache | None:
    """The disk cache of spoken sentences; ``PODCAST_CACHE`` moves it."""
    if not settings.use_cache:
        return None
    from platformdirs import user_cache_path

    folder = os.environ.get("PODCAST_CACHE")
    return render.ClipCache(Path(folder) if folder else user_cache_path("podcast") / "clips", CACHE_BYTES)


def speak(utterances: Iterator[Utterance], settings: Settings) -> Iterator[Clip]:
    """Render utterances with the voice of the settings; closing it stops the workers."""
    voice = find_voice(settings.voice)
    return render.render(
        utterances,
        voices={"": voice},
        open_engine=speech.open_engine,
        jobs=settings.jobs,
        cache=clip_cache(settings),
    )
