"""The pronunciation lexicon: how a name, a brand or a foreign word is said in French.

An entry gives a respelling in French letters, for any voice, or IPA, for the
voices that take it, or both (``entries`` says how files are written). A
respelling keeps the rhythm and the liaisons of the sentence, so the built-in
lexicon uses IPA only where no respelling works.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from podcast.french import contexts
from podcast.french.entries import WORD, Entry, entry, fold, read
from podcast.french.tables import DATA


class Match(NamedTuple):
    """An entry found in a text."""

    start: int
    end: int
    text: str
    """What is said, in letters; as many words as the IPA has."""
    ipa: str
    binds: bool
    """Is the word, as printed, one that takes a liaison?"""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Entries by their first word; later ones win over earlier ones of the same length."""

    entries: tuple[Entry, ...]
    inflected: bool = True
    """Does an entry in small letters hold for its plural in *s* too, and do capitals carry over?"""
    _index: Mapping[str, tuple[Entry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str, list[Entry]] = {}
        for one in self.entries:
            index.setdefault(_first_word(one.written), []).append(one)
        object.__setattr__(self, "_index", {word: ranked(found) for word, found in index.items()})

    @classmethod
    def builtin(cls) -> Lexicon:
        """The lexicon of French news that comes with the program."""
        return _builtin()

    @classmethod
    def load(cls, *paths: Path) -> Lexicon:
        """Read lexicon files (tab-separated, or W3C PLS as ``.pls`` or ``.xml``); raises ``ConfigError``."""
        return cls(tuple(one for path in paths for one in read(path)))

    @classmethod
    def of(cls, said: Mapping[str, str], *, where: str = "lexicon") -> Lexicon:
        """From pairs *written → said*, as a show's configuration has them; raises ``ConfigError``."""
        return cls(tuple(entry(f"{where}, {written!r}", (written, text)) for written, text in said.items()))

    def merged(self, over: Lexicon) -> Lexicon:
        """Both; an entry of ``over`` without a context replaces every reading of its word."""
        replaced = {e.written for e in over.entries if e.context == contexts.ANYWHERE}
        kept = tuple(e for e in self.entries if e.written not in replaced)
        return Lexicon((*kept, *over.entries), self.inflected)

    def find(self, text: str) -> Iterator[Match]:
        """The entries that ``text`` contains: from the left, the longest first, without overlap."""
        return find(text, self._index, self._index.__getitem__, inflected=self.inflected)


def ranked(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries of one first word in the order in which they are tried."""
    if len(entries) == 1:
        return tuple(entries)
    later_first = entries[::-1]
    return tuple(sorted(later_first, key=lambda e: (-len(e.written), e.context == contexts.ANYWHERE)))


def find(
    text: str, firsts: Container[str], beginning_with: Callable[[str], Sequence[Entry]], *, inflected: bool
) -> Iterator[Match]:
    """The entries, known by their first words, that ``text`` contains (``Lexicon.find``)."""
    search = _search(text)
    at = 0
    for word, start in search.words:
        if word in firsts:
            candidates = beginning_with(word)
        elif inflected and word[-1] == "s" and word[:-1] in firsts:
            candidates = beginning_with(word[:-1])
        else:
            continue
        if start < at:
            continue
        for one in candidates:
            end = search.end_of(one, start, plurals=inflected)
            if end and search.in_context(one, start, end):
                yield _match(one, text[start:end], start, capital=inflected)
                at = end
                break


class _Search:
    """A text being searched; what is beside its words is looked at when a context asks for it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.words = [(word[0].lower(), word.start()) for word in WORD.finditer(self.folded)]
        self._row: list[contexts.Token] = []
        self._starts: dict[int, int] = {}

    def end_of(self, one: Entry, start: int, *, plurals: bool) -> int:
        """Where ``one`` ends if it stands at ``start``, else 0."""
        written = fold(one.written)
        end = start + len(written)
        found = self.folded[start:end]
        if one.any_case:
            same = found.lower() == written
            if plurals and self.folded[end : end + 1] in {"s", "S"}:
                end += 1
        else:
            same = found == written or (not one.exact and len(written) > 1 and found == written.upper())
        closed = written.endswith("'") or not self.folded[end : end + 1].isalnum()
        return end if same and closed else 0

    def in_context(self, one: Entry, start: int, end: int) -> bool:
        """Does ``text[start:end]`` stand where ``one`` holds?"""
        if one.context == contexts.ANYWHERE:
            return True
        if not self._row:
            row = contexts.tokens(self.text)
            self._starts = {token.start: i for i, token in enumerate(row[:-1]) if token.end > token.start}
            self._row = row  # last: another thread may be reading the same text
        first = last = self._starts.get(start, 0)
        while last + 1 < len(self._row) - 1 and self._row[last + 1].start < end:
            last += 1
        return bool(first) and one.context.fits(self._row, first, last)


@lru_cache(maxsize=4)
def _search(text: str) -> _Search:
    """The same for all lists that are looked for in a text, one after the other."""
    return _Search(text)


def _match(one: Entry, printed: str, start: int, *, capital: bool) -> Match:
    said = one.respelling
    if capital and one.any_case and printed[0].isupper():
        said = said[0].upper() + said[1:]
    binds = contexts.begins_with_vowel(printed.lower())
    return Match(start, start + len(printed), said, one.ipa, binds)


def _first_word(written: str) -> str:
    word = WORD.search(fold(written))
    return word[0].lower() if word else ""


@cache
def _builtin() -> Lexicon:
    return Lexicon.load(DATA / "lexicon.tsv")
