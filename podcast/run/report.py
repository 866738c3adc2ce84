"""What a run did, for the log, for ``--json`` and for the exit code."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Deed = Literal["new", "changed", "withdrawn", "expired", "refused", "kept", "later"]
"""new, changed  an episode was made
withdrawn     its page is gone: the episode left the feed
expired       the episode left the feed by age or number
refused       is not an article that can be spoken
kept          its page is no article any more: the episode stays as it was
later         failed, and will be tried again
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What was done with one article."""

    deed: Deed
    address: str
    title: str = ""
    guid: str = ""
    error: str = ""
    seconds: float = 0.0
    """What it took."""
    duration: float = 0.0
    """Of the episode, in seconds."""
    utterances: int = 0
    cached: int = 0
    """Utterances that came from the clip cache."""


@dataclass(slots=True)
class Outcome:
    """A whole run."""

    lines: list[Line] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)
    """How many articles each source names."""
    broken: dict[str, str] = field(default_factory=dict)
    """Sources that could not be read, and why."""
    unchanged: int = 0
    left_over: int = 0
    """New or changed articles that the limits of one run left for the next."""
    episodes: int = 0
    """In the feed."""
    published: int = 0
    """Files that were written to the target."""
    removed: int = 0
    """Files that were removed from it."""
    dry: bool = False
    seconds: float = 0.0

    def count(self, deed: Deed) -> int:
        """How many articles had this done to them."""
        return sum(line.deed == deed for line in self.lines)

    @property
    def to_retry(self) -> bool:
        """Whether the next run has to try something again."""
        return bool(self.broken) or self.count("later") > 0

    def as_json(self) -> dict[str, Any]:
        """What ``run --json`` prints; times are seconds."""
        return {**asdict(self), "to_retry": self.to_retry}
