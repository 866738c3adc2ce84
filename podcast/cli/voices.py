"""``podcast voices``: what there is, what is installed, and how it sounds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from podcast.cli import articles
from podcast.errors import VoiceError

if TYPE_CHECKING:
    from podcast.speech.description import Description
    from podcast.speech.install import Fetched

SAMPLE = (
    "Bonjour, et bienvenue dans votre journal. Ce matin, le marché couvert rouvre ses portes ; les travaux, "
    "eux, dureront jusqu'au printemps. Voilà comment je lirai vos articles."
)

Key = Annotated[str, typer.Argument(metavar="KEY", help="The voice; `podcast voices list` shows them.")]

app = typer.Typer(no_args_is_help=True, help="Voices: list, show, install, remove, try.")


def register(parent: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command("list")(list_voices)
    app.command()(show)
    app.command()(install)
    app.command()(remove)
    app.command("try")(try_voice)
    parent.add_typer(app, name="voices")


def list_voices(
    installed: Annotated[bool, typer.Option("--installed", help="Only those that can speak now.")] = False,
    as_json: articles.AsJson = False,
) -> None:
    """All voices: whether they are installed, engine, size, RTF as measured, licence, style."""
    from podcast.speech.catalogue import known_voices

    voices = [known for known in known_voices() if known.installed or not installed]
    if as_json:
        typer.echo(json.dumps([_facts(known) for known in voices], ensure_ascii=False, indent=2))
        return
    for line in _aligned([_row(known) for known in voices]):
        typer.echo(line)


def show(key: Key, as_json: articles.AsJson = False) -> None:
    """Everything that is known of a voice."""
    from podcast.speech.catalogue import find_description

    facts = _facts(find_description(key))
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for name, value in facts.items():
        if value not in (None, "", [], {}):
            for line in _shown(value):
                typer.echo(f"{name:<14}  {line}")
                name = ""


def install(
    keys: Annotated[list[str], typer.Argument(metavar="KEY…", help="Voices of `podcast voices list`.")],
    mirror: Annotated[
        str, typer.Option("--from", metavar="DIR|URL", help="Take <key>/<file> from here instead.")
    ] = "",
    accept_license: Annotated[
        bool,
        typer.Option(
            "--accept-license", help="Accept licences that ask for it, such as non-commercial ones."
        ),
    ] = False,
) -> None:
    """Fetch voices, check every byte and put them in place; a broken-off run goes on where it stopped."""
    from podcast.speech.catalogue import engine_missing, store
    from podcast.speech.install import install as install_voice

    for wanted in [_wanted(key, mirror) for key in keys]:
        with _bar(wanted.key) as on_fetched:
            folder = install_voice(
                wanted, store(), mirror=mirror, accept_license=accept_license, on_fetched=on_fetched
            )
        typer.echo(f"{wanted.key}: {folder}")
        if engine_missing(wanted.engine):
            typer.echo(
                f"podcast: its engine is still to come: pip install 'podcast[{wanted.engine}]'", err=True
            )


def _wanted(key: str, mirror: str) -> Description:
    """As the catalogue describes it, whose hashes are trusted; else as a mirror's own folder does."""
    from podcast.speech.catalogue import find_description
    from podcast.speech.description import FILE_NAME, read_description

    folder = Path(mirror, key)
    try:
        return find_description(key)
    except VoiceError:
        if mirror and (folder / FILE_NAME).is_file():
            return read_description(folder)
        raise


def remove(
    keys: Annotated[list[str], typer.Argument(metavar="KEY…", help="Installed voices.")],
) -> None:
    """Remove voices that were installed; those that come with the program stay."""
    from podcast.speech.catalogue import store
    from podcast.speech.install import remove as remove_voice

    for key in keys:
        remove_voice(key, store())
        typer.echo(f"{key}: removed")


def try_voice(
    key: Key,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="FILE|-", help="Where the audio goes; by default KEY.mp3."),
    ] = "",
    audio_format: Annotated[
        articles.SpeechFormat | None,
        typer.Option("--format", help="Audio format; by default that of FILE's name."),
    ] = None,
) -> None:
    """Speak a sample sentence."""
    name = f"{Path(key).name}.{(audio_format or articles.SpeechFormat.MP3).value}"
    articles.say(SAMPLE, voice=key, output=output or name, audio_format=audio_format, no_cache=True)


def _shown(value: object) -> list[str]:
    if isinstance(value, dict):
        return [f"{name} = {_shown(inner)[0]}" for name, inner in value.items()]
    if isinstance(value, list):
        return [str(inner) for inner in value]
    return [{True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)]


def _facts(known: Description) -> dict[str, object]:
    from podcast.speech.catalogue import engine_missing

    return {
        "key": known.key,
        "installed": known.installed,
        "engine": known.engine,
        "engine_missing": engine_missing(known.engine),
        "model": known.model,
        "speaker": known.speaker,
        "language": known.language,
        "style": known.style,
        "licence": known.licence,
        "attribution": known.attribution,
        "source": known.source,
        "accept_license": known.accept_license,
        "sample_rate": known.sample_rate,
        "size": known.size,
        "rtf": known.rtf,
        "loudness": known.loudness,
        "folder": str(known.folder),
        "files": [file.url or file.name for file in known.files],
        "settings": known.settings,
    }


def _row(known: Description) -> tuple[str, ...]:
    from podcast.speech.catalogue import engine_missing

    state = "server" if known.engine == "openai" else "installed" if known.installed else "-"
    return (
        known.key,
        state,
        f"{known.engine} (missing)" if engine_missing(known.engine) else known.engine,
        _megabytes(known.size) if known.files else "-",
        "-" if known.rtf is None else f"RTF {known.rtf:g}",
        known.licence,
        known.style,
    )


def _megabytes(size: int | None) -> str:
    return "size unknown" if size is None else f"{size / 1e6:.1f} MB"


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


@contextmanager
def _bar(title: str) -> Iterator[Callable[[Fetched], None]]:
    """A progress bar on stderr, with what is still to come; nothing when stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda _fetched: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(fetched: Fetched) -> None:
            bar.update(
                task, description=f"{title}: {fetched.name}", total=fetched.total, completed=fetched.done
            )

        yield show
