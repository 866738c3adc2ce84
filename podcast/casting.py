"""Who reads what: the voices of a show by kind of text, section and author.

Voices are named by their keys, or by the paths of their folders.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from podcast.errors import ConfigError
from podcast.types import Article, BlockKind

ROLES: dict[str, BlockKind] = {
    "title": "title",
    "standfirst": "standfirst",
    "headings": "heading",
    "quotes": "quote",
    "notice": "notice",
}
"""What ``[voices]`` in a ``podcast.toml`` calls the kinds of text that may have a voice of their own."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The voices beside the narrator, and other narrators for some articles."""

    kinds: Mapping[BlockKind, str] = field(default_factory=dict)
    sections: Mapping[str, str] = field(default_factory=dict)
    """Narrators by the name of the section, in any case."""
    authors: Mapping[str, str] = field(default_factory=dict)
    """Narrators by the name of the author, in any case."""

    def narrator(self, article: Article, otherwise: str) -> str:
        """Who reads an article: its first author's voice, or else its section's, or ``otherwise``."""
        authors, sections = _folded(self.authors), _folded(self.sections)
        voices = (
            *(authors.get(_fold(name)) for name in article.authors),
            sections.get(_fold(article.section)),
        )
        return next(filter(None, voices), otherwise)

    def beside(self, narrator: str) -> dict[BlockKind, str]:
        """The kinds of text that the narrator does not read, and who does."""
        return {kind: key for kind, key in self.kinds.items() if voice_key(key) != voice_key(narrator)}

    def everybody(self, narrator: str) -> list[str]:
        """Every voice that may be heard in the show.

        Raises ``ConfigError`` when two of them have one key.
        """
        names = (narrator, *self.kinds.values(), *self.sections.values(), *self.authors.values())
        found: dict[str, str] = {}
        for name in names:
            if found.setdefault(voice_key(name), name) != name:
                raise ConfigError(
                    f"{name} and {found[voice_key(name)]} have the same key",
                    where="voices",
                    remedy="write one voice in one way, and give another folder another name",
                )
        return list(found.values())

    def of_kinds_only(self) -> Cast:
        """The same with one narrator for all articles."""
        return Cast(self.kinds)


def voice_key(name: str) -> str:
    """The key of a voice that is named by it, or by the path of its folder."""
    return Path(name).expanduser().absolute().name


def _folded(table: Mapping[str, str]) -> dict[str, str]:
    return {_fold(name): voice for name, voice in table.items()}


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()
