"""A voice is a folder with a ``voice.toml``; the name of the folder is the key of the voice.

    engine = "piper"                  # the software
    model = "gazette.onnx"            # a file of the folder, or the engine's own model id
    sample_rate = 22050               # hertz
    licence = "Apache-2.0"
    attribution = "…"                 # shown to listeners
    language = "fr-FR"
    style = "…"                       # how it sounds, in a few words
    speaker = "…"                     # of a model that has several
    speaks_ipa = true                 # takes [[…]] phonemes
    loudness = -20.0                  # LUFS of the bare voice, measured once

    [[files]]                         # what the folder must hold; needed for a voice to be installed
    name = "gazette.onnx"
    size = 6623881                    # bytes
    sha256 = "…"

    [settings]                        # the engine's own
    length_scale = 1.0

A SHA-256 given here is trusted: it names the model in the keys of the clip
cache. A local model without one is hashed.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, get_args

from podcast.errors import ConfigError, VoiceError
from podcast.types import EngineName, Voice

FILE_NAME = "voice.toml"

FIELDS: dict[str, tuple[type, ...]] = {
    "engine": (str,),
    "model": (str,),
    "sample_rate": (int,),
    "licence": (str,),
    "attribution": (str,),
    "language": (str,),
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


def read_voice(folder: Path) -> Voice:
    """The voice that a folder describes.

    Raises ``VoiceError`` when the folder or one of its files is missing, and
    ``ConfigError``, naming file and key, when the description is wrong.
    """
    path = folder / FILE_NAME
    table = _parse(path)
    _check(table, FIELDS, REQUIRED, where=str(path))
    _check_values(table, where=str(path))
    _check_presence(folder, table.get("files", []))
    loudness = table.get("loudness")
    model = folder.absolute() / table["model"]
    return Voice(
        key=folder.absolute().name,
        engine=table["engine"],
        model=str(model) if model.is_file() else table["model"],
        model_hash=_model_hash(table, model),
        sample_rate=table["sample_rate"],
        language=table.get("language", "fr-FR"),
        speaker=table.get("speaker", ""),
        licence=table["licence"],
        attribution=table["attribution"],
        style=table.get("style", ""),
        loudness=None if loudness is None else float(loudness),
        speaks_ipa=table.get("speaks_ipa", False),
        settings=table.get("settings", {}),
    )


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VoiceError(f"no voice can be read here: {error.strerror}", where=str(path)) from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise ConfigError(str(error), where=str(path), remedy="correct the file") from error


def _check(
    table: Mapping[str, object],
    fields: Mapping[str, tuple[type, ...]],
    required: Collection[str],
    *,
    where: str,
) -> None:
    for name, value in table.items():
        if name not in fields:
            raise ConfigError(
                f"{name!r} is not a known key", where=where, remedy=f"known are {', '.join(fields)}"
            )
        if type(value) not in fields[name]:
            raise ConfigError(
                f"{name} = {value!r} has the wrong type",
                where=where,
                remedy=f"use {fields[name][0].__name__}",
            )
    for name in required:
        if name not in table:
            raise ConfigError(f"{name!r} is missing", where=where, remedy="add it")


def _check_values(table: Mapping[str, Any], *, where: str) -> None:
    engines = get_args(EngineName)
    if table["engine"] not in engines:
        raise ConfigError(f"no engine is called {table['engine']!r}", where=where, remedy=", ".join(engines))
    if table["sample_rate"] <= 0:
        raise ConfigError("sample_rate must be above 0", where=where, remedy="give it in hertz")
    for entry in table.get("files", []):
        if not isinstance(entry, dict):
            raise ConfigError("files must be tables", where=where, remedy="write [[files]]")
        _check(entry, FILE_FIELDS, FILE_FIELDS, where=f"{where}, [[files]]")
        if Path(entry["name"]).name != entry["name"]:
            raise ConfigError(f"{entry['name']!r} is not in the voice's own folder", where=where)
        if not re.fullmatch("[0-9a-f]{64}", entry["sha256"]):
            raise ConfigError(f"the sha256 of {entry['name']} is not 64 hexadecimal digits", where=where)
    for name, value in table.get("settings", {}).items():
        if type(value) not in SETTING:
            raise ConfigError(f"the setting {name} is not a number, a text or a boolean", where=where)


def _check_presence(folder: Path, files: list[dict[str, Any]]) -> None:
    for entry in files:
        if not (folder / entry["name"]).is_file():
            raise VoiceError(
                "a file of the voice is missing",
                where=str(folder / entry["name"]),
                remedy="install the voice",
            )


def _model_hash(table: Mapping[str, Any], model: Path) -> str:
    """SHA-256 of what makes the sound: the files' own hashes, else the model file, else the model's id."""
    files = table.get("files", [])
    if table["model"] in (entry["name"] for entry in files):
        lines = sorted(f"{entry['sha256']}  {entry['name']}\n" for entry in files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    if model.is_file():
        with model.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    return hashlib.sha256(table["model"].encode()).hexdigest()
