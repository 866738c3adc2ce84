"""What a run is asked to do: ``podcast.toml`` as the stages take it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from podcast.article.listing import Source
from podcast.config import Config
from podcast.errors import ConfigError
from podcast.settings import Settings, settings_of

DAY = 86_400.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One show: where articles come from, how they are spoken, where episodes go. Times are seconds."""

    settings: Settings
    folder: Path
    """What the relative paths of sources start from."""
    sources: tuple[Source, ...]
    library: Path
    target: str
    """A folder or the URL of an object store."""
    url: str
    """The target as listeners reach it, with a final slash."""
    feed: str = "feed.xml"
    websub: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    most_episodes: int = 200
    """Made in one run; 0 is without limit."""
    most_time: float = 0.0
    """After which no further episode is begun; 0 is without limit."""
    oldest: float = 0.0
    """Age beyond which an article is not taken up; 0 is without limit."""
    keep_episodes: int = 0
    keep_time: float = 0.0
    grace: float = 7 * DAY


def plan_of(config: Config) -> Plan:
    """The plan of a ``podcast.toml``; raises ``ConfigError`` for what a run cannot do without."""
    storage, limits, retention = config.storage, config.limits, config.retention
    if not storage.url:
        raise ConfigError(
            "storage.url is not set",
            where=str(config.folder / "podcast.toml"),
            remedy="say at which address listeners find the published files",
        )
    if urlsplit(storage.url).scheme not in ("http", "https") or not urlsplit(storage.url).netloc:
        raise ConfigError(f"storage.url: {storage.url!r} is not an http(s) address", remedy="write it whole")
    target = storage.target
    return Plan(
        settings=settings_of(config),
        folder=config.folder,
        sources=tuple(_source(section.model_dump(exclude_none=True)) for section in config.sources),
        library=config.path(storage.library),
        target=target if "://" in target else str(config.path(target)),
        url=f"{storage.url.rstrip('/')}/",
        feed=storage.feed,
        websub=storage.websub,
        options=dict(storage.options),
        most_episodes=limits.episodes,
        most_time=limits.minutes * 60,
        oldest=limits.days * DAY,
        keep_episodes=retention.episodes,
        keep_time=retention.days * DAY,
        grace=retention.grace_days * DAY,
    )


def _source(section: dict[str, str]) -> Source:
    ((kind, where),) = section.items()
    return Source(kind, where)  # type: ignore[arg-type]
