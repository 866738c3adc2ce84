"""What an element holds, told by its tag and by the names that a page's author gave it.

The names are data (``boxes.toml``). A box that holds most of the text of the
page is no box: an old page may stand in a table or a form, a theme may call
its body "related-content".
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from podcast.article.tree import Element
from podcast.article.vocabulary import Reason

USUAL_SHARE = 0.4
HIDDEN_SHARE = 0.3


class Box(NamedTuple):
    """An element whose text is noise of this kind, unless it holds too much of the page's prose."""

    reason: Reason
    share: float = USUAL_SHARE


_TABLES: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_HIDDEN = Box("hidden", HIDDEN_SHARE)
_WORDS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|\d+")
_SCANNED = 300
_WHOLE = frozenset(("html", "body", "main", "article"))
"""What these are called tells of the page (its kind, its tags, its sidebar), not of what they hold."""
_PARTS: frozenset[Reason] = frozenset(
    ("video", "audio player", "caption", "byline", "tags", "share bar", "shopping")
)
LEAST_LEFT = 0.05
"""Share of the prose of a page that boxes must leave."""
_PICTURES = ("img", "picture", "figure", "amp-img", "video")
_SLANTED = ("br", "em", "i", "small")
_LINES = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"))
_CONTAINERS: frozenset[Reason] = frozenset(
    ("video", "audio player", "shopping", "popular articles", "navigation")
)


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f"-(?:{'|'.join(names)})-")


@cache
def _named_boxes() -> tuple[tuple[Box, re.Pattern[str]], ...]:
    return tuple(
        (Box(table["reason"], table.get("share", USUAL_SHARE)), _pattern(tuple(table["names"])))
        for table in _TABLES["box"]
    )


def names(element: Element) -> str:
    """The words of ``class`` and ``id``: ``articleBody lead-text`` is ``-article-body-lead-text-``."""
    printed = f"{element.get('class', '')[:_SCANNED]} {element.get('id', '')[:_SCANNED]}"
    return f"-{'-'.join(_WORDS.findall(printed)).lower()}-"


def box_of(element: Element) -> Box | None:
    """The box that this element is by itself, if any."""
    tag = str(element.tag)
    if tag in _TABLES["tags"]:
        return Box(_TABLES["tags"][tag])
    if _is_hidden(element):
        return _HIDDEN
    role = element.get("role", "").lower()
    if role in _TABLES["roles"]:
        return Box(_TABLES["roles"][role])
    if tag in _WHOLE:
        return None
    return _named(names(element), tag in _LINES)


@lru_cache(maxsize=4096)
def _named(called: str, is_line: bool) -> Box | None:
    """The first box of that name; a heading or a paragraph is none for what it plays or shows."""
    found = (box for box, pattern in _named_boxes() if called != "--" and pattern.search(called))
    return next((box for box in found if not (is_line and box.reason in _CONTAINERS)), None)


def is_body(element: Element) -> bool:
    """True for what the page calls the body of its article."""
    return element.get("itemprop", "") == "articleBody" or _is_called("body", element)


def is_standfirst(element: Element) -> bool:
    """True for what the page calls the standfirst of its article."""
    return _is_called("standfirst", element)


def is_breadcrumb(element: Element) -> bool:
    """True for the way from the home page to the article."""
    return _is_called("breadcrumb", element)


def is_in_menu(element: Element) -> bool:
    """True inside a menu that is no breadcrumb."""
    holder: Element | None = element
    while holder is not None and not is_breadcrumb(holder):
        box = box_of(holder)
        if box and box.reason == "navigation":
            return True
        holder = holder.getparent()
    return False


def is_author(element: Element) -> bool:
    """True for the name of the author of an article."""
    return _is_called("author", element)


def is_under_picture(element: Element) -> bool:
    """True when a picture stands right before this element."""
    before = element.getprevious()
    if before is None or (before.tail or "").strip():
        return False
    return before.tag in _PICTURES or (
        next(before.iter(*_PICTURES), None) is not None and not "".join(before.itertext()).strip()
    )


def opens_with_picture(element: Element) -> bool:
    """True for a paragraph of a picture and a slanted line below it."""
    if (element.text or "").strip() or element.tag not in ("p", "div", "center"):
        return False
    parts = list(element)
    if len(parts) < 2 or next(parts[0].iter(*_PICTURES), None) is None:
        return False
    loose = any((part.tail or "").strip() for part in parts)
    return not loose and all(part.tag in _SLANTED for part in parts[1:])


def _is_called(what: str, element: Element) -> bool:
    return _pattern(tuple(_TABLES["names"][what])).search(names(element)) is not None


def _is_hidden(element: Element) -> bool:
    style = element.get("style", "")[:_SCANNED].replace(" ", "").lower()
    return element.get("hidden", "no") != "no" or "display:none" in style or "visibility:hidden" in style


def boxed(elements: Sequence[Element], words: Mapping[Element, int]) -> dict[Element, Reason]:
    """Which elements of a tree (in document order) are in a box, and of what kind.

    ``words`` counts the words of prose in each element, its children's
    included. Where the boxes leave no text, the kind that holds most of it is
    not believed.
    """
    boxes = {element: box for element in elements if (box := box_of(element))}
    for element in elements:
        if element.tag == "h1":
            _unbox_head(boxes, element)
    total = max(words.values(), default=0)
    _unbox_large(boxes, words, total)
    while True:
        reasons = _inherited(elements, boxes)
        held = Counter[Reason]()
        for element in reasons:
            if element.getparent() not in reasons:
                held[reasons[element]] += words.get(element, 0)
        if total - held.total() >= LEAST_LEFT * total or not held.total():
            return reasons
        reason = held.most_common(1)[0][0]
        boxes = {element: box for element, box in boxes.items() if box.reason != reason}


def _unbox_head(boxes: dict[Element, Box], element: Element) -> None:
    """What holds a heading of the first level is no picture, player or button of it."""
    holder = element.getparent()
    while holder is not None:
        if holder in boxes and boxes[holder].reason in _PARTS:
            del boxes[holder]
        holder = holder.getparent()


def _unbox_large(boxes: dict[Element, Box], words: Mapping[Element, int], total: int) -> None:
    """Forget the boxes that hold too much; those called alike are measured together."""
    together: Counter[tuple[object, str]] = Counter()
    for element in boxes:
        together[element.tag, names(element)] += words.get(element, 0)
    for element, box in list(boxes.items()):
        if together[element.tag, names(element)] > box.share * total:
            del boxes[element]


def _inherited(elements: Sequence[Element], boxes: Mapping[Element, Box]) -> dict[Element, Reason]:
    """The kind of the outermost box around each element that is in one."""
    reasons: dict[Element, Reason] = {}
    for element in elements:
        parent = element.getparent()
        if parent in reasons:
            reasons[element] = reasons[parent]
        elif element in boxes:
            reasons[element] = boxes[element].reason
    return reasons
