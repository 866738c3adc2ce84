"""Voices on disk: a voice is a folder with a ``voice.toml``.

    engine = "piper"                  # the software
    model = "gazette.onnx"            # a file of the folder, or the engine's own model id
    sample_rate = 22050               # hertz
    language = "fr-FR"
    licence = "Apache-2.0"
    attribution = "…"                 # shown to listeners
    style = "…"                       # how it sounds, in a few words
    speaker = ""                      # of a model with several
    speaks_ipa = true                 # takes [[…]] phonemes
    loudness = -20.0                  # LUFS of the bare voice, measured once

    [[files]]                         # what the folder must hold
    name = "gazette.onnx"
    size = 6623881                    # bytes
    sha256 = "…"

    [settings]                        # the engine's own knobs
    length_scale = 1.0

The key of a voice is the name of its folder. The SHA-256 written here is
trusted: it names the model in cache keys and is checked at installation only.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from podcast.errors import ConfigError, VoiceError
from podcast.types import EngineName, Voice

logger = logging.getLogger(__name__)

DESCRIPTION = "voice.toml"
PACKAGE = Path(__file__).resolve().parent.parent
BUNDLED = (PACKAGE / "_voices", PACKAGE.parent / "voices")
"""Inside the wheel; beside the package in a source checkout."""

FIELDS: dict[str, tuple[type, ...]] = {
    "engine": (str,),
    "model": (str,),
    "sample_rate": (int,),
    "language": (str,),
    "licence": (str,),
    "attribution": (str,),
    "style": (str,),
    "speaker": (str,),
    "speaks_ipa": (bool,),
    "loudness": (float, int),
    "files": (list,),
    "settings": (dict,),
}
REQUIRED = ("engine", "model", "sample_rate", "licence", "attribution")
FILE_FIELDS: dict[str, tuple[type, ...]] = {"name": (str,), "size": (int,), "sha256": (str,)}
SETTING = (str, int, float, bool)


def find_voice(key: str, *, folders: Sequence[Path] = ()) -> Voice:
    """The voice of that key, ready to be opened.

    ``key`` is the name of a voice, or the path of a voice's own folder. Voices
    are looked for in ``PODCAST_VOICES`` (a path list), then in ``folders``, then
    among those bundled with the program; the first found wins.

    Raises ``VoiceError`` when there is none or its model is missing, and
    ``ConfigError`` when its description is wrong.
    """
    if os.sep in key or (os.altsep and os.altsep in key):
        return read_voice(Path(key).expanduser())
    for folder in _voice_folders(folders):
        if folder.name == key:
            return read_voice(folder)
    known = sorted({folder.name for folder in _voice_folders(folders)})
    near = get_close_matches(key, known, n=1)
    raise VoiceError(
        f"no voice is called {key!r}",
        remedy=f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}",
    )


def installed_voices(*, folders: Sequence[Path] = ()) -> tuple[Voice, ...]:
    """Every voice that can be opened, in the order of their keys.

    A folder with a wrong description is passed over with a warning: one bad
    voice hides no other.
    """
    voices: dict[str, Voice] = {}
    for folder in _voice_folders(folders):
        if folder.name in voices:
            continue
        try:
            voices[folder.name] = read_voice(folder)
        except (ConfigError, VoiceError) as error:
            logger.warning("%s", error)
    return tuple(voices[key] for key in sorted(voices))


def read_voice(folder: Path) -> Voice:
    """The voice that a folder describes.

    Raises ``VoiceError`` when the folder or one of its files is missing, and
    ``ConfigError``, naming file and key, when the description is wrong.
    """
    path = folder / DESCRIPTION
    table = _table(path)
    _check(table, FIELDS, path)
    for name in REQUIRED:
        if name not in table:
            raise ConfigError("the key is missing", where=f"{path}, {name}", remedy="add it")
    if table["engine"] not in get_args(EngineName):
        raise ConfigError(
            f"{table['engine']!r} is not an engine",
            where=f"{path}, engine",
            remedy=f"one of {', '.join(get_args(EngineName))}",
        )
    files = table.get("files", [])
    for entry in files:
        _check_file(entry, path)
    _check_settings(table.get("settings", {}), path)
    return _voice(folder, table, files)


def _voice(folder: Path, table: dict[str, Any], files: list[dict[str, Any]]) -> Voice:
    for entry in files:
        if not (folder / entry["name"]).is_file():
            raise VoiceError(
                "a file of the voice is missing",
                where=str(folder / entry["name"]),
                remedy=f"podcast voices install {folder.name}",
            )
    loudness = table.get("loudness")
    model = folder / table["model"]
    return Voice(
        key=folder.resolve().name,
        engine=table["engine"],
        model=str(model) if model.exists() else table["model"],
        model_hash=_model_hash(folder, table["model"], files),
        sample_rate=table["sample_rate"],
        language=table.get("language", "fr-FR"),
        speaker=table.get("speaker", ""),
        licence=table["licence"],
        attribution=table["attribution"],
        style=table.get("style", ""),
        loudness=None if loudness is None else float(loudness),
        speaks_ipa=table.get("speaks_ipa", False),
        settings=dict(table.get("settings", {})),
    )


def _voice_folders(folders: Sequence[Path]) -> Iterator[Path]:
    from_environment = os.environ.get("PODCAST_VOICES", "")
    roots = (Path(root).expanduser() for root in from_environment.split(os.pathsep) if root)
    for root in (*roots, *folders, *BUNDLED):
        if root.is_dir():
            yield from (folder for folder in sorted(root.iterdir()) if (folder / DESCRIPTION).is_file())


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VoiceError("there is no voice here", where=str(path), remedy="podcast voices list") from error
    except OSError as error:
        raise VoiceError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(path)) from error


def _check(table: dict[str, Any], fields: dict[str, tuple[type, ...]], path: Path) -> None:
    for name, value in table.items():
        where = f"{path}, {name}"
        if name not in fields:
            raise ConfigError("is not a known key", where=where, remedy=f"one of {', '.join(fields)}")
        if type(value) not in fields[name]:
            raise ConfigError(f"must be {fields[name][0].__name__}, not {value!r}", where=where)


def _check_file(entry: object, path: Path) -> None:
    if not isinstance(entry, dict):
        raise ConfigError("must be tables", where=f"{path}, files", remedy="write [[files]]")
    _check(entry, FILE_FIELDS, path)
    for name in FILE_FIELDS:
        if name not in entry:
            raise ConfigError("the key is missing", where=f"{path}, files, {name}", remedy="add it")
    if Path(entry["name"]).name != entry["name"]:
        raise ConfigError("must be the name of a file in this folder", where=f"{path}, files, name")
    if not re.fullmatch("[0-9a-f]{64}", entry["sha256"]):
        raise ConfigError("must be 64 hexadecimal digits", where=f"{path}, files, sha256")


def _check_settings(settings: dict[str, object], path: Path) -> None:
    for name, value in settings.items():
        if type(value) not in SETTING:
            raise ConfigError("must be a number, a text or a boolean", where=f"{path}, settings, {name}")


def _model_hash(folder: Path, model: str, files: list[dict[str, Any]]) -> str:
    """SHA-256 of what makes the sound: the manifest, else the model file, else the model's id."""
    if files:
        lines = sorted(f"{entry['sha256']}  {entry['name']}\n" for entry in files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    if (folder / model).is_file():
        with (folder / model).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return hashlib.sha256(model.encode()).hexdigest()
