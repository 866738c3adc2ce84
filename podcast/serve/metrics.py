"""What the server has done, in Prometheus' text format (version 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from threading import Lock

from podcast.types import Clip

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; the goal is 0.3."""


class Metrics:
    """Counts; may be told from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rendered: Counter[str] = Counter()
        self._utterances: Counter[bool] = Counter()
        self._speech = self._synthesis = 0.0
        self._waits = [0] * (len(BUCKETS) + 1)
        self._waited = 0.0

    def rendered(self, result: str) -> None:
        """A rendering is over: ``done``, ``failed`` or ``stopped``."""
        with self._lock:
            self._rendered[result] += 1

    def spoken(self, clip: Clip) -> None:
        """An utterance, or a part of one."""
        with self._lock:
            self._utterances[clip.cached] += clip.last
            self._speech += clip.seconds
            self._synthesis += clip.synthesis_time

    def first_sound(self, seconds: float) -> None:
        """How long a rendering took to its first bytes."""
        with self._lock:
            self._waits[bisect_left(BUCKETS, seconds)] += 1
            self._waited += seconds

    def text(self, now: Mapping[str, float]) -> str:
        """Everything; ``now`` holds what is true at this moment, by name."""
        with self._lock:
            return "".join(self._lines(now))

    def _lines(self, now: Mapping[str, float]) -> Iterator[str]:
        results = {f'{{result="{name}"}}': self._rendered[name] for name in ("done", "failed", "stopped")}
        yield from _metric("renders_total", "counter", "Renderings that are over.", results)
        said = {f'{{cached="{str(cached).lower()}"}}': self._utterances[cached] for cached in (True, False)}
        yield from _metric("utterances_total", "counter", "Sentences, from the clip cache or spoken.", said)
        yield from _metric("speech_seconds_total", "counter", "Sound made.", {"": self._speech})
        yield from _metric("synthesis_seconds_total", "counter", "Time engines took.", {"": self._synthesis})
        rtf = self._synthesis / self._speech if self._speech else 0.0
        yield from _metric("rtf", "gauge", "Synthesis time per second of sound, so far.", {"": rtf})
        for name, value in now.items():
            yield from _metric(name, "gauge", "At this moment.", {"": value})
        yield from self._histogram()

    def _histogram(self) -> Iterator[str]:
        total, samples = 0, {}
        for bound, number in zip((*map(str, BUCKETS), "+Inf"), self._waits, strict=True):
            total += number
            samples[f'_bucket{{le="{bound}"}}'] = total
        values = {**samples, "_sum": self._waited, "_count": total}
        yield from _metric("first_audio_seconds", "histogram", "From the start to the first bytes.", values)


def _metric(name: str, kind: str, text: str, samples: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP podcast_{name} {text}\n# TYPE podcast_{name} {kind}\n"
    yield from (f"podcast_{name}{labels} {value:.6g}\n" for labels, value in samples.items())
