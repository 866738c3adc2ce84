"""From French as it is printed to French as it is said.

``normalize`` runs the text through ``STAGES``, each an ordered table of rules
(``podcast.french.rules``). The order is the meaning: characters first, then
what must be seen whole (addresses, codes), then figures, then what is left.
Sentence punctuation and quotation marks stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from podcast.french.rules import (
    abbreviations,
    codes,
    counting,
    dates,
    measures,
    phones,
    roman,
    symbols,
    times,
    typography,
    web,
)
from podcast.french.rules.engine import Rule, Stage
from podcast.french.spoken import Spoken


def _acronyms(spoken: Spoken) -> Spoken:
    try:
        from podcast.french import acronyms
    except ImportError:
        return spoken
    return acronyms.rewrite(spoken)


STAGES: tuple[Callable[[Spoken], Spoken], ...] = (
    Stage(typography.TRIGGER, *typography.RULES, words=False),
    Stage(web.TRIGGER, *web.RULES, words=False),
    Stage(abbreviations.TRIGGER, *abbreviations.RULES, words=False),
    Stage(roman.TRIGGER, *roman.RULES),
    Stage(codes.TRIGGER, *codes.RULES),
    Stage(
        r"[0-9+±~≈∼<>≤≥−–$€£¥UC-]",
        *phones.RULES,
        *dates.RULES,
        *times.RULES,
        *measures.RULES,
        *codes.AFTER_NUMBER,
        *counting.RULES,
    ),
    Stage(r"[^\W\d_]|[€$£¥₽₴₹₿%‰°µ]", *measures.ALONE),
    _acronyms,
    Stage(symbols.TRIGGER, *symbols.RULES, words=False),
    Stage(
        " ", Rule("espace", " (?= )|(?<![^\n]) | (?=[,.)\\]](?!\\w)|…|\n|$)", lambda match: ""), words=False
    ),
)


def normalize(text: str) -> Spoken:
    """What is said for ``text``; every rewrite is an ``Edit`` with its rule and both spans."""
    spoken = Spoken.of(text)
    for stage in STAGES:
        spoken = stage(spoken)
    return spoken


_ = re
