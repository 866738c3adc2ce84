"""Dates as French sites print them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from podcast.article.lines import fold

PARIS = ZoneInfo("Europe/Paris")

MONTHS = {
    "janvier": 1, "janv": 1, "jan": 1, "fevrier": 2, "fevr": 2, "fev": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5, "juin": 6,
    "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "sep": 9, "octobre": 10, "oct": 10, "novembre": 11, "nov": 11,
    "decembre": 12, "dec": 12,
}  # fmt: skip

_TIME = (
    r"(?:\s?[,|·•–-]?\s?(?:a|vers|dès|t)?\s?(?P<hour>\d{1,2})\s?(?:h|:|heures?)\s?(?P<minute>\d{2})?(?::\d{2}(?:\.\d{1,6})?)?)?"
    r"\s?(?P<zone>z\b|utc\b|gmt\b|[+-]\d{2}:?\d{2})?"
)
_WRITTEN = re.compile(
    r"\b(?P<day>\d{1,2})(?:er)?\.?\s(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?,?\s(?P<year>\d{4})\b" + _TIME
)  # fmt: skip
_NUMERIC = re.compile(r"\b(?P<day>\d{1,2})\s?[./-](?P<month>\d{1,2})\s?[./-](?P<year>\d{4}|\d{2})\b" + _TIME)
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\d-])" + _TIME)
_UPDATED = re.compile(
    r"\b(?:mis(?:e)? a jour|maj|m\.a\.j|modifie|actualise|actualisation|derniere modification|corrige|updated)\b"
)
_DATE_WORDS = re.compile(
    r"\b(?:publie|publiee|paru|parue|poste|postee|cree|creee|mis|mise|a|jour|le|la|en|ligne|date|du|par|modifie|maj|"
    r"actualise|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|heure|heures|de|paris|et|dernier|derniere|"
    r"modification|edition|article|lecture|min|temps|il|y|h|online|publication|updated|published|on|gmt|utc|initialement)\b"
)  # fmt: skip


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
    folded = fold(text)[:400]
    found: list[PrintedDate] = []
    for pattern in (_WRITTEN, _ISO, _NUMERIC):
        for match in pattern.finditer(folded):
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


def is_date_line(text: str) -> bool:
    """True when the line says when the page was published, and hardly anything else."""
    dates = find_dates(text)
    if not dates:
        return False
    folded = fold(text)[:400]
    for date in reversed(dates):
        folded = folded[: date.start] + " " + folded[date.end :]
    rest = re.findall(r"[^\W\d_]+", _DATE_WORDS.sub(" ", folded))
    return len(rest) <= 2


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
        return PARIS
    if printed[0] not in "+-":
        return timezone.utc
    digits = printed[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if printed[0] == "-" else offset)
