"""Letters and figures together: F-16, A6, TF1, Covid-19, AF447, L. 121-3, 5G.

A short group of capitals is spelled; longer ones are left as a word of their
own to the stage of acronyms, which knows them.
"""

from __future__ import annotations

import re

from podcast.french.numbers import figures
from podcast.french.rules.engine import Rule, Table, before
from podcast.french.rules.measures import UNITS
from podcast.french.tables import words

_SAID_AS_WORDS = words("codes said as words")
_PREFIXES = words("prefixes")
_MINUTES = re.compile("[hH][0-9]{2}")
_VOWEL = re.compile("[aeiouyàâéèêôù]", re.IGNORECASE)


def _letters(run: str) -> str:
    """Up to three letters are spelled when they are capitals or have no vowel."""
    if len(run) > 3 or run in _SAID_AS_WORDS or not (run.isupper() or not _VOWEL.search(run)):
        return run
    return " ".join(run.upper())


def _code(match: re.Match[str]) -> str | None:
    token = match.group()
    if token in UNITS or (
        _MINUTES.fullmatch(token) and match.string[match.start() - 2 : match.start()][:1].isdigit()
    ):
        return None
    runs = re.findall(r"[0-9]+(?:,[0-9]+)?|[^\W\d_]+|\+", token.replace(".", ","))
    return " ".join(_run(run) for run in runs)


def _run(run: str) -> str:
    if run == "+":
        return "plus"
    if run[0] in "0123456789":
        return " virgule ".join(figures(part) for part in run.split(","))
    return _letters(run)


def _rating(match: re.Match[str]) -> str | None:
    """AAA, BB+: an agency's mark; all but AAA and BBB need a sign, or the word ``note`` before them."""
    letters, sign = match["letters"], match["sign"]
    if letters not in {"AAA", "BBB"} and not _RATED.search(before(match)) and (len(letters) < 2 or not sign):
        return None
    signed = {"": "", "+": " plus"}.get(sign, " moins")
    return f"{_TIMES[len(letters)]}{letters[0]}{signed}"


_TIMES = {1: "", 2: "double ", 3: "triple "}
_RATED = re.compile(
    r"\b(?:not(?:e|é|ée|ation)s?|dégradé|dégradée|abaissée?|relevée?)(?: \w{1,20}){0,3} [«'(]? ?$"
)


def _compound(match: re.Match[str]) -> str:
    """Covid-19, Paris-8, SARS-CoV-2; mi-2025 keeps its hyphen."""
    word = match["word"]
    kept = word.lower() in _PREFIXES and (word.islower() or len(match["digits"]) == 4)
    joint = "-" if kept else " "
    mark = f" {match['mark']}" if match["mark"] else ""
    return f"{word}{joint}{figures(match['digits'], rank=True)}{mark}"


def _variant(match: re.Match[str]) -> str:
    """BA.5, B.1.1.7."""
    letters, *parts = match.group().split(".")
    return " point ".join((_letters(letters), *map(figures, parts)))


def _times(match: re.Match[str]) -> str:
    """x 10; between two lengths "sur": 25 m x 10 m."""
    start = match.start()
    sides = _LENGTH.search(match.string, max(start - 6, 0), start) and _SIDE.match(match.string, match.end())
    return "sur " if sides else "fois "


_LENGTH = re.compile(r"[0-9] ?[cm]?m $")
_SIDE = re.compile(r"[0-9]{1,5}(?:,[0-9]{1,3})? ?[cm]?m(?!\w)")


def _countdown(match: re.Match[str]) -> str:
    """J-3, H+2."""
    return f"{match['letter']} {'plus' if match['mark'] == '+' else 'moins'} {figures(match['digits'])}"


def _law(match: re.Match[str]) -> str:
    """Articles of the codes: L. 121-3."""
    parts = [figures(part) for part in re.findall("[0-9]+", match["digits"])]
    return f"{match['letter']} {' tiret '.join(parts)}"


RATINGS = Table(
    "[ABC]",
    Rule("notation", r"(?<![\w-])(?P<letters>A{1,3}|B{1,3}|C{1,3})(?P<sign>[+–-]?)(?![\w+-])", _rating),
)
TABLE = Table(
    r"(?<!\w)(?:[^\W\d_]{2,24}-){0,2}[^\W\d_]{1,24}(?: ?[-–+.]? ?\*? ?)[0-9]|×",
    Rule("code", r"(?<![\w-])(?:PM|SP|E)[0-9]{1,2}[.,][0-9](?!\w)", _code),
    Rule(
        "compte à rebours",
        r"(?<![\w-])(?P<letter>[JHN]) ?(?P<mark>[-–+]) ?(?P<digits>[0-9]{1,3})(?![\w-])",
        _countdown,
    ),
    Rule(
        "article de loi",
        r"(?<![\w-])(?P<letter>[LRD]|A(?=\. ))\.?(?: ?\*)? ?"
        r"(?P<digits>[0-9]{1,4}(?:[-–][0-9]{1,3}){1,2})(?![\w-])",
        _law,
    ),
    Rule(
        "code",
        r"(?<![\w-])[A-Z]{1,5}-?[0-9]{1,4}[A-Za-z]{0,3}(?:-?[0-9]{1,3}[A-Z]{0,3}){0,2}(?:-[A-Z]{2})?(?!\w|-[0-9])",
        _code,
    ),
    Rule(
        "mot et nombre",
        r"(?<![\w-])(?P<word>[^\W\d_]{2,24}(?:-[^\W\d_]{2,24}){0,2})-(?P<digits>[0-9]{1,4})(?P<mark>[A-Z]?)(?![\w-]|[.,][0-9])",
        _compound,
    ),
    Rule("variante", r"(?<![\w.])[A-Z]{1,2}(?:\.[0-9]{1,3}){1,4}(?!\w|[.,-][0-9])", _variant),
    Rule("fois", r"(?<!\w)(?<![0-9] )[x×] ?(?=[0-9])", _times),
    Rule("code", r"(?<![\w])[^\W\d_]{1,24}[0-9]{1,6}(?:[^\W\d_]{1,12}[0-9]{0,6}){0,4}(?!\w)", _code),
)
AFTER_NUMBER = Table(
    "[0-9]{1,4}-?[A-Z]", Rule("code", r"(?<!\w)[0-9]{1,4}-?[A-Z]{1,3}[0-9]{0,3}(?![\w'])", _code)
)
