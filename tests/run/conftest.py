"""Newsrooms to run in; sentences once spoken are spoken for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.run.newsroom import Newsroom, Site, running_site, text


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip cache that outlives a test."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(autouse=True)
def _own_cache(spoken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODCAST_CACHE", str(spoken))


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, spoken: Path) -> Newsroom:
    """Three articles on the air; not to be changed."""
    room = Newsroom(tmp_path_factory.mktemp("newsroom"))
    for number, title in enumerate(("Le phare rouvre", "Le marché déménage", "La dune avance")):
        room.write(f"{number}.txt", text(title))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODCAST_CACHE", str(spoken))
        room.run()
    return room


@pytest.fixture
def on_air(published: Newsroom, tmp_path: Path) -> Newsroom:
    """A copy of it to change."""
    folder = tmp_path / "copy"
    shutil.copytree(published.folder, folder)
    return Newsroom(folder)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running
