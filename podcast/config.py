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

    [voices]                             # beside `voice`, the narrator
    quotes = "fr_FR-tom-medium"          # and title, standfirst, headings, notice
    [voices.sections]
    "Sport" = "fr_FR-gilles-low"         # other narrators; [voices.authors] likewise

    [sound]
    intro = "generique.wav"

    [episode]
    picture = true                       # the article's own is the cover

    [[sources]]                          # where `podcast run` finds articles
    feed = "https://gazette.example.org/rss.xml"

    [storage]
    target = "public"                    # a folder, or s3://, gs://, az://
    url = "https://podcast.example.org/" # where listeners find it

``podcast init`` writes one with every section. Keys are strict: an unknown
one is an error that names its line. ``PODCAST_STORAGE_<NAME>``, in the
environment or in a file ``podcast.env`` beside this one, stands for the key
``<name>`` of ``[storage]``, or else for one of ``[storage.options]``: no
secret needs to be in ``podcast.toml``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from podcast.errors import ConfigError

FILE_NAME = "podcast.toml"
ENVIRONMENT_FILE = "podcast.env"
STORAGE_VARIABLES = "PODCAST_STORAGE_"

_MESSAGES = {"value_error": "Value error, "}
"""What pydantic puts before a message of ours."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ShowSection(_Section):
    """The podcast that episodes belong to; see ``types.Show``."""

    title: str | None = None
    description: str | None = None
    link: str | None = None
    language: str | None = None
    author: str | None = None
    email: str | None = None
    image: str | None = None
    category: str | None = None
    explicit: bool | None = None
    guid: str | None = None


class FetchSection(_Section):
    """What may be fetched; see ``article.fetch.FetchPolicy``."""

    allow: list[str] = []
    own_site: bool = False
    user_agent: str | None = None
    min_interval: float | None = Field(default=None, ge=0)
    """Seconds between two pages of a host; by default 1, and 0 on one's own site."""
    ca_file: str | None = None


class LexiconSection(_Section):
    """How names are said; later entries win over earlier and built-in ones."""

    files: list[str] = []
    words: dict[str, str] = {}


class VoicesSection(_Section):
    """Who reads what; see ``casting.Cast``."""

    narrator: str | None = None
    """The same as ``voice``."""
    title: str | None = None
    standfirst: str | None = None
    headings: str | None = None
    quotes: str | None = None
    """Blocks that are quotations."""
    notice: str | None = None
    sections: dict[str, str] = {}
    authors: dict[str, str] = {}


class SoundSection(_Section):
    """Jingles and level; see ``episode.Sound``."""

    loudness: float = -16.0
    intro: str | None = None
    outro: str | None = None
    bed: str | None = None


class EpisodeSection(_Section):
    """What an episode is made of beside its sound."""

    picture: bool = False
    """The article's own picture is the cover, where it has one; else the cover is drawn."""


class SourceSection(_Section):
    """Where articles are named; exactly one of its keys."""

    feed: str | None = None
    """URL of an RSS or Atom feed or of a sitemap."""
    folder: str | None = None
    """Path of a folder of .txt, .html, .md and .json files."""
    list: str | None = None
    """Path of a file with one URL a line."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("give one of feed, folder, list; another [[sources]] for each further one")
        return self


class StorageSection(_Section):
    """Where the show is kept and published."""

    library: str = "library"
    """Folder of the library and of the episodes' files."""
    target: str = "public"
    """What is published goes here: a folder, or s3://, gs://, az://."""
    url: str = ""
    """The same place as listeners reach it; the feed's address starts with it."""
    feed: str = "feed.xml"
    """Name of the feed's file."""
    websub: str | None = None
    """A WebSub hub to tell of news."""
    options: dict[str, str] = {}
    """For the client of the target: keys, region, endpoint."""

    @field_validator("feed")
    @classmethod
    def _is_file_name(cls, feed: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(xml|rss)", feed):
            raise ValueError("give a plain file name that ends in .xml or .rss")
        return feed


class LimitsSection(_Section):
    """How much one run may do; 0 is without limit."""

    episodes: int = Field(default=200, ge=0)
    """Made in one run, the newest articles first."""
    minutes: float = Field(default=0, ge=0)
    """After which no further episode is begun."""
    days: float = Field(default=0, ge=0)
    """Age of an article, as its source dates it, beyond which it is not taken up."""


class RetentionSection(_Section):
    """How long episodes stay; 0 is for ever."""

    episodes: int = Field(default=0, ge=0)
    """Kept in the feed, the newest ones."""
    days: float = Field(default=0, ge=0)
    """After which an episode leaves the feed."""
    grace_days: float = Field(default=7, ge=0)
    """Days for which files that left the feed can still be fetched."""


class ScheduleSection(_Section):
    """When the machine runs ``podcast run``: at these hours, or every so many minutes."""

    at: list[str] = ["05:30"]
    every: int | None = Field(default=None, ge=1, le=720)

    @field_validator("at")
    @classmethod
    def _are_hours(cls, at: list[str]) -> list[str]:
        wrong = [moment for moment in at if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", moment)]
        if wrong or not at:
            raise ValueError(f"{wrong[0] if wrong else 'nothing'} is not an hour such as 05:30")
        return at

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.every is not None and 60 % self.every and (self.every % 60 or 24 % (self.every // 60)):
            raise ValueError("every: a number of minutes that divides the hour, or of hours the day")
        return self


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
    voices: VoicesSection = VoicesSection()
    sound: SoundSection = SoundSection()
    episode: EpisodeSection = EpisodeSection()
    sources: list[SourceSection] = []
    storage: StorageSection = StorageSection()
    limits: LimitsSection = LimitsSection()
    retention: RetentionSection = RetentionSection()
    schedule: ScheduleSection = ScheduleSection()
    folder: Path = Field(default=Path(), exclude=True)
    """Where the file is; not a key of it."""

    def path(self, written: str) -> Path:
        """A path of the file, from its folder."""
        return self.folder / Path(written).expanduser()


def read_config(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read and check a ``podcast.toml``; raises ``ConfigError`` with the line of the first fault.

    ``environment`` is by default that of the process, over that of ``podcast.env``.
    """
    if environment is None:
        environment = {**_environment_file(path.with_name(ENVIRONMENT_FILE)), **os.environ}
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        remedy = "podcast init writes one" if isinstance(error, FileNotFoundError) else ""
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path), remedy=remedy) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(path)) from error
    if "folder" in table:
        raise _unknown(path, text, ("folder",))
    try:
        return Config.model_validate({**_overridden(table, environment), "folder": path.parent})
    except ValidationError as error:
        fault = error.errors()[0]
        where = tuple(fault["loc"])
        if fault["type"] == "extra_forbidden":
            raise _unknown(path, text, where) from error
        what = fault["msg"].removeprefix(_MESSAGES.get(fault["type"], ""))
        remedy = "podcast init writes an example of every key"
        place = _place(path, text, where)
        raise ConfigError(f"{_dotted(where)}: {what}", where=place, remedy=remedy) from error


def _environment_file(path: Path) -> dict[str, str]:
    """``NAME=value`` lines of a file that need not be there; quotes around a value are left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=str(path)) from error
    found = {}
    for number, line in enumerate(lines, start=1):
        name, equals, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals or not name.strip():
            raise ConfigError("is not NAME=value", where=f"{path}:{number}")
        found[name.strip()] = value.strip().strip("\"'")
    return found


def _overridden(table: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The table with what the environment says of ``[storage]``."""
    given = {
        name.removeprefix(STORAGE_VARIABLES).lower(): value
        for name, value in environment.items()
        if name.startswith(STORAGE_VARIABLES)
    }
    storage = table.get("storage", {})
    if not given or not isinstance(storage, dict):
        return table
    keys = {name: value for name, value in given.items() if name in StorageSection.model_fields}
    others = {name: value for name, value in given.items() if name not in keys}
    options = storage.get("options", {})
    if isinstance(options, dict):
        options = {**options, **others}
    return {**table, "storage": {**storage, **keys, "options": options}}


Key = Sequence[str | int]
"""Where a value stands: the names of its tables, the number of its ``[[table]]`` from 0, its own name."""


def _unknown(path: Path, text: str, key: Key) -> ConfigError:
    section: type[BaseModel] = Config
    for part in key[:-1]:
        if isinstance(part, str):
            annotation = section.model_fields[part].annotation
            section = next((kind for kind in get_args(annotation) if _is_section(kind)), annotation)  # type: ignore[assignment]
    known = ", ".join(name for name in section.model_fields if section is not Config or name != "folder")
    return ConfigError(
        f"{_dotted(key)} is not a known key", where=_place(path, text, key), remedy=f"one of {known}"
    )


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, _Section)


def _dotted(key: Key) -> str:
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in key)


def _place(path: Path, text: str, key: Key) -> str:
    """``file:line`` of a key, which TOML parsers do not tell: found by its table and its name."""
    table: tuple[str | int, ...] = ()
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[(\[?)\s*([^\]]+?)\s*\]", line):
            table = tuple(header[2].split("."))
            if header[1]:
                table = (*table, seen.setdefault(header[2], 0))
                seen[header[2]] += 1
            if table == tuple(key):
                return f"{path}:{number}"
        name = line.split("=")[0].strip().strip("\"'")
        if (*table, name) == tuple(key)[: len(table) + 1] and name:
            return f"{path}:{number}"
    return str(path)
