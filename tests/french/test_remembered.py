"""A block that was read before is not read again, and says the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast import french
from podcast.french import pieces
from podcast.french.lexicon import Lexicon
from podcast.french.normalize import normalize
from podcast.french.spoken import Spoken
from podcast.french.utterances import Reading
from podcast.types import Block, Utterance

BLOCKS = (
    Block("title", "Le 14/07, 3 500 personnes à l’Élysée"),
    Block("paragraph", "M. Macron a parlé 1 h 05. « C’est 2,5 % de plus ! », dit-on à la SNCF. 🎉"),
    Block("heading", "Louis XIV et la TVA"),
    Block("paragraph", "***"),
    Block("list_item", "Rendez-vous au 12 bis, rue Volodymyr-Zelensky, dès 8h30."),
)


class Files(dict[str, bytes]):
    """A memo, and how often something was found in it."""

    found = 0

    def load(self, name: str) -> bytes | None:
        self.found += name in self
        return self.get(name)

    def store(self, name: str, data: bytes) -> None:
        self[name] = data


def read(files: Files | None, *blocks: Block, identity: str = "ours") -> list[Utterance]:
    memory = None if files is None else french.Memory(files, identity)
    return list(french.utterances(blocks, memory=memory))


def test_what_is_remembered_is_what_was_read() -> None:
    files = Files()
    assert read(None, *BLOCKS) == read(files, *BLOCKS) == read(files, *BLOCKS)
    assert files.found == 4, "the block without a word is not asked for"


@given(st.text(max_size=80))
def test_any_text_is_remembered(text: str) -> None:
    files, block = Files(), Block("paragraph", f"Oui {text}")
    assert read(None, block) == read(files, block) == read(files, block)


def test_half_a_character_is_a_text() -> None:
    files, block = Files(), Block("paragraph", "Oui \udce9.")
    assert read(files, block) == read(files, block)


def test_a_correction_costs_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    files, worked_on = Files(), list[str]()
    read(files, *BLOCKS)
    pieces_of = pieces.pieces_of

    def watched(text: str, most: int, lexicon: Lexicon | None) -> Iterator[pieces.Piece]:
        worked_on.append(text)
        return pieces_of(text, most, lexicon)

    monkeypatch.setattr(pieces, "pieces_of", watched)
    corrected = Block("paragraph", "Rectificatif : 3,5 %.")
    said = read(files, BLOCKS[0], corrected, *BLOCKS[2:])
    assert worked_on == [corrected.text]
    assert said == read(None, BLOCKS[0], corrected, *BLOCKS[2:])


def test_a_long_block_is_read_as_it_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for its first sentence does not wait for its last; half a block is not remembered."""
    files, lines = Files(), list[str]()

    def watched(line: str) -> Spoken:
        lines.append(line)
        return normalize(line)

    monkeypatch.setattr(pieces, "normalize", watched)
    block = Block("paragraph", " ".join(f"La phrase {number} est lue." for number in range(20)))
    said = french.utterances([block], memory=french.Memory(files, "ours"))
    assert next(said).text == "La phrase zéro est lue."
    assert len(lines) == 3
    del said
    assert len(read(files, block)) == 20
    assert len(lines) == 3 + 20


def test_what_follows_is_not_remembered() -> None:
    """The pause after a block depends on the next one, who speaks it on the show."""
    files = Files()
    read(files, BLOCKS[1], BLOCKS[4])
    memory = french.Memory(files, "ours")
    last = list(french.utterances([BLOCKS[1]], memory=memory))[-1]
    assert last.pause_after == read(None, BLOCKS[1])[-1].pause_after
    quoted = Reading(voices={"paragraph": "other"})
    assert {u.voice for u in french.utterances([BLOCKS[1]], reading=quoted, memory=memory)} == {"other"}


def test_another_program_or_lexicon_reads_anew() -> None:
    files = Files()
    read(files, *BLOCKS)
    read(files, *BLOCKS, identity="another")
    assert files.found == 0
