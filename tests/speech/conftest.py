"""The voices that the contract is tested on: the bundled one, and a tiny random one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from podcast.speech import find_voice
from podcast.types import Voice
from tests.speech.speech_server import serving
from tests.speech.tiny_models import tiny_pocket, tiny_vits, tiny_xtts
from tests.speech.voices import random_voice

BUNDLED = "fr_FR-gazette-draft"


@pytest.fixture(scope="session")
def bundled() -> Voice:
    return find_voice(BUNDLED)


MADE: dict[str, Callable[[Path], Voice]] = {
    "random": random_voice,
    "tiny-pocket": tiny_pocket,
    "tiny-vits": tiny_vits,
    "tiny-xtts": tiny_xtts,
}
"""Voices that are made for the tests."""


def _voice(name: str, folders: pytest.TempPathFactory) -> Voice:
    return MADE[name](folders.mktemp("voice")) if name in MADE else find_voice(BUNDLED)


@pytest.fixture(scope="session")
def served() -> Iterator[Voice]:
    """A voice of a server on this machine."""
    with serving() as server:
        yield server.voice()


@pytest.fixture(scope="session", params=["bundled", *MADE, "served"])
def voice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Voice:
    """Each voice of each engine."""
    if request.param == "served":
        return cast("Voice", request.getfixturevalue("served"))
    return _voice(request.param, tmp_path_factory)


@pytest.fixture(scope="session", params=["bundled", "random"])
def phonemic_voice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Voice:
    """Each voice that takes IPA and times its words."""
    return _voice(request.param, tmp_path_factory)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a voice of the test's own."""
    path = tmp_path / "own"
    path.mkdir()
    return path
