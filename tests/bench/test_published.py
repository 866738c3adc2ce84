"""The pages have a mark for every table, and are filled without touching the rest."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from benchmarks.published import DOCS, MARKS, RAW, content, fill
from podcast.bench.plots import PICTURES
from podcast.bench.results import Run, load_results
from podcast.bench.sections import SECTIONS
from podcast.bench.table import about

PAGES = (DOCS / "performance.md", DOCS / "voices.md")


def test_every_table_has_its_place() -> None:
    marks = [[mark[2] for mark in MARKS.finditer(page.read_text(encoding="utf-8"))] for page in PAGES]
    assert [found[0] for found in marks] == ["about", "about"]
    assert {*chain(*marks)} == {"about", *SECTIONS}
    pictures = [
        re.findall(r"\(performance/([a-z-]+)\.png\)", page.read_text(encoding="utf-8")) for page in PAGES
    ]
    assert {*chain(*pictures)} == PICTURES.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_filled_again_and_again(page: Path, tmp_path: Path) -> None:
    before = page.read_text(encoding="utf-8")
    copy = tmp_path / page.name
    copy.write_text(before, encoding="utf-8")
    results = load_results(RAW / "results.json")
    results.runs.append(Run("rendering", "anne", "podcast", {"wall": 1.0, "cpu": 1.0, "audio": 2.0}))
    fill(copy, results)
    once = copy.read_text(encoding="utf-8")
    fill(copy, results)
    assert copy.read_text(encoding="utf-8") == once
    assert MARKS.sub("", once) == MARKS.sub("", before)
    assert about(results) in once


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_say_what_the_raw_figures_say(page: Path) -> None:
    results = load_results(RAW / "results.json")
    text = page.read_text(encoding="utf-8")
    for mark in MARKS.finditer(text):
        assert mark[0] == f"{mark[1]}{content(mark[2], results)}\n{mark[3]}"
