"""The voices that the contract is tested on: the bundled one, tiny random ones, and one of a server."""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def random(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return random_voice(tmp_path_factory.mktemp("random"))


@pytest.fixture(scope="session")
def pocket(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return tiny_pocket(tmp_path_factory.mktemp("pocket"))


@pytest.fixture(scope="session")
def vits(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return tiny_vits(tmp_path_factory.mktemp("vits"))


@pytest.fixture(scope="session")
def xtts(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return tiny_xtts(tmp_path_factory.mktemp("xtts"))


@pytest.fixture(scope="session")
def served() -> Iterator[Voice]:
    """A voice of a server on this machine."""
    with serving() as server:
        yield server.voice()


@pytest.fixture(
    scope="session", params=["bundled", "random", "tiny-pocket", "tiny-vits", "tiny-xtts", "served"]
)
def voice(request: pytest.FixtureRequest) -> Voice:
    """Each voice of each engine."""
    return cast("Voice", request.getfixturevalue(request.param.removeprefix("tiny-")))


@pytest.fixture(scope="session", params=["bundled", "random"])
def phonemic_voice(request: pytest.FixtureRequest) -> Voice:
    """Each voice that takes IPA and times its words."""
    return cast("Voice", request.getfixturevalue(request.param))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a voice of the test's own."""
    path = tmp_path / "own"
    path.mkdir()
    return path
