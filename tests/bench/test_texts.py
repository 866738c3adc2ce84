"""Made-up articles are as long as was asked, and no sentence of them comes twice."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from podcast.bench.texts import SPEECH_RATE, article, paragraphs, sentences


def test_no_sentence_comes_twice() -> None:
    some = list(islice(sentences(), 9000))
    assert len(set(some)) == len(some)


@pytest.mark.parametrize("minutes", [0.5, 10.0, 600.0])
def test_an_article_is_as_long_as_was_asked(minutes: float) -> None:
    length = len(article(60 * minutes)) / SPEECH_RATE
    assert 60 * minutes <= length < 1.1 * 60 * minutes + 40


def test_paragraphs_have_so_many_sentences() -> None:
    said = paragraphs(20, 2)
    assert len(said) == 20
    assert {len(re.findall(r"[.?](?: |$)", paragraph)) for paragraph in said} == {2}
    assert paragraphs(21, 2)[:20] == said
