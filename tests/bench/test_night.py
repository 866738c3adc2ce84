"""A newsroom's nights: the articles that are made, and what is made of them again."""

from __future__ import annotations

from pathlib import Path

from podcast.bench import night
from podcast.bench.again import CHANGES, EDITED, FIRST, PARAGRAPHS, SAME
from podcast.bench.plan import Plan
from podcast.bench.results import Run
from podcast.settings import DEFAULT_VOICE

PLAN = Plan.quick((DEFAULT_VOICE,), lambda _line: None)


def paragraphs(article: str) -> list[str]:
    return article.split("\n\n")[1:]


def test_an_edition_changes_one_paragraph_of_each_article() -> None:
    before, after = (night.articles(3, 2, edited=edited) for edited in (False, True))
    assert len(before) == len(after) == 3
    for old, new in zip(before, after, strict=True):
        pairs = zip(paragraphs(old), paragraphs(new), strict=True)
        assert [one != other for one, other in pairs] == [n + 1 == CHANGES[EDITED] for n in range(PARAGRAPHS)]


def test_no_article_says_what_another_says() -> None:
    said = [text for edited in (False, True) for text in night.articles(3, 1, edited=edited)]
    sentences = {paragraph for text in said for paragraph in paragraphs(text)}
    assert len(sentences) == 3 * (PARAGRAPHS + 1)


def test_the_show_is_made_once_and_then_what_changed() -> None:
    runs = {run.who: run for run in night.measure(PLAN) if isinstance(run, Run)}
    assert list(runs) == [FIRST, SAME, EDITED]
    assert {run.at for run in runs.values()} == {2}
    first, same, edited = (run.figures for run in runs.values())
    assert first["audio"] > 60
    assert same["audio"] == first["audio"]
    assert 0.8 < edited["audio"] / first["audio"] < 1.2
    assert same["cpu"] < edited["cpu"] < first["cpu"]


def test_what_is_written_waits_for_nobody(tmp_path: Path) -> None:
    """A run waits for a file that was written a moment ago."""
    newsroom = night.Newsroom(tmp_path, DEFAULT_VOICE)
    newsroom.write(night.articles(1, 1, edited=False))
    (path,) = (tmp_path / "articles").iterdir()
    written = path.stat()
    newsroom.write(night.articles(1, 1, edited=True))
    assert written.st_mtime < path.stat().st_mtime < written.st_mtime + night.AGE
    assert written.st_ctime - written.st_mtime > night.AGE / 2
