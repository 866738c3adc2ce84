"""``backfill``: the episodes of a whole archive, on many machines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from podcast.cli.newsroom import CONFIG, TRY_AGAIN, AsJson, ConfigFile, logged, outcome_line, plan_from
from podcast.errors import ConfigError

if TYPE_CHECKING:
    from podcast.article.listing import Source
    from podcast.cluster import Cluster, Tally
    from podcast.run import Plan

HOUR = 3600.0
"""Seconds."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(backfill)


def backfill(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE…]", help="Feeds, folders, lists of URLs; by default the show's."),
    ] = None,
    config: ConfigFile = CONFIG,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786.")
    ] = "",
    local: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Workers on this machine; by default one per core."),
    ] = None,
    through: Annotated[
        str,
        typer.Option(
            metavar="PLACE",
            help="Where workers of other machines leave episodes: a shared folder, or s3://, gs://, az://.",
        ),
    ] = "",
    share_clips: Annotated[
        bool, typer.Option("--share-clips", help="Keep spoken sentences at that place too, for all workers.")
    ] = False,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Leave out older articles.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=0, metavar="N", help="Make at most N episodes; 0 is without limit.")
    ] = 0,
    hourly_price: Annotated[
        float | None,
        typer.Option(min=0, metavar="EUROS", help="Of a worker, to tell what sound costs."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Log only what went wrong.")] = False,
) -> None:
    """Do what `podcast run` does for a whole archive, with many workers.

    What podcast.toml says under [limits] does not count here, --since and --limit do.
    Stopped or killed, it goes on where it was when it is run again.
    """
    if scheduler and local:
        raise typer.BadParameter("choose --scheduler or --local")
    _check_extra()
    from podcast.cluster import LocalWorkers, RemoteScheduler
    from podcast.cluster import backfill as make_all
    from podcast.render import cores
    from podcast.run import run

    plan = _limited(plan_from(config), since, limit)
    if sources:
        plan = replace(plan, sources=tuple(_source(name, plan) for name in sources))
    workers: Cluster = RemoteScheduler(scheduler) if scheduler else LocalWorkers(local or cores())
    watched = sys.stderr.isatty() and not quiet
    with logged(quiet=quiet or watched), _bar(shown=watched) as (on_given, on_look):
        if dry_run:
            outcome, report = run(plan, dry=True), None
        else:
            outcome, tally = make_all(
                plan,
                workers,
                through=through,
                share_clips=share_clips,
                on_given=on_given,
                on_look=on_look,
            )
            report = tally.as_json(hourly_price)
    if as_json:
        typer.echo(json.dumps({**outcome.as_json(), "cluster": report}, ensure_ascii=False))
    else:
        typer.echo(outcome_line(outcome))
        if report and report["articles"]:
            typer.echo(_report_line(report))
    if outcome.to_retry:
        raise typer.Exit(TRY_AGAIN)


def _limited(plan: Plan, since: datetime | None, limit: int) -> Plan:
    """An archive is older and larger than what one night may bring."""
    oldest = 0.0
    if since:
        oldest = (datetime.now(UTC) - since.astimezone()).total_seconds()
        if oldest <= 0:
            raise typer.BadParameter(f"--since: {since:%Y-%m-%d} is still to come")
    return replace(plan, most_episodes=limit, most_time=0.0, oldest=oldest)


def _source(name: str, plan: Plan) -> Source:
    """A source as podcast.toml would name it: the addresses of its articles, and so their GUIDs, follow."""
    from podcast.article.listing import Source

    if "://" in name:
        return Source("feed", name)
    path = Path(name).absolute()
    where = os.path.relpath(path, plan.folder) if path.is_relative_to(plan.folder.absolute()) else str(path)
    if path.is_dir():
        return Source("folder", where)
    if path.is_file():
        return Source("list", where)
    raise ConfigError(
        "is no source of articles", where=name, remedy="name a feed's URL, a folder, or a list of URLs"
    )


def _report_line(report: dict[str, float | None]) -> str:
    line = (
        f"{report['articles']} made, {report['audio_hours']:.2f} h of sound, {report['workers']} workers; "
        f"each {report['articles_per_worker_hour']:.0f} articles an hour, "
        f"{report['audio_per_worker_second']:.1f} s of sound a second; RTF {report['rtf']:.4f} of one core"
    )
    if report["cost_per_audio_hour"] is not None:
        line += f"; {report['cost']:.2f} €, {report['cost_per_audio_hour']:.4f} € an hour of sound"
    return line


@contextmanager
def _bar(*, shown: bool) -> Iterator[tuple[Callable[[Tally], None], Callable[[int, int], None]]]:
    """How many articles have been looked at, and what has come of them, on stderr."""
    if not shown:
        yield lambda _tally: None, lambda _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("articles"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def tell(tally: Tally) -> None:
            done = f"{tally.articles} made, {tally.audio / HOUR:.2f} h of sound"
            speed = f"{tally.articles / tally.wall * 60:.1f} a minute by {tally.workers} workers"
            bar.update(task, description=f"{done}, {speed}")

        yield tell, lambda done, of: bar.update(task, completed=done, total=of)


def _check_extra() -> None:
    try:
        import_module("distributed")
    except ModuleNotFoundError as error:
        remedy = "pip install 'podcast[cluster]' brings what many machines need"
        raise ConfigError(f"{error.name} is not installed", remedy=remedy) from error
