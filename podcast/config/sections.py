"""The keys of ``podcast.toml``, table by table: their kinds and limits, and what they are when left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Section(BaseModel):
    """A table; an unknown key is a fault, and a value of another kind too."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ShowSection(Section):
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


class FetchSection(Section):
    """What may be fetched; see ``article.fetch.FetchPolicy``."""

    allow: list[str] = []
    own_site: bool = False
    user_agent: str | None = None
    min_interval: float | None = Field(default=None, ge=0)
    """Seconds between two pages of a host; by default 1, and 0 on one's own site."""
    ca_file: str | None = None


class LexiconSection(Section):
    """How names are said; later entries win over earlier and built-in ones."""

    files: list[str] = []
    words: dict[str, str] = {}


class VoicesSection(Section):
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


class SoundSection(Section):
    """Jingles and level; see ``episode.Sound``."""

    loudness: float = -16.0
    intro: str | None = None
    outro: str | None = None
    bed: str | None = None


class EpisodeSection(Section):
    """What an episode is made of beside its sound."""

    picture: bool = False
    """The article's own picture is the cover, where it has one; else the cover is drawn."""


class SourceSection(Section):
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


class StorageSection(Section):
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


class LimitsSection(Section):
    """How much one run may do; 0 is without limit."""

    episodes: int = Field(default=200, ge=0)
    """Made in one run, the newest articles first."""
    minutes: float = Field(default=0, ge=0)
    """After which no further episode is begun."""
    days: float = Field(default=0, ge=0)
    """Age of an article, as its source dates it, beyond which it is not taken up."""


class RetentionSection(Section):
    """How long episodes stay; 0 is for ever."""

    episodes: int = Field(default=0, ge=0)
    """Kept in the feed, the newest ones."""
    days: float = Field(default=0, ge=0)
    """After which an episode leaves the feed."""
    grace_days: float = Field(default=7, ge=0)
    """Days for which files that left the feed can still be fetched."""


class ScheduleSection(Section):
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


class Config(Section):
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
