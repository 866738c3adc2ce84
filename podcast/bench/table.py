"""What the repetitions say, as Markdown: medians, with the least and the greatest in brackets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from podcast.bench import again, bare, engines, first_audio, memory, night, rendering, scaling, stages
from podcast.bench.contenders import OURS
from podcast.bench.results import Results, Run, voices_of
from podcast.bench.sections import SECTIONS
from podcast.bench.spread import Spread, as_long, figure, rate, ratio, shown

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


def section(results: Results, name: str, *, heading: bool = True) -> str:
    """One section; empty when it was not measured."""
    gaps = [gap for gap in results.missing if gap.section == name]
    runs = results.of(name)
    if not runs and not gaps:
        return ""
    parts = [f"### {SECTIONS[name].title}"] if heading else []
    if runs:
        parts.append(TABLES[name](results))
    parts += (f"Not measured: {gap.who} with `{gap.voice}` ({gap.why})." for gap in gaps)
    if name not in results.seconds:
        parts.append("Broken off: the figures are not complete.")
    return "\n\n".join(parts)


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


def _rendering(results: Results) -> str:
    runs = results.of(rendering.NAME)
    rows: list[Row] = []
    for voice in voices_of(runs):
        made = {who: rounds for one, _at, who, rounds in groups(runs) if one == voice}
        for who in sorted(made, key=_place):
            rounds, ours = made[who], [] if who == OURS else made.get(OURS, [])
            theirs = as_long(rounds, made.get(bare.ALONE, [])) if who in bare.MODELS else rounds
            rows.append(
                (
                    f"`{voice}`: {who}",
                    _minutes(figure(rounds, "audio")),
                    figure(rounds, "wall"),
                    figure(rounds, "cpu"),
                    rate(rounds),
                    ratio(ours, theirs),
                    ratio(ours, theirs, "cpu"),
                    len(rounds),
                )
            )
    head = ("voice and program", "sound, min", "wall, s", "CPU, s", "RTF")
    return table((*head, "podcast ÷ it, wall", "podcast ÷ it, CPU", "rounds"), rows)


def _place(who: str) -> tuple[bool, int]:
    """``podcast`` first, then its peers, then the limits."""
    return who != OURS, list(bare.MODELS).index(who) if who in bare.MODELS else -1


def _minutes(seconds: Spread | None) -> str | None:
    return None if seconds is None else shown(seconds.median / 60)


def _first_audio(results: Results) -> str:
    runs = results.of(first_audio.NAME)
    rows = [
        (f"`{voice}`: {who}" if voice else who, figure(rounds, "first"), len(rounds))
        for voice, _at, who, rounds in groups(runs)
    ]
    return table(("voice and program", "first sound, s", "rounds"), rows)


def _again(results: Results) -> str:
    return _made_again(results.of(again.NAME), "voice and article")


def _night(results: Results) -> str:
    return _made_again(results.of(night.NAME), "voice and articles")


def _made_again(runs: Iterable[Run], what: str) -> str:
    rows: list[Row] = []
    first: list[Run] = []
    for voice, _at, who, rounds in groups(runs):
        first = rounds if who == again.FIRST else first
        rows.append(
            (
                f"`{voice}`: {who}",
                _minutes(figure(rounds, "audio")),
                figure(rounds, "wall"),
                figure(rounds, "cpu"),
                None if who == again.FIRST else ratio(rounds, first),
                len(rounds),
            )
        )
    return table((what, "sound, min", "wall, s", "CPU, s", "÷ first time, wall", "rounds"), rows)


def _memory(results: Results) -> str:
    runs = results.of(memory.NAME)
    least = min(runs, key=lambda run: run.at).figures["memory"]
    rows = [
        (
            f"`{run.voice}`: {run.at:g} min asked",
            shown(run.figures["audio"] / 60),
            shown(run.figures["wall"]),
            shown(run.figures["memory"] / 1e6),
            shown(run.figures["memory"] / least),
        )
        for run in runs
    ]
    return table(("voice and text", "sound, min", "wall, s", "peak, MB", "÷ the shortest"), rows)


def _scaling(results: Results) -> str:
    runs = results.of(scaling.NAME)
    rows: list[Row] = []
    for voice, cores, who, rounds in groups(runs):
        alone = [run for run in runs if (run.voice, run.who, run.at) == (voice, who, 1.0)]
        speed, one = figure(rounds, "wall"), figure(alone, "wall")
        gain = shown(one.median / speed.median) if one and speed else None
        rows.append((f"`{voice}`: {who}", f"{cores:.0f}", speed, figure(rounds, "cpu"), gain))
    return table(("voice and program", "cores", "wall, s", "CPU, s", "times as fast as on one"), rows)


def _engines(results: Results) -> str:
    runs = results.of(engines.NAME)
    rows: list[Row] = []
    for voice, _at, _who, rounds in groups(runs):
        size, memory = figure(rounds, "size"), figure(rounds, "memory")
        rows.append(
            (
                f"`{voice}`",
                results.voices.get(voice, {}).get("licence"),
                f"{size.median / 1e6:.0f}" if size else None,
                figure(rounds, "load"),
                figure(rounds, "first"),
                rate(rounds),
                rate(rounds, "cpu"),
                f"{memory.median / 1e6:.0f}" if memory else None,
            )
        )
    head = ("voice", "licence", "size, MB", "load, s", "first sound, s", "RTF", "CPU", "memory, MB")
    return table(head, rows)


def _stages(results: Results) -> str:
    runs = results.of(stages.NAME)
    costs = [
        (run.who, f"{1000 * run.figures['cpu'] / run.figures['audio']:.2f}")
        for run in runs
        if "cpu" in run.figures
    ]
    peaks = [(run.who, f"{run.figures['added']:+.2f}") for run in runs if "added" in run.figures]
    return "\n\n".join(
        (
            table(("stage", "CPU, ms for a second of sound"), costs),
            table(("what coding does to it", "dB"), peaks),
        )
    )


TABLES: dict[str, Callable[[Results], str]] = {
    rendering.NAME: _rendering,
    first_audio.NAME: _first_audio,
    again.NAME: _again,
    night.NAME: _night,
    memory.NAME: _memory,
    scaling.NAME: _scaling,
    engines.NAME: _engines,
    stages.NAME: _stages,
}
