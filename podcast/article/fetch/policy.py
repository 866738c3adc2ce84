"""What may be fetched, and how politely: settings, known before anything is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podcast.errors import ConfigError

USER_AGENT = "podcast/0.1 (article reader; French audio)"


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What may be fetched, and how politely."""

    allow: tuple[str, ...] = ()
    """Hosts, addresses and networks (``10.0.0.0/8``) that may be reached although they are not public."""
    max_bytes: int = 10_000_000
    """Size of the page after decompression."""
    timeout: float = 20.0
    """Seconds for everything: names, robots.txt, redirects, pauses, retries and the body."""
    max_redirects: int = 5
    retries: int = 2
    """Further tries after a temporary failure."""
    min_interval: float = 1.0
    """Seconds between two pages of one host."""
    user_agent: str = USER_AGENT
    """Sent with every request; what precedes the first ``/`` is the name that robots.txt is asked for."""
    own_site: bool = False
    """True when the site is one's own, so that its robots.txt does not matter."""
    ca_file: Path | None = None
    """PEM file with further certificate authorities, for a site with a private one."""

    def __post_init__(self) -> None:
        if not self.user_agent.isascii() or not self.user_agent.isprintable() or not self.user_agent.strip():
            raise ConfigError("the User-Agent must be printable ASCII", where="fetching", remedy="change it")
        if self.timeout <= 0 or self.max_bytes <= 0 or min(self.max_redirects, self.retries) < 0:
            raise ConfigError("limits must be positive", where="fetching", remedy="change them")
        object.__setattr__(self, "allow", tuple(self.allow))
        if self.allow:
            from podcast.article.fetch.addresses import AllowList  # with what most settings do not need

            AllowList.parse(self.allow)


DEFAULT_POLICY = FetchPolicy()
