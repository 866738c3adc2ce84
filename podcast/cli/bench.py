"""``bench``: what the program costs on this machine, beside its peers."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

TABLE = "table.md"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(bench)


def bench(
    voice: Annotated[
        list[str] | None,
        typer.Option("--voice", metavar="KEY", help="A voice to measure with; may be given again."),
    ] = None,
    only: Annotated[
        str, typer.Option(metavar="SECTION,…", help="Measure these sections alone; by default all.")
    ] = "",
    minutes: Annotated[
        float, typer.Option(min=0.1, help="Minutes of sound that a whole episode has.")
    ] = 30.0,
    quick: Annotated[
        bool, typer.Option("--quick", help="Everything once and short: a rough idea, in half a minute or so.")
    ] = False,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Where table and raw figures go.")
    ] = Path("output/bench"),
    resume: Annotated[bool, typer.Option("--resume", help="Keep the sections that DIR has already.")] = False,
) -> None:
    """Measure speed, first sound and memory on this machine, beside piper, tts and pocket-tts."""
    from podcast.bench import plots, session
    from podcast.bench.plan import Plan
    from podcast.bench.sections import SECTIONS
    from podcast.bench.table import markdown
    from podcast.settings import DEFAULT_VOICE

    sections = [name.strip() for name in only.split(",")] if only else list(SECTIONS)
    for name in sections:
        if name not in SECTIONS:
            raise typer.BadParameter(f"--only {name}: there are {', '.join(SECTIONS)}")
    voices = tuple(map(_anywhere, voice or [DEFAULT_VOICE]))
    plan = Plan.quick(voices, _tell) if quick else Plan(voices, minutes, tell=_tell)
    results = session.bench(plan, sections, output, command=_command(), resume=resume)
    report = markdown(results)
    (output / TABLE).write_text(report, encoding="utf-8")
    typer.echo(report, nl=False)
    files = [TABLE, session.RAW]
    if plots.drawable():
        files += [path.name for path in plots.draw(results, output)]
    else:
        _tell("no pictures without matplotlib: pip install 'podcast[bench]'")
    _tell(f"{output}: {', '.join(files)}")


def _anywhere(voice: str) -> str:
    """The key of a voice, or the path of its folder as other folders see it: commands run in their own."""
    return voice if Path(voice).name == voice else str(Path(voice).expanduser().absolute())


def _tell(line: str) -> None:
    typer.echo(line, err=True)


def _command() -> str:
    """What was typed, with folders by their names alone: where they are is of no interest elsewhere."""
    words = [Path(word).name if word.startswith(("/", ".", "~")) else word for word in sys.argv[1:]]
    return shlex.join(["podcast", *words])
