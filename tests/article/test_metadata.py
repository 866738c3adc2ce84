"""``metadata.toml``: the head of a page and what is read from it. A new case is a few lines of data."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from podcast.article.dates import read_date
from podcast.article.jsonld import read_things
from podcast.article.metadata import Metadata, read_metadata
from podcast.article.site import people, without_site

FILE = Path(__file__).resolve().parent.parent / "data" / "article" / "metadata.toml"
CASES: dict[str, dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
URL = "https://gazette.test/x"


@pytest.mark.parametrize("name", CASES)
def test_head(name: str) -> None:
    case = dict(CASES[name])
    tree = html.document_fromstring(f"<html><head></head><body>{case.pop('html')}</body></html>")
    wanted = asdict(Metadata(url=URL)) | case
    wanted["published"] = wanted["published"] and datetime.fromisoformat(wanted["published"])
    found = asdict(read_metadata(tree, URL))
    assert {key: list(v) if isinstance(v, tuple) else v for key, v in found.items()} == {
        key: list(v) if isinstance(v, tuple) else v for key, v in wanted.items()
    }


TITLES = [
    ("Le pont rouvre - La Gazette", "La Gazette", "Le pont rouvre"),
    ("Le pont rouvre | Société | La Gazette", "La Gazette", "Le pont rouvre"),
    ("La Gazette : le pont rouvre", "La Gazette", "le pont rouvre"),
    ("La Gazette | Le pont rouvre lundi", "La Gazette", "Le pont rouvre lundi"),
    ("Le pont rouvre - Gazette.fr", "La Gazette", "Le pont rouvre"),
    ("Le pont rouvre – et le bac ferme", "", "Le pont rouvre – et le bac ferme"),
    ("Grand-Pont", "La Gazette", "Grand-Pont"),
]


@pytest.mark.parametrize(("printed", "site", "title"), TITLES)
def test_the_site_is_taken_off_the_title(printed: str, site: str, title: str) -> None:
    assert without_site(printed, site) == title
    assert without_site(title, site) == title


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_title_loses_at_most_its_ends(title: str, site: str) -> None:
    assert without_site(title, site) in title


@given(st.lists(st.text(max_size=60), max_size=5), st.text(max_size=20))
def test_people_are_among_the_names(names: list[str], site: str) -> None:
    for person in people(names, site):
        assert person.casefold() in " ".join(names).casefold() or person.isupper()


@given(st.lists(st.text(max_size=400), max_size=4))
def test_any_script_is_read(scripts: list[str]) -> None:
    assert isinstance(read_things(scripts), list)


@given(st.text(max_size=80))
def test_any_date_is_aware_or_none(text: str) -> None:
    moment = read_date(text)
    assert moment is None or moment[0].utcoffset() is not None
