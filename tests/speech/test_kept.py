"""A model that was kept as the runtime rewrote it says the same, to the bit, and is never needed."""

from __future__ import annotations

import fcntl
from pathlib import Path

import numpy as np
import pytest

from podcast.errors import VoiceError
from podcast.speech import kept, open_engine
from podcast.speech.piper import open_session
from podcast.types import Samples, Voice
from tests.speech.voices import random_voice

TEXT = "Le conseil se réunit à huis clos."


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "podcast" / "models"


@pytest.fixture(scope="module")
def direct(bundled: Voice) -> Samples:
    """What the model itself says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "LEAST", 10**12)
        return said(bundled)


def said(voice: Voice) -> Samples:
    engine = open_engine(voice)
    samples = np.concatenate([chunk.samples for chunk in engine.stream(TEXT)])
    engine.close()
    return samples


def test_what_is_kept_says_the_same_to_the_bit(bundled: Voice, models: Path, direct: Samples) -> None:
    assert np.array_equal(said(bundled), direct)
    (file,) = models.iterdir()
    made = file.stat()
    assert np.array_equal(said(bundled), direct)
    (file,) = models.iterdir()
    assert file.stat() == made, "it is made once"


def test_a_kept_model_is_what_is_opened(bundled: Voice, models: Path) -> None:
    said(bundled)
    opened: list[str] = []

    def watched(model: str, *, keep: str = "") -> object:
        opened.append(model)
        return open_session(model, keep=keep)

    (file,) = models.iterdir()
    kept.open_kept(bundled, file.stem.partition("-ort")[2], watched)
    assert opened == [str(file)]


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x08\x12\x07pytorch"])
def test_a_file_that_is_no_model_is_passed_over_and_goes(
    bundled: Voice, models: Path, direct: Samples, content: bytes
) -> None:
    said(bundled)
    (file,) = models.iterdir()
    file.write_bytes(content)
    assert np.array_equal(said(bundled), direct)
    assert not file.exists()


def test_no_place_to_keep_it_is_no_fault(bundled: Voice, models: Path, direct: Samples) -> None:
    models.parent.parent.mkdir()
    models.parent.write_text("a file where a folder should be")
    assert np.array_equal(said(bundled), direct)


def test_while_another_process_makes_it_the_model_itself_is_opened(
    bundled: Voice, models: Path, direct: Samples
) -> None:
    said(bundled)
    (file,) = models.iterdir()
    part = file.with_suffix(kept.PART)
    file.rename(part)
    with part.open("ab") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert np.array_equal(said(bundled), direct)
        assert [*models.iterdir()] == [part]
    said(bundled)
    assert [*models.iterdir()] == [file], "what a killed process left is taken up"


def test_what_another_version_kept_goes(bundled: Voice, models: Path) -> None:
    said(bundled)
    (file,) = models.iterdir()
    older = file.rename(file.with_name(file.name.replace("-ort", "-ort0.")))
    other = models / "of-another-voice.onnx"
    other.touch()
    said(bundled)
    assert not older.exists()
    assert {*models.iterdir()} == {file, other}


def test_a_small_model_is_not_kept(tmp_path: Path, models: Path) -> None:
    said(random_voice(tmp_path))
    assert not models.exists()


def test_nothing_stays_of_a_model_that_cannot_be_opened(folder: Path, models: Path) -> None:
    voice = random_voice(folder)
    Path(voice.model).write_bytes(bytes(kept.LEAST))
    with pytest.raises(VoiceError):
        open_engine(voice)
    assert not [*models.iterdir()]
