"""What a backfill took, and what it cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

HOUR = 3600.0
"""Seconds."""


@dataclass(slots=True)
class Tally:
    """Counts while episodes come; times are seconds."""

    articles: int = 0
    audio: float = 0.0
    cpu: float = 0.0
    """Of the workers' cores, at articles."""
    busy: float = 0.0
    """That workers were at articles."""
    lost: int = 0
    """Articles that cost too many workers their life."""
    staffed: float = 0.0
    """Worker-seconds: how long how many workers were there, at work or not."""
    workers: int = 0
    """That are there now."""
    most_workers: int = 0
    _began: float = field(default_factory=time.monotonic)
    _counted: float = 0.0

    @property
    def wall(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def count_workers(self, workers: int) -> None:
        """So many are there from now on."""
        now = self.wall
        self.staffed += self.workers * (now - self._counted)
        self._counted, self.workers = now, workers
        self.most_workers = max(self.most_workers, workers)

    def add(self, *, audio: float, cpu: float, busy: float) -> None:
        """An episode has come."""
        self.articles += 1
        self.audio += audio
        self.cpu += cpu
        self.busy += busy

    def as_json(self, hourly_price: float | None = None) -> dict[str, Any]:
        """The report of ``backfill --json``; ``hourly_price`` is that of one worker."""
        self.count_workers(self.workers)
        hours = self.audio / HOUR
        cost = None if hourly_price is None else self.staffed / HOUR * hourly_price
        return {
            "articles": self.articles,
            "audio_hours": round(hours, 4),
            "wall_seconds": round(self.wall, 1),
            "cpu_seconds": round(self.cpu, 1),
            "workers": self.most_workers,
            "worker_hours": round(self.staffed / HOUR, 4),
            "articles_per_worker_hour": _ratio(self.articles, self.staffed / HOUR),
            "audio_per_worker_second": _ratio(self.audio, self.staffed),
            "rtf": _ratio(self.cpu, self.audio),
            "busy_share": _ratio(self.busy, self.staffed),
            "cost": None if cost is None else round(cost, 4),
            "cost_per_audio_hour": None if cost is None else _ratio(cost, hours),
        }


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
