"""Dates in all shapes: 08/07/2025, 1er mai, le 11-Septembre, 2024-2025, les années 80."""

from __future__ import annotations

import re

from podcast.french.numbers import cardinal, figures
from podcast.french.rules.engine import Rule, Table, after, alternation, before, ends_sentence, last_word
from podcast.french.tables import rows, words

_MONTHS = {month: number for number, (month, *_) in enumerate(rows("months.tsv"), 1)}
_NAMES = tuple(_MONTHS)
_SHORT = {short: month for month, *shorts in rows("months.tsv") for short in " ".join(shorts).split()}
_ARTICLES = words("before articles")
_BEFORE_DAYS, _BEFORE_YEARS, _PERHAPS_YEARS = (
    words("before days"),
    words("before years"),
    words("perhaps years"),
)
_COUNTED = re.compile(r" (?:[a-zà-ÿ]{1,20} )?[a-zà-ÿ]{2,20}[sx]\b| [kcd]?m\b")
_DECADE = re.compile(r"\bannées?(?: [a-z0-9-]{1,16},?){0,3}(?:,| et| ou)? $")


def _day(number: str) -> str:
    """The day of a month: premier, deux, trois…"""
    day = int(number.removesuffix("er"))
    return "premier" if day == 1 else cardinal(day)


def _year(number: str) -> str:
    """A year; two digits are those of this century, or of the last when above 50."""
    if len(number) == 2:
        number = f"{'19' if number > '50' else '20'}{number}"
    return cardinal(int(number), rank=True)


def _numeric(match: re.Match[str]) -> str:
    return f"{_day(match['d'])} {_NAMES[int(match['m']) - 1]} {_year(match['y'])}"


def _instant(match: re.Match[str]) -> str:
    """2026-11-22T10:30:00+01:00: the hour as its place has it, without seconds."""
    hour, minute = int(match["h"]), int(match["min"])
    rest = f" {cardinal(minute, feminine=True)}" if minute else ""
    return f"{_numeric(match)} à {cardinal(hour, feminine=True)} heure{'s' if hour > 1 else ''}{rest}"


def _day_and_number(match: re.Match[str]) -> str | None:
    """12/05 after an article or a week day."""
    if last_word(match) not in _BEFORE_DAYS:
        return None
    return f"{_day(match['d'])} {_NAMES[int(match['m']) - 1]}"


def _month_and_year(match: re.Match[str]) -> str:
    """02/2025."""
    return f"{_NAMES[int(match['m']) - 1]} {_year(match['y'])}"


def _month(match: re.Match[str]) -> str:
    printed = match["month"]
    said = _SHORT.get(printed.rstrip(".").lower(), printed)
    return f"{said}." if match["stop"] and ends_sentence(match) else said


def _day_and_month(match: re.Match[str]) -> str:
    said = f"{_day(re.sub('[^0-9]', '', match['d']))} {_month(match)}"
    return f"{said} {_year(match['y'])}" if "y" in match.re.groupindex else said


def _days_and_month(match: re.Match[str]) -> str:
    """7-9 septembre; les 7-8 mai."""
    first, last = match["a"], match["b"]
    joint = "et" if last_word(match) == "les" and int(last) == int(first) + 1 else "au"
    return f"{_day(first)} {joint} {_day(last)} {_month(match)}"


def _years(match: re.Match[str]) -> str | None:
    """A season, a life, a war: both years, without ``à``."""
    if last_word(match) in _ARTICLES:
        return None
    first, last = match["a"], match["b"]
    full = last if len(last) == 4 else first[:2] + last
    return f"{_year(first)}, {_year(full)}" if int(full) > int(first) else None


def _short_years(match: re.Match[str]) -> str | None:
    """A winter, a war: en 44-45, la saison 94-95."""
    first, last = match["a"], match["b"]
    if int(last) != int(first) + 1 or last_word(match) not in _WINTERS or _COUNTED.match(after(match)):
        return None
    return f"{cardinal(int(first))} {cardinal(int(last))}"


_WINTERS = {"en", "saison", "hiver", "exercice", "guerre", "campagne", "édition"}


def _one_year(match: re.Match[str]) -> str | None:
    """After ``en``, a month…; after ``de`` or ``à`` only when no plural is counted."""
    word = last_word(match)
    perhaps = word in _PERHAPS_YEARS and not _COUNTED.match(after(match))
    return _year(match["y"]) if perhaps or word in _BEFORE_YEARS else None


def _decade(match: re.Match[str]) -> str | None:
    context = before(match)
    return figures(match["y"], rank=True) if "année" in context and _DECADE.search(context) else None


_D = r"(?:3[01]|[12][0-9]|0?[1-9])"
_M = r"(?:1[0-2]|0?[1-9])"
_Y = r"(?:1[0-9]|20|21)[0-9]{2}"
_MONTH = (
    rf"(?P<month>(?:{alternation([*_MONTHS, *map(str.capitalize, _MONTHS), *map(str.upper, _MONTHS)])})(?!\w)"
    rf"|(?:{alternation([*_SHORT, *map(str.capitalize, _SHORT)])})(?!\w)(?P<stop>\.)?)"
)


_A_PART = r" (?:de )?finale| d(?:es?|u) [a-z]| d'[a-z]"
"""After 1/4 this tells a part from a day: le 1/4 des inscrits."""


def _numbers(mark: str, year: str) -> str:
    return rf"(?<![/-])(?P<d>{_D}(?:er)?){mark}(?P<m>{_M}){mark}(?P<y>{year})(?!\w|[/.-][0-9]| ?[€$£%])"


_INITIALS = "".join(sorted({letter for name in (*_MONTHS, *_SHORT) for letter in (name[0], name[0].upper())}))

TABLES = (
    Table(
        r"[0-9]{1,4}(?:er)?(?:[-/]| ?\. ?)[0-9]",
        Rule("date", _numbers("/", rf"(?:{_Y}|[0-9]{{2}})"), _numeric),
        Rule("date", _numbers(r" ?\. ?", rf"(?:{_Y}|[0-9]{{2}})"), _numeric),
        Rule("date", _numbers("-", _Y), _numeric),
        Rule(
            "date",
            rf"(?P<y>{_Y})-(?P<m>1[0-2]|0[1-9])-(?P<d>3[01]|[12][0-9]|0[1-9])"
            r"[T ](?P<h>[01][0-9]|2[0-4]):(?P<min>[0-5][0-9])"
            r"(?::[0-9]{2}(?:[.,][0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?(?![\w:])",
            _instant,
        ),
        Rule(
            "date",
            rf"(?P<y>{_Y})[-/](?P<m>1[0-2]|0[1-9])[-/](?P<d>3[01]|[12][0-9]|0[1-9])(?![\w/-])",
            _numeric,
        ),
        Rule(
            "date",
            rf"(?<!/)(?P<d>{_D}(?:er)?)/(?P<m>{_M})(?![\w/%]|[.,][0-9]| [0-9]|{_A_PART})",
            _day_and_number,
        ),
        Rule("date", rf"(?<!/)(?P<m>0[1-9]|1[0-2])/(?P<y>{_Y})(?![\w/])", _month_and_year),
    ),
    Table(
        r"[0-9]{1,2} ?(?:er|ER)? ?[-–/]",
        Rule("date", rf"(?P<a>{_D})(?:er)? ?[-–/] ?(?P<b>{_D}) {_MONTH}", _days_and_month),
        Rule("date", rf"(?P<d>1 ?(?:er|ER)|{_D})-{_MONTH}-(?P<y>{_Y})(?!\w)", _day_and_month),
    ),
    Table(
        rf"[0-9]{{1,2}} ?(?:er|ER)?[ -][{_INITIALS}]",
        Rule("date", rf"(?P<d>1 ?(?:er|ER)|{_D})[ -]{_MONTH}", _day_and_month),
    ),
    Table(
        "[0-9]{2,4} ?[-–/] ?[0-9]{2}",
        Rule("années", rf"(?<![-–])(?P<a>{_Y}) ?[-–/] ?(?P<b>{_Y}|[0-9]{{2}})(?![\w/-]|[.,][0-9])", _years),
        Rule("années", r"(?P<a>[0-9]{2})[-–/](?P<b>[0-9]{2})(?![\w/-]|[.,][0-9])", _short_years),
    ),
    Table(
        r"[0-9]{2}(?:[0-9]{2})?(?!\w)",
        Rule("année", rf"(?P<y>{_Y})(?!\w|[.,/][0-9]| ?[-–%€$£°])", _one_year),
        Rule("décennie", rf"(?P<y>[0-9]{{2}}|{_Y})(?!\w|[.,/][0-9])", _decade),
    ),
)
"""By what follows the figures, so that few patterns are tried, or compiled, where there is no date."""
