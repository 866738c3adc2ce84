"""What the elements around the title say of an article, where the head of its page does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from podcast.article.boxes import is_author, is_in_menu
from podcast.article.choice import Choice
from podcast.article.dates import read_date
from podcast.article.head import Head
from podcast.article.jsonld import plain
from podcast.article.tree import Element

REACH = 4
"""Lines around the title and the text among whose elements the signature and the date are looked for."""
_LONGEST = 200
"""Characters of a name, or of an address, that are read."""
_AUTHOR_PAGE = re.compile(
    r"/(?:auteurs?|auteures?|autrices?|authors?|journalistes?|redacteurs?|signatures?|contributeurs?)/",
    re.IGNORECASE,
)
"""In the address of the page about an author."""
_NAMES = ("a", "span", "p", "div", "li", "strong", "b", "h4", "cite")


def printed_section(choice: Choice, head: Head) -> str:
    """The section above the title, unless it is the last entry of a menu."""
    lines = [index for index, what in head.lines.items() if what == "section"]
    return "" if any(is_in_menu(choice.pieces[index].element) for index in lines) else head.section


def printed_authors(choice: Choice, head: Head, title: int | None) -> list[str]:
    """The names that links or classes call authors; ``title`` is the line of the title."""
    return list(dict.fromkeys(name for element in _around(choice, head, title) for name in _names(element)))


def printed_date(choice: Choice, head: Head, title: int | None) -> datetime | None:
    """What the first ``time`` element says to machines."""
    times = (time for element in _around(choice, head, title) for time in element.iter("time"))
    found = (read_date(time.get("datetime", "")) for time in times)
    return next((when for when, _ in filter(None, found)), None)


def _around(choice: Choice, head: Head, title: int | None) -> Iterator[Element]:
    """The elements of the lines between the title and the text, then of those right around them."""
    body = choice.body
    first = body.start if title is None else min(title, body.start)
    above = range(max(0, first - REACH), min(len(choice.page), body.start + REACH))
    below = range(body.stop, min(len(choice.page), body.stop + REACH))
    for index in (*sorted(above, key=lambda index: (index < first, index)), *below):
        if index in head.lines or not choice.page[index].is_prose:
            yield choice.pieces[index].element


def _names(element: Element) -> Iterator[str]:
    for inside in element.iter(*_NAMES):
        link = inside.get("href", "")[:_LONGEST]
        if inside.get("rel", "") == "author" or _AUTHOR_PAGE.search(link) or is_author(inside):
            yield plain("".join(inside.itertext())[:_LONGEST])
