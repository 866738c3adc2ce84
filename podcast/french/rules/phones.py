"""Telephone numbers, said by pairs: 01 42 34 56 78, +33 1…, 0 800 123 456, le 3919."""

from __future__ import annotations

import re

from podcast.french.numbers import figures, pairs
from podcast.french.rules.engine import Rule, after, before
from podcast.french.rules.quantities import START

_GAP = r"[ .-]?"
_PAIR = rf"(?:{_GAP}[0-9]{{2}})"
_END = r"(?![0-9])(?![.,][0-9])"
_CALLS = re.compile(
    r"(?:\b(?:le|au|du|numéro|composez|composer|composant|appelez|appeler|appelant|tapez|par|via)|:) ?$"
)


def _national(match: re.Match[str]) -> str:
    return pairs(re.sub("[^0-9]", "", match.group()))


def _groups(match: re.Match[str]) -> str:
    """Each printed group as a number: a freephone number, or one abroad."""
    plus = "plus " if match.group().startswith("+") else ""
    return plus + ", ".join(figures(group) for group in re.findall("[0-9]+", match.group()))


def _freephone(match: re.Match[str]) -> str:
    rest = re.findall("[0-9]+", match["rest"])
    return ", ".join([f"zéro {figures(match['head'])}", *(figures(group) for group in rest)])


def _french_abroad(match: re.Match[str]) -> str:
    digits = re.sub("[^0-9]", "", match["rest"])
    return f"plus trente-trois, {figures(digits[0])}, {pairs(digits[1:])}"


def _short(match: re.Match[str]) -> str | None:
    """Four digits beginning with 3 that one dials: le 3919."""
    dialled = _CALLS.search(before(match)) and not re.match(r" (?:m|k|%|€|mètres|mots)\b", after(match))
    return pairs(match.group()).replace(",", "") if dialled else None


RULES = (
    Rule(
        "téléphone",
        rf"(?:\+33|(?<![0-9])0033){_GAP}(?:\(0\) ?)?(?P<rest>[1-9]{_PAIR}{{4}}){_END}",
        _french_abroad,
    ),
    Rule("téléphone", rf"\+[1-9][0-9]{{0,2}}(?:{_GAP}[0-9]{{2,4}}){{2,5}}{_END}", _groups),
    Rule("téléphone", rf"{START}0[1-9]{_PAIR}{{4}}{_END}", _national),
    Rule(
        "téléphone",
        rf"{START}0 ?(?P<head>8[0-9]{{2}})(?P<rest> ?[0-9]{{3}} [0-9]{{3}}|(?: [0-9]{{2}}){{3}}){_END}",
        _freephone,
    ),
    Rule("numéro court", rf"{START}3[0-9]{{3}}(?![\w]|[.,][0-9]| [0-9])", _short),
)
