"""``podcast.toml``: how a show wants its articles fetched, read and heard.

    voice = "fr_FR-gazette-draft"
    output = "output"
    format = "mp3"

    [show]
    title = "La Gazette à écouter"

    [fetch]
    allow = ["intranet.example.org"]     # may be fetched although it is not public
    own_site = true                      # robots.txt does not matter

    [lexicon]
    files = ["prononciation.tsv", "noms.pls"]
    [lexicon.words]
    "Ploërmel" = "Plo-ermel"             # written = "said"; IPA stands between / and /

    [pauses]
    heading = 0.9                        # seconds

    [sound]
    intro = "generique.wav"

Keys are strict: an unknown one is an error that names its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from podcast.errors import ConfigError

FILE_NAME = "podcast.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ShowSection(_Section):
    """The podcast that episodes belong to; see ``types.Show``."""

    title: str | None = None
    description: str | None = None
    link: str | None = None
    author: str | None = None
    image: str | None = None


class FetchSection(_Section):
    """What may be fetched; see ``article.fetch.FetchPolicy``."""

    allow: list[str] = []
    own_site: bool = False
    user_agent: str | None = None
    min_interval: float = 1.0
    ca_file: str | None = None


class LexiconSection(_Section):
    """How names are said; later entries win over earlier and built-in ones."""

    files: list[str] = []
    words: dict[str, str] = {}


class SoundSection(_Section):
    """Jingles and level; see ``episode.Sound``."""

    loudness: float = -16.0
    intro: str | None = None
    outro: str | None = None
    bed: str | None = None


class Config(_Section):
    """A whole ``podcast.toml``; paths in it are relative to its folder."""

    voice: str | None = None
    output: str = "output"
    format: Literal["mp3", "m4a", "opus"] = "mp3"
    jobs: int = Field(default=0, ge=0)
    show: ShowSection = ShowSection()
    fetch: FetchSection = FetchSection()
    lexicon: LexiconSection = LexiconSection()
    pauses: dict[str, float] = {}
    sound: SoundSection = SoundSection()
    folder: Path = Field(default=Path(), exclude=True)
    """Where the file is; not a key of it."""

    def path(self, written: str) -> Path:
        """A path of the file, from its folder."""
        return self.folder / Path(written).expanduser()


def read_config(path: Path) -> Config:
    """Read and check a ``podcast.toml``; raises ``ConfigError`` with the line of the first fault."""
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(path)) from error
    if "folder" in table:
        raise _unknown(path, text, ("folder",))
    try:
        return Config.model_validate({**table, "folder": path.parent})
    except ValidationError as error:
        fault = error.errors()[0]
        where = tuple(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            raise _unknown(path, text, where) from error
        raise ConfigError(f"{'.'.join(where)}: {fault['msg']}", where=_place(path, text, where)) from error


def _unknown(path: Path, text: str, key: Sequence[str]) -> ConfigError:
    section: type[BaseModel] = Config
    for part in key[:-1]:
        section = type(section.model_fields[part].default)
    known = ", ".join(name for name in section.model_fields if name != "folder")
    return ConfigError(
        f"{'.'.join(key)} is not a known key", where=_place(path, text, key), remedy=f"one of {known}"
    )


def _place(path: Path, text: str, key: Sequence[str]) -> str:
    """``file:line`` of a key, which TOML parsers do not tell: found by its table and its name."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            table = tuple(header[1].split("."))
            if table == tuple(key):
                return f"{path}:{number}"
        name = line.split("=")[0].strip().strip("\"'")
        if (*table, name) == tuple(key)[: len(table) + 1] and name:
            return f"{path}:{number}"
    return str(path)
