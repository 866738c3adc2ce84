"""What the feed says of one episode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from podcast.types import Episode


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An episode with its addresses: all absolute http(s) URLs, empty where there is none."""

    episode: Episode
    """``episode.guid`` never changes; ``link`` is the printed article."""
    enclosure_url: str
    """Never used again for other audio (Apple): put a hash of the audio in it."""
    first_published: datetime
    """Aware; when the episode first appeared. It orders the feed and is its ``pubDate``."""
    updated: datetime
    """Aware; when audio or text last changed. The newest one dates the feed."""
    page_url: str = ""
    """The listening page: player, chapters and text."""
    chapters_url: str = ""
    transcript_url: str = ""
    image_url: str = ""
    """New art has a new address (Apple)."""
    authors: tuple[str, ...] = ()
    """Who wrote the article."""
    number: int | None = None
    season: int | None = None
