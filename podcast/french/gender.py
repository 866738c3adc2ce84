"""The gender of a French noun or adjective, from its endings.

``data/gender.tsv`` holds endings, each with a gender; a word has the gender
of its longest ending. The table is folded from a dictionary of 60,000 nouns
and adjectives, so a word of the dictionary gets its own gender, and an
unknown word that of the words that end like it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from podcast.french.tables import DATA

Gender = Literal["m", "f", "e"]
"""Masculine, feminine, or either."""


def singular(word: str) -> str:
    """The singular of a regular plural; the same cut for words that only look plural."""
    if word.endswith("aux") and len(word) > 4:
        return word[:-2] + "l"
    return word[:-1] if word[-1:] in {"s", "x"} and len(word) > 2 else word


@lru_cache(maxsize=4096)
def gender(word: str) -> Gender:
    """The gender of a noun or adjective, singular or plural, in lower case."""
    endings = _endings()
    whole = f"^{singular(word)}"
    for start in range(len(whole) + 1):
        found = endings.get(whole[start:])
        if found is not None:
            return found
    return "m"


@cache
def _endings() -> dict[str, Gender]:
    """Thousands of lines: without what ``tables.rows`` does for lines that people write."""
    table: dict[str, Gender] = {}
    for name in ("gender.tsv", "gender-usage.tsv"):
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        table.update(line.split("\t") for line in lines if line[:1] not in _ASIDE)  # type: ignore[misc]
    return table


_ASIDE = ("", "#")
