"""Who signs an article.

Authors are people. A signature of people and agencies keeps the people
("Jeanne Martin avec AFP" is by Jeanne Martin); one that names no person is
kept whole, as printed, as one collective author ("La Gazette avec AFP").
"""

from __future__ import annotations

import re

from podcast.article.dates import find_dates
from podcast.article.lines import Line, fold
from podcast.article.vocabulary import AGENCIES, NEWSROOM_WORDS

_WORK = (
    r"écrit|rédigé|publié|posté|recueillis|signé|réalisé|animé|article|textes?|propos recueillis|reportage|"
    r"entretien|documentaire|enquête|tribune|chronique"
)
_SIGNED = re.compile(
    rf"(?i:(?:un |une )?(?:{_WORK})(?: rédigé| écrit)?(?: par| de| ?:))\s*(?=\S)"
    r"|(?i:par|auteur(?:e|s|es|rice|\.e|·e)? ?:)\s+(?=\S)"
    r"|(?i:de) (?=[A-ZÀ-ÝŒ][\w’'-]{1,30} [A-ZÀ-ÝŒ])"
)
_AFTER_DATE = re.compile(r"\d[^\d]{0,12}\b(?:[Pp]ar|by)\s+(?=[A-ZÀ-ÝŒ])")
_INITIALS = re.compile(r"(?:[A-ZÀ-Ý]\.[ -]?){2,4}$")
_SEPARATOR = re.compile(
    r"\s?(?:\. Propos recueillis par|,|;|&|\||/|\bet\b|\bavec\b|\bpour\b|—|–|·|•|\(|\)|:)\s?"
)
_NAMED = re.compile(r"[@«]?\s?(?:[A-ZÀ-ÝŒ]|\d{1,2} [A-ZÀ-ÝŒ]|(?:l[ae]|les|notre|nos|un|une)\b|l['’])")
"""How a signature begins: a capital, perhaps after a number or an article."""
_DAY = r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
_CUT = re.compile(
    rf"(?:[|·•,–—-]\s?)?\b(?:(?i:publiée?|mise?|à|du|{_DAY})\b[^\d]{{0,20}}\d|(?i:le) (?:(?i:{_DAY}) )?\d"
    r"|\d{1,4}\s?(?:[/.:h-]\s?\d|[a-zéûA-Z]{3,9}\.? \d{4}))"
)
"""Where a name ends and a date or an hour begins."""
_NAME_WORD = r"(?:[A-ZÀ-ÝŒ][\w.’'-]{0,30})"
_PARTICLE = r"(?:d[eu]s?|la|le|van|von|der|den|di|da|del|ben|bin|el|al|d['’])"
_PERSON = re.compile(rf"{_NAME_WORD}(?: {_PARTICLE}){{0,2}}(?: {_NAME_WORD}){{1,3}}$")
_AGENCY_NAMES = frozenset((*map(fold, AGENCIES), "agence", "agences"))
_NAME_ARTICLES = frozenset(("le", "la", "les"))
"""They begin the name of a newspaper; inside a name they are a person's: "Anne Le Goff"."""
NO_NAMES = frozenset(
    ("au", "aux", "avec", "chez", "dans", "depuis", "en", "et", "par", "pour", "sans", "sous", "sur")
)
"""They begin a title, not a name."""
LONGEST = 25
"""Words of the longest signature."""
NEWSROOM_WORDS_MOST = 6
"""Words of the longest name of a newsroom: "correspondante à Rome pour La Gazette"."""


def signature(line: Line) -> tuple[str, ...]:
    """The authors that a line beginning with "Par" (or the like) names; empty when it is no signature."""
    if len(line.words) > LONGEST or line.is_prose:
        return ()
    match = _SIGNED.match(line.text) or (_AFTER_DATE.search(line.text) if find_dates(line.text) else None)
    if not match:
        return ()
    printed = without_date(line.text[match.end() :])
    if not _NAMED.match(printed):
        return ()
    return _authors(printed)


def bare_signature(line: Line) -> tuple[str, ...]:
    """The authors of a line of nothing but names, perhaps dated: only its place makes it a signature."""
    if len(line.words) > LONGEST or line.ends_sentence:
        return ()
    printed = without_date(line.text)
    names = [part for part in _SEPARATOR.split(printed) if part]
    signed = names and all(is_person(name) or _is_named_newsroom(name) for name in names)
    return _authors(printed) if signed and (is_person(names[0]) or fold(printed) in _AGENCY_NAMES) else ()


def without_date(text: str) -> str:
    """The text up to the date or the hour that it carries, if any."""
    cut = _CUT.search(text)
    text = text[: cut.start()] if cut else text
    return text.strip(" ,|·•–—-:")


def is_person(text: str) -> bool:
    """True for two to five capitalised words, none of which belongs to a newspaper or an agency."""
    if _INITIALS.match(text):
        return True
    first = fold(text).split()[:1]
    return _PERSON.match(text) is not None and NO_NAMES.isdisjoint(first) and not _is_newsroom(text)


def _is_newsroom(text: str) -> bool:
    """True for an agency, a newspaper or the house that someone writes for."""
    first, *others = fold(text).split() or [""]
    words = {first, *others} - _NAME_ARTICLES | {first}
    return fold(text) in _AGENCY_NAMES or not NEWSROOM_WORDS.isdisjoint(words)


def _is_named_newsroom(text: str) -> bool:
    return len(text.split()) <= NEWSROOM_WORDS_MOST and _is_newsroom(text)


def _authors(printed: str) -> tuple[str, ...]:
    parts = (_once(part) for part in _SEPARATOR.split(printed))
    people = tuple(dict.fromkeys(part for part in parts if is_person(part)))
    return people or (printed,)


def _once(name: str) -> str:
    """A name that a hidden label doubled, once: "Anne RollAnne Roll" → "Anne Roll"."""
    half = len(name) // 2
    first, second = name[:half].strip(), name[half:].strip()
    return first if first == second and " " in first else name
