"""Hours and durations: 7h56, 13:00, 1 h 30, 2h05'30'', 3'27'', 24h/24."""

from __future__ import annotations

import re

from podcast.french.numbers import cardinal, ordinal
from podcast.french.rules.engine import Rule, Table, before, last_word
from podcast.french.rules.quantities import Number

_HOURS = r"(?:2[0-4]|1[0-9]|0?[0-9])"
_SIXTY = r"[0-5][0-9]"
_MINUTE_MARK = r"(?: ?(?:mins?|mn)\b| ?'|m(?=[0-9]{1,2} ?s\b))"
_SECOND_MARK = r"(?: ?(?:sec|s)\b| ?(?:''|\"))"
_MINUTES = r"(?P<m>[0-9]{1,3}) ?(?:min|mn|') ?"
_TO = r"(?: ?[-–/] ?(?=[0-9]{1,2} ?(?:[hH]|:[0-5])))"
_NAMES = {"h": "heure", "m": "minute", "s": "seconde"}


def amount(n: int, noun: str) -> str:
    """So many hours, minutes or seconds: all three are feminine."""
    return f"{cardinal(n, feminine=True)} {noun}{'s' if n > 1 else ''}"


_RATIOS = {"ratio", "rapport", "proportion", "format", "échelle"}


def _clock(match: re.Match[str]) -> str | None:
    """The time of day, or a duration like it: minutes without their name."""
    if ":" in match.group() and last_word(match) in _RATIOS:
        return None
    parts = match.groupdict()
    said = amount(int(match["h"]), "heure")
    minutes = int(parts.get("m") or 0)
    if minutes:
        said = f"{said} {cardinal(minutes, feminine=True)}"
    return f"{said} à " if match["to"] else said


def _duration(match: re.Match[str]) -> str:
    """Every part with its name, the last bare when it is printed so: 1 min 30, 9''58."""
    parts = {group: int(digits) for group, digits in match.groupdict().items() if digits}
    said = [amount(parts[group], noun) for group, noun in _NAMES.items() if parts.get(group)]
    rest = parts.get("c")
    said = said or [amount(0, "seconde")]
    return " ".join([*said, cardinal(rest, feminine="s" not in parts)] if rest else said)


_PARTS = {"1/2": "et demie", "1/4": "et quart", "3/4": "trois quarts"}


def _parts(match: re.Match[str]) -> str:
    """2h1/2."""
    return f"{amount(int(match['h']), 'heure')} {_PARTS[match['part']]}"


def _hours(match: re.Match[str]) -> str:
    """9-17h, 8-9h30."""
    said = f"{cardinal(int(match['a']), feminine=True)} à {amount(int(match['b']), 'heure')}"
    minutes = int(match["m"] or 0)
    return f"{said} {cardinal(minutes, feminine=True)}" if minutes else said


def _out_of(match: re.Match[str]) -> str:
    """24h/24, 7j/7."""
    n, noun = int(match["n"]), "heure" if match["unit"] == "h" else "jour"
    said = amount(n, noun) if noun == "heure" else f"{cardinal(n)} jour{'s' if n > 1 else ''}"
    return f"{said} sur {cardinal(int(match['of']))}"


_SCREEN = re.compile(r"\b(?:écran|télé|téléviseur|tv|moniteur|tablette|dalle|jante|roue)s?\b")


def _inches(match: re.Match[str]) -> str | None:
    """Un écran de 55 ''; elsewhere the mark is that of seconds or closes a quotation."""
    inches = Number.of(match["n"])
    return f"{inches.said()} pouce{'s' if inches.plural else ''}" if _SCREEN.search(before(match)) else None


def _minute_of_play(match: re.Match[str]) -> str:
    """65', 90'+3, 45+2': the rank of the minute after ``la`` or in brackets, else so many minutes."""
    minute = int(match["m"])
    if match.string[match.start() - 1 : match.start()] == "(" or last_word(match) in {"", "la", "dès", "et"}:
        said = f"{ordinal(minute, feminine=True)} minute" if minute else "zéro minute"
    else:
        said = amount(minute, "minute")
    return f"{said} plus {cardinal(int(match['extra']))}" if match["extra"] else said


TABLE = Table(
    r"[0-9]{1,3}(?:,[0-9])?(?: ?(?:[-–+'\"]|[hHj](?![^\W\d_])|mi?n)|:)",
    Rule("heure", rf"(?P<h>{_HOURS}) ?[hH] ?(?P<part>1/[24]|3/4)(?![\w/])", _parts),
    Rule("sur", r"(?P<n>[0-9]{1,2}) ?(?P<unit>[hj]) ?/ ?(?P<of>[0-9]{1,2})(?![0-9hH:])", _out_of),
    Rule("durée", rf"(?P<h>[0-9]{{1,3}}):(?P<m>{_SIXTY}):(?P<s>{_SIXTY})(?![0-9:])", _duration),
    Rule(
        "durée",
        rf"(?P<h>[0-9]{{1,3}}) ?[hH] ?(?P<m>[0-5]?[0-9]){_MINUTE_MARK}"
        rf"(?: ?(?P<s>[0-5]?[0-9]){_SECOND_MARK})?(?![0-9])",
        _duration,
    ),
    Rule(
        "heure",
        rf"(?P<h>[0-9]{{1,3}}) ?[hH] ?(?P<m>{_SIXTY})(?![0-9A-Za-z]| [0-9]{{3}}(?![0-9]))(?P<to>{_TO})?",
        _clock,
    ),
    Rule("heure", rf"(?P<h>{_HOURS}) [hH]\. (?P<m>{_SIXTY})(?![0-9A-Za-z]| [0-9])(?P<to>)", _clock),
    Rule("heure", rf"(?P<h>{_HOURS}) ?[hH](?P<to>{_TO})", _clock),
    Rule(
        "heure",
        rf"(?<!:)(?P<h>{_HOURS}):(?P<m>{_SIXTY})(?![0-9:]|[.,][0-9]| [0-9]{{3}}(?![0-9]))(?P<to>{_TO})?",
        _clock,
    ),
    Rule("heure", rf"(?P<a>{_HOURS})[-–](?P<b>{_HOURS}) ?h ?(?P<m>{_SIXTY})?(?![\w/])", _hours),
    Rule("durée", rf"(?P<m>[0-9]{{1,2}}):(?P<s>{_SIXTY})[.,](?P<c>[0-9]{{1,3}})(?![0-9:])", _duration),
    Rule("durée", rf"{_MINUTES}(?P<s>{_SIXTY}){_SECOND_MARK}(?: ?(?P<c>[0-9]{{1,3}}))?(?![0-9])", _duration),
    Rule("durée", rf"{_MINUTES}(?P<c>{_SIXTY})(?![0-9])", _duration),
    Rule("durée", r"(?P<s>[0-9]{1,3})(?:''|\")(?P<c>[0-9]{2,3})(?![0-9])", _duration),
    Rule("pouces", r"(?P<n>[0-9]{1,3}(?:,[0-9])?) ?(?:''|\")(?![0-9])", _inches),
    Rule("durée", r"(?P<s>[0-9]{1,3})(?:'')", _duration),
    Rule("minute", r"(?P<m>[0-9]{1,3})'?(?: ?\+ ?(?P<extra>[0-9]{1,2}))'(?![\w'])", _minute_of_play),
    Rule("minute", r"(?P<m>[0-9]{1,3})'(?: ?\+ ?(?P<extra>[0-9]{1,2}))?(?![\w'])", _minute_of_play),
)
