"""The entries of a pronunciation lexicon, and the files they are read from.

A lexicon file has one entry a line, cells separated by tabs::

    written <TAB> said <TAB> context

*said* is a respelling, or IPA between slashes, or both (``Nétaniaou /netanjau/``);
the context may be left out (see ``contexts``). An entry in small letters is
found in any case and in its plural (``leader``: Leader, leaders), one with a
capital only as it is written or all in capitals (``Nice`` is not *nice*), one
after ``=`` letter for letter (``=jean`` is never *Jean*).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from podcast.errors import ConfigError
from podcast.french import contexts, ipa
from podcast.french.contexts import Context

WORD = re.compile(r"[^\W\d_]+")
_IPA_CELL = re.compile(r"/([^/]*)/")
_PLAIN = re.compile("[a-z]")
"""Sounds that are spelled in any case."""


class Entry(NamedTuple):
    """How one word or phrase is said."""

    written: str
    given: str
    """The respelling that the file has; empty when it has IPA alone."""
    ipa: str = ""
    """For voices that take it; empty: the respelling serves them too."""
    context: Context = contexts.ANYWHERE
    exact: bool = False
    """Found only letter for letter."""

    @property
    def respelling(self) -> str:
        """In French letters; made from the IPA when the entry has nothing else."""
        return self.given or _spelled(self.written, self.ipa)

    @property
    def any_case(self) -> bool:
        """Small letters throughout: found in any case and in the plural."""
        return self.written.islower() and not self.exact


def read(path: Path) -> Iterable[Entry]:
    """The entries of one lexicon file; raises ``ConfigError`` with line and column."""
    try:
        source = path.read_bytes()
    except OSError as exc:
        raise ConfigError(f"the lexicon cannot be read: {exc.strerror}", where=str(path)) from exc
    if path.suffix in {".pls", ".xml"}:
        from podcast.french import pls  # with a parser of XML

        return [entry(where, cells) for where, cells in pls.read(source, str(path))]
    return list(_read_table(source, path))


def _read_table(source: bytes, path: Path) -> Iterator[Entry]:
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = source.count(b"\n", 0, exc.start) + 1
        column = exc.start - source.rfind(b"\n", 0, exc.start)
        raise ConfigError("not UTF-8", where=f"{path}, line {line}, column {column}") from exc
    where = f"{path}, line"
    for number, row in enumerate(text.splitlines(), 1):
        if row.strip() and not row.startswith("#"):
            yield entry(f"{where} {number}", tuple(row.split("\t")), positions=True)


def entry(where: str, cells: tuple[str, ...], *, positions: bool = False) -> Entry:
    """Make one entry of its cells; ``positions`` adds the column to an error."""

    def fail(what: str, cell: int) -> ConfigError:
        column = sum(len(c) + 1 for c in cells[:cell]) + 1
        place = f"{where}, column {column}" if positions else where
        return ConfigError(what, where=place, remedy="an entry is: written, said, context, separated by tabs")

    if not 2 <= len(cells) <= 3:
        raise fail(f"{len(cells)} cells instead of 2 or 3", min(len(cells) - 1, 3))
    exact = cells[0].startswith("=")
    written = unicodedata.normalize("NFC", cells[0].removeprefix("=").strip())
    if not WORD.match(written):
        raise fail("the written form must begin with a letter", 0)
    slashed = _IPA_CELL.search(cells[1])
    respelling = " ".join((_IPA_CELL.sub(" ", cells[1]) if slashed else cells[1]).split())
    if not slashed and not respelling:
        raise fail("nothing is said", 1)
    if "/" in respelling or "[" in respelling or "]" in respelling:
        raise fail("IPA stands between two slashes, a respelling has letters only", 1)
    try:
        sounds = ipa.clean(slashed[1]) if slashed else ""
    except ValueError as exc:
        raise fail(str(exc), 1) from exc
    if sounds and not _as_many_words(respelling, sounds):
        raise fail("the respelling and the IPA have not the same number of words", 1)
    try:
        context = contexts.parse(cells[2] if len(cells) > 2 else "")
    except ValueError as exc:
        raise fail(str(exc), 2) from exc
    return Entry(written, respelling, sounds, context, exact)


def _as_many_words(respelling: str, sounds: str) -> bool:
    words = sounds.split()
    if respelling:
        return len(respelling.split()) == len(words)
    return all(map(_PLAIN.search, words)) or len(_in_letters(sounds).split()) == len(words)


@lru_cache(maxsize=1024)
def _spelled(written: str, sounds: str) -> str:
    said = _in_letters(sounds)
    return said.title() if written[0].isupper() else said


def _in_letters(sounds: str) -> str:
    from podcast.french.respelling import letters  # most entries have letters of their own

    return letters(sounds)


_FRENCH = frozenset("àâäæçéèêëîïôöœùûüÿ")
_UNDECOMPOSED = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "’": "'", "‑": "-", "ð": "d"}


class _Folding(dict[int, str]):
    """Character → its French form: foreign diacritics go, lengths stay."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        small = character.lower()
        base = _UNDECOMPOSED.get(small) or unicodedata.normalize("NFD", small)[:1]
        plain = character if small in _FRENCH or len(small) != 1 or code < 0x80 else base
        self[code] = plain.upper() if character.isupper() and len(plain.upper()) == 1 else plain
        return self[code]


_FOLDING = _Folding()


def fold(text: str) -> str:
    """``text`` without foreign diacritics (Erdoğan → Erdogan), character by character."""
    return text if text.isascii() else text.translate(_FOLDING)
