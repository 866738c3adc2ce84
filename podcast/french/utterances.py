"""From printed blocks to what one engine call speaks: sentences, clauses, pauses, exact spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from podcast.errors import ConfigError
from podcast.french.annotate import annotate
from podcast.french.clauses import clauses
from podcast.french.gaps import LONGEST_WORD
from podcast.french.lexicon import Lexicon
from podcast.french.normalize import normalize
from podcast.french.pauses import Construct, Pauses
from podcast.french.plain import MARKS, plain, tidy
from podcast.french.sentences import split_sentences
from podcast.french.spoken import Spoken
from podcast.types import Block, BlockKind, Span, SpokenWord, Utterance

_WORD = re.compile(r"\S+")
SHORTEST_LIMIT = LONGEST_WORD + 20
_FINEST = SHORTEST_LIMIT // 2


@dataclass(frozen=True, slots=True)
class Reading:
    """How a show wants its articles read."""

    pauses: Pauses = field(default_factory=Pauses)
    max_chars: int = 200
    """No utterance is longer, as the engine gets it: long ones cost memory and wait."""
    voices: Mapping[BlockKind, str] = field(default_factory=dict)
    """Voice keys for kinds of blocks; the narrator reads the others."""
    lexicon: Lexicon | None = None
    """How names are pronounced; the built-in lexicon by default."""

    def __post_init__(self) -> None:
        if self.max_chars < SHORTEST_LIMIT:
            raise ConfigError(
                f"utterances of {self.max_chars} characters are too short",
                where="max_chars",
                remedy=f"give {SHORTEST_LIMIT} or more",
            )


_DEFAULT = Reading()


@dataclass(slots=True)
class _Piece:
    """An utterance to be."""

    span: Span
    """In the block."""
    offset: int
    """Of ``spoken.printed`` in the block."""
    spoken: Spoken
    phonemic: str
    construct: Construct
    """What follows."""


def utterances(blocks: Sequence[Block], *, reading: Reading = _DEFAULT) -> Iterator[Utterance]:
    """Speak ``blocks`` (see ``Article.script``) in order, lazily: no block is worked on before its time.

    Within a block the spans are ordered and disjoint, and cover every printed letter and digit;
    a block without any gives no utterance.
    """
    index = 0
    voiced = ((i, block) for i, block in enumerate(blocks) if any(map(str.isalnum, block.text)))
    following = next(voiced, None)
    while following is not None:
        (block_index, block), following = following, next(voiced, None)
        pieces = _pieces(block.text, reading)
        if pieces:
            pieces[-1].construct = _after_block(block.kind, following[1].kind if following else None)
        for piece in pieces:
            yield _utterance(index, block_index, piece, block.kind, reading)
            index += 1


def _after_block(kind: BlockKind, following: BlockKind | None) -> Construct:
    if following is None:
        return "end"
    if following in ("heading", "notice"):
        return "before_heading"
    return "paragraph" if kind == "notice" else kind


def _pieces(text: str, reading: Reading) -> list[_Piece]:
    """The utterances of a block; what has no words is added to the span of a neighbour."""
    pieces: list[_Piece] = []
    silent_from: int | None = None
    for start, end in split_sentences(text):
        for piece in _sentence(text, start, end, reading):
            if not piece.spoken.text and pieces:
                pieces[-1].span = (pieces[-1].span[0], piece.span[1])
            elif not piece.spoken.text:
                silent_from = piece.span[0] if silent_from is None else silent_from
            else:
                if silent_from is not None:
                    piece.span, silent_from = (silent_from, piece.span[1]), None
                pieces.append(piece)
    return pieces


def _sentence(text: str, start: int, end: int, reading: Reading) -> list[_Piece]:
    spoken = tidy(normalize(text[start:end]))
    limit = reading.max_chars
    while True:
        pieces = list(_cut_sentence(text, start, spoken, limit, reading))
        excess = max(len(piece.spoken.text) for piece in pieces) - reading.max_chars
        if excess <= 0 or limit <= _FINEST:
            return pieces
        limit = max(limit - excess, _FINEST)  # the lexicon made a piece longer than it was cut


def _cut_sentence(text: str, at: int, spoken: Spoken, limit: int, reading: Reading) -> Iterator[_Piece]:
    for part, construct, final in clauses(spoken, limit):
        end = at + len(part.printed)
        said, phonemic = annotate(plain(part, final), reading.lexicon)
        yield _Piece(_strip(text, at, end), at, said, phonemic, construct)
        at = end


def _strip(text: str, start: int, end: int) -> Span:
    run = text[start:end]
    start += len(run) - len(run.lstrip())
    return start, start + len(run.strip())


def _utterance(index: int, block_index: int, piece: _Piece, kind: BlockKind, reading: Reading) -> Utterance:
    spoken = piece.spoken
    return Utterance(
        index=index,
        block_index=block_index,
        span=piece.span,
        text=spoken.text,
        pause_after=reading.pauses.after(piece.construct),
        words=tuple(_words(piece)),
        phonemic=piece.phonemic,
        voice=reading.voices.get(kind, ""),
    )


def _words(piece: _Piece) -> Iterator[SpokenWord]:
    for word in _WORD.finditer(piece.spoken.text):
        letters = word.group().rstrip(MARKS)
        start, end = piece.spoken.printed_span(word.start(), word.start() + len(letters))
        # What is left out after the last word (a space, an emoji) counts as printed with it.
        yield SpokenWord(word.group(), (piece.offset + start, min(piece.offset + end, piece.span[1])))
