"""What was read of a block follows from its text, the lexicon and the program: it is read once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from podcast.french.pauses import Construct
from podcast.types import Memo, Span, SpokenWord

if TYPE_CHECKING:
    from podcast.french.lexicon import Lexicon


class Said(NamedTuple):
    """What one engine call speaks of a block, whoever speaks it, and what follows."""

    span: Span
    text: str
    words: tuple[SpokenWord, ...]
    phonemic: str
    construct: Construct


class Memory:
    """Blocks that were read before, by other processes too."""

    def __init__(self, memo: Memo, identity: str) -> None:
        """``identity`` names all that words follow from but their text: lexicon, lengths, program."""
        self._memo = memo
        self._identity = identity

    def load(self, text: str) -> list[Said] | None:
        """What was read of a text; ``None`` when it is not known."""
        data = self._memo.load(self._name(text))
        return None if data is None else [_said(each) for each in json.loads(data)]

    def store(self, text: str, said: Sequence[Said]) -> None:
        """Remember it."""
        self._memo.store(self._name(text), json.dumps(said).encode())

    def _name(self, text: str) -> str:
        return hashlib.sha256(f"{self._identity}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def read_block(text: str, most: int, lexicon: Lexicon | None, memory: Memory | None = None) -> Iterator[Said]:
    """What is said of a block, in pieces of ``most`` characters, remembered or read as it is asked for."""
    known = memory.load(text) if memory else None
    if known is not None:
        yield from known
        return
    from podcast.french.pieces import pieces_of  # with all the tables, which not every article asks for

    read: list[Said] = []
    for piece in pieces_of(text, most, lexicon):
        said = Said(piece.span, piece.spoken.text, tuple(piece.words()), piece.phonemic, piece.construct)
        read.append(said)
        yield said
    if memory:
        memory.store(text, read)


def _said(told: Sequence[Any]) -> Said:
    """From JSON, which knows no tuples."""
    (start, end), text, words, phonemic, construct = told
    spoken = tuple(SpokenWord(word, (first, last)) for word, (first, last) in words)
    return Said((start, end), text, spoken, phonemic, construct)
