"""What holds for any HTML page."""

from __future__ import annotations

import json
import re
import time
import tomllib
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podcast.article import parse_article
from podcast.article.html import article_from_html
from podcast.article.paste import article_from_paste
from podcast.errors import ArticleError, PodcastError
from podcast.types import Article

DATA = Path(__file__).resolve().parent.parent / "data" / "article"
FIRST = "Le conseil municipal a voté mardi la réfection de la digue, qui protège le bourg depuis un siècle."
SECOND = (
    "Les travaux dureront dix mois, selon le maire, et coûteront plus de deux millions d'euros à la commune."
)
THIRD = "Une réunion publique est prévue le 12 mars à la salle des fêtes, où les plans seront affichés."
BODY = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"


def page(body: str, head: str = "") -> str:
    title = "La digue sera refaite"
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>"


def texts(article: Article) -> list[str]:
    return [block.text for block in article.blocks]


# — between two paragraphs of an article: noise is dropped with its reason, the rest keeps its kind —

CASES = tomllib.loads((DATA / "between-paragraphs.toml").read_text(encoding="utf-8"))
NOISE: dict[str, dict[str, str]] = CASES["noise"]
KEPT: dict[str, dict[str, str]] = CASES["kept"]


def among_paragraphs(inside: str) -> str:
    return page(f"<article><p>{FIRST}</p>{inside}<p>{SECOND}</p><p>{THIRD}</p></article>")


@pytest.mark.parametrize("name", NOISE)
def test_noise_inside_is_dropped_with_its_reason(name: str) -> None:
    article = article_from_html(among_paragraphs(NOISE[name]["html"]))
    assert texts(article) == [FIRST, SECOND, THIRD]
    assert NOISE[name]["reason"] in {piece.reason for piece in article.dropped}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_of_the_article_keeps_its_kind(name: str) -> None:
    case = KEPT[name]
    article = article_from_html(among_paragraphs(case["html"]))
    assert [(kept.kind, kept.text) for kept in article.blocks] == [
        ("paragraph", FIRST),
        (case["kind"], case["text"]),
        ("paragraph", SECOND),
        ("paragraph", THIRD),
    ]


WRAPPINGS = {
    "plain": "{}",
    "table": "<table><tr><td>{}</td></tr></table>",
    "form": "<form action=x>{}</form>",
    "aside": "<aside>{}</aside>",
    "comments": "<div class='comments'>{}</div>",
    "related": "<div class='related-content'><div>{}</div></div>",
    "hidden until loaded": "<div style='display:none' id=app>{}</div>",
    "deep": "<div>" * 300 + "{}" + "</div>" * 300,
}


@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_box_that_holds_the_article_is_no_box(name: str) -> None:
    assert texts(article_from_html(page(WRAPPINGS[name].format(BODY)))) == [FIRST, SECOND, THIRD]


# — any input —

TAGS = re.findall(
    r"\S+",
    "<p> </p> <div> </div> <article> <h1> </h1> <h2> <table><tr><td> <ul><li> <br> </a> <b> <blockquote> "
    "<script> </script> <!-- --> &eacute; &#0; &#xD800; &nope; <![CDATA[ <?php <svg> <form> <sup>1</sup> ]}",
)
ODD = ("\0", "\ud800", "\u2028", "\u00ad")
ATTRIBUTED = (
    "<div class='related'>",
    "<a href='x'>",
    "<html lang=fr>",
    "<title>404</title>",
    "<meta property='og:title' content='",
    "<script type='application/ld+json'>",
    '{"@type":"NewsArticle","headline":',
    '{"author":[{"name":null}]',
    "<time datetime='9999-99-99'>",
    "<link rel=canonical href='http://[::'>",
)
PRINTED = (FIRST, SECOND, THIRD, "À lire aussi", "12 mars 2024", "Par Jeanne Martin", "Publicité")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from((*TAGS, *ODD, *ATTRIBUTED, *PRINTED)) | st.text(max_size=30), max_size=40))
def test_only_our_errors_come_out(pieces: list[str]) -> None:
    try:
        article = article_from_html("".join(pieces), url="https://exemple.test/x", force=True)
    except PodcastError:
        return
    assert article.blocks
    for block in article.script():
        assert block.text.strip() == block.text
        assert "\n" not in block.text
        block.text.encode("utf-8")


LINKED_DATA = "<script type='application/ld+json'>"
HOSTILE = {
    "deep": "<div>" * 50_000 + FIRST,
    "deep inline": "<p>" + "<b>" * 50_000 + FIRST,
    "unclosed lists": "<ul><li>" * 5_000 + BODY,
    "unclosed tables": "<table><tr><td>" * 2_000 + BODY,
    "links": "<a href=x>" * 30_000 + BODY,
    "breaks": "a<br>" * 20_000 + BODY,
    "huge attribute": f"<p class='{'related ' * 100_000}'>{FIRST}</p>" + BODY,
    "comments": "<!--" * 50_000 + BODY,
    "angles": "<" * 200_000 + BODY,
    "headings": "<h2>Un intertitre</h2>" * 10_000 + BODY,
    "metas": "<meta property='og:title' content='x'>" * 10_000 + BODY,
    "nested JSON": LINKED_DATA + "[" * 100_000 + "</script>" + BODY,
    "broken JSON": LINKED_DATA + '"@type":"Article"' + '"headline":"' * 20_000 + "</script>" + BODY,
    "entities": '<!DOCTYPE html [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]>' + "&b;" * 1000 + BODY,
    "one line": "mot " * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_ends_soon(name: str) -> None:
    began = time.monotonic()
    with suppress(PodcastError):
        article_from_html(page(HOSTILE[name]), force=True)
    assert time.monotonic() - began < 15


def test_no_file_is_read_for_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe", encoding="utf-8")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    text = doctype + page(f"<p>{FIRST} &x;</p>{BODY}")
    article = article_from_html(text)
    assert "mot de passe" not in json.dumps([*texts(article), *(piece.text for piece in article.dropped)])


EMPTY = [
    "",
    " ",
    "<html></html>",
    "<!DOCTYPE html>",
    "<p></p>",
    "<title>Rien</title><body></body>",
    "<!-- -->",
]


@pytest.mark.parametrize("text", EMPTY)
def test_a_page_without_text_is_refused(text: str) -> None:
    with pytest.raises(ArticleError):
        article_from_html(text)


SNIFFED = {
    "html": page(BODY),
    "fragment": f"<article>{BODY}</article>",
    "with a byte order mark": "\ufeff  <!doctype html>" + page(BODY),
    "xhtml": '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">' + BODY,
    "paste": f"La digue sera refaite\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}",
    "markdown": f"---\ntitle: La digue\n---\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}",
    "json": json.dumps({"title": "La digue", "blocks": [{"text": text} for text in (FIRST, SECOND, THIRD)]}),
}  # fmt: skip


@pytest.mark.parametrize("name", SNIFFED)
def test_what_a_text_is_shows_in_its_first_characters(name: str) -> None:
    assert texts(parse_article(SNIFFED[name])) == [FIRST, SECOND, THIRD]


# — real pages —


def spoken(article: Article) -> str:
    return " ".join(" ".join(block.text for block in article.script()).split())


def test_real_pages_are_read_better_than_the_extractor_alone(shared_articles: Path) -> None:
    """Precision and recall over known snippets; one of them is a tweet, and tweets are dropped."""
    found = missing = intruding = 0
    for case in json.loads((shared_articles / "html" / "gold.json").read_text(encoding="utf-8")):
        text = (shared_articles / "html" / case["file"]).read_text(encoding="utf-8", errors="replace")
        said = spoken(article_from_html(text, url=case["url"]))
        found += sum(" ".join(snippet.split()) in said for snippet in case["with"])
        missing += sum(" ".join(snippet.split()) not in said for snippet in case["with"])
        intruding += sum(" ".join(snippet.split()) in said for snippet in case["without"])
    assert found / (found + intruding) >= 0.95
    assert missing <= 1


def test_a_real_page_and_its_pasted_copy_say_the_same(shared_articles: Path) -> None:
    """In all, up to 5 % of the characters."""
    same = total = 0
    for path in sorted((shared_articles / "html").glob("*.html")):
        copy = shared_articles / "pasted" / f"{path.stem}.txt"
        ours = spoken(article_from_html(path.read_text(encoding="utf-8", errors="replace"))).split()
        theirs = spoken(article_from_paste(copy.read_text(encoding="utf-8"))).split()
        for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
            same += 2 * len(" ".join(ours[block.a : block.a + block.size]))
        total += len(" ".join(ours)) + len(" ".join(theirs))
    assert same / total >= 0.95
