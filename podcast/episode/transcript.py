"""The transcript that podcast apps show: WebVTT of the printed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from podcast.episode.timeline import Moment
from podcast.types import Block

LONGEST_LINE = 65
"""Characters in a line, voice tag and escapes included (Podcasting 2.0 transcripts)."""

_NARRATOR = "Voix de synthèse"


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
    lines = _lines(f"<v {_escaped(speaker)}>", " ".join(piece for word in printed for piece in _pieces(word)))
    times = f"{_time(moment.start)} --> {_time(moment.end)}"
    return "\n".join((times, *lines, ""))


def _lines(tag: str, text: str) -> Iterator[str]:
    """Fill lines with escaped pieces; the voice tag stands before the first, or alone for want of room."""
    while text and len(tag) + len(text) > LONGEST_LINE:
        end = text.rfind(" ", 0, max(0, LONGEST_LINE - len(tag) + 1))
        yield tag + text[: max(0, end)]
        tag, text = "", text[end + 1 :]
    yield tag + text


def _pieces(word: str) -> Iterator[str]:
    """An escaped word, cut when it is longer than a line."""
    escaped = _escaped(word)
    if len(escaped) <= LONGEST_LINE:
        yield escaped
        return
    piece = ""
    for character in map(_escaped, word):
        if len(piece) + len(character) > LONGEST_LINE:
            yield piece
            piece = ""
        piece += character
    yield piece


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
