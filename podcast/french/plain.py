"""The text an engine gets: words, commas, and one mark at the end.

Measured with the phonemiser of Piper (espeak-ng 1.52): brackets, dashes and quotes leave no trace, « … » and
« ... » leave none either and lose the border to the next sentence, a full stop inside
(« J. K. Rowling ») makes two sentences of one. So brackets and dashes become commas,
« … » a comma or a full stop, quotes and inner full stops go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from podcast.french.gaps import APOSTROPHES, HYPHENS, Gap, gaps
from podcast.french.spoken import Replacement, Spoken

RULE = "ponctuation"
MARKS = ",;:.!?"
"""The punctuation that engine text may have, each after a word."""

_OPTIONAL_ENDING = re.compile(r"(?<=\w)\((?:e|s|es|ne|nes|te|tes|le|les|x)\)")
_NUMBERING = re.compile(r"(?:\d{1,3}|[IVX]{2,5})\.\s")
_VARIANT = re.compile(rf"(?<=\w)[{APOSTROPHES[1:]}{HYPHENS[:-1]}](?=\w)")


def tidy(spoken: Spoken) -> Spoken:
    """What only the eye wants: « élu(e)s » is read élus; « 1. Le prix » is read un, le prix."""
    endings = [Replacement(*m.span(), "", "terminaison") for m in _OPTIONAL_ENDING.finditer(spoken.text)]
    spoken = spoken.rewrite(endings)
    stop = spoken.text.find(".") if _NUMBERING.match(spoken.printed) else -1
    return spoken if stop < 0 else spoken.rewrite([Replacement(stop, stop + 1, ",", "numérotation")])


def plain(spoken: Spoken, final: str) -> Spoken:
    """``spoken`` as words and , ; : with single spaces, closed by ``final``; no words, no text."""
    found = gaps(spoken.text)
    if len(found) == 1:
        return spoken.rewrite([Replacement(0, len(spoken.text), "", RULE)])
    return spoken.rewrite(sorted([*_separators(found, final), *_variants(spoken.text)]))


def _separators(found: Sequence[Gap], final: str) -> Iterator[Replacement]:
    last = len(found) - 1
    for index, gap in enumerate(found):
        text = final if index == last else separator(gap) if index else ""
        yield Replacement(gap.start, gap.end, text, RULE)


def _variants(text: str) -> Iterator[Replacement]:
    for sign in _VARIANT.finditer(text):
        yield Replacement(*sign.span(), "'" if sign.group() in APOSTROPHES else "-", RULE)


def separator(gap: Gap) -> str:
    """What the engine gets between two words of one utterance."""
    if gap.elided:
        return "'"
    if not gap.marks:
        return " "
    if gap.has("semicolon"):
        return "; "
    if gap.has("colon") and gap.spaced:
        return ": "
    said = gap.has("stop") and gap.has("quote_close")  # « J'arrive. » dit-il
    return ", " if said or gap.has("comma", "open", "close", "dash", "ellipsis", "colon") else " "


def final_mark(gap: Gap) -> str:
    """How the engine text of a sentence ends, by what stands after its last word."""
    if gap.has("question"):
        return "?"
    if gap.has("exclamation"):
        return "!"
    if gap.has("colon"):
        return ":"
    return ";" if gap.has("semicolon") else "."
