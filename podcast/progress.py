"""What the pipeline tells while it works, and when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from podcast.types import Article, Block, Clip, Episode, Utterance


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

    def add(self, clip: Clip, *, done_chars: int, elapsed: float) -> None:
        """Count an utterance that has just been finished, or the sound of a part of one."""
        self.done_chars = done_chars if clip.last else self.done_chars
        self.utterances += clip.last
        self.cached += clip.last and clip.cached
        self.speech_seconds += clip.seconds
        self.synthesis_seconds += clip.synthesis_time
        if self.first_audio is None:
            self.first_audio = elapsed


@dataclass(frozen=True, slots=True)
class Report:
    """A generated episode and what it took."""

    episode: Episode
    progress: Progress

    @classmethod
    def of_stored(cls, episode: Episode, characters: int, utterances: int) -> Report:
        """Of an episode that was there already."""
        progress = Progress(characters, characters, utterances, utterances, episode.duration, first_audio=0.0)
        return cls(episode, progress)


@dataclass(frozen=True, slots=True)
class Preview:
    """An article and how each sentence of it will be spoken."""

    article: Article
    blocks: tuple[Block, ...]
    """``Article.script``: what ``Utterance.block_index`` points into."""
    utterances: tuple[Utterance, ...]

    def of_block(self, block_index: int) -> list[Utterance]:
        """The utterances that speak one block."""
        return [utterance for utterance in self.utterances if utterance.block_index == block_index]


OnProgress = Callable[[Progress], None]
