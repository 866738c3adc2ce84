"""Abbreviations and titles: M., Mme, n° 5, p. 12, av. J.-C., etc.

The table says what stands for what, and what must be beside it. The full stop
of an abbreviation that ends its sentence stays.
"""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule, Table, after, alternation, ends_sentence
from podcast.french.rules.measures import UNITS
from podcast.french.tables import rows, words

_TABLE = {written: (said, needs[0] if needs else "") for written, said, *needs in rows("abbreviations.tsv")}
_DAYS = "lun|mar|mer|jeu|ven|sam|dim"
_PARTICLES = r"(?:de|du|des|le|la|les|von|van|el|al|ben)"
_FOLLOWS = {
    "title": rf" ?(?:[A-ZÀ-ÖØ-Þ«]|{_PARTICLES} |[dl]'|et M)",
    "name": rf"[ -]?(?:(?:{_PARTICLES} |[dl]')){{0,3}}['«]? ?[A-ZÀ-ÖØ-Þ]",
    "officer": r" d(?:e |')[A-ZÀ-ÖØ-Þ]",
    "number": r" ?(?:[0-9]|[IVXLC]{1,7}(?![\w'])|[ivx]{2,6}(?!\w))",
    "digit": r" [0-9]",
    "digits": r" [0-9]{1,4}(?:,|-| et| à| ou) ?[0-9]{1,4}(?![0-9]| [a-zà-ÿ]{1,20}[sx]\b)",
    "word": r" ?[^\W\d_]",
    "edition": r" ?[^\W\d_]",
    "colon": r" ?:",
    "day": rf" ?(?:[0-9]|(?:au|et|ou|à|,|-|–|/) ?(?:{_DAYS})\.)",
}
_PRECEDES = {
    "after": r"[0-9] ?$",
    "rank": r"[0-9] ?(?:e|re|ème) $",
    "edition": r"[0-9] ?(?:e|re|ème) $",
    "century": r"(?:\b[IVX]{1,5}(?:e|er|è|ème)|\b[0-9]{1,2}(?:er|e|ème)) $",
    "day": rf"\b(?:{_DAYS}|{_DAYS.title()})\.(?: (?:au|et|ou|à)|,|)[ /–-]?$",
    "officer": r"\b(?:[Ll]e|[Dd]u|[Aa]u|[Aa]venue|[Rr]ue|[Pp]lace|[Bb]oulevard|av\.|bd|pl\.) $",
}
_OPENER = re.compile(r" (?:(?P<word>[A-ZÀÇ][a-zà-ÿ]{0,8}) [a-zà-ÿ]|(?:[LDCJSN]|Qu)')")
_OPENERS = words("openers")
_INITIAL = re.compile(r"[^.!?… ] [A-ZÀ-Þ][a-zà-ÿ-]{1,20} $")
_FOLLOWED = {"title", "name", "number", "digit", "digits", "word", "officer", "edition"}
_AMBIGUOUS = {"M.", "Mr.", "Dr.", "Pr.", "St."}


def _say(match: re.Match[str]) -> str | None:
    written = match.group()
    said, needs = _entry(written)
    following = after(match)
    if needs and not _has_company(match, needs, following):
        return None
    if (
        needs == "number"
        and (written.rstrip(".") in UNITS or written[0] == "p")
        and match.string[max(match.start() - 2, 0) : match.start()].strip().isdigit()
    ):
        return None
    if needs in {"title", "name"} and not _is_title(match, following):
        return None
    stops = written[-1] == "." and said[-1] != "…" and needs not in _FOLLOWED
    if stops and ends_sentence(match):
        return f"{said}."
    return f"{said} " if following[:1].isalnum() else said


def _has_company(match: re.Match[str], needs: str, following: str) -> bool:
    """True where what must follow the abbreviation or precede it is there."""
    if needs in _FOLLOWS and re.match(_FOLLOWS[needs], following):
        return True
    if needs not in _PRECEDES:
        return False
    preceding = match.string[max(match.start() - 16, 0) : match.start()]
    return bool(re.search(_PRECEDES[needs], preceding))


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

_START = r"(?:(?<![\w.-])(?<!\b[A-Z] )|(?<=\b[Ee]x-)|(?<=[a-z]\.-)|(?<=[a-zé]-)(?=Ste?-[A-ZÀ-Þ]))"
"""Not inside a word (ex-n° 2 is two), nor the last of spelled letters: "les O G M. Or…"."""

_TOKEN = re.compile(r"[^\W\d_]+[./°]?|§")
_LAST = {_TOKEN.findall(key)[-1] for key in _KEYS}
_ENDS = frozenset((*_LAST, *(f"{token}{mark}" for token in _LAST for mark in "./°")))
"""The last token of each, which in its text may have a mark that is not its own."""


def may_stand(text: str) -> bool:
    """False where no word of the text ends an abbreviation: to look for each of them takes longer."""
    return not _ENDS.isdisjoint(_TOKEN.findall(text))


FIRST = f"[{''.join(sorted({key[0] for key in _KEYS}))}]"
TABLE = Table(
    FIRST,
    Rule("abréviation", rf"{_START}(?:{alternation(_KEYS)})(?:(?<=[^\w])|(?!\w))(?!\.\w)", _say),
)
