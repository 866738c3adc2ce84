"""Abbreviations and titles: M., Mme, n° 5, p. 12, av. J.-C., etc.

The table says what stands for what, and what must be beside it. The full stop
of an abbreviation that ends its sentence stays.
"""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule, after, alternation, ends_sentence
from podcast.french.tables import rows

_TABLE: dict[str, tuple[str, str]] = {
    written: (said, rest[0] if rest else "") for written, said, *rest in rows("abbreviations.tsv")
}
_NEEDS = {
    "": re.compile(""),
    "name": re.compile(
        r"(?:[ -]|(?<=\.))?(?:(?:de|du|des|d'|le|la|les|l'|von|van|el|al|ben) ?)*(?:['«] ?)?[A-ZÀ-ÖØ-Þ]"
    ),
    "number": re.compile(r" ?(?:[0-9]|[IVXLC]{1,7}(?!\w))"),
    "digit": re.compile(r" [0-9]"),
    "word": re.compile(r" ?[^\W\d_]"),
    "colon": re.compile(r" ?:"),
    "after": re.compile(""),
}
_PARTICLE = re.compile(r" (?:de|du|des|le|la|les|von|van|el|al|ben)(?= )| (?:d'|l')")
_FUNCTION = re.compile(
    r" (?:Il|Elle|Ils|Elles|On|Je|Tu|Nous|Vous|Ce|Cet|Cette|Ces|Ça|Mais|Et|Or|Donc|Car|Puis|Un|Une|Des|En|Dans|"
    r"Pour|Sur|Avec|Sans|Après|Avant|Depuis|Selon|Aujourd'hui|Hier|Demain|Son|Sa|Ses|Leur|Leurs|Qui|Que|Quand|"
    r"Si|Au|Aux|À|C'est|D'|L'|Le|La|Les) [a-zà-ÿ]| (?:Il|Elle|On|C'|L'|D'|J')"
)
_GIVEN_NAME = re.compile(r"(?:^|[^.!?… ] |[«(,] ?)[A-ZÀ-Þ][a-zà-ÿ-]{1,20} $")
_ENDING = re.compile(r"[.…]")


def _say(match: re.Match[str]) -> str | None:
    written = match["abbreviation"]
    said, where = _TABLE.get(written) or _capitalised(written)
    following = match.string[match.end() : match.end() + 24]
    if not _NEEDS[where].match(following):
        return None
    if where == "after" and not re.search(r"[0-9][ er]{0,3}$", match.string[: match.start()][-8:]):
        return None
    if where == "name" and not _is_title(match, written):
        return None
    if written.endswith(".") and where not in {"name", "number", "digit"} and ends_sentence(match):
        return f"{said}."
    if where in {"number", "name"} and following[:1].isalnum():
        return f"{said} "
    return said


def _capitalised(written: str) -> tuple[str, str]:
    """The entry of an abbreviation that begins its sentence."""
    said, where = _TABLE[written[0].lower() + written[1:]]
    return said[0].upper() + said[1:], where


def _is_title(match: re.Match[str], written: str) -> bool:
    """Not the last letter of a sentence, the initial of a name, nor the pronoun ``Me``."""
    following = after(match)
    if written == "Me":
        return not following.startswith(" Too")
    if written not in {"M.", "St.", "Mr.", "Dr."}:
        return True
    if written == "M." and _PARTICLE.match(following):
        preceding = match.string[max(match.start() - 30, 0) : match.start()]
        return not re.search(r"[a-zà-ÿ] [A-ZÀ-Þ][a-zà-ÿ-]{1,20} $", preceding)
    return not _FUNCTION.match(following)


_KEYS = {*_TABLE, *(key[0].upper() + key[1:] for key in _TABLE if key[0].islower() and len(key) > 2)}
RULES = (
    Rule(
        "abréviation",
        rf"(?<![\w.'-])(?P<abbreviation>{alternation(_KEYS)})(?:(?<=\.)|(?<=°)|(?<=/)|(?<=€)|(?![\w.]\w))(?<!\w(?=\w))",
        _say,
    ),
)
TRIGGER = alternation(sorted({key[0] for key in _KEYS}))
