"""When everything is heard, and which printed characters are being said then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from podcast.types import Block, Chapter, Clip, Utterance, WordTiming

VERSION = 1
"""Of the ``timeline.json`` format."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One utterance in the episode; seconds from the episode's first sample."""

    utterance: Utterance
    start: float
    end: float
    """End of the speech; the pause comes after."""
    words: tuple[WordTiming, ...] = ()
    """The clip's words in episode time."""

    @classmethod
    def of(cls, clip: Clip, start: float) -> Moment:
        """A clip that is heard from ``start`` on."""
        words = tuple(WordTiming(word.text, start + word.start, start + word.end) for word in clip.words)
        return cls(clip.utterance, start, start + clip.samples.size / clip.sample_rate, words)


def timeline(
    script: Sequence[Block], moments: Iterable[Moment], chapters: Iterable[Chapter], duration: float
) -> dict[str, Any]:
    """The contents of ``timeline.json``: times in seconds to the millisecond, spans in characters."""
    return {
        "version": VERSION,
        "duration": round(duration, 3),
        "blocks": [{"kind": block.kind, "text": block.text} for block in script],
        "utterances": [_utterance(moment) for moment in moments],
        "chapters": [
            {"title": chapter.title, "start": round(chapter.start, 3), "end": round(chapter.end, 3)}
            for chapter in chapters
        ],
    }


def _utterance(moment: Moment) -> dict[str, Any]:
    utterance = moment.utterance
    return {
        "index": utterance.index,
        "block": utterance.block_index,
        "span": list(utterance.span),
        "text": utterance.text,
        "start": round(moment.start, 3),
        "end": round(moment.end, 3),
        "words": list(_words(moment)),
    }


def _words(moment: Moment) -> Iterator[dict[str, Any]]:
    """Timed words with their printed spans; nothing when the two do not tell the same words."""
    spoken = moment.utterance.words
    if len(spoken) != len(moment.words):
        return
    for word, timing in zip(spoken, moment.words, strict=True):
        yield {
            "text": word.text,
            "span": list(word.span),
            "start": round(timing.start, 3),
            "end": round(timing.end, 3),
        }
