"""Hours and durations: 7h56, 13:00, 1 h 30, 2h05'30'', 3'27''."""

from __future__ import annotations

import re

from podcast.french.numbers import cardinal
from podcast.french.rules.engine import Rule, before
from podcast.french.rules.quantities import START

_HOURS = r"(?:2[0-4]|1[0-9]|0?[0-9])"
_SIXTY = r"[0-5][0-9]"
_MIN = r"(?: ?(?:mins?|mn)\b| ?['′])"
_SEC = r"(?: ?(?:sec|s)\b| ?(?:''|\"|″))"
_TO = r"(?: ?[-–/] ?(?=[0-9]{1,2} ?(?:[hH]|:[0-5])))"
_UNIT_NAMES = ("heure", "minute", "seconde")


def amount(n: int, noun: str) -> str:
    """So many hours, minutes or seconds: all three are feminine."""
    return f"{cardinal(n, feminine=True)} {noun}{'s' if n > 1 else ''}"


def _clock(match: re.Match[str]) -> str:
    """The time of day: minutes without their name."""
    minutes = int(match["m"])
    said = amount(int(match["h"]), "heure")
    if minutes:
        said = f"{said} {cardinal(minutes, feminine=True)}"
    return said + (" à " if match["to"] else "")


def _duration(match: re.Match[str]) -> str:
    """Every part with its name; hundredths of a second bare."""
    parts = match.groupdict()
    said = [
        amount(int(parts[group]), noun)
        for group, noun in zip("hms", _UNIT_NAMES, strict=True)
        if parts.get(group) and (int(parts[group]) or group != "h")
    ]
    if parts.get("c"):
        said.append(cardinal(int(parts["c"])))
    return " ".join(said)


def _hour_range(match: re.Match[str]) -> str:
    first, last = int(match["a"]), int(match["b"])
    return f"{cardinal(first, feminine=True)} à {amount(last, 'heure')}"


def _match_minute(match: re.Match[str]) -> str:
    """The minute of play (65'), with added time (90'+3, 45+2')."""
    minute = int(match["m"])
    context = before(match)
    if not context.endswith(("(", "la ", "dès la ", "et ")) and context.strip():
        said = amount(minute, "minute")
    else:
        rank = "première" if minute == 1 else f"{_rank(minute)}"
        said = f"{rank} minute"
    return f"{said} plus {cardinal(int(match['extra']))}" if match["extra"] else said


def _rank(n: int) -> str:
    from podcast.french.numbers import ordinal

    return ordinal(n, feminine=True)


RULES = (
    Rule("durée", rf"{START}(?P<h>[0-9]{{1,3}}):(?P<m>{_SIXTY}):(?P<s>{_SIXTY})(?![0-9:])", _duration),
    Rule(
        "durée",
        rf"{START}(?P<h>[0-9]{{1,3}}) ?[hH] ?(?P<m>[0-5]?[0-9]){_MIN}(?: ?(?P<s>[0-5]?[0-9]){_SEC})?(?![0-9])",
        _duration,
    ),
    Rule(
        "heure",
        rf"{START}(?P<h>[0-9]{{1,3}}) ?[hH] ?(?P<m>{_SIXTY})(?![0-9A-Za-z]| [0-9]{{3}}(?![0-9]))(?P<to>{_TO})?",
        _clock,
    ),
    Rule(
        "heure",
        rf"{START}(?P<h>{_HOURS}) ?[hH](?P<m>(?=[-– /]))(?P<to>{_TO})",
        lambda match: f"{amount(int(match['h']), 'heure')} à ",
    ),
    Rule("heure", rf"{START}(?<![:/])(?P<h>{_HOURS}):(?P<m>{_SIXTY})(?![0-9:])(?P<to>{_TO})?", _clock),
    Rule("heure", rf"{START}(?P<a>{_HOURS})[-–](?P<b>{_HOURS}) ?h(?![\w/])", _hour_range),
    Rule(
        "durée",
        rf"{START}(?P<m>[0-9]{{1,3}}) ?(?:min|mn|['′]) ?(?P<s>{_SIXTY})(?:{_SEC} ?(?P<c>[0-9]{{2}})?)?(?![0-9])",
        _duration,
    ),
    Rule("durée", rf"{START}(?P<s>[0-9]{{1,3}})(?:''|″|\")(?P<c>[0-9]{{2}})?(?![0-9])", _duration),
    Rule(
        "minute",
        rf"{START}(?P<m>[0-9]{{1,3}})['′](?: ?\+ ?(?P<extra>[0-9]{{1,2}})['′]?)?(?![\w'])",
        _match_minute,
    ),
)
