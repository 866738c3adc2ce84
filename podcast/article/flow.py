"""The printed lines of an HTML page, in reading order, each with the element it stands in.

The walk keeps its own stack: a hostile page nests deeper
than Python recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from podcast.article.islands import is_headline
from podcast.article.lines import SENTENCE_END, Hint, Line, printed_line
from podcast.article.notemarks import is_note_mark
from podcast.article.tree import Element

UNPRINTED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "canvas",
        "video",
        "audio",
        "map",
        "head",
        "link",
        "meta",
        "base",
        "title",
        "input",
        "select",
        "option",
        "optgroup",
        "datalist",
        "textarea",
        "progress",
        "meter",
        "param",
        "source",
        "track",
        "applet",
        "frameset",
        "frame",
    ]
)
"""Elements whose content a browser does not print, or that a reader cannot read aloud."""

INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BOLD = frozenset(("b", "strong"))
_LABELS = frozenset(("span", "a", "time", "label", "button"))
"""Inline elements that style sheets set apart: two that touch are two words."""

_UNSEEN = re.compile(
    r"\b(?:sr-only|screen-?reader|visually-?hidden|a11y-hidden|assistive-text|u-hidden-visually)",
    re.IGNORECASE,
)
"""Names of what only a screen reader says: it repeats, or explains a control."""

_SPACES = re.compile(r"[ \t\n\r\f]+")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_EMPTY = re.compile(r"\s?\[\s?\]|\s?\(\s?\)")
"""What is left of a note mark between brackets."""
_BOLD_SHARE = 0.95

Event = Literal["start", "end", "skip"]
Printed = Literal["heading", "paragraph", "quote", "item", "text"]


@dataclass(slots=True)
class Piece:
    """One printed line of the page."""

    line: Line
    element: Element
    """The block that it stands in."""
    printed: Printed
    """What its element makes it; ``text`` stands in a bare container."""
    level: int = 0
    """Of a heading: 1 to 6."""


@dataclass(slots=True)
class _Run:
    """Inline text being gathered, with how much of it is linked and bold."""

    parts: list[tuple[str, bool, bool]] = field(default_factory=list)
    """Text, linked, bold; a line break is "\\n" alone."""

    def add(self, text: str | None, *, linked: bool, bold: bool) -> None:
        if text:
            self.parts.append((_SPACES.sub(" ", text), linked, bold))

    def last(self) -> str:
        return self.parts[-1][0][-1:] if self.parts else " "


def read_pieces(root: Element) -> list[Piece]:
    """Every printed line of the tree, in order."""
    return list(_Reader().read(root))


class _Reader:
    """The state of one walk through a tree."""

    def __init__(self) -> None:
        self.run = _Run()
        self.blocks: list[Element] = []
        self.links = 0
        self.bolds = 0
        self.raised = 0
        self.quotes = 0
        self.items = 0

    def read(self, root: Element) -> Iterator[Piece]:
        for event, element in _walk(root):
            if element.tag == "br":
                self.run.parts.append(("\n", False, False))
            elif event == "skip":
                pass
            elif element.tag in INLINE:
                self._inline(element, event == "start")
            else:
                yield from self._block(element, event == "start")
            if event != "start":
                self._text(element.tail)
        yield from self._flush()

    def _inline(self, element: Element, start: bool) -> None:
        step = 1 if start else -1
        self.links += step * (element.tag == "a")
        self.bolds += step * (element.tag in _BOLD)
        self.raised += step * (element.tag == "sup")
        if start:
            if element.tag in _LABELS and _touches(element):
                self._text(" ")
            self._text(element.text)

    def _block(self, element: Element, start: bool) -> Iterator[Piece]:
        yield from self._flush()
        step = 1 if start else -1
        self.quotes += step * (element.tag == "blockquote")
        self.items += step * (element.tag == "li")
        if start:
            self.blocks.append(element)
            self._text(element.text)
        else:
            self.blocks.pop()

    def _text(self, text: str | None) -> None:
        if self.raised and text:
            text = text.translate(_RAISED)
        self.run.add(text, linked=self.links > 0, bold=self.bolds > 0)

    def _flush(self) -> Iterator[Piece]:
        parts, self.run.parts = self.run.parts, []
        if not parts or not self.blocks:
            return
        element = self.blocks[-1]
        printed = self._printed(element)
        for line, bold in _lines(parts):
            heads = bold and printed in ("paragraph", "text") and _may_head(line)
            kind: Printed = "heading" if heads else printed
            hint: Hint = "" if kind == "paragraph" or kind == "text" else kind
            level = int(str(element.tag)[1]) if element.tag in HEADINGS else 5 if kind == "heading" else 0
            yield Piece(replace(line, hint=hint), element, kind, level)

    def _printed(self, element: Element) -> Printed:
        if element.tag in HEADINGS:
            return "heading"
        if self.quotes:
            return "quote"
        if self.items:
            return "item"
        return "paragraph" if element.tag == "p" else "text"


def _walk(root: Element) -> Iterator[tuple[Event, Element]]:
    """Where each element starts and ends; those that are not printed, and what is in them, are skipped."""
    stack = [(root, iter(root))]
    yield "start", root
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "end", element
        elif child.tag in UNPRINTED or child.tag == "br" or _is_unseen(child) or is_note_mark(child):
            yield "skip", child
        else:
            yield "start", child
            stack.append((child, iter(child)))


def _is_unseen(element: Element) -> bool:
    return _UNSEEN.search(element.get("class", "")[:300]) is not None


def _touches(element: Element) -> bool:
    """True when a label starts where another one ended."""
    before = element.getprevious()
    return before is not None and before.tag in _LABELS and not (before.tail or "")


def _lines(parts: list[tuple[str, bool, bool]]) -> Iterator[tuple[Line, bool]]:
    """The lines of a run: it breaks at two line breaks, or at one that ends a sentence or a bold line."""
    current: list[tuple[str, bool, bool]] = []
    breaks = 0
    for part in parts:
        if part[0] == "\n":
            breaks += 1
            continue
        if not part[0].strip() and breaks:
            continue
        if breaks and current:
            if breaks > 1 or _ends(current):
                yield from _line(current)
                current = []
            else:
                current.append((" ", False, part[2]))
        breaks = 0
        current.append(part)
    yield from _line(current)


def _ends(parts: list[tuple[str, bool, bool]]) -> bool:
    text = "".join(text for text, _, _ in parts[-4:]).strip()
    return SENTENCE_END.search(text[-12:]) is not None or all(bold for text, _, bold in parts if text.strip())


def _line(parts: Iterable[tuple[str, bool, bool]]) -> Iterator[tuple[Line, bool]]:
    kept = list(parts)
    source = _SPACES.sub(" ", "".join(text for text, _, _ in kept)).strip()
    text = _EMPTY.sub("", source).strip(" \u00a0\u202f")
    linked = sum(len(text) for text, is_link, _ in kept if is_link)
    bold = sum(len(text.strip()) for text, _, is_bold in kept if is_bold)
    line = printed_line(text, linked=min(linked, len(text)), alone=True)
    if line.text:
        yield line, bold >= _BOLD_SHARE * len(text.replace(" ", ""))


def _may_head(line: Line) -> bool:
    return len(line.words) <= 24 and is_headline(line) and not line.text.endswith(("?", "!"))
