"""A voice is a folder with a ``voice.toml``; the name of the folder is the key of the voice.

    engine = "piper"                  # the software
    model = "gazette.onnx"            # a file or folder beside this one, or the engine's own model id
    sample_rate = 22050               # hertz
    licence = "Apache-2.0"
    attribution = "…"                 # shown to listeners
    language = "fr-FR"
    style = "…"                       # how it sounds, in a few words
    speaker = "…"                     # of a model that has several
    speaks_ipa = true                 # takes [[…]] phonemes
    streams = true                    # gives sound while it is still at work on the sentence
    loudness = -20.0                  # LUFS of the bare voice, measured once
    rtf = 0.05                        # seconds of a core for one of speech, measured once (docs/voices.md)
    source = "https://…"              # where its publisher describes it
    accept_license = true             # its licence must be accepted before it is installed

    [[files]]                         # what the folder must hold; needed for a voice to be installed
    name = "gazette.onnx"
    url = "https://…"                 # where `podcast voices install` finds it
    size = 6623881                    # bytes
    sha256 = "…"
    md5 = "…"                         # where the publisher gives no more than that
    pointer = "https://…"             # its Git LFS pointer, which says size and SHA-256
    unpack = "model"                  # of a zip: the folder that it is unpacked to

    [settings]                        # the engine's own
    length_scale = 1.0

Of a file, ``name`` alone is required. A SHA-256 given here is trusted: it
names the model in the keys of the clip cache. Where there is none, that which
the installer wrote into ``SHA256SUMS`` counts; a local model without either is
hashed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from podcast.errors import ConfigError, VoiceError
from podcast.speech.digest import model_hash
from podcast.types import EngineName, Voice

FILE_NAME = "voice.toml"
ACCEPTED = "LICENCE-ACCEPTED"
"""Beside the description once the licence has been accepted."""

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
    "streams": (bool,),
    "loudness": (float, int),
    "rtf": (float, int),
    "source": (str,),
    "accept_license": (bool,),
    "files": (list,),
    "settings": (dict,),
}
REQUIRED = ("engine", "model", "sample_rate", "licence", "attribution")
FILE_FIELDS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "url": (str,),
    "size": (int,),
    "sha256": (str,),
    "md5": (str,),
    "pointer": (str,),
    "unpack": (str,),
}
SETTING = (str, int, float, bool)
DIGITS = {"sha256": 64, "md5": 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFile:
    """A file that a voice is made of, as its publisher offers it."""

    name: str
    url: str = ""
    size: int | None = None
    """Bytes; None when the publisher is the first to say."""
    sha256: str = ""
    md5: str = ""
    pointer: str = ""
    """URL of its Git LFS pointer."""
    unpack: str = ""
    """The folder that a zip is unpacked to; the zip itself is not kept."""

    @property
    def kept_as(self) -> str:
        """The file, or the folder, that stays in the voice's own folder."""
        return self.unpack or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A whole ``voice.toml``, of a voice that need not be installed."""

    folder: Path
    """Absolute; its name is the key."""
    engine: EngineName
    model: str
    sample_rate: int
    licence: str
    attribution: str
    language: str = "fr-FR"
    style: str = ""
    speaker: str = ""
    speaks_ipa: bool = False
    streams: bool = False
    loudness: float | None = None
    rtf: float | None = None
    source: str = ""
    accept_license: bool = False
    files: tuple[VoiceFile, ...] = ()
    settings: dict[str, str | int | float | bool] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name of the voice."""
        return self.folder.name

    @property
    def installed(self) -> bool:
        """True when nothing is missing: the files are there and the licence is accepted."""
        return not self.missing() and self._accepted()

    @property
    def size(self) -> int | None:
        """Bytes of all its files to fetch; None when a size is not known beforehand."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    def missing(self) -> list[Path]:
        """What the folder should hold and does not."""
        paths = (self.folder / file.kept_as for file in self.files)
        return [path for path in paths if not path.exists()]

    def voice(self) -> Voice:
        """The voice, ready to be opened; raises ``VoiceError`` when it is not installed."""
        remedy = f"podcast voices install {self.key}" + " --accept-license" * self.accept_license
        for path in self.missing():
            raise VoiceError("a file of the voice is missing", where=str(path), remedy=remedy)
        if not self._accepted():
            raise VoiceError(f"its licence, {self.licence}, is not accepted", where=self.key, remedy=remedy)
        model = self.folder / self.model
        hashes = {file.kept_as: "" if file.unpack else file.sha256 for file in self.files}
        return Voice(
            key=self.key,
            engine=self.engine,
            model=str(model) if model.exists() else self.model,
            model_hash=model_hash(self.folder, self.model, hashes),
            sample_rate=self.sample_rate,
            language=self.language,
            speaker=self.speaker,
            licence=self.licence,
            attribution=self.attribution,
            style=self.style,
            loudness=self.loudness,
            speaks_ipa=self.speaks_ipa,
            streams=self.streams,
            settings=self.settings,
        )

    def _accepted(self) -> bool:
        return not self.accept_license or (self.folder / ACCEPTED).is_file()


def read_voice(folder: Path) -> Voice:
    """The voice that a folder describes.

    Raises ``VoiceError`` when the folder or one of its files is missing or its
    licence is not accepted, and ``ConfigError`` as ``read_description`` does.
    """
    return read_description(folder).voice()


def read_description(folder: Path) -> Description:
    """The description in a folder, whatever else is there.

    Raises ``VoiceError`` when there is none, and ``ConfigError``, naming file
    and key, when it is wrong.
    """
    path = folder / FILE_NAME
    table = _parse(path)
    _check(table, FIELDS, REQUIRED, where=str(path))
    _check_values(table, where=str(path))
    files = tuple(VoiceFile(**entry) for entry in table.pop("files", []))
    for name in ("loudness", "rtf"):
        if name in table:
            table[name] = float(table[name])
    return Description(folder=folder.absolute(), files=files, **table)


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
        _check(entry, FILE_FIELDS, ("name",), where=f"{where}, [[files]]")
        _check_file(entry, where=where)
    for name, value in table.get("settings", {}).items():
        if type(value) not in SETTING:
            raise ConfigError(f"the setting {name} is not a number, a text or a boolean", where=where)


def _check_file(entry: Mapping[str, Any], *, where: str) -> None:
    for name in (entry["name"], entry.get("unpack", entry["name"])):
        if Path(name).name != name or name in {FILE_NAME, ACCEPTED} or name.startswith("."):
            raise ConfigError(f"{name!r} is not a file name for the voice's own folder", where=where)
    for kind, count in DIGITS.items():
        if kind in entry and not re.fullmatch(f"[0-9a-f]{{{count}}}", entry[kind]):
            what = f"the {kind} of {entry['name']} is not {count} hexadecimal digits"
            raise ConfigError(what, where=where)
    for kind in ("url", "pointer"):
        if kind in entry and not entry[kind].startswith(("https://", "http://")):
            raise ConfigError(f"the {kind} of {entry['name']} is not an http(s) address", where=where)
    if entry.get("size", 0) < 0:
        raise ConfigError(f"the size of {entry['name']} is below 0", where=where, remedy="give it in bytes")
