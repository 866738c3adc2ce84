"""Pronunciations in the International Phonetic Alphabet, as Piper takes them: ``[[…]]``.

Piper cuts the text at each block and gives espeak-ng the pieces on their own
(``piper/voice.py``, ``phonemize``). Three things get lost at such a border, and
are put into the block: an elided word before it (``l'[[…]]`` would be read
*l apostrophe*), the punctuation after it, and a liaison into it.
"""

from __future__ import annotations

import re
import unicodedata

SYMBOLS = frozenset(
    "abcdefhijklmnopqrstuvwxyzæçðøħŋœɐɑɒɓɔɕɖɗɘəɚɛɜɞɟɡɢɣɤɥɦɨɪɫɬɭɯɰɱɲɳɵɹɻɽɾʀʁʂʃʈʉʊʋʌʍʎʏʐʑʒʔʝβθχʲʰʷ"
    "ˈˌːˑ\u0303\u0327\u0329\u032a\u032f "
)
"""What a French Piper voice has in its ``phoneme_id_map``, letters of IPA only."""

_VARIANTS = str.maketrans({"g": "ɡ", "r": "ʁ", "ε": "ɛ", "'": "ˈ", ".": None, "͡": None, "‿": None, "-": None})
_FULL_VOWEL = re.compile(r"[aeiouyøœɐɑɒɔɛɜɪʊʌæ]")
_VOWEL = re.compile(r"[ˈˌ]*[aeiouyøœɐɑɒɔəɛɜɤɪʊʌæ]")

_ELIDED = {
    "c'": "s", "d'": "d", "j'": "ʒ", "l'": "l", "m'": "m", "n'": "n", "s'": "s", "t'": "t", "qu'": "k",
    "jusqu'": "ʒysk", "lorsqu'": "lɔʁsk", "puisqu'": "pɥisk", "quoiqu'": "kwak", "quelqu'": "kɛlk",
    "aujourd'": "oʒuʁd", "entr'": "ɑ̃tʁ",
}  # fmt: skip
"""Elided word → what is heard of it."""

_BINDING_IN_Z = """
    les des ces mes tes ses nos vos leurs aux deux trois six dix quelques plusieurs nous vous très chez sans
    dans sous plus quels quelles certains certaines autres grands grandes petits petites
"""
LIAISON = {
    **dict.fromkeys(_BINDING_IN_Z.split(), "z"),
    **dict.fromkeys(("un", "en", "mon", "ton", "son", "on", "aucun"), "n"),
    **dict.fromkeys(("grand", "quand", "vingt", "cet", "petit", "tout", "est", "sont"), "t"),
}
"""Word before a block that opens with a vowel → the consonant that binds them."""


def clean(source: str) -> str:
    """``source``, bare or as ``/…/``, in symbols of Piper, NFD; ``ValueError`` names a foreign one."""
    composed = unicodedata.normalize("NFC", source.strip().strip("/"))
    text = unicodedata.normalize("NFD", composed.translate(_VARIANTS))
    for column, symbol in enumerate(text, 1):
        if symbol not in SYMBOLS:
            raise ValueError(f"{symbol!r}, at {column}, is not a symbol of IPA that voices know")
    if not text.strip():
        raise ValueError("an empty pronunciation")
    return " ".join(_stressed(word) for word in text.split())


def _stressed(word: str) -> str:
    """French stresses the last full vowel of a word; espeak-ng marks it, and voices learnt it so."""
    vowels = list(_FULL_VOWEL.finditer(word))
    if "ˈ" in word or not vowels:
        return word
    at = vowels[-1].start()
    return f"{word[:at]}ˈ{word[at:]}"


def block(prefix: str, ipa: str, suffix: str, before: str) -> str:
    """The word ``prefix`` + ``ipa`` + ``suffix`` as Piper should get it.

    ``before`` is the word that may bind with it; empty when nothing may.
    """
    elided = _ELIDED.get(prefix.lower())
    if elided is not None:
        prefix, ipa = "", elided + ipa
    elif not prefix and _VOWEL.match(ipa):
        ipa = LIAISON.get(before.lower(), "") + ipa
    mark = suffix[:1].replace("…", ".")
    if mark and mark in ".,;:!?":
        return f"{prefix}[[{ipa}{mark}]]{suffix[1:]}"
    return f"{prefix}[[{ipa}]]{suffix}"
