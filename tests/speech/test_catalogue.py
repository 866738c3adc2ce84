"""Where voices are found."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

import pytest

from podcast.errors import ConfigError, VoiceError
from podcast.speech import find_voice, installed_voices, open_engine
from podcast.speech.catalogue import BUNDLED as BUNDLED_FOLDERS
from podcast.speech.catalogue import find_description, known_voices, store
from podcast.speech.description import Description
from podcast.types import Voice
from tests.speech.conftest import BUNDLED

DESCRIPTION = """
engine = "piper"
model = "tts/model"
sample_rate = {rate}
licence = "CC0"
attribution = "Essai"
"""


@pytest.fixture(autouse=True)
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing that the user of this machine has installed."""
    monkeypatch.delenv("PODCAST_VOICES", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "podcast" / "voices"


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
    installed = [voice.key for voice in installed_voices(folders=[tmp_path])]
    assert [key for key in installed if key in ("anne", "bad", BUNDLED)] == ["anne", BUNDLED]
    assert str(bad) in caplog.text
    with pytest.raises(ConfigError):
        find_voice("bad", folders=[tmp_path])


def test_an_engine_that_is_not_there_is_a_voice_error() -> None:
    with pytest.raises(VoiceError, match="'espeak' is not in this version"):
        open_engine(Voice("x", "espeak", "m", "0", 22050))  # type: ignore[arg-type]


def test_voices_are_installed_where_they_are_found(
    users: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store() == users
    make(store(), "anne")
    assert find_voice("anne")
    monkeypatch.setenv("PODCAST_VOICES", f"{tmp_path / 'first'}{os.pathsep}{tmp_path / 'second'}")
    assert store() == tmp_path / "first"


def test_what_is_being_installed_is_not_a_voice_yet(users: Path) -> None:
    make(users, ".anne.part")
    assert all(known.key != ".anne.part" for known in known_voices())


def test_a_known_voice_without_its_model_says_how_to_install_it() -> None:
    with pytest.raises(VoiceError, match="podcast voices install fr_FR-siwis-medium"):
        find_voice("fr_FR-siwis-medium")
    with pytest.raises(VoiceError, match="podcast voices install xtts-v2 --accept-license"):
        find_voice("xtts-v2")


CATALOGUE = sorted(path.parent.name for path in BUNDLED_FOLDERS[1].glob("*/voice.toml"))


@pytest.fixture(params=CATALOGUE)
def entry(request: pytest.FixtureRequest) -> Description:
    return find_description(request.param)


def test_every_file_of_the_catalogue_can_be_fetched_and_checked(entry: Description) -> None:
    for file in entry.files:
        if entry.key == BUNDLED:
            continue
        assert file.url.startswith("https://")
        assert file.url.endswith(f"/{file.name}")
        pinned = file.sha256 and file.size
        revised = len(file.url.split("/resolve/")[-1].split("/")[0]) == 40
        assert (
            pinned or (file.pointer and revised) or file.unpack or (file.name.endswith(".json") and revised)
        )
        assert not file.pointer or file.pointer == file.url.replace("/resolve/", "/raw/")


def test_every_voice_of_the_catalogue_says_whose_it_is(entry: Description) -> None:
    assert entry.licence
    assert entry.attribution
    assert entry.style
    assert entry.language == "fr-FR"
    assert entry.source.startswith("https://") or entry.key == BUNDLED
    assert entry.accept_license == ("non-commercial" in entry.licence)
    assert {file.kept_as for file in entry.files} >= ({entry.model} if entry.files else set())


def test_the_catalogue_has_the_voices_that_were_promised() -> None:
    promised = [
        *("siwis-low", "siwis-medium", "upmc-medium", "tom-medium", "gilles-low", "mls-medium"),
        *("css10-vits", "mai-tacotron2", "pocket", "pocket-24l", "kokoro-siwis", "gazette-draft"),
    ]
    assert set(CATALOGUE) >= {f"fr_FR-{name}" for name in promised} | {"xtts-v2"}


DOCUMENT = Path(__file__).parents[2] / "docs" / "voices.md"


def test_the_document_says_the_same_of_every_voice(entry: Description) -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith(f"| `{entry.key}` | {entry.engine} |")]
    assert len(rows) == 1
    cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
    size = "" if not entry.files else f"{entry.size / 1e6:.1f} MB" if entry.size else "?"
    assert cells[1:4] == [entry.engine, entry.licence, size]
