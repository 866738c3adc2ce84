"""What one line of a page is, when it is not the article: the rules for pasted pages and HTML alike.

The vocabulary is data (`podcast.article.vocabulary`); here are the few ways
of applying it, and the noise that is told by its shape: rows of buttons,
durations, prices, captions with their credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from podcast.article.beginnings import Index
from podcast.article.captions import is_caption
from podcast.article.lines import Line
from podcast.article.vocabulary import BUTTONS, FAMILIES, GLUE, NO_IMPERATIVES, READER, Reason

PROSE_LIMIT = 30
"""Rules for lines shorter than this are not applied to sentences of an article."""

_SCANNED = 400
"""Characters of a line that rules look at: noise says what it is at once."""

_CLOCK = r"(?:\d{1,2}:)?\d{1,3}[:'′]\d{2}(?:[\"″]|\'\')?"
_DURATION = re.compile(rf"{_CLOCK}(?: ?/ ?{_CLOCK})?$|\d{{1,3}} ?(?:min|mn|sec|s)$")
_MINUTE = re.compile(r"\d{1,3}(?:\+\d{1,2})?[’'′]$|\d{1,2} ?[h:] ?\d{2}$")
_PRICE = re.compile(r"\d ?(?:€|euros?\b|\$|£|CHF|M²|m²)")
SENTENCE_INSIDE = re.compile(r"[.!?…][»\"”)]? +[A-ZÀ-ÝŒ«]")
_ARROW = re.compile(r"[→►▶›>▸⟶]\s?$")
_LETTER = re.compile(r"[^\W\d_]")
_WEB = re.compile(r"(?:https?://|www\.)\S{1,500}$")
_RULE_OFF = re.compile(r"[-–—_=*·•|#~.\s\t:/]+$")


_Find = Callable[[str], re.Match[str] | None]

_MARKS = r"[ \-–—|•*(\[>→►▶+]*"
"""They may stand before the first word of a line."""
_CLOSING = r"[ .:!>→|]*$"


_MARKS_BEFORE = re.compile(_MARKS)
_BORDER = re.compile(r"\b")


class _Phrase(NamedTuple):
    """A phrase of a family; the families are tried in order."""

    rank: int
    text: str


@cache
def _phrases(*, anywhere: bool) -> Index[_Phrase]:
    """Those of the families that are looked for anywhere, or of the others, which are tied to the start."""
    return Index(
        (phrase, _Phrase(rank, phrase))
        for rank, family in enumerate(FAMILIES)
        if (family.where == "anywhere") is anywhere
        for phrase in family.phrases
    )


@cache
def _finder(phrase: _Phrase) -> _Find:
    """What finds it; few are ever asked for in one run."""
    where = FAMILIES[phrase.rank].where
    if where == "anywhere":
        return re.compile(rf"\b(?:{phrase.text})").search
    return re.compile(f"{_MARKS}(?:{phrase.text}){_CLOSING if where == 'whole' else ''}").match


def _possible(text: str) -> list[_Phrase]:
    """The phrases that may match, in the order of their families."""
    marks = _MARKS_BEFORE.match(text)
    first = range(marks.end() + 1 if marks else 1)
    borders = [border.start() for border in _BORDER.finditer(text)]
    found = _phrases(anywhere=False).may_match(text, first) | _phrases(anywhere=True).may_match(text, borders)
    return sorted(found)


def noise_reason(line: Line) -> Reason | None:
    """Why this line cannot be part of an article; None when nothing speaks against it.

    A sentence is judged by the strong rules alone, so that an article *about*
    newsletters or cookies survives its subject.
    """
    if line.is_of_post:
        return "social media post"
    return (
        _by_shape(line)
        or _by_vocabulary(line)
        or _by_buttons(line)
        or ("caption" if is_caption(line) else None)
    )


def is_stamp(line: Line) -> bool:
    """True for a bare minute or hour, as live pages and video boxes have."""
    return bool(_MINUTE.match(line.text) or _DURATION.match(line.text))


def _by_shape(line: Line) -> Reason | None:
    text = line.text
    if not text:
        return "image"
    if not _LETTER.search(text[:_SCANNED]):
        return _wordless(line)
    if "\t" in text:
        return "table"
    if _DURATION.match(text):
        return "video"
    if _WEB.match(text):
        return "list of links"
    if len(line.words) <= 12 and not line.ends_sentence:
        if _ARROW.search(text[-3:]) or (text.endswith("»") and "«" not in text) or text[0] in "←‹<":
            return "list of links"
        if _PRICE.search(text) and sum(c.isdigit() for c in text) * 4 > len(text):
            return "shopping"
    if line.link_share > 0.7 and len(line.words) > 2:
        return "list of links"
    return None


def _wordless(line: Line) -> Reason:
    if is_stamp(line):
        return "video"
    if _PRICE.search(line.text[:_SCANNED]):
        return "shopping"
    return "ornament" if _RULE_OFF.match(line.text[:_SCANNED]) else "navigation"


def _by_vocabulary(line: Line) -> Reason | None:
    scanned = line.folded[:_SCANNED]
    count, prose = len(line.words), line.is_prose
    for phrase in _possible(scanned):
        family = FAMILIES[phrase.rank]
        if count > family.limit or (prose and family.limit < PROSE_LIMIT):
            continue
        silent = prose and family.addressed and not addresses_reader(line)
        if not silent and _finder(phrase)(scanned):
            return family.reason
    return None


def addresses_reader(line: Line) -> bool:
    """True for "vous", "nos" or an imperative: the site speaks, not the article."""
    return any(word in READER or (word.endswith("ez") and word not in NO_IMPERATIVES) for word in line.words)


def _by_buttons(line: Line) -> Reason | None:
    """A row of buttons says nothing else: "Réagir Enregistrer Partager"."""
    if len(line.words) > 14 or line.text.endswith("."):
        return None
    words = [word for word in line.words if not word.isdigit()]
    named = [BUTTONS[word] for word in words if word in BUTTONS]
    return named[0] if named and all(word in BUTTONS or word in GLUE for word in words) else None


def looks_like_teaser(line: Line) -> bool:
    """True for a sentence that a list of articles cut short."""
    return (
        len(line.words) < 45
        and line.text.rstrip(" ]»").endswith(("…", "..."))
        and not SENTENCE_INSIDE.search(line.text[-60:])
    )
