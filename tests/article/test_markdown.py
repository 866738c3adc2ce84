"""Articles that are written in Markdown."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.article.markdown import article_from_markdown
from podcast.errors import ArticleError
from podcast.types import Block

BLOCKS = [
    ("Une ligne\nsuivie d'une autre.", [("paragraph", "Une ligne suivie d'une autre.")]),
    ("## Dix mois de travaux", [("heading", "Dix mois de travaux")]),
    ("Dix mois de travaux\n---", [("heading", "Dix mois de travaux")]),
    ("# Le titre\n\n# Un autre", [("heading", "Un autre")]),
    ("> Elle tiendra.\n> C'est sûr.", [("quote", "Elle tiendra. C'est sûr.")]),
    ("> Un.\n>\n> Deux.", [("quote", "Un."), ("quote", "Deux.")]),
    ("- un\n- deux\n  lignes", [("list_item", "un"), ("list_item", "deux lignes")]),
    ("1. un\n2. deux", [("list_item", "un"), ("list_item", "deux")]),
    ("- un\n  - dedans", [("list_item", "un"), ("list_item", "dedans")]),
    ("Un mot **gras *et penché* même** ici.", [("paragraph", "Un mot gras et penché même ici.")]),
    ("Un mot __gras__, un snake_case.", [("paragraph", "Un mot gras, un snake_case.")]),
    ("Un ~~faux~~ vrai.", [("paragraph", "Un faux vrai.")]),
    ("Le [texte](https://x.test/a_(b) \"titre\") lié.", [("paragraph", "Le texte lié.")]),
    ("Le [texte][1] lié.\n\n[1]: https://x.test", [("paragraph", "Le texte lié.")]),
    ("Avec `du code` dedans.", [("paragraph", "Avec du code dedans.")]),
    ("L'eau &amp; le feu, 2 \\* 3.", [("paragraph", "L'eau & le feu, 2 * 3.")]),
    ("La digue[^1] tient.\n\n[^1]: Depuis 1887, dit-on.", [("paragraph", "La digue tient.")]),
    ("Une image ![vue](v.jpg) au milieu.", [("paragraph", "Une image  au milieu.")]),
    ("Un <b>mot</b> en HTML.", [("paragraph", "Un mot en HTML.")]),
    ("À la ligne  \nforcée.", [("paragraph", "À la ligne forcée.")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "blocks"), BLOCKS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_blocks(text: str, blocks: list[tuple[str, str]]) -> None:
    article = article_from_markdown(text)
    assert [(block.kind, " ".join(block.text.split())) for block in article.blocks] == [
        (kind, " ".join(printed.split())) for kind, printed in blocks
    ]


DROPPED = [
    ("```\nprint(1)\n```", "print(1)", "code"),
    ("    indenté", "indenté", "code"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "a", "table"),
    ("![La digue](d.jpg)", "La digue", "image"),
    ("<div>\nboîte\n</div>", "<div>\nboîte\n</div>", "HTML"),
    ("[^1]: Depuis 1887, dit-on.", "[^1]: Depuis 1887, dit-on.", "note"),
]


@pytest.mark.parametrize(
    ("text", "dropped", "reason"), DROPPED, ids=lambda value: value if len(value) < 6 else ""
)
def test_what_cannot_be_read_aloud_is_dropped(text: str, dropped: str, reason: str) -> None:
    article = article_from_markdown(f"Elle tient.\n\n{text}\n\nElle tiendra.")
    assert [block.text for block in article.blocks] == ["Elle tient.", "Elle tiendra."]
    assert (dropped, reason) in {(piece.text, piece.reason) for piece in article.dropped}


FRONT = """---
titre: "La digue : un siècle"
chapo: Elle tient.
rubrique: Mer
auteurs:
  - Jeanne Martin
  - Léo Durand
date: 2024-07-14 08:00
url: https://exemple.test/digue
image: https://exemple.test/d.jpg
tags: [mer, digue]
---

# Un autre titre

La mer monte.
"""


def test_front_matter() -> None:
    article = article_from_markdown(FRONT)
    assert (article.title, article.standfirst, article.section) == (
        "La digue : un siècle",
        "Elle tient.",
        "Mer",
    )
    assert article.authors == ("Jeanne Martin", "Léo Durand")
    assert article.published == datetime.fromisoformat("2024-07-14T08:00:00+02:00")
    assert (article.url, article.image_url) == ("https://exemple.test/digue", "https://exemple.test/d.jpg")
    assert article.blocks[-1] == Block("paragraph", "La mer monte.")


AUTHORS = [
    "auteur: Jeanne Martin et Léo Durand",
    "authors: [Jeanne Martin, 'Léo Durand']",
    "author: Jeanne Martin; Léo Durand",
]


@pytest.mark.parametrize("line", AUTHORS)
def test_authors_in_one_line(line: str) -> None:
    assert article_from_markdown(f"---\n{line}\n---\nLa mer monte.").authors == (
        "Jeanne Martin",
        "Léo Durand",
    )


def test_the_first_title_is_the_title() -> None:
    article = article_from_markdown("# La digue\n\nLa mer monte.", url="https://exemple.test/digue")
    assert (article.title, article.url) == ("La digue", "https://exemple.test/digue")


def test_a_wrong_date_is_refused_by_its_name() -> None:
    with pytest.raises(ArticleError, match="date: 'hier' is not a date"):
        article_from_markdown("---\ndate: hier\n---\nLa mer monte.")


@pytest.mark.parametrize("text", ["", "# Un titre seul", "---\ntitle: x\n---\n", "![seule](x.jpg)"])
def test_a_document_without_text_is_refused(text: str) -> None:
    with pytest.raises(ArticleError, match="no text"):
        article_from_markdown(text)


@given(st.text(st.sampled_from(" \n#>-*_`[]()!|~<&1a.\t\\:^\0\ud800é"), max_size=200))
def test_any_text_is_an_article_or_refused(text: str) -> None:
    try:
        article = article_from_markdown(text)
    except ArticleError:
        return
    for block in article.blocks:
        assert block.text.strip()
        assert "\n" not in block.text
        block.text.encode("utf-8")


HOSTILE = [
    "[" * 20_000 + "a",
    "*a " * 20_000,
    ">" * 20_000 + "a",
    "- " * 5_000 + "a",
    "`" * 20_000 + "a",
    "a\n" * 50_000,
    "![" * 20_000 + "a",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:3])
def test_hostile_text_ends_soon(text: str) -> None:
    began = time.monotonic()
    with suppress(ArticleError):
        article_from_markdown(text)
    assert time.monotonic() - began < 10
