"""Abbreviations and titles: M., Mme, n° 5, p. 12, av. J.-C., etc.

The table says what stands for what, and what must be beside it. The full stop
of an abbreviation that ends its sentence stays.
"""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule, Table, after, alternation, ends_sentence
from podcast.french.tables import rows, words

_TABLE = {written: (said, needs[0] if needs else "") for written, said, *needs in rows("abbreviations.tsv")}
_PARTICLES = r"(?:de|du|des|le|la|les|von|van|el|al|ben)"
_FOLLOWS = {
    "title": rf" ?(?:[A-ZÀ-ÖØ-Þ«]|{_PARTICLES} |[dl]'|et M)",
    "name": rf"[ -]?(?:(?:{_PARTICLES} |[dl]')){{0,3}}['«]? ?[A-ZÀ-ÖØ-Þ]",
    "number": r" ?(?:[0-9]|[IVXLC]{1,7}(?!\w))",
    "digit": r" [0-9]",
    "word": r" ?[^\W\d_]",
    "colon": r" ?:",
}
_NEEDS = {place: re.compile(pattern) for place, pattern in _FOLLOWS.items()}
_OPENER = re.compile(r" (?:(?P<word>[A-ZÀÇ][a-zà-ÿ]{0,8}) [a-zà-ÿ]|(?:[LDCJSN]|Qu)')")
_OPENERS = words("openers")
_INITIAL = re.compile(r"[^.!?… ] [A-ZÀ-Þ][a-zà-ÿ-]{1,20} $")
_AMBIGUOUS = {"M.", "Mr.", "Dr.", "Pr.", "St."}


def _say(match: re.Match[str]) -> str | None:
    written = match.group()
    said, needs = _entry(written)
    following = after(match)
    if needs == "after":
        if not match.string[max(match.start() - 2, 0) : match.start()].strip()[-1:].isdigit():
            return None
    elif needs and not _NEEDS[needs].match(following):
        return None
    if needs == "number" and match.string[max(match.start() - 2, 0) : match.start()].strip().isdigit():
        return None
    if needs in {"title", "name"} and not _is_title(match, following):
        return None
    stops = written[-1] == "." and said[-1] != "…" and needs in {"", "colon", "after"}
    if stops and ends_sentence(match):
        return f"{said}."
    return f"{said} " if following[:1].isalnum() else said


def _entry(written: str) -> tuple[str, str]:
    """The line of the table; an abbreviation may begin its sentence with a capital."""
    if written in _TABLE:
        return _TABLE[written]
    said, needs = _TABLE[written[0].lower() + written[1:]]
    return said[0].upper() + said[1:], needs


def _is_title(match: re.Match[str], following: str) -> bool:
    """Not the last word of a sentence, the initial of a name (Karim M.), nor the pronoun ``Me``."""
    written = match.group()
    if written not in _AMBIGUOUS:
        return not (written == "Me" and following.startswith(" Too"))
    opener = _OPENER.match(following)
    if opener and (not opener["word"] or opener["word"].lower() in _OPENERS):
        return False
    preceding = match.string[max(match.start() - 30, 0) : match.start()]
    return not (following[1:2].islower() and _INITIAL.search(preceding))


_KEYS = {*_TABLE, *(key[0].upper() + key[1:] for key in _TABLE if key[0].islower() and len(key) > 2)}

_START = r"(?<![\w.-])(?<!\b[A-Z] )"
"""Not inside a word, nor the last of spelled letters: "les O G M. Or…"."""

TABLE = Table(
    f"[{''.join(sorted({key[0] for key in _KEYS}))}]",
    Rule("abréviation", rf"{_START}(?:{alternation(_KEYS)})(?:(?<=[^\w])|(?!\w))(?!\.\w)", _say),
)
