"""Which language a text is in, told by its function words."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

FEWEST_WORDS = 30
"""A shorter text gets the benefit of the doubt."""
LEAST_SHARE = 0.15
"""Of function words, for a language to be named."""
CLEARLY = 1.5
"""How many times more function words than French."""
LATIN_SHARE = 0.5
"""Of the letters of a text; below it, the text is in another script."""

_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
_WORD = re.compile(r"[^\W\d_]+")
_NOT_LATIN = re.compile(r"[^A-Za-zÀ-ÖØ-öø-ɏ]")
_SCANNED = 20_000


def language_of(text: str) -> str:
    """The language of a text as two letters; "??" for another script, "" where it is not clear.

    >>> language_of("The minister said that " * 10)
    'en'
    >>> language_of("Bonjour !")
    ''
    """
    words = _WORD.findall(text[:_SCANNED].lower())
    if len(words) < FEWEST_WORDS:
        return ""
    characters = "".join(words)
    if len(characters) - len(_NOT_LATIN.findall(characters)) < LATIN_SHARE * len(characters):
        return "??"
    shares = _shares(words)
    best = max(shares, key=lambda language: shares[language])
    clear = shares[best] >= LEAST_SHARE and (best == "fr" or shares[best] >= CLEARLY * shares["fr"])
    return best if clear else ""


def is_french(text: str) -> bool:
    """True for a sentence whose function words are French before all.

    >>> is_french("Le pont rouvre ce matin, merci à tous ceux qui ont attendu.")
    True
    >>> is_french("The bridge opens this morning, thanks to those who waited.")
    False
    """
    shares = _shares(_WORD.findall(text[:_SCANNED].lower()))
    return LEAST_SHARE <= shares["fr"] == max(shares.values())


def _shares(words: Sequence[str]) -> dict[str, float]:
    """For each language, the share of these words that carry its grammar."""
    counts = Counter(words)
    return {
        language: sum(counts[word] for word in counts.keys() & known) / max(1, len(words))
        for language, known in _FUNCTION_WORDS.items()
    }
