"""Dates in all shapes: 08/07/2025, 1er mai, le 11-Septembre, 2024-2025, les années 80."""

from __future__ import annotations

import re

from podcast.french.numbers import cardinal, figures
from podcast.french.rules.engine import Rule, after, alternation, before, ends_sentence
from podcast.french.rules.quantities import START
from podcast.french.tables import rows

MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_SHORT = {short: month for short, month in rows("months.tsv")}
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9])"
_MONTH_NUMBER = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:1[0-9]|20|21)[0-9]{2}"
_NAMES = alternation([*MONTHS, *(m.capitalize() for m in MONTHS), *(m.upper() for m in MONTHS)])
_SHORTS = alternation([*_SHORT, *(short.capitalize() for short in _SHORT)])
_MONTH = rf"(?P<month>{_NAMES}(?!\w)|(?:{_SHORTS})(?!\w)(?P<stop>\.)?)"
_AFTER_DAY = re.compile(r"\b(?:le|du|au|ce|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) ?$")
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:en|depuis|dès|année|an|fin|début|mi|courant|d'ici|jusqu'en|"
    rf"{'|'.join(MONTHS)}|printemps|été|automne|hiver|rentrée|saison|exercice|horizon|édition|millésime)[ -]$)"
)
_MAYBE_YEAR = re.compile(r"\b(?:de|à|et|avant|après|vers|entre) $")
_COUNTED = re.compile(r" (?:[a-zà-ÿ]{1,20} )?[a-zà-ÿ]{2,20}[sx]\b| [kmcd]?m\b")
_BEFORE_DECADE = re.compile(r"\bannées?(?: [a-z0-9-]{1,16},?){0,3}(?:,| et| ou)? $")


def day(number: str) -> str:
    """The day of a month: premier, deux, trois…"""
    return "premier" if int(number) == 1 else cardinal(int(number))


def year(number: str) -> str:
    """A year; two digits are those of this century, or of the last when above 50."""
    if len(number) == 2:
        number = f"{'19' if number > '50' else '20'}{number}"
    return cardinal(int(number), rank=True)


def _numeric(match: re.Match[str]) -> str:
    said = f"{day(match['d'])} {MONTHS[int(match['m']) - 1]}"
    return f"{said} {year(match['y'])}" if "y" in match.re.groupindex else said


def _day_of_month(match: re.Match[str]) -> str | None:
    """12/05 after an article or a week day."""
    return _numeric(match) if _AFTER_DAY.search(before(match)) else None


def _month(match: re.Match[str]) -> str:
    printed = match["month"]
    said = _SHORT.get(printed.rstrip(".").lower(), printed)
    if match["stop"] and ends_sentence(match):
        said += "."
    return said


def _day_month(match: re.Match[str]) -> str:
    return f"{day(re.sub('[^0-9]', '', match['d']))} {_month(match)}"


def _days_month(match: re.Match[str]) -> str:
    first, last = match["a"], match["b"]
    joint = "et" if before(match).endswith("les ") and int(last) == int(first) + 1 else "au"
    return f"{day(first)} {joint} {day(last)} {_month(match)}"


def _years(match: re.Match[str]) -> str | None:
    """A season, a life, a war: both years, without ``à``."""
    first, last = match["a"], match["b"]
    full = last if len(last) == 4 else first[:2] + last
    if int(full) <= int(first):
        return None
    return f"{year(first)}, {year(full)}"


def _year(match: re.Match[str]) -> str | None:
    """After ``en``, a month…; after ``de`` or ``à`` only when no plural is counted."""
    context = before(match)
    loose = _MAYBE_YEAR.search(context) and not _COUNTED.match(after(match))
    return year(match["y"]) if loose or _BEFORE_YEAR.search(context) else None


def _decade(match: re.Match[str]) -> str | None:
    return figures(match["y"], rank=True) if _BEFORE_DECADE.search(before(match)) else None


def _dated(separator: str, year_pattern: str) -> str:
    return rf"{START}(?<![/-])(?P<d>{_DAY}){separator}(?P<m>{_MONTH_NUMBER}){separator}(?P<y>{year_pattern})(?![\w]|[/.-][0-9])"


RULES = (
    Rule("date", _dated("/", rf"(?:{_YEAR}|[0-9]{{2}})"), _numeric),
    Rule("date", _dated(r" ?\. ?", rf"(?:{_YEAR}|[0-9]{{2}})"), _numeric),
    Rule("date", _dated("-", _YEAR), _numeric),
    Rule(
        "date",
        rf"{START}(?P<y>{_YEAR})-(?P<m>(?:0[1-9]|1[0-2]))-(?P<d>(?:3[01]|[12][0-9]|0[1-9]))(?![\w-])",
        _numeric,
    ),
    Rule(
        "date",
        rf"{START}(?<!/)(?P<d>{_DAY})/(?P<m>{_MONTH_NUMBER})(?![\w/%]|[.,][0-9]| [0-9])",
        _day_of_month,
    ),
    Rule(
        "date",
        rf"{START}(?P<a>{_DAY})(?:er)? ?[-–/] ?(?P<b>{_DAY}) {_MONTH}",
        _days_month,
    ),
    Rule("date", rf"{START}(?P<d>1 ?(?:er|ER)|{_DAY})[ -]{_MONTH}", _day_month),
    Rule(
        "années",
        rf"{START}(?<![-–])(?P<a>{_YEAR}) ?[-–/] ?(?P<b>{_YEAR}|[0-9]{{2}})(?![\w/-]|[.,][0-9])",
        _years,
    ),
    Rule("année", rf"{START}(?P<y>{_YEAR})(?![\w]|[.,/][0-9]| ?[-–%€$£°])", _year),
    Rule("décennie", rf"{START}(?P<y>[0-9]{{2}}|{_YEAR})(?![\w]|[.,/][0-9])", _decade),
)
