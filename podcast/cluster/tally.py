"""What a backfill took, and what it cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

HOUR = 3600.0
"""Seconds."""


@dataclass(slots=True)
class Tally:
    """Counts while articles go out and episodes come back; times are seconds."""

    articles: int = 0
    """That have become episodes."""
    audio: float = 0.0
    cpu: float = 0.0
    """Of the workers' cores, at articles."""
    busy: float = 0.0
    """That workers were at articles."""
    waited: float = 0.0
    """That the client waited for an episode: when that is nothing, more workers are of no use."""
    lost: int = 0
    """Articles that cost too many workers their life."""
    staffed: float = 0.0
    """Worker-seconds: how long how many workers were there, at work or not."""
    workers: int = 0
    """That are there now."""
    most_workers: int = 0
    began: float = field(default_factory=time.monotonic)
    first: float | None = None
    """When the first article went out (``time.monotonic``)."""
    last: float = 0.0
    """When the last episode came."""
    client_cpu: float = 0.0
    """Of the client from the first article to the last episode, with its ``--local`` scheduler."""
    _cpu: float = 0.0
    """Of this process when the first article went out."""
    _counted: float = 0.0

    @property
    def wall(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    @property
    def making(self) -> float:
        """From the first article to the last episode: without the start of the workers, and publishing."""
        return max(self.last - self.first, 0.0) if self.first is not None else 0.0

    def count_workers(self, workers: int) -> None:
        """So many are there from now on."""
        now = self.wall
        self.staffed += self.workers * (now - self._counted)
        self._counted, self.workers = now, workers
        self.most_workers = max(self.most_workers, workers)

    def begin(self) -> None:
        """An article goes out."""
        if self.first is None:
            self.first, self._cpu = time.monotonic(), time.process_time()

    def add(self, *, audio: float, cpu: float, busy: float) -> None:
        """An episode has come."""
        self.articles += 1
        self.audio += audio
        self.cpu += cpu
        self.busy += busy
        self.last, self.client_cpu = time.monotonic(), time.process_time() - self._cpu

    def as_json(self, hourly_price: float | None = None) -> dict[str, Any]:
        """The report of ``backfill --json``; ``hourly_price`` is that of one worker."""
        self.count_workers(self.workers)
        hours, worker_hours = self.audio / HOUR, self.staffed / HOUR
        cost = None if hourly_price is None else worker_hours * hourly_price
        per_worker = self.making * self.most_workers
        return {
            "articles": self.articles,
            "audio_hours": round(hours, 4),
            "wall_seconds": round(self.wall, 2),
            "making_seconds": round(self.making, 2),
            "waited_seconds": round(self.waited, 2),
            "cpu_seconds": round(self.cpu, 2),
            "busy_seconds": round(self.busy, 2),
            "client_cpu_seconds": round(self.client_cpu, 2),
            "workers": self.most_workers,
            "worker_hours": round(worker_hours, 4),
            "articles_per_worker_hour": _ratio(self.articles, per_worker / HOUR),
            "audio_per_worker_second": _ratio(self.audio, per_worker),
            "rtf": _ratio(self.cpu, self.audio),
            "cost": None if cost is None else round(cost, 4),
            "cost_per_audio_hour": None if cost is None else _ratio(cost, hours),
        }


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
