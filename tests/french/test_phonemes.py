"""What Piper speaks: homographs, liaisons, names and foreign words, through the whole French stage.

Sounds are compared without stress and length, and with the vowels made one
that espeak-ng and many French speakers do not keep apart (é and è, o open and
closed).
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from podcast.french import utterances
from podcast.speech import installed_voices, phonemes
from podcast.types import Block

DATA = Path(__file__).parent.parent / "data" / "french"
VOICE = next(voice for voice in installed_voices() if voice.engine == "piper")
_SAME = str.maketrans({"ɥ": "y", "ɛ": "e", "g": "ɡ", "r": "ʁ", **dict.fromkeys("ˈˌːʲ-.,;:!? ")})


def folded(ipa: str) -> str:
    sounds = unicodedata.normalize("NFD", ipa).translate(_SAME)
    sounds = sounds.replace("ɔ\u0303", "õ").replace("ɔ", "o").replace("nj", "ɲ")
    return unicodedata.normalize("NFC", sounds)


def heard(sentence: str) -> str:
    said = utterances([Block("paragraph", sentence)])
    return folded("".join(phonemes(u.phonemic or u.text, VOICE) for u in said))


def cases(name: str) -> list[tuple[str, str]]:
    rows = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [(row.split("\t")[0], row.split("\t")[1]) for row in rows if row and not row.startswith("#")]


SENTENCES = cases("phonemes.tsv")
NAMES = cases("names.tsv")


@pytest.mark.parametrize(("sentence", "sounds"), SENTENCES, ids=[sentence for sentence, _ in SENTENCES])
def test_a_sentence_is_heard(sentence: str, sounds: str) -> None:
    assert folded(sounds) in heard(sentence)


@pytest.mark.parametrize("letter", sorted({name[0].upper() for name, _ in NAMES}))
def test_names_are_heard(letter: str) -> None:
    """All names with the same first letter, each at the end of a sentence."""
    wrong = [
        (name, heard(f"On parle de {name}."))
        for name, sounds in NAMES
        if name[0].upper() == letter and not heard(f"On parle de {name}.").endswith("də" + folded(sounds))
    ]
    assert not wrong


def test_the_sets_are_large() -> None:
    assert len(SENTENCES) >= 150
    assert len(NAMES) >= 500
