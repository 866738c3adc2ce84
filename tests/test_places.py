"""Where things are kept for a user, and that all goes on where a user has no home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from podcast import speaking
from podcast.errors import ConfigError
from podcast.places import cache_folder, data_folder
from podcast.settings import DEFAULT_VOICE, Settings
from podcast.speech import catalogue, find_voice, kept

PLACES: list[tuple[Callable[[], Path], str, str]] = [
    (cache_folder, "XDG_CACHE_HOME", ".cache/podcast"),
    (data_folder, "XDG_DATA_HOME", ".local/share/podcast"),
]


@pytest.mark.parametrize(("folder", "variable", "otherwise"), PLACES)
def test_a_variable_moves_it_if_its_path_is_absolute(
    monkeypatch: pytest.MonkeyPatch, folder: Callable[[], Path], variable: str, otherwise: str
) -> None:
    monkeypatch.setenv("HOME", "/home/anne")
    monkeypatch.setenv(variable, "/large/disk")
    assert folder() == Path("/large/disk/podcast")
    for ignored in ("", "disk", "./disk", "~/disk"):
        monkeypatch.setenv(variable, ignored)
        assert folder() == Path("/home/anne", otherwise)
    monkeypatch.delenv(variable)
    assert folder() == Path("/home/anne", otherwise)


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a user whose number no list knows: a stand-in, since tests run as one who is known."""

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", home)
    for variable in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "PODCAST_CACHE", catalogue.ENVIRONMENT):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("homeless")
def test_without_a_home_nothing_is_kept_and_bundled_voices_speak() -> None:
    assert speaking.clip_cache(Settings()) is None
    voice = find_voice(DEFAULT_VOICE)
    assert kept._place(voice, "1", "") is None


@pytest.mark.usefixtures("homeless")
def test_without_a_home_there_is_no_place_to_install_a_voice() -> None:
    with pytest.raises(ConfigError, match="PODCAST_VOICES"):
        catalogue.store()
