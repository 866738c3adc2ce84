"""Letters for sounds, for voices that take no phonemes; and what counts as a sound."""

from __future__ import annotations

import unicodedata

import pytest

from podcast.french.ipa import SYMBOLS, clean
from podcast.french.respelling import letters


@pytest.mark.parametrize(
    ("ipa", "spelled"),
    [
        ("netanjau", "nétanyaou"),
        ("ajfɔn", "aïfonne"),
        ("ʃi dʒinpiŋ", "chi djinnping"),
        ("zelɛnski", "zélènnski"),
        ("ɡidɔ̃", "guidon"),
        ("kasa", "kassa"),
        ("lwɛ̃", "loin"),
        ("taɡ", "tage"),
        ("fjɔʁd", "fyorde"),
    ],
)
def test_sounds_are_spelled_in_french(ipa: str, spelled: str) -> None:
    assert letters(clean(ipa)) == spelled


def test_no_sound_is_lost() -> None:
    marks = {s for s in SYMBOLS if unicodedata.category(s) in {"Mn", "Lm", "Zs"}} | {"ˈ", "ˌ", "ʔ", "ɰ"}
    assert [s for s in sorted(SYMBOLS - marks) if not letters(s)] == []


@pytest.mark.parametrize(
    ("source", "cleaned"),
    [
        ("/zelɛnski/", "zelɛnskˈi"),
        ("ze.lɛn.ski", "zelɛnskˈi"),
        ("t͡ʃɛʁ", "tʃˈɛʁ"),
        ("ˈzelɛnski", "ˈzelɛnski"),
        ("gri", "ɡʁˈi"),
        ("lə mɑ̃", "lə mˈɑ̃"),
        ("pst", "pst"),
    ],
)
def test_ipa_is_brought_to_the_symbols_of_piper(source: str, cleaned: str) -> None:
    assert clean(source) == unicodedata.normalize("NFD", cleaned)


@pytest.mark.parametrize("source", ["", "/ /", "a€", "12", "[a]", "漢"])
def test_what_is_not_ipa_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"symbol|empty"):
        clean(source)
