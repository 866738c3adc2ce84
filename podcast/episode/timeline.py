"""When everything is heard, and which printed characters are being said then."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TextIO

from podcast.types import Block, Chapter, Clip, Utterance, WordTiming

VERSION = 1
"""Of the ``timeline.json`` format."""


class Moment(NamedTuple):
    """One utterance in the episode; seconds from the episode's first sample."""

    utterance: Utterance
    start: float
    end: float
    """End of the speech; the pause comes after."""
    words: tuple[WordTiming, ...] = ()
    """The clip's words in episode time."""

    @classmethod
    def of(cls, clip: Clip, start: float, end: float) -> Moment:
        """An utterance that is heard from ``start`` to ``end``; ``clip`` is the last part of it."""
        words = tuple(WordTiming(word.text, start + word.start, start + word.end) for word in clip.words)
        return cls(clip.utterance, start, end, words)

    def without_words(self) -> Moment:
        """What chapters, transcript and page need: light enough to keep for a whole book."""
        return Moment(replace(self.utterance, words=(), phonemic=""), self.start, self.end)


class TimelineWriter:
    """Writes ``timeline.json`` while the moments come, so that a long text costs no memory.

    Times in seconds to the millisecond, spans in characters of the printed block.
    """

    def __init__(self, file: TextIO, script: Sequence[Block]) -> None:
        self._file = file
        self._between = ""
        blocks = [{"kind": block.kind, "text": block.text} for block in script]
        file.write(f'{{"version": {VERSION},\n"blocks": {_json(blocks)},\n"utterances": [')

    def add(self, moment: Moment) -> None:
        """Write one utterance with its words."""
        self._file.write(f"{self._between}\n{_json(utterance_json(moment))}")
        self._between = ","

    def finish(self, chapters: Iterable[Chapter], duration: float) -> None:
        """Write what is known only now; the file stays open."""
        entries = [
            {"title": chapter.title, "start": round(chapter.start, 3), "end": round(chapter.end, 3)}
            for chapter in chapters
        ]
        self._file.write(f'\n],\n"chapters": {_json(entries)},\n"duration": {round(duration, 3)}}}\n')


_json = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
"""One for all moments: ``json.dumps`` makes a new one each time."""


def utterance_json(moment: Moment) -> dict[str, Any]:
    """One entry of ``utterances``."""
    utterance = moment.utterance
    return {
        "index": utterance.index,
        "block": utterance.block_index,
        "span": list(utterance.span),
        "text": utterance.text,
        "start": round(moment.start, 3),
        "end": round(moment.end, 3),
        "words": _words(moment),
    }


def _words(moment: Moment) -> list[dict[str, Any]]:
    """Timed words with their printed spans; none when the two do not tell the same words."""
    spoken = moment.utterance.words
    if len(spoken) != len(moment.words):
        return []
    return [
        {"text": text, "span": list(span), "start": round(start, 3), "end": round(end, 3)}
        for (text, span), (_, start, end) in zip(spoken, moment.words, strict=True)
    ]
