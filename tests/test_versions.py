"""What is installed, as the standard library tells it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from podcast import versions
from podcast.episode.stored import MADE_BY
from podcast.render.cache import ENGINES


def told(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


@pytest.mark.parametrize(
    "package", sorted({*MADE_BY, *ENGINES.values(), "numpy", "Typer", "piper_tts", "no-such-package"})
)
def test_a_version_is_what_the_standard_library_tells(package: str) -> None:
    assert versions.version(package) == told(package)


def test_the_first_on_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name in (("a", "Une_voix-2.0.dist-info"), ("b", "une.voix-1.0.dist-info")):
        (tmp_path / place / name).mkdir(parents=True)
    monkeypatch.setattr("sys.path", [str(tmp_path / "nowhere"), str(tmp_path / "a"), str(tmp_path / "b")])
    versions._installed.cache_clear()
    try:
        assert versions.version("une-voix") == "2.0"
    finally:
        versions._installed.cache_clear()
