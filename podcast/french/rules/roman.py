"""Roman numerals that stand for a number, and only those.

With an ordinal suffix (XXIe siècle, François Ier, IIIe République) a numeral
is certain. Without one it needs company: a name before it (Léon XIV, Jean-Paul
II, lycée Henri-IV) or a word that is numbered (tome III, acte V).
"""

from __future__ import annotations

import re

from podcast.french.numbers import cardinal, from_roman, ordinal
from podcast.french.rules.engine import Rule, after, before
from podcast.french.tables import rows

_REGNAL = {name for name, _ in rows("regnal.tsv")}
_QUEENS = {name for name, gender in rows("regnal.tsv") if gender == "f"}
_NUMBERED = re.compile(
    r"\b(?:tomes?|volumes?|livres?|chapitres?|actes?|scènes?|titres?|articles?|annexes?|parties?|sections?|phases?|"
    r"type|types|niveau|niveaux|classe|classes|groupes?|zones?|catégorie|catégories|factor|facteur|stade|grade|guerre|"
    r"mondiale|rugby à|bowl|paris|vatican|an|l'an|épisode|mark|version|numéro|lyon|bordeaux|lille|toulouse|rennes|"
    r"montpellier|grenoble|nanterre|aix-marseille|et|ou|à)[ -]$"
)
_LETTERS = re.compile(r"^ ?(?:du|de|le|la)? ?$")
_PAIR = re.compile(
    r"\b(?:tomes?|livres?|chapitres?|actes?|parties?|articles?) [ivxlc]{1,6} (?:et|ou|à) $", re.IGNORECASE
)
_NAME = re.compile(r"(?:^|[^\w])(?P<name>[A-ZÀ-ÖØ-Þ][\w'-]{1,30})[ -]$")


def _ordinal(match: re.Match[str]) -> str | None:
    roman, suffix = match["roman"], match["suffix"]
    value = from_roman(roman)
    if value is None or value > 100:
        return None
    if roman in {"D", "L", "C", "M"} or (roman == "V" and suffix in {"s"}):
        return None
    plural = suffix.endswith("s")
    suffix = suffix.removesuffix("s")
    if value == 2 and suffix in {"d", "nd", "de", "nde"}:
        return "seconde" if suffix.endswith("e") else "second"
    return ordinal(value, feminine=suffix in {"re", "ère", "ere"}, plural=plural)


def _century(match: re.Match[str]) -> str | None:
    """XXI siècle, printed without its suffix."""
    value = from_roman(match["roman"])
    return ordinal(value) if value else None


def _regnal(match: re.Match[str]) -> str | None:
    value = from_roman(match["roman"])
    if value is None or value > 89:
        return None
    start = match.start()
    preceding = match.string[max(start - 40, 0) : start]
    if _NUMBERED.search(before(match)) and _counts(match, preceding):
        return cardinal(value)
    found = _NAME.search(preceding)
    if not found:
        return None
    name = found["name"].split("'")[-1]
    if not _ruled(name, match["roman"], after(match)):
        return None
    if value == 1:
        said = "première" if name in _QUEENS else "premier"
    else:
        said = cardinal(value)
    return said


def _counts(match: re.Match[str], preceding: str) -> bool:
    """``et``, ``ou`` and ``à`` carry on a numbering; a lone C, D, L or M is a letter."""
    if preceding.endswith((" et ", " ou ", " à ")) and not preceding.endswith("ugby à "):
        return bool(_PAIR.search(preceding))
    return len(match["roman"]) > 1 or match["roman"] in "IVX"


def _ruled(name: str, roman: str, following: str) -> bool:
    """A king or pope takes any numeral; another name one of two letters at least."""
    last = name.rsplit("-", 1)[-1]
    if name in _REGNAL or last in _REGNAL or name.capitalize() in _REGNAL:
        return set(roman) <= set("IVX") and not re.match(r" [A-Z](?!\w)|-[A-Za-z]", following)
    if name in {"Le", "La", "Les", "Un", "Une", "Du", "Au", "En", "Et"} or roman in {"XXX", "XX"}:
        return False
    if roman == "XI" and re.match(" J(?:inping|INPING)", following):
        return False
    return len(roman) >= 2 and (set(roman) <= set("IVX") or len(roman) >= 4) and not name.isupper()


def _heading(match: re.Match[str]) -> str | None:
    value = from_roman(match["roman"])
    return cardinal(value) if value and value < 40 else None


_BARE = r"(?<![\w.])(?P<roman>[IVXLC]{1,8})(?![\w'’]|\.[A-Z])"
RULES = (
    Rule("siècle", r"(?<![\w'-])(?P<roman>[IVX]{1,6})(?= siècle)", _century),
    Rule(
        "chiffres romains",
        r"(?<!\w)(?P<roman>[IVXLC]{1,8})(?P<suffix>ers?|[èe]res?|res?|nde?s?|d|i?[eèé]mes?|[eè]s?)(?![\w'])",
        _ordinal,
    ),
    Rule(
        "chiffres romains",
        r"(?<!\w)(?P<roman>XV|XIII)(?= (?:de (?:France|la Rose)|du (?:Trèfle|Chardon|Poireau)))",
        _heading,
    ),
    Rule("chiffres romains", r"(?<![^\n])(?P<roman>[IVX]{2,6})(?=[.)]| ?[-–—] |\.- )", _heading),
    Rule("chiffres romains", _BARE, _regnal),
)
TRIGGER = "[IVXLC]"
