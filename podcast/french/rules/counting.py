"""Plain numbers, ordinals, ranges, numbers of articles and versions, and the gender of ``un``."""

from __future__ import annotations

import re

from podcast.french.gender import gender
from podcast.french.numbers import cardinal, figures, one_by_one, ordinal
from podcast.french.rules.engine import Rule, Table, last_word
from podcast.french.rules.measures import SIGN, sign
from podcast.french.rules.quantities import NUMBER, WHOLE, Number
from podcast.french.tables import words

_NUMBERED, _STOPS, _BEFORE_NOUNS = words("numbered"), words("stops"), words("before nouns")
_ACRONYMS = words("feminine acronyms")
_ARTICLES, _VERSIONS = words("before articles"), words("before versions")
_COUNTED = re.compile(
    r" (?:(?:à|ou|et|des) [0-9]{1,3} )?"
    r"([a-zà-öø-ÿœ]{2,30}(?:-[a-zà-ÿ]{1,20})?|[A-ZÉÎ][a-zà-ÿ]{2,20}(?:ais|ois|ien|éen|ain|and)n?es?"
    rf"|{'|'.join(sorted(_ACRONYMS))})(?![\w'])"
)
"""The next word (that of the range when there is one); of capitals only nationalities and some acronyms."""


_THEY = re.compile(r"\b(?:[Ss]eules|[Ee]lles (?:ne )?(?:sont|étaient|seront|furent)(?: plus)?(?: que)?) $")
_THEY_END = ("s ", "t ", "e ")
"""How it ends: what most numbers follow needs no search."""
_RECEIVED = re.compile(
    r" d'entre elles| (?:ont été|sont|étaient|seront|furent)(?: [a-zà-ÿ]{1,12})?"
    r" ?[a-zà-ÿ]{2,20}(?:ées|ies|ues|rtes|ites|ises)\b"
)
"""What tells who they were: 21 ont été reçues, 21 d'entre elles."""
_HOUSE = re.compile(
    rf",? (?:{'|'.join(sorted(words('streets')))}) (?:(?:de la |de |d'|du |des |de l'))?[A-ZÀ-ÖØ-Þ]"
)
"""The number of a house: au 21, rue Monge."""


def _counts_them(match: re.Match[str]) -> bool:
    """elles sont 21, seules 31."""
    start = match.start()
    return match.string.endswith(_THEY_END, 0, start) and bool(
        _THEY.search(match.string, max(start - 24, 0), start)
    )


def agreement(match: re.Match[str], number: Number) -> bool:
    """True when the number ends in ``un`` and what it counts is feminine."""
    if number.fraction or number.digits[-1] != "1":
        return False
    if _counts_them(match):
        return True
    at = match.end()
    if not match.string.startswith(" ", at) or not match.string[at + 1 : at + 2].isalpha():
        return False
    if _RECEIVED.match(match.string, at):
        return True
    for _ in range(3):
        found = _COUNTED.match(match.string, at)
        if not found or found[1] in _STOPS:
            return False
        if found[1] in _ACRONYMS:
            return True
        word = found[1].split("-")[0].lower()
        if number.plural and word[-1] not in "sxz":
            return False
        if word not in _BEFORE_NOUNS:
            return gender(word) == "f"
        at = found.end()
    return False


def _number(match: re.Match[str]) -> str:
    printed = match["number"]
    if printed[-1] not in "01" and printed.isdigit() and not match["sign"]:
        return figures(printed)  # most numbers: nothing around them changes how they are said
    number = Number.of(printed)
    feminine = agreement(match, number)
    rank = (feminine or number.digits.endswith(("00", "80"))) and (
        last_word(match) in _NUMBERED or _HOUSE.match(match.string, match.end()) is not None
    )
    said = f"{sign(match)}{number.said(feminine=feminine and not rank, rank=rank)}"
    return f"{said} de" if number.is_noun and _counts(match) else said


def _counts(match: re.Match[str]) -> bool:
    """True before a noun: 2 000 000 visiteurs, deux millions de visiteurs."""
    found = _COUNTED.match(match.string, match.end())
    return found is not None and found[1] not in _STOPS


def _range(match: re.Match[str]) -> str:
    """10-15 ans, 3-1, 1-1; a Mirage 2000-5 is neither."""
    low, high = Number.of(match["low"]), Number.of(match["number"])
    if low.value > 100 * high.value > 0:
        return f"{low.said()} {high.said()}"
    score = low.value >= high.value
    return f"{low.said()} à {high.said(feminine=not score and agreement(match, high))}"


_SECOND = {"d": "second", "nd": "second", "de": "seconde", "nde": "seconde"}
_FIRST_FEMININE = {"re", "ère", "ere", "ére"}


def _age(match: re.Match[str]) -> str | None:
    """les -18 ans, interdit aux -16."""
    if not match["years"] and last_word(match) not in {"les", "aux", "des"}:
        return None
    side = "plus" if match["mark"] == "+" else "moins"
    return f"{side} de {cardinal(int(match['n']))}{match['years'] or ''}"


def _ordinal(match: re.Match[str]) -> str:
    n, suffix = int(re.sub("[^0-9]", "", match["n"])), match["suffix"].lower()
    plural = suffix.endswith("s")
    suffix = suffix.removesuffix("s")
    if suffix in _SECOND:
        return f"{_SECOND[suffix]}s" if plural else _SECOND[suffix]
    said = ordinal(n, feminine=suffix in _FIRST_FEMININE, plural=plural)
    return f"{said} sur " if match.groupdict().get("of") else said


_SIDES = re.compile(rf"{NUMBER}(?: ?[x×] ?{NUMBER})? ?(?:[cm]m|px|pixels|centimètres|millimètres)\b")


def _times(match: re.Match[str]) -> str:
    """4 x 100 m; the sides of a thing are said with ``sur``: 20 x 30 cm."""
    joint = "sur" if _SIDES.match(match.string, match.end()) else "fois"
    return f"{Number.of(match['number']).said()} {joint} "


def _as_often(match: re.Match[str]) -> str:
    """3x."""
    return f"{Number.of(match['number']).said()} fois"


def _stars(match: re.Match[str]) -> str:
    n = int(match["n"])
    return f"{cardinal(n, feminine=True)} étoile{'s' if n > 1 else ''}"


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


_EXTRA = r"(?![\w-]|[.,][0-9])"
_SUFFIX = r"ers?|ER|[èeé]res?|RES?|res?|nde?s?|de?s?|i?[eèéê]mes?|[eè]s?|EME|E"
_SUFFIX_BEGINS = "eèéêidnrER"

SIGNED = Table(
    r"[-−–+]",
    Rule("moins", r"(?:(?<=[0-9])|(?<=[0-9] ))[-−–] ?(?=[0-9]{1,9}(?:,[0-9]{1,9})? ?=)", "moins "),
    Rule(
        "âge",
        r"(?<![\w)])(?<![0-9] )(?P<mark>[-−–+]) ?(?P<n>[0-9]{1,2})(?P<years> ans\b)?(?![\w€%°/]|[ .,-][0-9])",
        _age,
    ),
)
TABLE = Table(
    rf"[0-9][0-9 .,']{{0,30}}[-–.,*x×/{_SUFFIX_BEGINS}]",
    Rule("article", rf"[0-9]{{1,4}}(?P<mark>[.–-])[0-9]{{1,4}}(?:-[0-9]{{1,3}})?{_EXTRA}", _article),
    Rule("suite", r"[0-9]{1,4}(?:-[0-9]{1,4}){2,6}(?![\w-])", _spaced),
    Rule("points", r"[0-9]{1,4}(?:\.[0-9]{1,4}){2,6}(?!\w)", _dotted),
    Rule("ordinal", rf"(?P<n>{WHOLE})(?P<suffix>{_SUFFIX})(?!\w)(?P<of>/(?=[0-9]))?", _ordinal),
    Rule(
        "ordinal",
        r"(?P<n>[0-9]{1,2}) (?P<suffix>e|ème)(?= [^\W\d_]{2})",
        _ordinal,
    ),
    Rule("ordinal", r"(?P<n>[0-9]{1,4}) (?P<suffix>[eèi]?[eè]me)(?!\w)", _ordinal),
    Rule("version", r"(?P<a>[0-9]{1,3})\.(?P<b>[0-9]{1,2})(?!\w|[.,][0-9])", _version),
    Rule("fois", rf"(?P<number>{NUMBER}) ?[x×] ?(?=[0-9])", _times),
    Rule("fois", rf"(?P<number>{NUMBER})x(?!\w)", _as_often),
    Rule("étoiles", r"(?<!\w)(?P<n>[0-9])\*(?![\w*])", _stars),
    Rule("écart", rf"(?<![-/])(?P<low>{NUMBER})[-–](?P<number>{NUMBER})(?![-/:][0-9]| ?=)", _range),
    Rule("écart", r"(?P<low>[0-9]{1,2}) [-–] (?P<number>[0-9]{1,2})(?![\w:/-]| ?=)", _range),
    Rule("liste", r"[0-9]{1,12}(?:,[0-9]{1,12}){2,20}(?![0-9])", _listed),
)
LAST = Table("", Rule("nombre", rf"{SIGN}(?P<number>{NUMBER})", _number))
"""Any number, with its sign."""
LEFT_OVER = Table(
    "[0-9]",
    Rule("chiffres", r"(?P<number>[0-9]{1,15}(?![0-9]))", lambda match: figures(match["number"])),
    Rule("chiffres", r"[0-9]+", lambda match: one_by_one(match.group())),
)
