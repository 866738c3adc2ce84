"""Where voices are found."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

import pytest

from podcast.errors import ConfigError, VoiceError
from podcast.speech import find_voice, installed_voices, open_engine
from podcast.types import Voice
from tests.speech.conftest import BUNDLED

DESCRIPTION = """
engine = "piper"
model = "tts/model"
sample_rate = {rate}
licence = "CC0"
attribution = "Essai"
"""


def make(root: Path, key: str, rate: int = 16000) -> Path:
    folder = root / key
    folder.mkdir(parents=True)
    (folder / "voice.toml").write_text(DESCRIPTION.format(rate=rate), encoding="utf-8")
    return folder


def test_the_bundled_voice_is_there_whole_and_says_whose_it_is(bundled: Voice) -> None:
    folder = Path(bundled.model).parent
    described = tomllib.loads((folder / "voice.toml").read_text(encoding="utf-8"))
    assert {file["name"] for file in described["files"]} == {f"{BUNDLED}.onnx", f"{BUNDLED}.onnx.json"}
    for file in described["files"]:
        data = (folder / file["name"]).read_bytes()
        assert len(data) == file["size"]
        assert hashlib.sha256(data).hexdigest() == file["sha256"]
    assert bundled.licence
    assert "espeak-ng" in bundled.attribution
    assert bundled.speaks_ipa
    assert (folder / "MODEL_CARD.md").is_file()


def test_a_path_is_a_voice_of_its_own(tmp_path: Path) -> None:
    assert find_voice(str(make(tmp_path, "own"))).key == "own"


def test_the_environment_comes_before_the_users_folders_and_these_before_the_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users, first, second = tmp_path / "users", tmp_path / "first", tmp_path / "second"
    make(users, BUNDLED, rate=1)
    make(second, BUNDLED, rate=2)
    assert find_voice(BUNDLED).sample_rate == 22050
    assert find_voice(BUNDLED, folders=[users]).sample_rate == 1
    monkeypatch.setenv("PODCAST_VOICES", f"{first}{os.pathsep}{second}")
    assert find_voice(BUNDLED, folders=[users]).sample_rate == 2
    make(first, BUNDLED, rate=3)
    assert find_voice(BUNDLED, folders=[users]).sample_rate == 3


def test_an_unknown_voice_is_told_from_those_there_are(tmp_path: Path) -> None:
    make(tmp_path, "anne")
    with pytest.raises(VoiceError, match="did you mean fr_FR-gazette-draft"):
        find_voice("fr_FR-gazete-draft", folders=[tmp_path])
    with pytest.raises(VoiceError, match="anne, fr_FR-gazette-draft"):
        find_voice("zzz", folders=[tmp_path])


@pytest.mark.parametrize("key", ["", ".", "..", "/", "~", "../..", "a/b", "\0", "x" * 5000])
def test_odd_keys_are_not_voices(key: str) -> None:
    with pytest.raises(VoiceError):
        find_voice(key)


def test_one_bad_voice_hides_no_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make(tmp_path, "anne")
    bad = make(tmp_path, "bad") / "voice.toml"
    bad.write_text("engine =", encoding="utf-8")
    (tmp_path / "not a voice").mkdir()
    (tmp_path / "a file").touch()
    assert [voice.key for voice in installed_voices(folders=[tmp_path])] == ["anne", BUNDLED]
    assert str(bad) in caplog.text
    with pytest.raises(ConfigError):
        find_voice("bad", folders=[tmp_path])


def test_an_engine_that_is_not_there_is_a_voice_error() -> None:
    with pytest.raises(VoiceError, match="coqui"):
        open_engine(Voice("x", "coqui", "m", "0", 22050))
