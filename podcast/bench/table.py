"""What the repetitions say, as Markdown: medians, with the least and the greatest in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from podcast.bench import bare, rendering
from podcast.bench.contenders import OURS
from podcast.bench.results import Results, Run, voices_of
from podcast.bench.sections import SECTIONS
from podcast.bench.spread import Spread, figure, rate, ratio, shown

Row = Sequence[object]


def markdown(results: Results) -> str:
    """The whole report."""
    parts = [about(results), *(section(results, name) for name in SECTIONS)]
    return "\n\n".join(part for part in parts if part) + "\n"


def about(results: Results) -> str:
    """The machine, the day, and how to do it again."""
    machine = results.machine
    arithmetic = f" ({', '.join(machine['arithmetic'])})" if machine["arithmetic"] else ""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"Measured {results.began} by `{results.command}` on {machine['processor']}{arithmetic}, "
        f"{machine['cores']} cores, {machine['memory'] / 2**30:.0f} GiB, {machine['system']}, "
        f"Python {machine['python']}; load before it began: {machine['load']:.2f}.\n{versions}.\n"
        "Medians, with the least and the greatest of the repetitions; every repetition is in `results.json`."
    )


def section(results: Results, name: str) -> str:
    """One section with its heading; empty when it was not measured."""
    gaps = [gap for gap in results.missing if gap.section == name]
    runs = results.of(name)
    if not runs and not gaps:
        return ""
    took = results.seconds.get(name)
    unfinished = "" if took is not None else "\n\nBroken off: the figures are not complete."
    missing = "".join(f"\n\nNot measured: {gap.who} with {gap.voice} ({gap.why})." for gap in gaps)
    return f"### {SECTIONS[name].title}\n\n{TABLES[name](runs)}{missing}{unfinished}"


def table(head: Row, rows: Iterable[Row]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return shown(value) if isinstance(value, float) else str(value)


def groups(runs: Iterable[Run]) -> Iterator[tuple[str, float, str, list[Run]]]:
    """Voice, place and contender, with the rounds of each."""
    found: dict[tuple[str, float, str], list[Run]] = {}
    for run in runs:
        found.setdefault((run.voice, run.at, run.who), []).append(run)
    for (voice, at, who), rounds in found.items():
        yield voice, at, who, rounds


def _rendering(runs: list[Run]) -> str:
    rows: list[Row] = []
    for voice in voices_of(runs):
        made = {who: rounds for one, _at, who, rounds in groups(runs) if one == voice}
        for who in sorted(made, key=lambda who: (who != OURS, who == bare.NAME)):
            rounds = made[who]
            rows.append(
                (
                    f"`{voice}`: {who}",
                    _minutes(figure(rounds, "audio")),
                    figure(rounds, "wall"),
                    figure(rounds, "cpu"),
                    rate(rounds),
                    None if who == OURS else ratio(made.get(OURS, []), rounds),
                    None if who == OURS else ratio(made.get(OURS, []), rounds, "cpu"),
                    len(rounds),
                )
            )
    head = ("voice and program", "sound, min", "wall, s", "CPU, s", "RTF")
    return table((*head, "podcast ÷ it, wall", "podcast ÷ it, CPU", "rounds"), rows)


def _minutes(seconds: Spread | None) -> str | None:
    return None if seconds is None else shown(seconds.median / 60)


TABLES: dict[str, Callable[[list[Run]], str]] = {
    rendering.NAME: _rendering,
}
