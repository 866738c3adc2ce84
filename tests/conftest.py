"""Fixtures that several rooms share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared_articles() -> Path:
    """Real French pages, kept outside the project: their text is other people's."""
    folder = SHARED / "articles"
    if not folder.is_dir():
        pytest.skip("the shared articles are not on this machine")
    return folder


def tool(name: str) -> str:
    """The path of a Debian instrument; skips by name, except in CI, where it must be there."""
    found = shutil.which(name)
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed, and CI skips nothing")
    pytest.skip(f"{name} is not installed (make test installs it when it runs as root with apt)")


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    return tool("ffmpeg")


@pytest.fixture(scope="session")
def ffprobe() -> str:
    return tool("ffprobe")


@pytest.fixture(scope="session")
def chromium() -> str:
    return tool("chromium")
