"""What a server is told: where its files are, who may write, how much it takes on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """Times in seconds, sizes in bytes."""

    folder: Path
    """Where articles and what was spoken of them are kept; the server's own."""
    episodes: Path
    """Episode folders made by ``podcast generate`` or ``podcast run``; only read."""
    feed: Path | None = None
    """The feed that is served as ``/feed.xml``."""
    token: str = ""
    """What ``POST /articles`` asks for; empty leaves it to programs on this machine."""
    url: str = ""
    """The server as readers reach it, without a final slash; by default as each request says."""
    origins: tuple[str, ...] = ()
    """Sites whose pages may use the server (CORS); ``*`` is all of them."""
    most_bytes: int = 2_000_000
    """Of one article."""
    most_renderings: int = 32
    """At the same time; more are told to come back."""
    most_fetches: int = 8
    """Pages fetched at the same time; more are told to come back."""
    most_kept: int | None = 10_000_000_000
    """Bytes of finished sound; beyond, what was least recently listened to is dropped. ``None``: no bound."""
    rest: float = 900.0
    """What was listened to within this time is not dropped."""
    idle: float | None = 30.0
    """How long a rendering goes on without a listener; ``None`` is to its end."""
