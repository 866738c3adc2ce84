"""From printed blocks to what one engine call speaks: sentences, clauses, pauses, exact spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from podcast.errors import ConfigError
from podcast.french.pauses import Construct, Pauses
from podcast.french.remembered import Memory, Said, read_block
from podcast.types import Block, BlockKind, Utterance

if TYPE_CHECKING:
    from podcast.french.lexicon import Lexicon

LONGEST_WORD = 60
"""Characters; what is longer is no word, and is broken so that an utterance can be cut anywhere."""
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


def utterances(
    blocks: Sequence[Block], *, reading: Reading = _DEFAULT, memory: Memory | None = None
) -> Iterator[Utterance]:
    """Speak ``blocks`` (see ``Article.script``) in order, lazily: no sentence is read long before its time.

    Within a block the spans are ordered and disjoint, and cover every printed letter and digit;
    a block without any gives no utterance. What is in ``memory`` is not worked on at all.
    """
    index = 0
    voiced = ((i, block) for i, block in enumerate(blocks) if any(map(str.isalnum, block.text)))
    following = next(voiced, None)
    while following is not None:
        (block_index, block), following = following, next(voiced, None)
        after = _after_block(block.kind, following[1].kind if following else None)
        for each in _ended(read_block(block.text, reading.max_chars, reading.lexicon, memory), after):
            yield _utterance(index, block_index, each, block.kind, reading)
            index += 1


def _ended(said: Iterator[Said], after: Construct) -> Iterator[Said]:
    """The same, but what follows the last one."""
    held = next(said, None)
    for each in said:
        if held:
            yield held
        held = each
    if held:
        yield held._replace(construct=after)


def _after_block(kind: BlockKind, following: BlockKind | None) -> Construct:
    if following is None:
        return "end"
    if following in ("heading", "notice"):
        return "before_heading"
    return "paragraph" if kind == "notice" else kind


def _utterance(index: int, block_index: int, said: Said, kind: BlockKind, reading: Reading) -> Utterance:
    return Utterance(
        index=index,
        block_index=block_index,
        span=said.span,
        text=said.text,
        pause_after=reading.pauses.after(said.construct),
        words=said.words,
        phonemic=said.phonemic,
        voice=reading.voices.get(kind, ""),
    )
