"""The options of ``podcast`` itself."""

from __future__ import annotations

import typer

from podcast import __version__


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"podcast {__version__}")
        raise typer.Exit


def options(
    version: bool = typer.Option(
        False, "--version", is_eager=True, callback=_print_version, help="Show the version and leave."
    ),
    debug: bool = typer.Option(
        False, "--debug", help="Show tracebacks and debug logs; may stand anywhere on the line."
    ),
) -> None:
    """Listen to French news articles."""
