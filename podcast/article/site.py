"""The name of a site, told apart from the titles it stands in and from the people who sign."""

from __future__ import annotations

import re
from collections.abc import Iterable

from podcast.article.byline import is_person
from podcast.article.lines import fold, letters
from podcast.article.vocabulary import AGENCIES

_SEPARATOR = re.compile(r"\s[|–—•·:»-]\s|\s?\|\s?")
_BETWEEN_NAMES = re.compile(r"\s?(?:,|;|&|\||/|\bet\b|\bavec\b|\band\b)\s?")
_SIGNS = re.compile(
    r"^(?:(?:écrit|texte|article|rédigé|publié|posté|propos recueillis) )?(?:par|by) ", re.IGNORECASE
)
_DOMAIN = re.compile(r"\b(?:www|com|fr|be|ch|ca|net|org|info|media)\b")
_SHORTEST_SITE = 4
_SHORTEST_TITLE = 3
"""Words that must stand before a bar, for what follows it to be the name of the site."""
_ACCOUNTS = frozenset(("super user", "super utilisateur", "site admin", "admin admin"))
"""Names of no one, that systems give."""
_AGENCY_NAMES = {fold(name): name for name in AGENCIES}


def without_site(title: str, site: str) -> str:
    """The title without the name of the site at its end (or its start), nor anything behind a bar.

    >>> without_site("Le pont rouvre lundi - Société - La Gazette", "La Gazette")
    'Le pont rouvre lundi - Société'
    >>> without_site("Le pont rouvre lundi | Actualités", "")
    'Le pont rouvre lundi'
    """
    marks = list(_SEPARATOR.finditer(title))
    if not marks:
        return title
    if is_site(title[marks[-1].end() :], site):
        return without_site(title[: marks[-1].start()].strip(), site)
    if is_site(title[: marks[0].start()], site):
        return title[marks[0].end() :].strip()
    bar = next((mark for mark in marks if "|" in mark[0]), None)
    if bar and len(title[: bar.start()].split()) >= _SHORTEST_TITLE:
        return title[: bar.start()].strip()
    return title


def is_site(text: str, site: str) -> bool:
    """True for the name of the site, with or without its domain or a part of it."""
    mine, theirs = (letters(_DOMAIN.sub("", fold(name))) for name in (text, site))
    if not mine or not theirs:
        return False
    near = len(mine) >= _SHORTEST_SITE and len(mine) <= 2 * len(theirs)
    return mine == theirs or (near and (mine in theirs or theirs in mine))


def people(signed: Iterable[str], site: str) -> tuple[str, ...]:
    """Of the names that sign a page, the people; where there are none, the agencies; never the site.

    >>> people(["La Gazette avec AFP"], "La Gazette")
    ('AFP',)
    """
    persons: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for name in (part for names in signed for part in _BETWEEN_NAMES.split(names)):
        name = _SIGNS.sub("", name)
        name = name.title() if name.isupper() and " " in name else name
        if fold(name) in _AGENCY_NAMES:
            agencies[fold(name)] = _AGENCY_NAMES[fold(name)]
        elif is_person(name) and fold(name) not in _ACCOUNTS and not is_site(name, site):
            persons.setdefault(fold(name), name)
    return tuple((persons or agencies).values())
