"""Roman numerals that stand for a number, and only those.

With an ordinal suffix (XXIe siècle, François Ier, IIIe République) a numeral
is certain. Without one it needs company: a name before it (Léon XIV, Jean-Paul
II, lycée Henri-IV) or a word that is numbered (tome III, acte V).
"""

from __future__ import annotations

import re

from podcast.french.numbers import cardinal, from_roman, ordinal
from podcast.french.rules.engine import Rule, Table, after, before, last_word
from podcast.french.tables import pairs, words

_REIGNING = pairs("regnal.tsv")
_NUMBERED, _NOT_REIGNING = words("roman"), words("not reigning")
_TEAMS = {"XV", "XIII"}
"""Of rugby: le XV, les essais du XIII."""
_SERIES = re.compile(r"\b([a-zé]{2,10}) [ivxlc]{1,7}(?:, [ivxlc]{1,7}){0,4}(?:,| et| ou| à) $")
_NAME = re.compile(r"(?<![^\W])(?P<name>[A-ZÀ-ÖØ-Þ][\w-]{1,30})[ -]$")
_FIRST = {"er": "premier", "re": "première", "ère": "première", "ere": "première"}
_SECOND = {"d": "second", "nd": "second", "de": "seconde", "nde": "seconde"}


def _ordinal(match: re.Match[str]) -> str | None:
    """XXIe, Ier, IIIes; of single letters only I, V and X, since "Ce", "Le" and "De" are words."""
    roman, suffix = match["roman"], match["suffix"]
    value = from_roman(roman)
    if value is None or value > 100 or roman in "CDLM":
        return None
    single = suffix.removesuffix("s")
    special = {1: _FIRST, 2: _SECOND}.get(value, {})
    if single in special:
        return special[single] + ("s" if single != suffix else "")
    if value == 1 or single in _FIRST or single in _SECOND:
        return None
    return ordinal(value, plural=single != suffix)


def _year(match: re.Match[str]) -> str | None:
    """MCMXCV."""
    value = from_roman(match.group())
    return cardinal(value, rank=True) if value else None


def _century(match: re.Match[str]) -> str | None:
    """XXI siècle, XXI e siècle: the suffix is lost, or apart."""
    value = from_roman(match["roman"])
    return ordinal(value) if value else None


def _item(match: re.Match[str]) -> str | None:
    """II. at the head of a line."""
    value = from_roman(match["roman"])
    return cardinal(value) if value and value < 40 else None


def _leaf(match: re.Match[str]) -> str | None:
    """Page iii."""
    value = from_roman(match["roman"].upper())
    return cardinal(value) if value else None


def _numeral(match: re.Match[str]) -> str | None:
    """A numeral without a suffix, by the company it keeps."""
    roman = match["roman"]
    value = from_roman(roman)
    if value is None or value > 89:
        return None
    if (len(roman) > 1 or roman in "IVX") and _is_numbered(match):
        return cardinal(value)
    if roman in _TEAMS and last_word(match, "roman") in {"le", "du", "au", "ce"}:
        return cardinal(value)
    start = match.start("roman")
    found = _NAME.search(match.string[max(start - 36, 0) : start])
    if not found:
        return None
    name = found["name"].rsplit("-", 1)[-1].capitalize()
    if name in _REIGNING:
        return _reign(value, _REIGNING[name]) if _is_reign(roman, after(match)) else None
    return cardinal(value) if _is_title(found["name"], roman, after(match)) else None


def _is_numbered(match: re.Match[str]) -> bool:
    """After a word that is numbered (tome II), or in a series of it (actes I, II et III)."""
    word = last_word(match, "roman")
    if word in _NUMBERED:
        return True
    series = _SERIES.search(before(match, "roman"))
    return bool(series and series[1] in _NUMBERED)


def _is_reign(roman: str, following: str) -> bool:
    """Not the initial of a name that is kept back: Vincent V., 45 ans."""
    initial = len(roman) == 1 and re.match(r"\.(?:,| [a-zà-ÿ])", following)
    return set(roman) <= set("IVX") and not initial and not re.match(r"-\w", following)


def _reign(value: int, gender: str) -> str:
    if value > 1:
        return cardinal(value)
    return "première" if gender == "f" else "premier"


def _is_title(name: str, roman: str, following: str) -> bool:
    """Rocky IV, Apollo XIII, Super Bowl LVIII; not Xi Jinping in capitals, nor sizes and brands."""
    if name.lower() in _NOT_REIGNING or roman in {"XX", "XXX"} or following[:2].upper() == " J":
        return False
    if name.isupper() and (len(name) > 5 or re.match(r"[ -][A-ZÀ-Þ]{2}", following)):
        return False
    return len(roman) > 1 and (set(roman) <= set("IVX") or len(roman) > 3)


_RANKED = "|".join(sorted(words("ranked")))

TABLE = Table(
    "[IVXLCM-]|(?<=page )[ivx]{2}",
    Rule("chiffres romains", r"(?<![\w-])IER(?!\w)", "premier"),
    Rule("page", r"(?<=page )(?P<roman>[ivx]{2,6})(?!\w)", _leaf),
    Rule(
        "siècle",
        rf"(?<![\w'-])(?P<roman>[IVX]{{1,6}})(?: e| ?°|E)?(?= (?:{_RANKED}|{_RANKED.upper()})[sS]?\b)",
        _century,
    ),
    Rule("année", r"(?<![\w-])M(?=[MDCLXVI]{3,12}(?![\w'-]))[MDCLXVI]{3,12}", _year),
    Rule(
        "chiffres romains",
        r"(?<!\w)(?P<roman>[IVXLC]{1,8})(?P<suffix>ers?|[èe]res?|res?|nde?s?|de?s?|i?[eèé]mes?|[eè]s?)(?![\w'])",
        _ordinal,
    ),
    Rule("chiffres romains", r"(?<![^\n])(?P<roman>[IVX]{2,6})(?=[.)]| ?[-–—] |\.- )", _item),
    Rule(
        "chiffres romains",
        r"(?:(?<=[^\W\d_])-)?(?<![\w.])(?<!\b[A-Z] )(?P<roman>[IVXLC]{1,8})(?![\w']|\.[A-Z]| [A-Z]\b)",
        _numeral,
    ),
)
