"""How long the reader is silent, by what stands between two utterances."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal

from podcast.errors import ConfigError

Construct = Literal[
    "title",
    "standfirst",
    "before_heading",
    "heading",
    "paragraph",
    "quote",
    "list_item",
    "end",
    "sentence",
    "interjection",
    "ellipsis",
    "semicolon",
    "colon",
    "incise",
    "quote_open",
    "quote_close",
    "comma",
    "breath",
]
"""What separates an utterance from the next one; each has its field in ``Pauses``."""

LONGEST = 10.0
"""Seconds; a longer pause is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Silence in seconds, by construct.

    Read speech has two kinds of pauses, brief ones under 0.2 s and medium ones of 0.2 to 1 s; longer
    ones belong to spontaneous speech (Campione & Véronis, "A large-scale multilingual study of silent pause
    duration", Speech Prosody 2002). Brisk readers leave 0.2 to 1 s between sentences and 0.4 to 1.3 s
    between paragraphs (Kazlauskienė & Kalašinskaitė, Respectus Philologicus 37, 2020). The defaults stand
    inside these ranges, headings a little beyond since they announce a chapter. A voice adds about 0.1 s
    of its own around every utterance, which is not counted here.

    A comma *inside* an utterance is the engine's: ``comma`` is only for those where a long sentence was cut.
    """

    title: float = 0.9
    """After the title."""
    standfirst: float = 0.9
    """After the standfirst."""
    before_heading: float = 1.1
    """Before a heading, or before the closing notice, whatever came before."""
    heading: float = 0.7
    """After a heading."""
    paragraph: float = 0.75
    """After a paragraph."""
    quote: float = 0.75
    """After a block that is a quotation."""
    list_item: float = 0.5
    """After an item of a list."""
    end: float = 0.5
    """After the last utterance."""
    sentence: float = 0.45
    """Between two sentences of a block."""
    interjection: float = 0.2
    """After « ! » or « ? » inside a sentence: « Partez ! », a-t-il crié."""
    ellipsis: float = 0.3
    """After « … » inside a sentence."""
    semicolon: float = 0.25
    colon: float = 0.25
    incise: float = 0.12
    """Before and after what stands between dashes or in parentheses."""
    quote_open: float = 0.25
    """Before a quotation that a colon or a comma announces."""
    quote_close: float = 0.12
    """After a long quotation, before « a déclaré la ministre »."""
    comma: float = 0.1
    breath: float = 0.0
    """Where a long sentence was cut with no punctuation."""

    def __post_init__(self) -> None:
        for name, seconds in ((f.name, getattr(self, f.name)) for f in fields(self)):
            # bool is an int, and a NaN passes every comparison the wrong way round.
            is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
            if not is_number or not math.isfinite(seconds) or not 0 <= seconds <= LONGEST:
                raise ConfigError(
                    f"a pause of {seconds!r} s is not possible",
                    where=f"pauses.{name}",
                    remedy=f"give seconds between 0 and {LONGEST:g}",
                )

    def after(self, construct: Construct) -> float:
        """Seconds of silence for that construct."""
        seconds: float = getattr(self, construct)
        return seconds
