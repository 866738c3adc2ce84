"""A printed block as the pieces that one engine call each will speak."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from podcast.french.annotate import annotate
from podcast.french.clauses import clauses
from podcast.french.lexicon import Lexicon
from podcast.french.normalize import normalize
from podcast.french.pauses import Construct
from podcast.french.plain import MARKS, plain, tidy
from podcast.french.sentences import split_sentences
from podcast.french.spoken import Spoken
from podcast.french.utterances import SHORTEST_LIMIT
from podcast.types import Span, SpokenWord

_WORD = re.compile(r"\S+")
_FINEST = SHORTEST_LIMIT // 2


@dataclass(slots=True)
class Piece:
    """An utterance to be."""

    span: Span
    """In the block."""
    offset: int
    """Of ``spoken.printed`` in the block."""
    spoken: Spoken
    phonemic: str
    construct: Construct
    """What follows."""

    def words(self) -> Iterator[SpokenWord]:
        """Its words, each with the printed characters it says."""
        words = [(word.group(), word.start()) for word in _WORD.finditer(self.spoken.text)]
        letters = [(start, start + len(word.rstrip(MARKS))) for word, start in words]
        for (word, _), (start, end) in zip(words, self.spoken.printed_spans(letters), strict=True):
            # What is left out after the last word (a space, an emoji) counts as printed with it.
            yield SpokenWord(word, (self.offset + start, min(self.offset + end, self.span[1])))


def pieces_of(text: str, most: int, lexicon: Lexicon | None) -> Iterator[Piece]:
    """The pieces of a block, of ``most`` characters; what has no words goes with a neighbour.

    Lazy: the first one is there when the second sentence has been read.
    """
    held: Piece | None = None
    silent_from: int | None = None
    for start, end in split_sentences(text):
        for piece in _sentence(text, start, end, most, lexicon):
            if piece.spoken.text:
                if held:
                    yield held
                if silent_from is not None:
                    piece.span, silent_from = (silent_from, piece.span[1]), None
                held = piece
            elif held:
                held.span = (held.span[0], piece.span[1])
            elif silent_from is None:
                silent_from = piece.span[0]
    if held:
        yield held


def _sentence(text: str, start: int, end: int, most: int, lexicon: Lexicon | None) -> list[Piece]:
    spoken = tidy(normalize(text[start:end]))
    limit = most
    while True:
        pieces = list(_cut_sentence(text, start, spoken, limit, lexicon))
        excess = max(len(piece.spoken.text) for piece in pieces) - most
        if excess <= 0 or limit <= _FINEST:
            return pieces
        limit = max(limit - excess, _FINEST)  # the lexicon made a piece longer than it was cut


def _cut_sentence(text: str, at: int, spoken: Spoken, limit: int, lexicon: Lexicon | None) -> Iterator[Piece]:
    for part, construct, final in clauses(spoken, limit):
        end = at + len(part.printed)
        said, phonemic = annotate(plain(part, final), lexicon)
        yield Piece(_strip(text, at, end), at, said, phonemic, construct)
        at = end


def _strip(text: str, start: int, end: int) -> Span:
    run = text[start:end]
    start += len(run) - len(run.lstrip())
    return start, start + len(run.strip())
