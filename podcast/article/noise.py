"""What one line of a page is, when it is not the article: the rules for pasted pages and HTML alike.

The vocabulary is data (`podcast.article.vocabulary`); here are the few ways
of applying it, and the noise that is told by its shape: rows of buttons,
durations, prices, captions with their credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from podcast.article.captions import is_caption
from podcast.article.lines import Line
from podcast.article.vocabulary import BUTTONS, FAMILIES, GLUE, NO_IMPERATIVES, READER, Family, Reason

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


@cache
def _families(prose: bool) -> tuple[Family, ...]:
    """Those that such a line is judged by."""
    return tuple(family for family in FAMILIES if not prose or family.limit >= PROSE_LIMIT)


@cache
def _finder(family: Family) -> _Find:
    """What finds its phrases; few are ever asked for in one run."""
    return _anywhere(family) if family.where == "anywhere" else _at_start(family)


@cache
def _screen() -> tuple[_Find, _Find]:
    """All families at once: most lines match none, and are done after two looks.

    What is tied to the start is tried there alone: in one search for everything, each of its
    phrases was tried at each character. Sentences have no screen of their own: to compile it
    takes longer than it spares.
    """
    loose = [family for family in FAMILIES if family.where == "anywhere"]
    return _at_start(*(family for family in FAMILIES if family not in loose)), _anywhere(*loose)


def _at_start(*families: Family) -> _Find:
    phrases = (
        f"(?:{phrase}){_CLOSING if family.where == 'whole' else ''}"
        for family in families
        for phrase in family.phrases
    )
    return re.compile(f"{_MARKS}(?:{'|'.join(phrases)})").match


def _anywhere(*families: Family) -> _Find:
    phrases = (phrase for family in families for phrase in family.phrases)
    return re.compile(rf"\b(?:{'|'.join(phrases)})").search


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
    count = len(line.words)
    scanned = line.folded[:_SCANNED]
    if not any(find(scanned) for find in _screen()):
        return None
    silent = line.is_prose and not addresses_reader(line)
    for family in _families(line.is_prose):
        if count <= family.limit and not (silent and family.addressed) and _finder(family)(scanned):
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
