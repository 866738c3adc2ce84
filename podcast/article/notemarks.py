"""The marks that call a footnote, told apart from powers and ordinals. They are not read aloud."""

from __future__ import annotations

import re

from podcast.article.tree import Element

_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[*†a-z])[\])]?$")
_MARK_LENGTH = 8
_MARK_CHILDREN = 3
_ENDS_WORD = re.compile(r"[^\W\d]{3}$|[.,;:!?»”\")\]]\s?$")


def is_note_mark(element: Element) -> bool:
    """True for the raised number, or the link, that calls a footnote."""
    if element.tag == "a":
        return element.get("href", "").startswith("#") and _is_mark(element)
    if element.tag != "sup" or not _is_mark(element) or _printed(element).isalpha():
        return False
    return next(element.iter("a"), None) is not None or _follows_word(element)


def _is_mark(element: Element) -> bool:
    return len(element) <= _MARK_CHILDREN and _NOTE_MARK.match(_printed(element)) is not None


def _printed(element: Element) -> str:
    return "".join(element.itertext()).strip()[:_MARK_LENGTH]


def _follows_word(element: Element) -> bool:
    """True after a word or a stop; a unit, a symbol or a number has a power or an index instead."""
    before, parent = element.getprevious(), element.getparent()
    text = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    return _ENDS_WORD.search(text[-8:]) is not None
