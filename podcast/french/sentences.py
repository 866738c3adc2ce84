"""Where a French sentence ends.

One scan finds every « . », « ! », « ? » and « … »; what stands on either side decides, by the
word classes of ``data/borders.tsv``. The numbered cases are in ``tests/data/french_sentences``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from podcast.french.borders import words
from podcast.types import Span

_END = re.compile(
    r"(?P<mark>(?:\.{1,9}|…|[!?])(?:[ \u00a0\u202f]?[!?…]|\.){0,9})"
    r"(?P<closers>(?:[ \u00a0\u202f]?[»”’)\]}›]|[\"'*_]|\[\d{1,3}\]){0,9})"
)
_NEXT = re.compile(
    r"(?P<space>\s*)(?P<openers>(?:[«“„‹‘\"'(\[{*_–—―•¡¿-]\s*){0,9})(?P<word>\w{0,40})(?P<rest>.?)", re.DOTALL
)
_TOKEN = re.compile(r"(?:[^\W_]|[.'’‐‑-]|[\u0300-\u036f]){1,30}\Z")
_BLANK_LINE = re.compile(r"\n[^\S\n]{0,80}\n")
_NUMBERING = re.compile(r"\d{1,3}|[A-Za-z]|[IVX]{1,5}")
_BRAND = re.compile(r"[a-zé]{1,2}[A-Z][A-Za-z]")
_DOTTED = re.compile(r"(?:\w\.-?)+\w{1,2}")
_VOWELS = "aeiouyéèêëàâîïôûùœæ"


class _Place(NamedTuple):
    """A possible end of a sentence, with what a reader sees around it."""

    mark: str
    closers: str
    token: str
    """What the mark follows at once: letters, digits, inner dots, apostrophes, hyphens."""
    before: str
    """What stands before the token in its sentence, 40 characters at most."""
    first: bool
    """The token is the first of its sentence."""
    space: str
    openers: str
    word: str
    """The next word, as printed."""
    rest: str
    """The character after that word."""
    after: str
    """A little more."""

    @property
    def stem(self) -> str:
        """The token without elision: « l'av » → « av »."""
        return re.split(r"['’]", self.token)[-1]

    @property
    def number_follows(self) -> bool:
        return self.word[:1].isdigit()

    @property
    def begins(self) -> bool:
        """The next word may begin a sentence."""
        return self.word[:1].isupper() or self.number_follows or _BRAND.match(self.word) is not None

    @property
    def surely_begins(self) -> bool:
        """It does, and begins no name."""
        word = self.word.lower()
        if not self.word[:1].isupper() or self.rest == "-" or (len(word) == 1 and self.rest == "."):
            return False
        if word in words("article"):
            follower = self.after.lstrip(' \u00a0\u202f«“"')
            return follower[:1].islower() or follower[:1].isdigit()
        return word in words("beginning")


def split_sentences(text: str) -> list[Span]:
    """The sentences of ``text``: ordered, disjoint spans, with nothing but white space between them.

    Closing quotes and brackets stay with their sentence, and so does « a-t-il dit » after « … ! ».
    A blank line ends a sentence. Time is linear in the length of the text.
    """
    spans: list[Span] = []
    start = 0
    for end in (*_ends(text), len(text)):
        run = text[start:end]
        inner = run.strip()
        if inner:
            first = start + len(run) - len(run.lstrip())
            spans.append((first, first + len(inner)))
        start = end
    return spans


def _ends(text: str) -> Iterator[int]:
    paragraph = 0
    for stop in (*(blank.start() for blank in _BLANK_LINE.finditer(text)), len(text)):
        start = paragraph
        for end in _END.finditer(text, paragraph, stop):
            if _ends_sentence(_place(text, start, stop, end)):
                yield end.end()
                start = end.end()
        yield stop
        paragraph = stop


def _place(text: str, start: int, stop: int, end: re.Match[str]) -> _Place:
    at = end.start()
    token = _TOKEN.search(text, max(start, at - 30), at)
    token_at = token.start() if token else at
    before = text[max(start, token_at - 40) : token_at]
    following = cast("re.Match[str]", _NEXT.match(text, end.end(), stop))  # every part of it may be empty
    return _Place(
        mark=end["mark"],
        closers=end["closers"],
        token=token.group() if token else "",
        before=before,
        first=token_at - start < 40 and not any(map(str.isalnum, before)),
        space=following["space"],
        openers=following["openers"],
        word=following["word"],
        rest=following["rest"],
        after=text[following.end() : min(following.end() + 20, stop)],
    )


def _ends_sentence(place: _Place) -> bool:
    if not place.word and not place.rest:
        return True
    if not place.space and not place.openers.startswith(("«", "“")):
        return _ends_without_space(place)
    if not place.token and (place.first or place.closers[:1] in {")", "]"}):
        return False  # « … Et », « (!) », « […] »
    if "!" in place.mark and place.stem.lower() in words("exclaiming"):
        return place.surely_begins
    if not place.word:
        return place.rest not in ",;:)»" and not _is_abbreviation(place)
    if place.mark == ".":
        return _stop_ends(place)
    return place.begins


def _ends_without_space(place: _Place) -> bool:
    """« fin.Le lendemain », as careless pages print it, but not a number, a name or an address."""
    if not place.word[:1].isupper() or place.rest in {*"=&/@._"}:
        return False
    if place.mark != ".":
        return True
    if place.word.lower() in words("domain") or place.before.endswith(("/", "@")):
        return False
    return len(place.stem) > 2 and place.stem.isalpha() and place.stem.islower() and place.word[1:].islower()


def _is_abbreviation(place: _Place) -> bool:
    stem = place.stem.lower()
    known = any(stem in words(name) for name in ("leaning", "leaning-word", "numbered", "closing"))
    return known or (len(stem) == 1 and stem.isalpha()) or _DOTTED.fullmatch(stem) is not None


def _stop_ends(place: _Place) -> bool:
    if place.first and _NUMBERING.fullmatch(place.token):
        return False
    if place.begins:
        return _stop_ends_before_capital(place)
    if place.closers or _is_abbreviation(place):
        return False
    # A French abbreviation is cut after a consonant: what ends in a vowel is a word.
    stem = place.stem.lower()
    return any(q in place.openers for q in '«“"') or (len(stem) > 2 and stem[-1] in _VOWELS)


def _stop_ends_before_capital(place: _Place) -> bool:
    stem = place.stem.lower()
    if len(place.stem) == 1 and place.stem.isupper():
        return place.surely_begins or place.before.rstrip().rpartition(" ")[2].lower() in words("lettered")
    if len(place.stem) == 1 and place.before.rstrip()[-1:].isdigit():
        return True  # a unit: « 1,80 m. »
    if stem in words("leaning-word"):
        numbered = place.number_follows or (len(place.word) == 1 and place.rest == ".")  # « art. L. 12 »
        return not numbered and (place.stem.islower() or place.surely_begins)
    if stem in words("leaning"):
        return place.surely_begins
    if stem in words("numbered"):
        return not place.number_follows
    if _DOTTED.fullmatch(stem):
        return place.surely_begins or stem == "j.-c" or stem[-1].isdigit()
    return True
