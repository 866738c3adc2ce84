"""Tennis: sets are said without ``à``, 6-4, 7-5 → six quatre, sept cinq."""

from __future__ import annotations

import re

from podcast.french.numbers import cardinal
from podcast.french.rules.engine import Rule, Table, last_word


def _sets(match: re.Match[str]) -> str | None:
    scores = re.findall("[0-7][-/–][0-7]", re.sub(r"\([^)]*\)", "", match.group()))
    if not all(score[0] in "67" or score[2] in "67" for score in scores):
        return None
    said = re.sub(r"(?<=[0-9)]) (?=[0-9])", ", ", match.group())
    said = re.sub("[-/–]", " ", said)
    return re.sub("[0-9]+", lambda digits: cardinal(int(digits.group())), said)


def _one_set(match: re.Match[str]) -> str | None:
    return _sets(match) if last_word(match) in {"set", "manche", "break", "décisif"} else None


_SET = r"[0-7][-/–][0-7](?: ?\([0-9]{1,2}(?:[-/–][0-9]{1,2})?\))?"
_JOINT = r"(?:, ?| et | puis | |; ?)"
_WON = "(?=[67]|[0-7][-/–][67])"
"""A set is won at six or seven."""

TABLE = Table(
    "[0-7][-/–]",
    Rule("manches", rf"{_WON}{_SET}(?:{_JOINT}{_SET}){{1,5}}(?![\w/-])", _sets),
    Rule("manches", rf"{_WON}{_SET}(?![\w/-])", _one_set),
)
