"""Plain numbers, ordinals, fractions, scores and ranges, and the gender of ``un``."""

from __future__ import annotations

import re

from podcast.french.gender import gender
from podcast.french.numbers import cardinal, figures, one_by_one, ordinal
from podcast.french.rules.engine import Rule, Table, after, before, last_word
from podcast.french.rules.measures import SIGN, sign
from podcast.french.rules.quantities import NUMBER, WHOLE, Number
from podcast.french.tables import words

_NUMBERED, _STOPS, _BEFORE_NOUNS = words("numbered"), words("stops"), words("before nouns")
_ARTICLES, _VERSIONS = words("before articles"), words("before versions")
_COUNTED = re.compile(
    r" (?:(?:à|ou|et|des) [0-9]{1,3} )?"
    r"([a-zà-öø-ÿœ]{2,30}(?:-[a-zà-ÿ]{1,20})?|[A-ZÉÎ][a-zà-ÿ]{2,20}(?:ais|ois|ien|éen|ain|and)n?es?)(?![\w'])"
)
"""The next word (that of the range when there is one); of capitalised words only nationalities."""


def agreement(match: re.Match[str], number: Number) -> bool:
    """True when the number ends in ``un`` and what it counts is feminine."""
    if number.fraction or number.digits[-1] != "1":
        return False
    at = match.end()
    if match.string.startswith(" d'entre elles", at):
        return True
    for _ in range(3):
        found = _COUNTED.match(match.string, at)
        if not found or found[1] in _STOPS:
            return False
        word = found[1].split("-")[0].lower()
        if number.plural and word[-1] not in "sxz":
            return False
        if word not in _BEFORE_NOUNS:
            return gender(word) == "f"
        at = found.end()
    return False


def _number(match: re.Match[str]) -> str:
    number = Number.of(match["number"])
    rank = number.digits[-1] in "01" and last_word(match) in _NUMBERED
    said = f"{sign(match)}{number.said(feminine=not rank and agreement(match, number), rank=rank)}"
    return f"{said} de" if number.is_noun and _counts(match) else said


def _counts(match: re.Match[str]) -> bool:
    """True before a noun: 2 000 000 visiteurs, deux millions de visiteurs."""
    found = _COUNTED.match(match.string, match.end())
    return found is not None and found[1] not in _STOPS


def _range(match: re.Match[str]) -> str:
    """10-15 ans, 3-1; a drawn score is said ``partout``; a Mirage 2000-5 is neither."""
    low, high = Number.of(match["low"]), Number.of(match["number"])
    if low == high and not low.fraction:
        return f"{low.said()} partout"
    if low.value > 100 * high.value > 0:
        return f"{low.said()} {high.said()}"
    return f"{low.said()} à {high.said(feminine=agreement(match, high))}"


_SECOND = {"d": "second", "nd": "second", "de": "seconde", "nde": "seconde"}
_FIRST_FEMININE = {"re", "ère", "ere"}


def _ordinal(match: re.Match[str]) -> str:
    n, suffix = int(re.sub("[^0-9]", "", match["n"])), match["suffix"].lower()
    plural = suffix.endswith("s")
    suffix = suffix.removesuffix("s")
    if suffix in _SECOND:
        return f"{_SECOND[suffix]}s" if plural else _SECOND[suffix]
    said = ordinal(n, feminine=suffix in _FIRST_FEMININE, plural=plural)
    return f"{said} sur " if match.groupdict().get("of") else said


_ROUNDS = {2: "demi-finale", 4: "quart de finale", 8: "huitième de finale", 16: "seizième de finale"}
_PARTS = {2: ("demi", "demis"), 3: ("tiers", "tiers"), 4: ("quart", "quarts")}


def _round(match: re.Match[str]) -> str:
    n = int(match["n"])
    return _ROUNDS.get(n, f"{ordinal(n)} de finale")


def _fraction(match: re.Match[str]) -> str:
    """2/3 is a part, 15/20 a mark, 23/43 so many out of so many."""
    top, bottom = int(match["a"]), int(match["b"])
    if not match["suffix"] and _MARK.search(before(match)):
        return f"{cardinal(top)} sur {cardinal(bottom)}"
    part = top < bottom and (1 < bottom < 10 or (bottom in {10, 100, 1000} and _OF.match(after(match))))
    if match["suffix"] or part:
        one, many = _PARTS.get(bottom) or (ordinal(bottom), ordinal(bottom, plural=True))
        if top == 1 and last_word(match) in {"le", "du", "au", "ce"}:
            return one
        return f"{cardinal(top)} {many if top > 1 else one}"
    return f"{cardinal(top)}{' ' if top >= 1000 else ' sur '}{cardinal(bottom)}"


_MARK = re.compile(r"\bnot(?:e|é|ée|és|ées) (?:de )?$")
_OF = re.compile(r" d(?:es|u|e la) ")


def _ratio(match: re.Match[str]) -> str:
    """16:9, 1:100."""
    joint = " sur " if match["a"] == "1" else " "
    return f"{figures(match['a'])}{joint}{figures(match['b'])}"


def _measured(match: re.Match[str]) -> str | None:
    """5/7 ans."""
    low, high = int(match["a"]), int(match["b"])
    return f"{cardinal(low)} à {cardinal(high)}" if low < high else None


_SIDES = re.compile(rf"{NUMBER}(?: ?[x×] ?{NUMBER})? ?(?:[cm]m|px|pixels|centimètres|millimètres)\b")


def _times(match: re.Match[str]) -> str:
    """4 x 100 m; the sides of a thing are said with ``sur``: 20 x 30 cm."""
    joint = "sur" if _SIDES.match(match.string, match.end()) else "fois"
    return f"{Number.of(match['number']).said()} {joint} "


def _and_a_half(match: re.Match[str]) -> str:
    return f"{Number.of(match['number']).said()} et demi"


def _stars(match: re.Match[str]) -> str:
    n = int(match["n"])
    return f"{cardinal(n, feminine=True)} étoile{'s' if n > 1 else ''}"


def _sets(match: re.Match[str]) -> str | None:
    """Tennis sets are said without ``à``: 6-4, 7-5 → six quatre, sept cinq."""
    scores = re.findall("[0-7][-/–][0-7]", re.sub(r"\([^)]*\)", "", match.group()))
    if not all(score[0] in "67" or score[2] in "67" for score in scores):
        return None
    said = re.sub(r"(?<=[0-9)]) (?=[0-9])", ", ", match.group())
    said = re.sub("[-/–]", " ", said)
    return re.sub("[0-9]+", lambda digits: cardinal(int(digits.group())), said)


def _one_set(match: re.Match[str]) -> str | None:
    return _sets(match) if last_word(match) in {"set", "manche", "break", "décisif"} else None


def _spaced(match: re.Match[str]) -> str:
    """4-3-3: one after the other."""
    return " ".join(figures(digits) for digits in re.findall("[0-9]+", match.group()))


def _dotted(match: re.Match[str]) -> str | None:
    """3.11.2, 192.168.0.1; 2.500.000 is a number."""
    first, *rest = match.group().split(".")
    if first[0] != "0" and len(first) < 4 and all(len(group) == 3 for group in rest) and len(rest) < 5:
        return None
    return " point ".join(figures(digits) for digits in (first, *rest))


def _listed(match: re.Match[str]) -> str:
    """1,2,3."""
    return ", ".join(figures(digits) for digits in re.findall("[0-9]+", match.group()))


def _version(match: re.Match[str]) -> str | None:
    if match["b"] != "0" and last_word(match) not in _VERSIONS:
        return None
    return f"{figures(match['a'])} point {figures(match['b'])}"


def _article(match: re.Match[str]) -> str | None:
    """Articles of a law: 49.3 → quarante-neuf trois; 222-23 → deux cent vingt-deux tiret vingt-trois."""
    if last_word(match) not in _ARTICLES:
        return None
    joint = " " if match["mark"] == "." else " tiret "
    return joint.join(figures(part) for part in re.findall("[0-9]+", match.group()))


_SET = r"[0-7][-/–][0-7](?: ?\([0-9]{1,2}(?:[-/–][0-9]{1,2})?\))?"
_JOINT = r"(?:, ?| et | puis | |; ?)"
_EXTRA = r"(?![\w-]|[.,][0-9])"
_MEASURED = "|".join(sorted(words("measured")))
_RANKED = "|".join(sorted(words("ranked")))
_SUFFIX = r"ers?|ER|[èe]res?|RES?|res?|nde?s?|de?s?|i?[eèéê]mes?|[eè]s?|EME|E"

TABLE = Table(
    r"[^0-9]|[0-9]",
    Rule("manches", rf"{_SET}(?:{_JOINT}{_SET}){{1,5}}(?![\w/-])", _sets),
    Rule("manches", rf"{_SET}(?![\w/-])", _one_set),
    Rule("article", rf"[0-9]{{1,4}}(?P<mark>[.-])[0-9]{{1,3}}(?:-[0-9]{{1,3}})?{_EXTRA}", _article),
    Rule("suite", r"[0-9]{1,4}(?:-[0-9]{1,4}){2,6}(?![\w-])", _spaced),
    Rule("points", r"[0-9]{1,4}(?:\.[0-9]{1,4}){2,6}(?!\w)", _dotted),
    Rule("tour", r"1/(?P<n>2|4|8|16|32|64)(?:[eè]s?|ème)?(?: de)?[ -]finale(?!\w)", _round),
    Rule("écart", rf"(?P<a>[0-9]{{1,2}})/(?P<b>[0-9]{{1,2}})(?= (?:{_MEASURED})\b)", _measured),
    Rule(
        "fraction", r"(?<!/)(?P<a>[0-9]{1,4})/(?P<b>[0-9]{1,4})(?P<suffix>[eè]s?|èmes?)?(?![\w/])", _fraction
    ),
    Rule("ordinal", rf"(?P<n>{WHOLE})(?P<suffix>{_SUFFIX})(?!\w)(?P<of>/(?=[0-9]))?", _ordinal),
    Rule(
        "ordinal",
        rf"(?P<n>[0-9]{{1,2}}) (?P<suffix>e|ème)(?= (?:{_RANKED})s?\b)",
        _ordinal,
    ),
    Rule("version", r"(?P<a>[0-9]{1,3})\.(?P<b>[0-9]{1,2})(?!\w|[.,][0-9])", _version),
    Rule("demi", rf"(?P<number>{NUMBER}) ?½", _and_a_half),
    Rule("rapport", r"(?P<a>[0-9]{1,4}):(?P<b>[0-9]{1,4})(?![\w:])", _ratio),
    Rule("fois", rf"(?P<number>{NUMBER}) ?[x×] ?(?=[0-9])", _times),
    Rule("étoiles", r"(?<!\w)(?P<n>[0-9])\*(?![\w*])", _stars),
    Rule("écart", rf"(?<![-/])(?P<low>{NUMBER})[-–](?P<number>{NUMBER})(?![-/:][0-9])", _range),
    Rule("écart", r"(?P<low>[0-9]{1,2}) [-–] (?P<number>[0-9]{1,2})(?![\w:/-])", _range),
    Rule("liste", r"[0-9]{1,12}(?:,[0-9]{1,12}){2,20}(?![0-9])", _listed),
    Rule("nombre", rf"{SIGN}(?P<number>{NUMBER})", _number),
)
LEFT_OVER = Table(
    "[0-9]",
    Rule("chiffres", r"(?P<number>[0-9]{1,15}(?![0-9]))", lambda match: figures(match["number"])),
    Rule("chiffres", r"[0-9]+", lambda match: one_by_one(match.group())),
)
