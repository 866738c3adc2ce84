"""Telephone numbers, said by pairs: 01 42 34 56 78, +33 1…, 0 800 123 456, le 3919."""

from __future__ import annotations

import re

from podcast.french.numbers import figures, pairs
from podcast.french.rules.engine import Rule, Table, after, last_word
from podcast.french.tables import words

_GAP = r"[ .-]?"
_PAIR = rf"(?:{_GAP}[0-9]{{2}})"
_END = r"(?![0-9])(?![.,][0-9])"
_CALLS = words("before calls")
_COUNTED = re.compile(r" ?(?:k?m|%|€|[a-zà-ÿ]{2,20}s)(?!\w)")


def _national(match: re.Match[str]) -> str:
    return pairs(re.sub("[^0-9]", "", match.group()))


def _groups(match: re.Match[str]) -> str:
    """A number abroad: each printed group as a number."""
    return "plus " + ", ".join(figures(group) for group in re.findall("[0-9]+", match.group()))


def _freephone(match: re.Match[str]) -> str:
    groups = (match["head"], *re.findall("[0-9]+", match["rest"]))
    return "zéro " + ", ".join(figures(group) for group in groups)


def _from_abroad(match: re.Match[str]) -> str:
    digits = re.sub("[^0-9]", "", match["rest"])
    return f"plus trente-trois, {figures(digits[0])}, {pairs(digits[1:])}"


def _european(match: re.Match[str]) -> str | None:
    """le 116 117, le 118 218."""
    if last_word(match) not in _CALLS:
        return None
    return f"{figures(match.group()[:3])} {figures(match.group()[-3:])}"


def _short(match: re.Match[str]) -> str | None:
    """Four digits beginning with 3 that one dials: le 3919."""
    if last_word(match) not in _CALLS or _COUNTED.match(after(match)):
        return None
    return pairs(match.group()).replace(",", "")


TABLE = Table(
    r"\+[1-9]|0[0-9 ]|11[68]|3[0-9]{3}",
    Rule("téléphone", rf"(?:\+33|0033){_GAP}(?:\(0\) ?)?(?P<rest>[1-9]{_PAIR}{{4}}){_END}", _from_abroad),
    Rule("téléphone", rf"\+[1-9][0-9]{{0,2}}(?:{_GAP}[0-9]{{2,4}}){{2,5}}{_END}", _groups),
    Rule(
        "téléphone",
        rf"0 ?(?P<head>8[0-9]{{2}})(?P<rest> [0-9]{{3}} [0-9]{{3}}|(?: [0-9]{{2}}){{3}}){_END}",
        _freephone,
    ),
    Rule("téléphone", rf"0[1-9]{_PAIR}{{4}}{_END}", _national),
    Rule("numéro court", r"11[68] ?[0-9]{3}(?!\w|[.,][0-9])", _european),
    Rule("numéro court", r"3[0-9]{3}(?!\w|[.,][0-9]| [0-9])", _short),
)
