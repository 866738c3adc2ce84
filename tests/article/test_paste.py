"""Laws of cleaning a pasted page, and the real pages kept outside the project."""

from __future__ import annotations

import re
import runpy
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from podcast.article.paste import article_from_paste
from podcast.errors import ArticleError
from podcast.types import Article

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted((ROOT / "tests" / "data" / "article" / "pages").glob("*.txt"))

SENTENCES = (
    "Le conseil municipal a voté lundi soir la rénovation du pont, fermé depuis la crue de mars.",
    "« Nous attendions cela depuis trois ans », a réagi la présidente de l'association des riverains.",
    "Les travaux dureront neuf mois et coûteront 1,2 million d'euros, dont la moitié payée par la région.",
    "Qui paiera le reste ? La question n'est pas tranchée.",
)
FURNITURE = (
    "Menu",
    "Se connecter",
    "Politique",
    "Partager Facebook Twitter",
    "À lire aussi",
    "Le pont de pierre change de couleur",
    "Publicité",
    "1:30",
    "Photo : Jeanne Martin",
    "Par Camille Aubry",
    "Publié le 3 mars 2024 à 10h15",
    "Les plus lus",
    "12 commentaires",
    "[Voir la carte](https://exemple.fr)",
    "- un point de liste",
    "Mot\tclé\t→",
    "© 2024 Le Fil",
    "Une page tournée",
)
page_lines = st.lists(st.sampled_from(SENTENCES) | st.sampled_from(FURNITURE), max_size=40)


def fold(text: str) -> str:
    """What is left of a text when marks and white space are not counted."""
    text = re.sub(r"\[([^\[\]]+)\]\([^()]*\)", r"\1", text)
    return "".join(character for character in text if character.isalnum())


def pieces(article: Article) -> str:
    return "\n".join(
        fold(text)
        for text in (
            article.title,
            article.standfirst,
            *(block.text for block in article.blocks),
            *(dropped.text for dropped in article.dropped),
        )
    )


@given(page_lines)
def test_every_line_is_in_the_article_or_dropped_with_a_reason(lines: list[str]) -> None:
    try:
        article = article_from_paste("\n".join(lines))
    except ArticleError:
        return
    kept = pieces(article)
    assert all(fold(line) in kept for line in lines)
    assert all(dropped.reason for dropped in article.dropped)
    count = bool(article.title) + bool(article.standfirst) + len(article.blocks) + len(article.dropped)
    assert count == sum(bool(line.strip()) for line in lines)


@given(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=30), st.booleans())
def test_clean_text_goes_through_untouched(paragraphs: list[str], titled: bool) -> None:
    title = "Le pont de Varenne sera rénové" if titled else ""
    article = article_from_paste("\n\n".join([title, *paragraphs]))
    assert article.title == title
    assert [block.text for block in article.blocks] == paragraphs
    assert not article.dropped


@given(st.lists(st.sampled_from(SENTENCES), min_size=3, max_size=12))
def test_what_is_spoken_stays_when_cleaned_again(paragraphs: list[str]) -> None:
    page = "\n\n".join(
        ["Menu", "Se connecter", "Le pont de Varenne sera rénové", *paragraphs, "Les plus lus", "CGU"]
    )
    once = article_from_paste(page)
    again = article_from_paste("\n\n".join(block.text for block in once.script()))
    assert again.script() == once.script()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_line_of_a_page_is_lost(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("\N{SOFT HYPHEN}", "")
    kept = pieces(article_from_paste(text)).replace("\n", "")
    for line in text.splitlines():
        assert fold(re.sub(r"!\[[^\]]*\]\([^)]*\)", "", line)) in kept


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_newlines_of_every_kind(newline: str) -> None:
    text = ("Le pont sera rénové", "", *SENTENCES)
    assert article_from_paste(newline.join(text)).script() == article_from_paste("\n".join(text)).script()


@settings(max_examples=300)
@given(
    st.text(max_size=400) | st.text(st.sampled_from("[]()!*#>-«»“”.?:/©\t\n\r \u00a0\u20280123456789aéÉLe"))
)
@example("[a](b)")
@example("![a](b)")
@example("#")
@example("© ")
@example("« »")
@example("96’")
@example("Par ")
@example("Par X\nPublié le 31/02/2020\nUne phrase.")
def test_only_article_errors_come_out(text: str) -> None:
    with suppress(ArticleError):
        article = article_from_paste(text)
        assert article.blocks
        assert all(block.text.strip() for block in article.blocks)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        (" \n\t\u00a0\u200b\n", "empty"),
        ("\ufeff", "empty"),
        ("GIF89a\x00\x01\x00", "binary"),
        ("\x7fELF\x02\x01\x01" + "\x03" * 40, "binary"),
        ("\ufffd" * 40 + "abc", "binary"),
        ("Menu\nAccueil\nPolitique\nSport\nSe connecter", "no article"),
        ("Bonjour", "no article"),
        (
            "Les plus lus\nLe pont de pierre change de couleur\nUne page tournée\nLe maire démissionne",
            "no article",
        ),
    ],
)
def test_what_is_no_article_is_refused_in_one_line(text: str, what: str) -> None:
    with pytest.raises(ArticleError, match=what) as caught:
        article_from_paste(text, url="https://exemple.fr/a")
    assert str(caught.value).startswith("https://exemple.fr/a: ")
    assert "\n" not in str(caught.value)


HOSTILE = {
    "brackets": "[" * 100_000,
    "open links": "[a](" * 25_000,
    "one letter a line": "a\n" * 50_000,
    "two letters a line": "".join(f"{number:x}\n" for number in range(20_000)),
    "one line": "le mot est. " * 8_000,
    "slashes": " Aa/ Bb" * 14_000,
    "dates": "Le 3 mars 2020\n" * 6_600,
    "dates in a line": "1/1/2020 " * 11_000,
    "comments": "Commentaires\n" * 7_700,
    "video boxes": f"{SENTENCES[0]}\n" + "Vidéo abc def\nabc def\n1:30\n" * 3_000 + f"{SENTENCES[1]}\n" * 9,
    "short sentences": "".join(f"Le chat {number}.\n" for number in range(7_000)),
    "titles": "".join(f"Titre {number}\n" for number in range(7_000)) + SENTENCES[0] * 40,
    "capitals": "Aa " * 33_000,
    "phrases": "lire aussi " * 9_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(text: str) -> None:
    """Anything but linear time takes minutes here; the limit leaves room for a slow machine."""
    start = time.process_time()
    with suppress(ArticleError):
        article_from_paste(text[:100_000])
    assert time.process_time() - start < 2


def test_the_reference_page_exactly(shared_articles: Path) -> None:
    """By line numbers of the page, from 1: its text is other people's."""
    text = (shared_articles / "leparisien-2025-07-08.txt").read_text(encoding="utf-8")
    lines = [re.sub(r"\[([^\]]+)\]\(#\)", r"\1", line).strip() for line in text.split("\n")]
    article = article_from_paste(text)
    assert article.title == lines[7]
    assert article.standfirst == lines[9]
    assert article.section == "International"
    assert article.authors == ("Le Parisien avec AFP",)
    assert article.published is not None
    assert article.published.isoformat() == "2025-07-08T07:56:00+02:00"
    headings = {36, 44}
    body = [22, 24, 32, 34, 36, 38, 40, 42, 44, 46, 48]
    expected = [("heading" if number in headings else "paragraph", lines[number]) for number in body]
    assert [(block.kind, block.text) for block in article.blocks] == expected
    assert len(article.dropped) == sum(map(bool, lines)) - len(expected) - 2


def test_real_pages_come_out_clean(shared_articles: Path) -> None:
    """The benchmark's own figures; doing nothing has a precision of about one half."""
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "cleaning.py"))
    ours, nothing = benchmark["measure"](shared_articles)
    assert ours.precision >= 0.93
    assert ours.recall >= 0.95
    assert nothing.precision < 0.6


def test_the_example_is_clean() -> None:
    article = article_from_paste((ROOT / "examples" / "article.txt").read_text(encoding="utf-8"))
    assert [block.kind for block in article.blocks].count("heading") == 2
    assert [block.kind for block in article.blocks].count("paragraph") == 6
    assert article.standfirst
    assert article.authors == ("Camille Aubry",)
    assert article.section == "Planète"
