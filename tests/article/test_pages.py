"""Pasted pages of many shapes: ``pages/x.txt`` reads as ``pages/x.json``. A new case is two files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from podcast.article.paste import article_from_paste
from podcast.types import Article

PAGES = sorted((Path(__file__).resolve().parent.parent / "data" / "article" / "pages").glob("*.txt"))


def as_json(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "standfirst": article.standfirst,
        "section": article.section,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    with page.open(encoding="utf-8", newline="") as file:
        assert as_json(article_from_paste(file.read())) == expected
