"""The stages of ``normalize``, in order: characters first, then what must be seen whole, then figures."""

from __future__ import annotations

from collections.abc import Callable

from podcast.french import acronyms
from podcast.french.rules import (
    abbreviations,
    codes,
    counting,
    dates,
    measures,
    parts,
    phones,
    phrases,
    roman,
    scores,
    symbols,
    times,
    typography,
    web,
)
from podcast.french.rules.engine import Stage
from podcast.french.spoken import Spoken

_FIGURE = r"(?:[-−–+±~≈∼<>≤≥] ?)?(?:[0-9]|(?:US|CA)?[$€£¥])"
"""A figure, with what may stand before it: its sign, its currency."""

STAGES: tuple[Callable[[Spoken], Spoken], ...] = (
    Stage(typography.ACCENTS, needs=typography.COMBINING, words=False),
    Stage(typography.TABLE, first=typography.UNUSUAL, words=False),
    Stage(web.TABLE, needs=web.MARKS, words=False),
    Stage(
        abbreviations.TABLE,
        first=abbreviations.FIRST,
        needs=abbreviations.may_stand,
        words=False,
    ),
    Stage(phrases.TABLE, first=phrases.FIRST),
    Stage(roman.TABLE, first="[IVXLCMivx-]"),
    Stage(codes.RATINGS, first="[ABC]"),
    Stage(codes.TABLE, needs="[0-9×]"),
    Stage(
        phones.TABLE,
        *dates.TABLES,
        times.TABLE,
        parts.COMPARED,
        measures.INSIDE,
        measures.RANGES,
        measures.TABLE,
        measures.PREFIXED,
        codes.AFTER_NUMBER,
        scores.TABLE,
        parts.TABLE,
        counting.SIGNED,
        counting.TABLE,
        counting.LAST,
        first="[-−–+±~≈∼<>≤≥0-9UC$€£¥]",
        needs="[0-9$€£¥]",
        opening=_FIGURE,
    ),
    Stage(counting.LEFT_OVER, first="[0-9]"),
    Stage(measures.ALONE, needs=measures.WITHOUT_NUMBER),
    acronyms.rewrite,
    Stage(symbols.TABLE, needs=symbols.LEFT, words=False),
    Stage(symbols.ELISION, first="[dDmqQ]", words=False),
    Stage(symbols.STOPS, first="[.]", words=False),
    Stage(symbols.SPACES, first="[ \t]", words=False),
)
