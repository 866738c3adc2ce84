"""Figures with their spread: what a repeated measurement says, and how sure it is."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace

from podcast.bench.results import Run


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some repetitions, the least and the greatest of them."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """``0.61 (0.60–0.63)``; the median alone where nothing spreads."""
        median, low, high = (shown(value) for value in (self.median, self.low, self.high))
        return median if low == high else f"{median} ({low}–{high})"


def shown(value: float) -> str:
    """Three digits that mean something: no machine repeats more of them."""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3 if size >= 0.01 else 4
    return f"{value:.{digits}f}"


def spread(values: Iterable[float]) -> Spread | None:
    """Of what was repeated; ``None`` when there is nothing."""
    known = sorted(values)
    return Spread(statistics.median(known), known[0], known[-1]) if known else None


def figure(runs: Iterable[Run], name: str) -> Spread | None:
    """One figure over the runs that have it."""
    return spread(run.figures[name] for run in runs if name in run.figures)


def ratio(ours: Iterable[Run], theirs: Iterable[Run], name: str = "wall") -> Spread | None:
    """Ours ÷ theirs, round by round: what slows the machine down for a while slows both.

    Only rounds of the same voice, at the same place, in which both ran, count.
    """
    others = {(run.voice, run.at, run.round): run.figures for run in theirs}
    return spread(
        run.figures[name] / other[name]
        for run in ours
        if name in run.figures
        and (other := others.get((run.voice, run.at, run.round)))
        and other.get(name, 0.0) > 0
    )


def as_long(runs: Iterable[Run], others: Iterable[Run]) -> list[Run]:
    """What the runs would have taken to speak for as long as the other of their round, where there is one.

    Of the same phonemes, what draws its noise in another way makes longer sound, or shorter.
    """
    wanted = {run.round: run.figures.get("audio", 0.0) for run in others}
    found = []
    for run in runs:
        heard = run.figures.get("audio", 0.0)
        factor = wanted.get(run.round, heard) / heard if heard else 1.0
        figures = {name: factor * value for name, value in run.figures.items()}
        found.append(replace(run, figures=figures))
    return found


def rate(runs: Iterable[Run], name: str = "wall") -> Spread | None:
    """A figure ÷ seconds of sound, run by run: the RTF, when it is ``wall``."""
    return spread(
        run.figures[name] / run.figures["audio"]
        for run in runs
        if name in run.figures and run.figures.get("audio", 0.0) > 0
    )
