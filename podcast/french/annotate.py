"""A sentence said twice: in plain letters, and for Piper.

Any voice gets the letters, with the respellings of the lexicon. A Piper voice
gets the same words mended further: IPA where the lexicon has it, and other
spellings where espeak-ng, which turns letters into sounds inside Piper, would
choose the wrong one of two pronunciations (``data/homographs.tsv``), bind words
that do not bind (``data/liaisons.tsv``) or misread an ordinary word
(``data/exceptions.tsv``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from podcast.french import ipa, wordlists
from podcast.french.lexicon import Lexicon, Match
from podcast.french.spoken import Replacement, Spoken

RULE = "lexicon"

_MISTAKEN_FOR_ENGLISH = re.compile(
    r"(?<=[bcdfgjklmnpqrstvxz])(?P<y>y)(?![^\W\d_])"
    r"|(?<=[^\W\d_])(?<!pos)th(?!i[aeou])(?=[aeiouyàâéèêëîïôœ])"
)
"""espeak-ng takes hundreds of French words for English ones by these letters: *Bercy*, *Béthune*, *méthane*.

Spelled *yh* and *t* they sound the same in French. Measured over a French
dictionary: of the 1,281 words with these letters that it reads in French,
1,231 keep their sound; of the 388 that it reads in English, 338 are mended.
"""
_NO_BLOCKS = str.maketrans("[]", "()")
"""Brackets of the article must not pass for IPA."""
_SPACED = re.compile(r"\S+")
_ELIDED = re.compile(r"[^\W\d_]{1,8}'$")
_PREVIOUS = re.compile(r"([^\W\d_]+) $")
_MARKS = re.compile(r"[.,;:!?…]?")


class Annotated(NamedTuple):
    """A sentence as any voice says it, and as Piper should get it."""

    spoken: Spoken
    phonemic: str
    """As many words as ``spoken.text``; empty when it is the same text."""


def annotate(spoken: Spoken, lexicon: Lexicon | None = None) -> Annotated:
    """Apply the lexicon (the built-in one by default) to a sentence in plain punctuation."""
    found = list((lexicon or wordlists.names()).find(spoken.text))
    said = spoken.rewrite(Replacement(m.start, m.end, m.text, RULE) for m in found)
    phonemic = _phonemic(said.text, _moved(found))
    return Annotated(said, "" if phonemic == said.text else phonemic)


def _moved(found: Iterable[Match]) -> Iterator[Match]:
    """The matches that have IPA, where they stand after the rewrite."""
    shift = 0
    for match in found:
        start = match.start + shift
        shift += len(match.text) - (match.end - match.start)
        yield match._replace(start=start, end=start + len(match.text))


def _phonemic(text: str, said: Iterable[Match]) -> str:
    settled = list(said)
    changed = [m for m in settled if m.ipa]
    taken = {at for m in settled for at in range(m.start, m.end)}
    for match in _mends(text):
        place = range(match.start, match.end)
        if taken.isdisjoint(place):
            taken.update(place)
            changed.append(match)
    text = text.translate(_NO_BLOCKS)
    pieces: list[str] = []
    at = 0
    for match in sorted(changed):
        for start, end, spelling in _spellings(text, match):
            pieces += (text[at:start], spelling)
            at = end
    return "".join((*pieces, text[at:]))


def _spellings(text: str, match: Match) -> Iterator[tuple[int, int, str]]:
    """What replaces the words of ``match``, each with its place."""
    if not match.ipa:
        yield match.start, match.end, match.text
        return
    words = _SPACED.finditer(text, match.start, match.end)
    for word, sounds in zip(words, match.ipa.split(), strict=True):
        elided = _ELIDED.search(text, max(0, word.start() - 9), word.start())
        start = elided.start() if elided else word.start()
        mark = _MARKS.match(text, word.end())
        end = mark.end() if mark and word.end() == match.end else word.end()
        binds = match.binds or word.start() > match.start
        previous = _PREVIOUS.search(text, max(0, start - 40), start) if binds else None
        before = previous[1] if previous else ""
        yield start, end, ipa.block(text[start : word.start()], sounds, text[word.end() : end], before)


def _mends(text: str) -> Iterator[Match]:
    """What espeak-ng would read wrong, the surest first: by context, by word, by ending."""
    for table in wordlists.mends():
        yield from table.find(text)
    for found in _MISTAKEN_FOR_ENGLISH.finditer(text):
        yield Match(*found.span(), "yh" if found["y"] else "t", "", binds=False)
