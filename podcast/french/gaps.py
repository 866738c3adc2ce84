"""Words, and what stands between them.

A text is words and *gaps*: the runs of spaces, punctuation, quotes and dashes
before, between and after the words. All that prosody knows is in the gaps, so
the clause cutter and the engine text read the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from podcast.french.utterances import LONGEST_WORD

Mark = Literal[
    "stop", "question", "exclamation", "ellipsis", "semicolon", "colon", "comma",
    "open", "close", "quote_open", "quote_close", "dash",
]  # fmt: skip
"""``open`` and ``close`` are brackets."""

SIGNS: dict[str, Mark] = {
    ".": "stop", "?": "question", "!": "exclamation", "…": "ellipsis",
    ";": "semicolon", ":": "colon", ",": "comma",
    "(": "open", "[": "open", "{": "open", ")": "close", "]": "close", "}": "close",
    "«": "quote_open", "“": "quote_open", "„": "quote_open", "‹": "quote_open", "‘": "quote_open",
    "»": "quote_close", "”": "quote_close", "›": "quote_close", '"': "quote_close",
    "–": "dash", "—": "dash", "―": "dash", "-": "dash",
}  # fmt: skip
"""A straight quote opens before a word and after a space; only a spaced hyphen is a dash."""

APOSTROPHES = "'’"
HYPHENS = "‐‑-"
_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
WORD = re.compile(rf"[^\W_]{_LETTER}*(?:[{APOSTROPHES}{HYPHENS}]{_LETTER}+)*")
_SIGN = re.compile(
    r"(?P<doubt>\([?!]{1,3}\))"  # « (?) », « (!) » are not said
    r"|\.{2,}"
    r"|(?<!\S)-(?!\S)"
    rf"|[{re.escape(''.join(SIGNS.keys() - {'-'}))}]"
)
_ELIDED = re.compile(r"(?<!\w)(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)\Z", re.IGNORECASE)


class Gap(NamedTuple):
    """``text[start:end]`` holds no word."""

    start: int
    end: int
    marks: tuple[tuple[int, Mark], ...] = ()
    """Position and kind of each sign."""
    spaced: bool = True
    """It holds white space."""
    elided: bool = False
    """It begins with the apostrophe of an elision: l'« Équipe »."""

    def has(self, *marks: Mark) -> bool:
        """Whether one of these marks stands in it."""
        return any(mark in marks for _at, mark in self.marks)


@lru_cache(maxsize=4)
def gaps(text: str) -> tuple[Gap, ...]:
    """Every gap in order: the one before the first word, those between words, the one after the last.

    Any of them may be empty; n words have n + 1 gaps.
    Most sentences are asked for twice, whole and as pieces.
    """
    return tuple(_gaps(text))


def _gaps(text: str) -> Iterator[Gap]:
    at = 0
    for word in WORD.finditer(text):
        start, end = word.span()
        yield _gap(text, at, start)
        for at in range(start + LONGEST_WORD, end, LONGEST_WORD):
            yield Gap(at, at, spaced=False)
        at = end
    yield _gap(text, at, len(text))


def _gap(text: str, start: int, end: int) -> Gap:
    run = text[start:end]
    if run == " ":
        return Gap(start, end)
    # One character more than the gap, for the look-ahead of the hyphen.
    signs = _SIGN.finditer(text, start, end + 1)
    marks = tuple(
        (sign.start(), _mark(text, sign)) for sign in signs if sign.end() <= end and not sign["doubt"]
    )
    elided = run[:1] in {*APOSTROPHES} and _ELIDED.search(text[max(start - 9, 0) : start]) is not None
    return Gap(start, end, marks, any(map(str.isspace, run)), elided)


def _mark(text: str, sign: re.Match[str]) -> Mark:
    if sign.group() == '"' and text[sign.end() : sign.end() + 1].strip():
        before = text[sign.start() - 1 : sign.start()]
        if not before or before.isspace() or before in "([«“'’":
            return "quote_open"
    return "ellipsis" if len(sign.group()) > 1 else SIGNS[sign.group()]
