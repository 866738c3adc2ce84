"""Pages in the shapes of French sites: ``html/x.html`` reads as ``html/x.json``. A new case is two files.

The JSON may say where the page came ``from``; one with an ``error`` says what
the page is refused as.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from podcast.article import parse_article
from podcast.article.html import article_from_html
from podcast.errors import ArticleError
from podcast.types import Article

PAGES = sorted((Path(__file__).resolve().parent.parent / "data" / "article" / "html").glob("*.html"))


def expected(page: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    return value


READ = [page for page in PAGES if "error" not in expected(page)]
REFUSED = [page for page in PAGES if "error" in expected(page)]


def as_json(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "standfirst": article.standfirst,
        "section": article.section,
        "authors": list(article.authors),
        "published": article.published,
        "url": article.url,
        "image_url": article.image_url,
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
    }


@pytest.mark.parametrize("page", READ, ids=lambda page: page.stem)
def test_page(page: Path) -> None:
    wanted = expected(page)
    wanted["published"] = wanted["published"] and datetime.fromisoformat(wanted["published"])
    url = wanted.pop("from", None)
    assert as_json(article_from_html(page.read_text(encoding="utf-8"), url=url)) == wanted


@pytest.mark.parametrize("page", REFUSED, ids=lambda page: page.stem)
def test_what_is_no_article_is_refused_by_its_name(page: Path) -> None:
    with pytest.raises(ArticleError, match=expected(page)["error"]):
        parse_article(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("stem", ["home", "paywall-stub", "english", "not-found"])
def test_force_goes_on(stem: str) -> None:
    page = next(page for page in REFUSED if page.stem == stem)
    assert parse_article(page.read_text(encoding="utf-8"), force=True).blocks


@pytest.mark.parametrize("page", READ, ids=lambda page: page.stem)
def test_no_printed_word_is_lost(page: Path) -> None:
    """What a paragraph, a heading or an item prints is spoken, or dropped with its reason.

    A post of a social network is taken apart: each of its words is one or the other.
    """
    from lxml import html

    tree = html.fromstring(page.read_text(encoding="utf-8"))
    article = article_from_html(page.read_text(encoding="utf-8"))
    kept = [block.text for block in article.script()] + [piece.text for piece in article.dropped]
    known = bare(" ".join(kept))
    for element in tree.iter("p", "h1", "h2", "h3", "li"):
        if not len(element) and "visually-hidden" not in element.get("class", ""):
            text = element.text or ""
            pieces = text.split() if is_post(element) else [bare(text)]
            assert all(piece in known for piece in pieces)
    assert all(piece.reason for piece in article.dropped)


def is_post(element: Any) -> bool:
    return any("@" in "".join(frame.itertext()) for frame in element.iterancestors("blockquote"))


def bare(text: str) -> str:
    return "".join(text.split())
