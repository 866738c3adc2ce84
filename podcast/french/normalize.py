"""From French as it is printed to French as it is said.

``normalize`` runs the text through ``stages.STAGES``, each an ordered table of
rules (``podcast.french.rules``). The order is the meaning: characters first,
then what must be seen whole (addresses, codes), then figures, then what is
left. Sentence punctuation and quotation marks stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from podcast.french.spoken import Spoken

_PASSES = 6
"""Ordinary text takes one, and one that finds nothing."""


def normalize(text: str) -> Spoken:
    """What is said for ``text``; every rewrite is an ``Edit`` with its rule and both spans.

    The stages run until they change nothing: saying one thing may uncover
    another where the two are printed without a space (3.5XXIe). So normalising
    twice changes nothing.
    """
    from podcast.french.spoken import Spoken
    from podcast.french.stages import STAGES  # the tables are read when a text asks for them

    spoken = Spoken.of(text)
    quiet = 0
    for stage in STAGES * _PASSES:
        before, spoken = spoken, stage(spoken)
        quiet = quiet + 1 if spoken is before else 0
        if quiet == len(STAGES):
            break
    return spoken
