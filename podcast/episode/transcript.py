"""The transcript that podcast apps show: WebVTT of the printed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from podcast.episode.timeline import Moment
from podcast.types import Block

LONGEST_LINE = 65
"""Characters in a line, voice tag and escapes included (Podcasting 2.0 transcripts)."""

_NARRATOR = "Voix de synthèse"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def webvtt(script: Sequence[Block], moments: Iterable[Moment]) -> Iterator[str]:
    """One cue per utterance, in its printed words, each line at most 65 characters; a piece for each."""
    yield "WEBVTT\n"
    for moment in moments:
        yield f"\n{_cue(script, moment)}"


def _cue(script: Sequence[Block], moment: Moment) -> str:
    utterance = moment.utterance
    start, end = utterance.span
    printed = script[utterance.block_index].text[start:end].split() or utterance.text.split()
    speaker = f"{_NARRATOR} ({utterance.voice})" if utterance.voice else _NARRATOR
    lines = _lines([f"<v {speaker.translate(_ESCAPES)}>", *printed])
    times = f"{_time(moment.start)} --> {_time(moment.end)}"
    return "\n".join((times, *lines, ""))


def _lines(words: list[str]) -> Iterator[str]:
    """Fill lines; the voice tag is the first word and keeps its angle brackets."""
    line = words[0]
    for number, word in enumerate(piece for text in words[1:] for piece in _pieces(text)):
        joint = "" if number == 0 else " "
        if len(line) + len(joint) + len(word) > LONGEST_LINE:
            yield line
            line = word
        else:
            line = f"{line}{joint}{word}"
    yield line


def _pieces(word: str) -> Iterator[str]:
    """An escaped word, cut when it is longer than a line."""
    escaped = ""
    for character in word:
        character_escaped = character.translate(_ESCAPES)
        if len(escaped) + len(character_escaped) > LONGEST_LINE:
            yield escaped
            escaped = ""
        escaped += character_escaped
    yield escaped


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
