"""The files of a Coqui model: found on disk, never fetched."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast.errors import VoiceError
from podcast.types import Voice

CHECKPOINTS = ("model.pth", "model_file.pth", "model_file.pth.tar", "checkpoint.pth", "best_model.pth")
"""What publishers call the weights (``TTS.utils.manage.ModelManager._find_files``, and the trainer)."""

INSTALL = "podcast voices install"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model, or a folder that its own code knows how to load, and its configuration."""

    model: Path
    config: Path

    @property
    def folder(self) -> Path:
        """Where all the files of the model are."""
        return self.config.parent


def find_files(name: str, *, beside: Path = Path()) -> ModelFiles:
    """The files of a model that is named by its file, its folder or its id.

    A relative path counts from ``beside``. An id is looked up where Coqui's
    own program keeps what it has downloaded.

    Raises ``VoiceError`` when the model is not on this machine.
    """
    path = beside / name
    stored = _store() / name.replace("/", "--")
    if path.is_file():
        return _whole(path, path.parent, name)
    for folder in (path, stored):
        if folder.is_dir():
            return _whole(_checkpoint(folder), folder, name)
    raise VoiceError("the model is not installed", where=name, remedy=INSTALL)


@contextmanager
def local_config(files: ModelFiles) -> Iterator[Path]:
    """The configuration with the paths of this machine.

    Published ones name files where the model was trained: each that lies
    beside the model under that name is meant.
    """
    config = _localised(json.loads(files.config.read_text(encoding="utf-8")), files.folder)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.json")
        path.write_text(json.dumps(config), encoding="utf-8")
        yield path


def voice_files(voice: Voice) -> tuple[ModelFiles, ModelFiles | None]:
    """The model of a voice, and its vocoder where the settings name one."""
    files = find_files(voice.model)
    vocoder = str(voice.settings.get("vocoder", ""))
    return files, find_files(vocoder, beside=_folder(voice)) if vocoder else None


def recording(voice: Voice) -> str:
    """The recording that the settings of a voice name to speak like; empty when they name none."""
    name = str(voice.settings.get("speaker_wav", ""))
    path = _folder(voice) / name
    if name and not path.is_file():
        raise VoiceError("there is no such recording", where=str(path), remedy="correct speaker_wav")
    return str(path) if name else ""


def _folder(voice: Voice) -> Path:
    """From where the relative paths in the settings of a voice count."""
    path = Path(voice.model)
    return path.parent if path.is_file() else path


def _whole(model: Path, folder: Path, name: str) -> ModelFiles:
    """With the configuration: beside the model, else the outermost in the folder."""
    configs = sorted(
        folder.rglob("config.json"), key=lambda path: (path.parent != model.parent, len(path.parts))
    )
    if not configs:
        raise VoiceError("the model has no config.json", where=name, remedy=INSTALL)
    return ModelFiles(model, configs[0])


def _checkpoint(folder: Path) -> Path:
    """The weights in a folder or just below; a model of several files is its folder."""
    for name in CHECKPOINTS:
        for path in sorted(folder.rglob(name)):
            return path
    alone = [path for path in folder.rglob("*.pth*") if path.is_file()]
    return alone[0] if len(alone) == 1 else folder


def _localised(value: Any, folder: Path) -> Any:
    if isinstance(value, dict):
        return {key: _localised(item, folder) for key, item in value.items()}
    if isinstance(value, list):
        return [_localised(item, folder) for item in value]
    if isinstance(value, str) and Path(value).suffix and (folder / Path(value).name).is_file():
        return str(folder / Path(value).name)
    return value


def _store() -> Path:
    """Where ``trainer.io.get_user_data_dir`` puts models, on systems other than Windows and macOS."""
    home = os.environ.get("TTS_HOME") or os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser() / "tts"
