"""Letters for sounds: how a pronunciation in IPA is spelled for a voice that reads letters only.

An entry of a lexicon that gives IPA alone (every W3C lexicon does) still has
to be said by voices without phonemes. The spelling is the plainest that French
has for each sound: ``netanjau`` → ``nétanyaou``, ``ajfɔn`` → ``aïfone``.
"""

from __future__ import annotations

import re
import unicodedata

_SPELLINGS = {
    "ɑ̃": "an", "ɛ̃": "in", "ɔ̃": "on", "œ̃": "un", "tʃ": "tch", "dʒ": "dj", "wɛ̃": "oin", "wa": "oua",
    "a": "a", "ɑ": "â", "e": "é", "ɛ": "è", "i": "i", "ɪ": "i", "o": "ô", "ɔ": "o", "u": "ou", "ʊ": "ou",
    "y": "u", "ø": "eu", "œ": "eu", "ə": "e", "ʌ": "eu", "ɐ": "a", "ɒ": "o", "æ": "a", "ɜ": "eu",
    "p": "p", "b": "b", "t": "t", "d": "d", "k": "k", "ɡ": "g", "f": "f", "v": "v", "s": "s", "z": "z",
    "ʃ": "ch", "ʒ": "j", "m": "m", "n": "n", "ɲ": "gn", "ŋ": "ng", "l": "l", "ʁ": "r", "ɹ": "r", "ɾ": "r",
    "j": "y", "w": "ou", "ɥ": "u", "h": "h", "x": "r", "χ": "r", "θ": "s", "ð": "z", "ħ": "h",
    "ɨ": "i", "ʏ": "u", "ʉ": "u", "ɯ": "ou", "ɤ": "o", "ɵ": "eu", "ɘ": "eu", "ɞ": "eu", "ɚ": "eur",
    "ɝ": "eur", "c": "k", "q": "k", "ɟ": "g", "ɢ": "g", "ɖ": "d", "ʈ": "t", "ɓ": "b", "ɗ": "d", "β": "b",
    "ɣ": "g", "ɕ": "ch", "ʑ": "j", "ʂ": "ch", "ʐ": "j", "ç": "ch", "ɦ": "h", "ʋ": "v", "ʍ": "ou", "ʝ": "y",
    "ɱ": "m", "ɳ": "n", "ɫ": "l", "ɬ": "l", "ɭ": "l", "ʎ": "y", "ɮ": "l", "ɻ": "r", "ɽ": "r", "ʀ": "r",
    "r": "r",
}  # fmt: skip
_MARKS = dict.fromkeys(map(ord, "ˈˌːˑ"))
_SOUND = re.compile("|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True)))

_REPAIRS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"(?<=[aéèoôu])y(?![aéèoôeiu])", "ï"),  # aj is aï, unless a vowel follows
        (r"g(?=[éèeiy])", "gu"),
        (r"(?<=[aeiouéèôâ])s(?=[aeiouyéèôâ])", "ss"),
        (r"(?<=[aeiouéèôâ])([nm])(?![aeiouyéèôânmg\u0303])", r"\1\1"),  # a consonant, not the sign of a nasal
        (r"(?<=[bcdfjklmnprstvz])$|(?<=[^n]g)$", "e"),  # a last consonant is heard before e
    )
)
_NASAL = {"an": "a\u0303", "in": "i\u0303", "on": "o\u0303", "un": "u\u0303", "oin": "oi\u0303"}


def letters(ipa: str) -> str:
    """Spell each word of ``ipa`` in French letters."""
    return " ".join(_spelled(word) for word in unicodedata.normalize("NFD", ipa.translate(_MARKS)).split())


def _spelled(sounds: str) -> str:
    found = (_SPELLINGS[sound] for sound in _SOUND.findall(sounds))
    spelled = "".join(_NASAL.get(letters, letters) for letters in found)
    for pattern, repair in _REPAIRS:
        spelled = pattern.sub(repair, spelled)
    return unicodedata.normalize("NFC", spelled.replace("\u0303", "n"))
