"""The lines of a pasted page, each with what its shape alone tells.

A page copied from a browser or dumped by a scraper keeps nothing but its
lines: one for a paragraph, one for a menu entry, one for a caption.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from podcast.article.vocabulary import FUNCTION_WORDS

Hint = Literal["", "heading", "quote", "item", "post", "widget"]
"""``post`` is what a post of a social network says, ``widget`` the rest of it (`podcast.article.posts`)."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,300})\]\([^\s()]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,400})\]\([^\s()]{0,500}\)")
_BOLD = re.compile(r"\*\*([^*\n]{1,400})\*\*")
_HASHES = re.compile(r"#{1,6} +")
BULLET = re.compile(r"(?:[-–•‣◦▪■●►▸✓✔*·]|\d{1,2}[.)](?=\s))\s*(?=\S)")
_STRAY_TAB = re.compile(r"(?<=[\w,;]) ?\t+(?=[a-zàâçéèêîôû])")
"""A tab inside a sentence; cells of a table begin with a capital or a digit."""
_SPACES = re.compile(r"[ \t]+")

SENTENCE_END = re.compile(r"""[.!?…]["'”’»)\]\s]{0,6}(?:\[\d{1,3}\]\s?)?$""")
"""The end of a sentence: a stop, then quotes, brackets or a note mark."""

_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]")
"""The combining characters of French, and their neighbours (U+034F is none)."""
_BEYOND_LATIN = re.compile("[^\0-\u02ff]")
"""All combining characters are there: Unicode has none below."""


@dataclass(frozen=True)
class Line:
    """One line of the page, cleaned, and what its neighbours are."""

    source: str
    """As pasted, link marks included."""
    text: str
    """Link marks unwrapped, white space single; no-break spaces stay."""
    linked: int = 0
    """Characters of ``text`` that were inside link marks."""
    hint: Hint = ""
    """What a markdown mark, a bullet or a signature said that the line is."""
    alone: bool = False
    """Blank lines on both sides (or the edge of the page)."""
    folded: str = ""
    """Lower case without accents, for vocabulary."""
    words: tuple[str, ...] = ()
    """The words, folded."""

    @property
    def is_of_post(self) -> bool:
        """True for what a post of a social network says, and for the rest of it."""
        return self.hint in ("post", "widget")

    @cached_property
    def ends_sentence(self) -> bool:
        """True when the line ends as a sentence does."""
        return SENTENCE_END.search(self.text[-12:]) is not None

    @property
    def introduces(self) -> bool:
        """True for the words before a list: they end with a colon."""
        return (
            self.text.endswith(":")
            and len(self.words) >= 4
            and any(word in FUNCTION_WORDS for word in self.words)
        )

    @property
    def continues(self) -> bool:
        """True for an item of a list printed as one sentence: it ends with a semicolon."""
        return self.text.endswith(";")

    @property
    def asks(self) -> bool:
        """True for a question that stands alone."""
        return self.text.endswith("?") and len(self.words) <= 40

    @property
    def link_share(self) -> float:
        """Share of the text inside link marks, 0 to 1."""
        return self.linked / max(1, len(self.text))

    @cached_property
    def is_prose(self) -> bool:
        """True for a paragraph: sentences, not a title, a menu or a list of names.

        A question or an exclamation alone may as well be a headline, and a
        short line cut by three dots a teaser: neither is enough.
        """
        count = len(self.words)
        if count < 6 or self.link_share > 0.8 or "\t" in self.text:
            return False
        grammar = sum(word in FUNCTION_WORDS for word in self.words) / count
        if grammar < 0.12:
            return False
        if count >= 25:
            return self.ends_sentence or (grammar > 0.22 and any(mark in self.text for mark in ".,:;"))
        if not self.ends_sentence:
            return False
        tail = self.text.rstrip(" \"'”’»)]\u00a0\u202f")
        return tail.endswith(".") and not tail.endswith("...")


def fold(text: str) -> str:
    """Lower case, no accents, straight apostrophes, single spaces: the form that rules are written in.

    >>> fold("À lire  AUSSI : l’été")
    'a lire aussi : l\'ete'
    """
    text = text.replace("’", "'").replace("œ", "oe").replace("Œ", "oe")
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
        text = _BEYOND_LATIN.sub(_without_accent, text)
    return " ".join(text.lower().split())


def _without_accent(match: re.Match[str]) -> str:
    return "" if unicodedata.combining(match[0]) else match[0]


def make_line(source: str, *, alone: bool = False) -> Line:
    """One `Line` out of printed text: link, image and markdown marks are read and taken away."""
    text = _IMAGE.sub("", source)
    linked = sum(len(match[1]) for match in _LINK.finditer(text))
    text = _LINK.sub(r"\1", text)
    text = _BOLD.sub(r"\1", text)
    hint: Hint = ""
    if marks := _HASHES.match(text):
        hint, text = "heading", text[marks.end() :]
    elif text.startswith("> "):
        hint, text = "quote", text[2:]
    elif marks := BULLET.match(text):
        hint = "item"
        text = text if text[0].isdigit() else text[marks.end() :]
    text = _STRAY_TAB.sub(" ", text)
    text = _SPACES.sub(" ", text).strip() if "\t" not in text else text.strip()
    return printed_line(text, source=source, linked=linked, hint=hint, alone=alone)


def printed_line(
    text: str, *, source: str = "", linked: int = 0, hint: Hint = "", alone: bool = False
) -> Line:
    """One `Line` out of text without marks; ``linked`` counts its characters inside links."""
    text = INVISIBLE.sub("", text).strip()
    folded = fold(text)
    return Line(source or text, text, linked, hint, alone, folded, tuple(_WORD.findall(folded)))


def letters(text: str) -> str:
    """The folded letters and digits alone: equal for texts that differ in white space and punctuation."""
    return "".join(_WORD.findall(fold(text)))
