"""Articles that are handed over as JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.article import parse_article
from podcast.article.document import BLOCK_KINDS, article_from_json
from podcast.episode.build import _article_json
from podcast.errors import ArticleError
from podcast.types import Article, Block, Dropped

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12
)
TEXT = st.lists(WORDS, min_size=1, max_size=8).map(" ".join).filter(lambda text: text.strip() == text)
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]),
)
ARTICLES = st.builds(
    Article,
    title=st.just("") | TEXT,
    standfirst=st.just("") | TEXT,
    section=st.just("") | TEXT,
    authors=st.lists(TEXT, max_size=3).map(tuple),
    published=st.none() | MOMENTS,
    url=st.none() | st.just("https://exemple.test/a?b=c"),
    language=st.sampled_from(["fr-FR", "fr-CA"]),
    image_url=st.none() | st.just("https://exemple.test/i.jpg"),
    blocks=st.lists(st.builds(Block, st.sampled_from(BLOCK_KINDS), TEXT), min_size=1, max_size=5).map(tuple),
    dropped=st.lists(st.builds(Dropped, st.text(st.characters(codec="utf-8")), TEXT), max_size=3).map(tuple),
)


@given(ARTICLES)
def test_what_an_episode_keeps_of_its_article_reads_as_that_article(article: Article) -> None:
    written = json.dumps(_article_json(article), ensure_ascii=False)
    assert article_from_json(written) == article
    assert parse_article(written) == article


@given(st.text(max_size=200))
def test_any_text_is_an_article_or_refused(text: str) -> None:
    with pytest.raises(ArticleError):
        article_from_json(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(Article.__slots__)), inner)
    ),
)


@given(JSON)
def test_any_value_is_an_article_or_refused(value: Any) -> None:
    with suppress(ArticleError):
        assert article_from_json(json.dumps(value)).blocks


GOOD: dict[str, Any] = {"title": "La digue", "blocks": [{"kind": "paragraph", "text": "Elle tient."}]}
WRONG = [
    ([], "the document must be an object"),
    ({"blocks": GOOD["blocks"]}, "title: is missing"),
    (GOOD | {"title": 3}, "title: must be text"),
    ({"title": "x"}, "blocks: is missing"),
    (GOOD | {"blocks": []}, "blocks: is empty"),
    (GOOD | {"blocks": {}}, "blocks: must be a list"),
    (GOOD | {"blocks": ["Elle tient."]}, "blocks[0]: must be an object"),
    (
        GOOD | {"blocks": [*GOOD["blocks"], {"kind": "title", "text": "x"}]},
        "blocks[1].kind: must be one of paragraph",
    ),
    (GOOD | {"blocks": [{"kind": ["quote"], "text": "x"}]}, "blocks[0].kind: must be one of"),
    (GOOD | {"blocks": [{"kind": "quote"}]}, "blocks[0].text: is missing"),
    (GOOD | {"blocks": [{"text": " \n "}]}, "blocks[0].text: is empty"),
    (GOOD | {"authors": "Jeanne Martin"}, "authors: must be a list"),
    (GOOD | {"authors": ["Jeanne Martin", None]}, "authors[1]: must be text"),
    (GOOD | {"published": "hier"}, "published: must be a date"),
    (GOOD | {"published": 20240304}, "published: must be text"),
    (GOOD | {"url": "file:///etc/passwd"}, "url: must be an http or https address"),
    (GOOD | {"image_url": "i.jpg"}, "image_url: must be an http or https address"),
    (GOOD | {"language": "français"}, "language: must be a language tag"),
    (GOOD | {"dropped": [{"text": "x"}]}, "dropped[0].reason: must be text"),
]


@pytest.mark.parametrize(("value", "said"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_an_error_names_the_path_of_the_field(value: Any, said: str) -> None:
    with pytest.raises(ArticleError) as caught:
        article_from_json(json.dumps(value))
    assert caught.value.what.startswith(said)


def test_broken_json_is_placed() -> None:
    with pytest.raises(ArticleError, match="line 2, column 1"):
        article_from_json('{"title": "x",\n}')


@pytest.mark.parametrize("text", ["[" * 200_000, '{"title": ' + "9" * 10_000 + "}", "NaN"])
def test_hostile_json_is_refused(text: str) -> None:
    with pytest.raises(ArticleError):
        article_from_json(text)


def test_what_is_left_out_has_its_default_and_unknown_keys_are_ignored() -> None:
    article = article_from_json(json.dumps(GOOD | {"cms_id": 12}), url="https://exemple.test/a")
    assert article == Article("La digue", (Block("paragraph", "Elle tient."),), url="https://exemple.test/a")


def test_a_date_without_a_zone_is_of_paris() -> None:
    article = article_from_json(json.dumps(GOOD | {"published": "2024-07-14T08:00"}))
    assert article.published is not None
    assert article.published.isoformat() == "2024-07-14T08:00:00+02:00"
