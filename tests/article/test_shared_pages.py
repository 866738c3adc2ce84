"""The title, the date and the signature of real pages, as a reader finds them printed there.

The pages are other people's and stay outside the project: a title is known by a hash of its letters.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import pytest

from podcast.article import parse_article
from podcast.article.lines import letters


class Facts(NamedTuple):
    """What a page prints of its article."""

    page: str
    title: str
    """The first eight hexadecimal digits of the SHA-256 of its letters, folded."""
    published: str
    """The day, in the zone that the page gives."""
    authors: tuple[str, ...]


FACTS = (
    Facts("aoc.media.archaisme", "6460d53c", "2019-12-09", ("Barbara Stiegler",)),
    Facts("arteradio.com-nuls", "117eb3af", "2019-05-23", ("Kristen Falc'hon",)),
    Facts("bondyblog.fr.paris-8", "82a7d1c8", "2020-02-17", ("Kab Niang",)),
    Facts("dalloz-actualite.fr.raoult", "ade3307a", "2020-05-07", ("Matthieu Hy",)),
    Facts("dw.com-elephants", "37081fc7", "2011-05-23", ("Kossivi Tiassou",)),
    Facts("gala.fr.surnom", "afdce79e", "2019-12-09", ("Marie Merlet",)),
    Facts("laviedesidees.fr.evaluation", "5019d903", "2009-09-15", ("Florence Audier",)),
    Facts("ledevoir.com.trottinettes", "bc7fcceb", "2020-02-19", ("Jeanne Corriveau",)),
    Facts("lopinion.fr.glyphosate", "82b942ef", "2019-05-15", ("Emmanuelle Ducros",)),
    Facts("sports.fr.lorient", "645a2ef6", "2020-09-27", ()),
)


@pytest.mark.parametrize("facts", FACTS, ids=[facts.page for facts in FACTS])
def test_title_date_and_signature(facts: Facts, shared_articles: Path) -> None:
    page = shared_articles / "html" / f"{facts.page}.html"
    article = parse_article(page.read_text(encoding="utf-8", errors="replace"))
    assert digest(article.title) == facts.title, article.title
    assert article.published is not None
    assert article.published.utcoffset() is not None
    assert article.published.date().isoformat() == facts.published
    assert article.authors == facts.authors


def test_the_snippets_that_must_be_spoken_are(shared_articles: Path) -> None:
    """At least 97 % of those that must be are spoken, and 95 % of those spoken must be."""
    found = missing = intruding = 0
    for page in json.loads((shared_articles / "html" / "gold.json").read_text(encoding="utf-8")):
        source = (shared_articles / "html" / page["file"]).read_text(encoding="utf-8", errors="replace")
        spoken = " ".join(" ".join(block.text.split()) for block in parse_article(source).script())
        known = [" ".join(snippet.split()) in spoken for snippet in page["with"]]
        found, missing = found + sum(known), missing + len(known) - sum(known)
        intruding += sum(" ".join(snippet.split()) in spoken for snippet in page["without"])
    assert found >= 0.97 * (found + missing)
    assert found >= 0.95 * (found + intruding)


def digest(title: str) -> str:
    return hashlib.sha256(letters(title).encode()).hexdigest()[:8]
