"""The words of ``vocabulary.toml``, read once: what surrounds an article on French sites."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal, NamedTuple

Reason = Literal[
    "advertisement",
    "after the article",
    "audio player",
    "before the article",
    "beside the article",
    "byline",
    "caption",
    "comments",
    "consent",
    "date",
    "duplicate",
    "hidden",
    "image",
    "legal notice",
    "list of links",
    "live event",
    "login",
    "navigation",
    "newsletter",
    "note",
    "ornament",
    "popular articles",
    "reading time",
    "related article",
    "section",
    "share bar",
    "shopping",
    "social media post",
    "subscription",
    "table",
    "tags",
    "video",
]
"""Why a piece of a page is not spoken."""


class Family(NamedTuple):
    """A line that matches one of ``phrases`` and has no more than ``limit`` words is noise."""

    reason: Reason
    where: Literal["start", "whole", "anywhere"]
    limit: int
    phrases: tuple[str, ...]
    """Regular expressions over folded text."""
    addressed: bool = False
    """A sentence must also speak to the reader."""


_TABLES: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

FAMILIES = tuple(Family(**{**family, "phrases": tuple(family["phrases"])}) for family in _TABLES["family"])
"""Tried in order; the first that matches names the reason."""

BUTTONS: dict[str, Reason] = {
    word: reason for reason, words in _TABLES["buttons"].items() for word in words.split()
}
"""Words of buttons: a short line made of nothing else is a row of buttons."""

GLUE = frozenset(_TABLES["glue"]["words"].split())
"""Small words that may stand between the words of buttons."""

END_MARKS: dict[Reason, int] = _TABLES["end_marks"]
"""How hard the title of each kind of box pulls the article to its end, in words of prose."""

READER = frozenset(("vous", "votre", "vos", "nous", "notre", "nos"))
"""A sentence with one of these speaks to the reader."""

NO_IMPERATIVES = frozenset(("chez", "assez", "nez", "rez", "suez"))
"""Words that end as imperatives do."""

HEAD_FURNITURE: frozenset[Reason] = frozenset(
    ("byline", "date", "share bar", "audio player", "reading time", "subscription", "comments", "section")
)
"""What stands between a standfirst and the first paragraph."""

OFFERS: frozenset[Reason] = frozenset(("newsletter", "subscription"))
"""What a site offers the reader: a box between its title and its button."""

BOX_TITLES: frozenset[Reason] = frozenset(
    ("related article", "popular articles", "shopping", "tags", "video")
)
"""Kinds whose bare title ("À lire aussi") announces the short lines below it."""

AGENCIES: tuple[str, ...] = tuple(_TABLES["names"]["agencies"])
"""News agencies: they sign texts beside people, and pictures."""

PICTURE_AGENCIES: tuple[str, ...] = tuple(_TABLES["names"]["picture_agencies"])
"""Those that sign pictures only."""

SECTIONS = frozenset(_TABLES["names"]["sections"])
"""Names of sections, folded."""

NEWSROOM_WORDS = frozenset(_TABLES["names"]["newsroom_words"].split())
"""Words of a signature that say it is no person's, folded."""

FUNCTION_WORDS = frozenset(_TABLES["function_words"]["words"].split())
"""French words that carry grammar, folded: menus and lists of names have few of them."""

OPENING_WORDS = frozenset(_TABLES["opening_words"]["words"].split())
"""Words that end no line of their own accord, folded: another must follow."""

DATE_WORDS = frozenset(_TABLES["date_words"]["words"].split())
"""Words that stand beside the date of an article, folded."""
