"""``generate``, ``read``, ``normalize`` and ``say``: from a text to what is heard."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from podcast.cli import generating
from podcast.cli.generating import Format, settings_from
from podcast.errors import ArticleError


class SpeechFormat(StrEnum):
    """The audio formats of ``say``."""

    WAV = "wav"
    MP3 = "mp3"
    M4A = "m4a"
    OPUS = "opus"


ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="A podcast.toml; by default ./podcast.toml.")
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow", metavar="HOST", help="A host or network that may be fetched from though not public."
    ),
]
OwnSite = Annotated[bool, typer.Option("--own-site", help="The site is ours: do not ask its robots.txt.")]
Force = Annotated[bool, typer.Option("--force", help="Go on although it does not look like an article.")]
Source = Annotated[str, typer.Argument(metavar="SOURCE", help="A file (.txt .html .md .json), a URL, or -.")]
Voice = Annotated[str | None, typer.Option("--voice", metavar="KEY", help="The voice that speaks.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Speak every sentence again.")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=0, help="Worker processes; 0 means one per core.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    for command in (generate, read, normalize, say):
        app.command()(command)


def generate(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE…", help="Files (.txt .html .md .json), URLs, or -.")
    ],
    voice: Voice = None,
    output: Annotated[Path | None, typer.Option(help="Where episode folders go; by default output/.")] = None,
    audio_format: Annotated[
        Format | None, typer.Option("--format", help="Audio format; by default mp3.")
    ] = None,
    jobs: Jobs = None,
    no_cache: NoCache = False,
    as_json: AsJson = False,
    allow: Allow = None,
    own_site: OwnSite = False,
    force: Force = False,
    config: ConfigFile = None,
) -> None:
    """Make an episode of each article: audio with chapters, transcript, page."""
    worst = generating.generate(
        sources, voice, output, audio_format, jobs, no_cache, as_json, allow, own_site, force, config
    )
    if worst:
        raise typer.Exit(worst)


def read(
    source: Source,
    as_json: AsJson = False,
    allow: Allow = None,
    own_site: OwnSite = False,
    force: Force = False,
    config: ConfigFile = None,
) -> None:
    """Show what was kept, what was dropped and why, and how each sentence will be spoken."""
    from podcast import pipeline
    from podcast.cli import show
    from podcast.settings import adjusted

    settings = adjusted(settings_from(config), allow=tuple(allow or ()), own_site=own_site, force=force)
    preview = pipeline.preview(source, settings)
    if as_json:
        typer.echo(json.dumps(show.preview_json(preview), ensure_ascii=False, indent=2))
    else:
        for line in show.preview_lines(preview):
            typer.echo(line)


def normalize(
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="Written French, a sentence a line.")] = "-",
    explain: Annotated[bool, typer.Option("--explain", help="Print each rewrite with its rule.")] = False,
    phonemes: Annotated[
        bool, typer.Option("--phonemes", help="Print the IPA that would reach the Piper voice.")
    ] = False,
    voice: Voice = None,
    config: ConfigFile = None,
) -> None:
    """Write French as it is said: written lines in, spoken lines out."""
    from podcast import pipeline

    if explain and phonemes:
        raise typer.BadParameter("choose --explain or --phonemes")
    if phonemes:
        from podcast.settings import adjusted

        settings = adjusted(settings_from(config), voice=voice)
        for ipa in pipeline.phonemes(_lines(file), settings):
            typer.echo(ipa)
        return
    for line in _lines(file):
        spoken = pipeline.normalize(line)
        typer.echo(spoken.text)
        if explain:
            for edit in spoken.edits:
                span = "{}:{}".format(*edit.printed)
                written, said = line[slice(*edit.printed)], spoken.text[slice(*edit.spoken)]
                typer.echo(f"    {edit.rule}\t{span}\t{written}\t{said}")


def say(
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="What to say, or - for standard input.")],
    voice: Voice = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE|-", help="Where the audio goes; - streams it.")
    ] = "say.mp3",
    audio_format: Annotated[
        SpeechFormat | None, typer.Option("--format", help="Audio format; by default that of FILE's name.")
    ] = None,
    jobs: Jobs = None,
    no_cache: NoCache = False,
    config: ConfigFile = None,
) -> None:
    """Speak a text straight to audio; ``-o -`` streams it to a player."""
    from podcast import pipeline
    from podcast.settings import adjusted

    settings = adjusted(settings_from(config), voice=voice, jobs=jobs, use_cache=not no_cache)
    spoken = sys.stdin.read() if text == "-" else text
    chosen: pipeline.SpeechFormat = (audio_format or _format_of(output)).value
    if output == "-":
        pipeline.say(spoken, sys.stdout.buffer, chosen, settings)
    else:
        pipeline.say_to_file(spoken, Path(output), chosen, settings)
        typer.echo(output)


def _format_of(output: str) -> SpeechFormat:
    """The format that the file's suffix names; MP3 for a stream, which any player takes."""
    suffix = Path(output).suffix.removeprefix(".").lower()
    if output == "-":
        return SpeechFormat.MP3
    try:
        return SpeechFormat(suffix)
    except ValueError:
        remedy = "name a .wav, .mp3, .m4a or .opus file, or give --format"
        raise typer.BadParameter(f"{output}: {remedy}") from None


def _lines(file: str) -> Iterator[str]:
    """The lines of a UTF-8 file or of standard input, without their ends."""
    try:
        if file == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin)
        else:
            with Path(file).open(encoding="utf-8-sig") as stream:
                yield from (line.rstrip("\r\n") for line in stream)
    except OSError as error:
        what = error.strerror or str(error)
        raise ArticleError(what, where=file, remedy="name a readable file, or -") from error
    except UnicodeDecodeError as error:
        raise ArticleError("not UTF-8 text", where=file, remedy="convert it to UTF-8") from error
