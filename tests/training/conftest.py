"""What several tests of the recipe need: the teacher, and a voice that the whole chain made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from voices.training.recipe import FULL, SMOKE
from voices.training.stages import Workshop
from voices.training.teacher import Teacher

ROOT = Path(__file__).resolve().parents[2]
SMOKING = [sys.executable, "-m", "voices.training", "--preset", "smoke"]


@pytest.fixture(scope="session")
def teacher() -> Teacher:
    return Teacher(FULL.sound)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The smoke preset, from the text to the finished voice, by the command."""
    work = tmp_path_factory.mktemp("work")
    subprocess.run([*SMOKING, "--work", str(work)], cwd=ROOT, check=True, capture_output=True, timeout=280)
    return Workshop(SMOKE, work, work / "smoke" / "voices")
