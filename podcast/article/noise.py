"""What one line of a page is, when it is not the article: the rules for pasted pages and HTML alike.

The vocabulary is data (`podcast.article.vocabulary`); here are the few ways
of applying it, and the noise that is told by its shape: rows of buttons,
durations, prices, captions with their credit.
"""

from __future__ import annotations

import re
from functools import cache

from podcast.article.lines import Line
from podcast.article.vocabulary import AGENCIES, FURNITURE, GLUE, PICTURE_AGENCIES, RULES, Reason, Rule

PROSE_LIMIT = 30
"""Rules for lines shorter than this are not applied to sentences of an article."""

_SCANNED = 400
"""Characters of a line that rules look at: noise says what it is at once."""

_DURATION = re.compile(
    r"(?:\d{1,2}:)?\d{1,3}[:'′]\d{2}(?:[\"″]|'')?(?: ?/ ?(?:\d{1,2}:)?\d{1,3}:\d{2})?$|\d{1,3} ?(?:min|mn|sec|s)$"
)
_MINUTE = re.compile(r"\d{1,3}(?:\+\d{1,2})?[’'′]$|\d{1,2} ?[h:] ?\d{2}$")
_PRICE = re.compile(r"\d ?(?:€|euros?\b|\$|£|CHF|M²|m²)")
_SENTENCE_INSIDE = re.compile(r"[.!?…][»\"”)]? +[A-ZÀ-ÝŒ«]")
_ARROW = re.compile(r"[→►▶›>▸⟶]\s?$")
_LETTER = re.compile(r"[^\W\d_]")
_WEB = re.compile(r"(?:https?://|www\.)\S{1,500}$")
_RULE_OFF = re.compile(r"[-–—_=*·•|#~.\s\t:/]+$")

_AGENCY = "|".join(re.escape(name) for name in sorted({*AGENCIES, *PICTURE_AGENCIES}, key=len, reverse=True))
_NAME = r"[A-ZÀ-ÝŒ][\w’'.-]{0,30}"
_CREDIT_START = re.compile(
    r"(?:[(\[]?(?:photos?|cr[ée]dits?|illustrations?|image|visuel|l[ée]gende|photographies?|dessin)\b"
    r"(?: (?:photos?|d[’']illustration|d[’']archives?|image|à la une|de|par|cc|\(cc\)|©|officielle?))*\s*(?:[:©|/]|\(|d[’']archives?|d[’']illustration)|©|\([cC]\) ?\S|\(?[Pp]hotos? (?:"
    + _NAME
    + r"|AFP))",
    re.IGNORECASE,
)
_CREDIT_END = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright|[Pp]hotos? ?:|[Cc]r[ée]dits?(?: [Pp]hotos?)? ?:|[Ii]llustration ?:)[^.!?]{1,80}[.)\]]?$"
    r"|(?:[/|(–—-] ?|[.»\"”] |, )(?:[Pp]hoto )?(?:" + _AGENCY + r")\b[^.!?]{0,40}[.)\]]?$"
    r"|(?:" + _AGENCY + r") ?/ ?[^.!?/]{1,40}[.)\]]?$"
    r"|[A-ZÀ-ÝŒ][\w’'-]{0,30} ?/ ?(?:" + _NAME + r"(?: |$)){1,3}$"
    r"|(?:[.»)] |^)[(–—-]? ?[Pp]hotos? [A-ZÀ-ÝŒ][^.!?]{1,60}[.)\]]?$"
    r"|\((?:[Pp]hoto|[Ii]llustration|[Ii]mage|[Aa]rchives?|[Pp]hotos?)\b[^.!?()]{0,60}\)[.]?$"
    r"|\([A-ZÀ-ÝŒ][^()/]{1,40} ?/ ?[A-ZÀ-ÝŒ][^()/]{1,40}\)\.?$"
    r"|[Pp]hoto d[’'](?:illustration|archives?)[.)]?$"
    r"|\b(?:" + "|".join(re.escape(name) for name in PICTURE_AGENCIES if len(name) > 3) + r")[.)]?$"
)  # fmt: skip
_PLACE_AND_DAY = re.compile(
    rf"{_NAME}(?:[ -]{_NAME}){{0,4}} \([^()]{{2,40}}\)(?:, (?:le |ce )?[\w ]{{3,30}})?\. "
)
CAPTION_LIMIT = 70
"""A caption has no more words than this; a paragraph that ends with an agency has."""


@cache
def _compiled(prose: bool) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple(
        (rule, re.compile(rf"\b(?:{rule.pattern})" if rule.where == "anywhere" else rule.pattern))
        for rule in RULES
        if not prose or rule.limit >= PROSE_LIMIT
    )


def noise_reason(line: Line) -> Reason | None:
    """Why this line cannot be part of an article; None when nothing speaks against it.

    A sentence is judged by the strong rules alone, so that an article *about*
    newsletters or cookies survives its subject.
    """
    return (
        _by_shape(line)
        or _by_vocabulary(line)
        or _by_buttons(line)
        or ("caption" if is_caption(line) else None)
    )


def is_caption(line: Line) -> bool:
    """True for the caption of a picture, told by its credit or by "Place (Country), day."."""
    if len(line.words) > CAPTION_LIMIT:
        return False
    text = line.text
    if _CREDIT_START.match(text[:80]) or _CREDIT_END.search(text[-140:]):
        return True
    return len(line.words) < 45 and _PLACE_AND_DAY.match(text[:160]) is not None


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
    return "ornament" if _RULE_OFF.match(line.text[:_SCANNED]) else "navigation"


def _by_vocabulary(line: Line) -> Reason | None:
    count = len(line.words)
    scanned = line.folded[:_SCANNED]
    for rule, pattern in _compiled(line.is_prose):
        if count > rule.limit:
            continue
        if rule.where == "anywhere":
            found = pattern.search(scanned)
        elif rule.where == "whole":
            found = pattern.fullmatch(scanned.strip(" .:!>→|"))
        else:
            found = pattern.match(scanned.lstrip(" -–|•*([{") if scanned[:1] in " -–|•([{" else scanned)
        if found:
            return rule.reason
    return None


def _by_buttons(line: Line) -> Reason | None:
    """A row of buttons says nothing else: "Réagir Enregistrer Partager"."""
    words = [word for word in line.words if not word.isdigit()]
    if not words or len(words) > 14 or line.text.endswith("."):
        return None
    for reason, furniture in FURNITURE.items():
        if any(word in furniture for word in words):
            if all(word in GLUE or any(word in names for names in FURNITURE.values()) for word in words):
                return reason
            return None
    return None


def looks_like_teaser(line: Line) -> bool:
    """True for a sentence that a list of articles cut short."""
    return (
        len(line.words) < 45
        and line.text.rstrip(" ]»").endswith(("…", "..."))
        and not _SENTENCE_INSIDE.search(line.text[-60:])
    )
