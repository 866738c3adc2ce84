"""Sentences out of ``text/grammar.txt``: lists of alternatives that name one another."""

from __future__ import annotations

import random
import re
from functools import lru_cache
from pathlib import Path

TEXT = Path(__file__).with_name("text")
SLOT = re.compile(r"\{(?:(?P<low>\d{1,6})\.\.(?P<high>\d{1,6})|(?P<name>\w{1,30}))\}")

_VOWEL = "aàâeéèêëiîïoôuùûyœæAÀÂEÉÈÊËIÎÏOÔUÙÛYŒÆ"
_MUTE_H = (
    "Habi|habi|Hélène|hélic|Hernandez|heure|hiver|hist|hon(?:n|o)|hôpit|hôtel|huile|humid|hum(?:a|e|o)|hygi"
)

MENDS = (
    (re.compile(r"\b([Dd])e le\b"), r"\1u"),
    (re.compile(r"\b([Dd])e les\b"), r"\1es"),
    (re.compile(r"(?<![\w-])à le\b"), "au"),
    (re.compile(r"(?<![\w-])à les\b"), "aux"),
    (re.compile(r"(?<![\w-])À Le\b"), "Au"),
    (re.compile(rf"\b([DdLl])[ea] (?=[{_VOWEL}]|{_MUTE_H})"), r"\1'"),
    (re.compile(rf"\b([Qq]u|[Jj]usqu|[Ll]orsqu)e (?=[{_VOWEL}])"), r"\1'"),
    (re.compile(r"\b([Ss])i (?=ils?\b)"), r"\1'"),
    (re.compile(rf"\b([Cc])e (?=[{_VOWEL}])(?!est|était)"), r"\1et "),
    (re.compile(r"\bdes d'autres\b"), "d'autres"),
)
"""Contractions and elisions that come of putting pieces side by side."""


@lru_cache(maxsize=1)
def rules() -> dict[str, list[str]]:
    """Alternatives by name."""
    found: dict[str, list[str]] = {}
    for line in (TEXT / "grammar.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = current = []
        elif line and not line.startswith("#"):
            current.append(line)
    return found


def sentence(kind: str, draw: random.Random) -> str:
    """One expansion of ``kind``, mended and with a capital."""
    text = _expand(f"{{{kind}}}", draw)
    for pattern, replacement in MENDS:
        text = pattern.sub(replacement, text)
    start = next(i for i, character in enumerate(text) if character.isalnum())
    return text[:start] + text[start].upper() + text[start + 1 :]


def _expand(text: str, draw: random.Random) -> str:
    def choose(slot: re.Match[str]) -> str:
        if slot["low"]:
            return str(draw.randint(int(slot["low"]), int(slot["high"])))
        return _expand(draw.choice(rules()[slot["name"]]), draw)

    return SLOT.sub(choose, text)
