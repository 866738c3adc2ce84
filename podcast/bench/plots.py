"""The figures as pictures (PNG), drawn by matplotlib where it is installed (extra ``bench``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from podcast.bench import engines, first_audio, memory, rendering, scaling
from podcast.bench.results import Results, Run
from podcast.bench.spread import Spread, figure, rate, shown
from podcast.bench.table import groups

SIZE = (7.2, 4.0)
"""Inches; higher where there are many rows."""
ROW, REST = 0.34, 0.9
"""Inches of a row with its figure, and of all that is above and below the rows."""
DPI = 120
INK = "#30506e"

Draw = Callable[[Any, list[Run]], None]


def drawable() -> bool:
    """Whether there is something to draw with."""
    return find_spec("matplotlib") is not None


def draw(results: Results, folder: Path) -> Iterator[Path]:
    """A picture of each section that was measured and can be seen; its path once it is written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    for name, (title, put) in PICTURES.items():
        runs = results.of(name)
        if not runs:
            continue
        picture = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        FigureCanvasAgg(picture)
        axes = picture.add_subplot()
        put(axes, runs)
        axes.set_title(title, loc="left", fontsize=11)
        axes.spines[["top", "right"]].set_visible(False)
        path = folder / f"{name}.png"
        picture.savefig(path)
        yield path


def _dots(axes: Any, rows: list[tuple[str, Spread | None]], unit: str) -> None:
    """A dot for each, the first above, with its figure; whiskers from the least to the greatest."""
    known = [(name, value) for name, value in rows if value][::-1]
    axes.figure.set_size_inches(SIZE[0], max(SIZE[1], REST + ROW * len(known)))
    for height, (_name, value) in enumerate(known):
        whiskers = [[value.median - value.low], [value.high - value.median]]
        axes.errorbar(value.median, height, xerr=whiskers, fmt="o", markersize=5, color=INK, capsize=3)
        place = (value.median, height)
        axes.annotate(shown(value.median), place, (0, 5), textcoords="offset points", ha="center", fontsize=8)
    axes.set_yticks(range(len(known)), [name for name, _value in known], fontsize=8)
    axes.set_ylim(-0.5, len(known) - 0.3)
    axes.grid(axis="x", linewidth=0.4)
    _logarithmic(axes, "x")
    axes.margins(x=0.1)
    axes.set_xlabel(unit)


def _named(rows: list[tuple[str, str, Spread | None]]) -> list[tuple[str, Spread | None]]:
    """Rows by who has done it, the first of each voice under its name."""
    before = ["", *(voice for voice, _who, _value in rows)]
    return [
        (who if voice == last else f"{voice}\n{who}", value)
        for last, (voice, who, value) in zip(before, rows, strict=False)
    ]


def _logarithmic(axes: Any, which: str) -> None:
    """Powers of ten as plain numbers, and no others."""
    from matplotlib.ticker import LogLocator, NullFormatter

    getattr(axes, f"set_{which}scale")("log")
    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(LogLocator(10, (1.0, 2.0, 5.0)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def _rendering(axes: Any, runs: list[Run]) -> None:
    rows = [(voice, who, rate(rounds)) for voice, _at, who, rounds in groups(runs)]
    _dots(axes, _named(rows), "RTF: seconds of work for a second of sound")


def _engines(axes: Any, runs: list[Run]) -> None:
    rows = [(voice, rate(rounds, "cpu")) for voice, _at, _who, rounds in groups(runs)]
    _dots(axes, rows, "seconds of one core for one of sound")
    axes.axvline(1.0, color="black", linewidth=0.8, linestyle=":")


def _first_audio(axes: Any, runs: list[Run]) -> None:
    rows = [(voice, who, figure(rounds, "first")) for voice, _at, who, rounds in groups(runs) if voice]
    _dots(axes, _named(rows), "seconds")


def _memory(axes: Any, runs: list[Run]) -> None:
    points = sorted((run.figures["audio"] / 60, run.figures["memory"] / 1e6) for run in runs)
    axes.plot(*zip(*points, strict=True), marker="o", color=INK)
    axes.set_xscale("log")
    minutes, sizes = zip(*points, strict=True)
    axes.set_xticks(minutes, [shown(one) for one in minutes])
    axes.set_xticks([], minor=True)
    axes.set_ylim(0, 1.2 * max(sizes))
    axes.set_xlabel("minutes of sound")
    axes.set_ylabel("MB, all processes")


def _scaling(axes: Any, runs: list[Run]) -> None:
    lines: dict[str, list[tuple[float, float]]] = {}
    for voice, cores, who, rounds in groups(runs):
        lines.setdefault(f"{voice}: {who}", []).extend(
            (cores, run.figures["audio"] / run.figures["wall"]) for run in rounds
        )
    for name, points in lines.items():
        axes.plot(*zip(*sorted(points), strict=True), marker="o", label=name)
    _logarithmic(axes, "y")
    axes.set_xticks(sorted({cores for points in lines.values() for cores, _speed in points}))
    axes.set_xlabel("cores")
    axes.set_ylabel("seconds of sound in a second")
    axes.legend(fontsize=8, frameon=False)


PICTURES: dict[str, tuple[str, Draw]] = {
    rendering.NAME: ("A whole episode", _rendering),
    first_audio.NAME: ("Until the first sound", _first_audio),
    memory.NAME: ("Peak memory against length", _memory),
    scaling.NAME: ("Speed against cores", _scaling),
    engines.NAME: ("Engines alone, one thread", _engines),
}
