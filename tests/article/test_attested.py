"""The third witness is asked late, and only where the first two differ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from podcast.article import attested, html
from podcast.article.html import article_from_html
from podcast.errors import ArticleError
from tests.article.test_html_pages import PAGES

PLAIN = """
<html><head><title>Le pont rouvre</title></head><body>
<nav><a href="/">Accueil</a> <a href="/ville">Ville</a></nav>
<article><h1>Le pont rouvre</h1>
<p>Le pont des Arches a rouvert mardi matin, après huit mois de travaux dans la vallée.</p>
<p>Les premiers passants l'ont traversé sous la pluie, avec le maire et une fanfare.</p>
</article></body></html>
"""
BESIDE = PLAIN.replace(
    "</article>",
    "<p>Le chantier a coûté deux millions d'euros, que la commune paie avec la région.</p></article>"
    "<div><p>Notre rédaction vous attend tous les jours au marché, sous la grande halle.</p></div>",
)


def read(page: str) -> str:
    try:
        return repr(article_from_html(page, force=True))
    except ArticleError as error:
        return str(error)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_article_is_the_same_however_often_it_is_asked(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here of every line, even of those that the page itself attests."""
    text = page.read_text(encoding="utf-8")
    late = read(text)
    monkeypatch.setattr(attested.Attested, "_by_page", None)
    assert read(text) == late


@pytest.mark.parametrize(("page", "asked"), [(PLAIN, 0), (BESIDE, 1)])
def test_it_is_asked_where_the_others_differ(page: str, asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    times = 0
    extracted = html._extracted

    def counted(text: str) -> list[str]:
        nonlocal times
        times += 1
        return extracted(text)

    monkeypatch.setattr(html, "_extracted", counted)
    assert "fanfare" in read(page)
    assert times == asked


def test_a_plain_page_does_not_import_the_extractor() -> None:
    code = (
        "import sys; from podcast.article.html import article_from_html; "
        "print(len(article_from_html(sys.argv[1]).blocks), 'trafilatura' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code, PLAIN], capture_output=True, text=True, check=True)
    assert told.stdout == "2 False\n"
