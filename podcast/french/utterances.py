"""From printed blocks to what one engine call speaks: sentences, clauses, pauses, exact spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from podcast.errors import ConfigError
from podcast.french.gaps import LONGEST_WORD
from podcast.french.pauses import Construct, Pauses
from podcast.types import Block, BlockKind, Utterance

if TYPE_CHECKING:
    from podcast.french.lexicon import Lexicon
    from podcast.french.pieces import Piece

SHORTEST_LIMIT = LONGEST_WORD + 20


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


def utterances(blocks: Sequence[Block], *, reading: Reading = _DEFAULT) -> Iterator[Utterance]:
    """Speak ``blocks`` (see ``Article.script``) in order, lazily: no block is worked on before its time.

    Within a block the spans are ordered and disjoint, and cover every printed letter and digit;
    a block without any gives no utterance.
    """
    from podcast.french.pieces import pieces_of  # with all the tables, which not every article asks for

    index = 0
    voiced = ((i, block) for i, block in enumerate(blocks) if any(map(str.isalnum, block.text)))
    following = next(voiced, None)
    while following is not None:
        (block_index, block), following = following, next(voiced, None)
        pieces = pieces_of(block.text, reading.max_chars, reading.lexicon)
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


def _utterance(index: int, block_index: int, piece: Piece, kind: BlockKind, reading: Reading) -> Utterance:
    spoken = piece.spoken
    return Utterance(
        index=index,
        block_index=block_index,
        span=piece.span,
        text=spoken.text,
        pause_after=reading.pauses.after(piece.construct),
        words=tuple(piece.words()),
        phonemic=piece.phonemic,
        voice=reading.voices.get(kind, ""),
    )
