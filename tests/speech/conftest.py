"""The voices that the contract is tested on: the bundled one, and a tiny random one."""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast.speech import find_voice
from podcast.types import Voice
from tests.speech.voices import random_voice

BUNDLED = "fr_FR-gazette-draft"


@pytest.fixture(scope="session")
def bundled() -> Voice:
    return find_voice(BUNDLED)


@pytest.fixture(scope="session", params=["bundled", "random"])
def voice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return (
        find_voice(BUNDLED) if request.param == "bundled" else random_voice(tmp_path_factory.mktemp("voice"))
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a voice of the test's own."""
    path = tmp_path / "own"
    path.mkdir()
    return path
