"""From French as it is printed to French as it is said.

``normalize`` runs the text through ``STAGES``, each an ordered table of rules
(``podcast.french.rules``). The order is the meaning: characters first, then
what must be seen whole (addresses, codes), then figures, then what is left.
Sentence punctuation and quotation marks stay.
"""

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
from podcast.french.rules.quantities import START
from podcast.french.spoken import Spoken

_FIGURE = rf"{START}[0-9]|[-−–+±~≈∼<>≤≥] ?[0-9]|(?:US|CA)?[$€£¥]"
"""Where a number begins, with its sign or its currency before it."""

_PASSES = 6
"""Ordinary text takes one, and one that finds nothing."""

STAGES: tuple[Callable[[Spoken], Spoken], ...] = (
    Stage(typography.TABLE, typography.ACCENTS, words=False),
    Stage(web.TABLE, words=False),
    Stage(abbreviations.TABLE, words=False),
    Stage(phrases.TABLE),
    Stage(roman.TABLE),
    Stage(codes.RATINGS),
    Stage(codes.TABLE),
    Stage(
        phones.TABLE,
        dates.TABLE,
        times.TABLE,
        parts.COMPARED,
        measures.TABLE,
        codes.AFTER_NUMBER,
        scores.TABLE,
        parts.TABLE,
        counting.TABLE,
        opening=_FIGURE,
    ),
    Stage(counting.LEFT_OVER),
    Stage(measures.ALONE),
    acronyms.rewrite,
    Stage(symbols.TABLE, words=False),
    Stage(symbols.ELISION, words=False),
    Stage(symbols.SPACES, words=False),
)


def normalize(text: str) -> Spoken:
    """What is said for ``text``; every rewrite is an ``Edit`` with its rule and both spans.

    The stages run until they change nothing: saying one thing may uncover
    another where the two are printed without a space (3.5XXIe). So normalising
    twice changes nothing.
    """
    spoken = Spoken.of(text)
    for _ in range(_PASSES):
        before = spoken
        for stage in STAGES:
            spoken = stage(spoken)
        if spoken.text == before.text:
            break
    return spoken
