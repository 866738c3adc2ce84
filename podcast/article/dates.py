"""Dates as French sites print them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple

from podcast.article.lines import fold
from podcast.article.vocabulary import DATE_WORDS

MONTHS = {
    name: month
    for month, names in enumerate(
        (
            ("janvier", "janv", "jan"),
            ("fevrier", "fevr", "fev"),
            ("mars",),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("aout",),
            ("septembre", "sept", "sep"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        start=1,
    )
    for name in names
}
"""Folded names and short names of the months, 1 to 12."""

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TIME = (
    r"(?:\s?[,|·•–-]?\s?(?:a|vers|t)?\s?(?P<hour>\d{1,2})\s?(?:h|:|heures?)\s?(?P<minute>\d{2})?"
    r"(?::\d{2}(?:\.\d{1,6})?)?)?"
    r"\s?(?P<zone>z\b|utc\b|gmt\b|[+-]\d{2}:?\d{2})?"
)
_FORMS = (
    rf"\b(?P<day>\d{{1,2}})(?:er)?\.?\s(?P<month>{_MONTH})\b\.?,?\s(?P<year>\d{{4}})\b" + _TIME,
    r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])" + _TIME,
    r"\b(?P<day>\d{1,2})\s?[./-](?P<month>\d{1,2})\s?[./-](?P<year>\d{4}|\d{2})\b" + _TIME,
)
_UPDATED = re.compile(
    r"\b(?:mise? a jour|maj|m\.a\.j|modifie|actualis\w{2,5}|modification|corrige|updated)\b"
)
_SCREEN = re.compile(r"\d{4}|\d\s?[./-]\s?\d")
"""No date without it: most lines are done after one search."""
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST = 60
"""Characters of a date that stands alone."""
_YEARS = range(1980, 2200)


class PrintedDate(NamedTuple):
    """A date as found in a line."""

    when: datetime
    """Aware; Europe/Paris when the line does not say, midnight when it gives no hour."""
    updated: bool
    """True when the line calls it the date of a change."""
    start: int
    end: int
    """Its place in the folded line."""


def find_dates(text: str) -> list[PrintedDate]:
    """Every full date (day, month and year) of a line, in order.

    >>> [found.when.isoformat() for found in find_dates("Le 8 juillet 2025 à 07h56")]
    ['2025-07-08T07:56:00+02:00']
    """
    if not _SCREEN.search(text[:400]):
        return []
    folded = fold(text)[:400]
    found: list[PrintedDate] = []
    for form in _FORMS:
        for match in _compiled(form).finditer(folded):
            when = _moment(match)
            if when and not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(PrintedDate(when, updated=False, start=match.start(), end=match.end()))
    found.sort(key=lambda date: date.start)
    before = 0
    for index, date in enumerate(found):
        label = folded[before : date.start]
        found[index] = date._replace(updated=_UPDATED.search(label) is not None)
        before = date.end
    return found


def read_date(text: str) -> tuple[datetime, bool] | None:
    """A moment, aware (Europe/Paris when the text gives no zone), and whether the text gave one.

    >>> read_date("2024-03-14 18:12")[0].isoformat()
    '2024-03-14T18:12:00+01:00'
    """
    text = text.strip()[:_LONGEST]
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        dates = find_dates(text)
        return (dates[0].when, dates[0].when.tzinfo is not paris()) if dates else None
    if when.year not in _YEARS:
        return None
    return (when, True) if when.tzinfo else (when.replace(tzinfo=paris()), False)


@cache
def paris() -> tzinfo:
    """The zone of what does not say: read when a date is, which not every page has."""
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Paris")


@cache
def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(form)


def is_date_line(text: str, dates: Sequence[PrintedDate]) -> bool:
    """True when a line with these dates says when the page was published, and hardly anything else."""
    if not dates:
        return False
    folded = fold(text)[:400]
    for date in reversed(dates):
        folded = folded[: date.start] + " " + folded[date.end :]
    return sum(word not in DATE_WORDS for word in _LETTERS.findall(folded)) <= 2


def _moment(match: re.Match[str]) -> datetime | None:
    month = match["month"]
    year = int(match["year"])
    year += (2000 if year < 70 else 1900) if year < 100 else 0
    try:
        return datetime(
            year,
            MONTHS[month] if month in MONTHS else int(month),
            int(match["day"]),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            tzinfo=_zone(match["zone"] or ""),
        )
    except ValueError:
        return None


def _zone(printed: str) -> tzinfo:
    if not printed:
        return paris()
    if printed[0] not in "+-":
        return UTC
    digits = printed[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if printed[0] == "-" else offset)
