"""Letters and figures together: F-16, A6, TF1, Covid-19, AF447, L. 121-3, 5G.

A short group of capitals is spelled; longer ones are left as a word of their
own to the stage of acronyms, which knows them.
"""

from __future__ import annotations

import re

from podcast.french.numbers import figures
from podcast.french.rules.engine import Rule
from podcast.french.rules.measures import UNITS

_WORDS = {"CAC", "BAC", "ZAD", "RAM", "GAZ", "BUS", "VOL", "LOT"}
_KEEPS_HYPHEN = {"mi", "post", "pré", "après", "avant", "ex", "pro", "anti", "ultra", "semi"}


def letters(run: str) -> str:
    """One to three capitals, or letters without a vowel, are spelled."""
    spelled = (run.isupper() and len(run) <= 3 and run not in _WORDS) or (
        len(run) <= 3 and not re.search("[aeiouyàâéèêôù]", run.lower())
    )
    return " ".join(run.upper()) if spelled else run


def _code(match: re.Match[str]) -> str | None:
    token = match.group()
    if token in UNITS:
        return None
    runs = re.findall(r"[0-9]+(?:,[0-9]+)?|[^\W\d_]+|\+", token)
    return " ".join(_run(run) for run in runs)


def _run(run: str) -> str:
    if run == "+":
        return "plus"
    if run[0].isdigit():
        return " virgule ".join(figures(part) for part in run.split(","))
    return letters(run)


def _compound(match: re.Match[str]) -> str:
    """Covid-19, Paris-8; mi-2025 keeps its hyphen."""
    word = match["word"]
    joint = "-" if word.lower() in _KEEPS_HYPHEN else " "
    return f"{word}{joint}{figures(match['digits'], rank=True)}"


def _countdown(match: re.Match[str]) -> str:
    """J-3, H+2."""
    return f"{match['letter']} {'plus' if match['mark'] == '+' else 'moins'} {figures(match['digits'])}"


def _law(match: re.Match[str]) -> str:
    """Articles of the codes: L. 121-3."""
    parts = [figures(part) for part in re.findall("[0-9]+", match["digits"])]
    return f"{match['letter']} {' tiret '.join(parts)}"


RULES = (
    Rule(
        "compte à rebours",
        r"(?<![\w-])(?P<letter>[JH]) ?(?P<mark>[-+]) ?(?P<digits>[0-9]{1,3})(?![\w-])",
        _countdown,
    ),
    Rule(
        "article de loi",
        r"(?<![\w-])(?P<letter>[LRDA])\.? ?\*?(?P<digits>[0-9]{1,4}-[0-9]{1,3}(?:-[0-9]{1,3})?)(?![\w-])",
        _law,
    ),
    Rule(
        "code",
        r"(?<![\w-])[A-Z]{1,5}-?[0-9]{1,4}(?:[A-Za-z]{1,3})?(?:-?[0-9]{1,3}[A-Z]{0,3}){0,2}(?:-[A-Z]{2})?(?![\w]|[-][0-9])",
        _code,
    ),
    Rule("code", r"(?<![\w-])(?:PM|SP|E)[0-9]{1,2},[0-9](?!\w)", _code),
    Rule(
        "mot et nombre",
        r"(?<![\w-])(?P<word>[^\W\d_]{2,24})-(?P<digits>[0-9]{1,4})(?![\w-]|[.,][0-9])",
        _compound,
    ),
    Rule("code", r"(?<![\w])[^\W\d_]{1,24}[0-9]{1,6}(?:[^\W\d_]{1,12}[0-9]{0,6}){0,4}(?!\w)", _code),
)
AFTER_NUMBER = (Rule("code", r"(?<![\w.,])[0-9]{1,4}-?[A-Z]{1,3}[0-9]{0,3}(?![\w'])", _code),)
TRIGGER = r"[^\W\d_]"
