"""``init``, ``run``, ``library``, ``feed`` and ``schedule``: a show that looks after itself."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from podcast.errors import ConfigError, PublishError

if TYPE_CHECKING:
    from podcast.publish.entry import Entry
    from podcast.publish.library import Library
    from podcast.run import Outcome, Plan

CONFIG = Path("podcast.toml")
TEMPLATE = Path(__file__).parent / "templates" / "podcast.toml"
GARBAGE = 200_000
"""Objects made between two searches for garbage: a large library is all kept, and searching it in vain
took a quarter of a run."""
TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: something will be tried again by the next run."""

ConfigFile = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="The show's podcast.toml; by default ./podcast.toml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Addresses = Annotated[
    list[str], typer.Argument(metavar="ARTICLE…", help="Addresses, GUIDs, or parts of them that fit one.")
]


class Scheduler(StrEnum):
    """What can run a job at its hour."""

    CRON = "cron"
    SYSTEMD = "systemd"


library_app = typer.Typer(no_args_is_help=True, help="What the show has seen and made.")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    for command in (init, run, feed, schedule):
        app.command()(command)
    library_app.command("list")(list_articles)
    for action in (show, retry, forget):
        library_app.command()(action)
    app.add_typer(library_app, name="library")


def init(
    config: ConfigFile = CONFIG,
    source: Annotated[
        str, typer.Option("--feed", metavar="URL", help="The newsroom's RSS feed, Atom feed or sitemap.")
    ] = "https://gazette.example.org/rss.xml",
    url: Annotated[
        str, typer.Option("--url", metavar="URL", help="Where listeners will find the show.")
    ] = "https://podcast.example.org/",
    title: Annotated[str, typer.Option(help="The name of the show.")] = "La Gazette à écouter",
    allow: Annotated[
        list[str] | None, typer.Option("--allow", metavar="HOST", help="A host that is not public.")
    ] = None,
    own_site: Annotated[
        bool, typer.Option("--own-site/--foreign-site", help="Whose the articles are.")
    ] = True,
) -> None:
    """Write a commented podcast.toml to begin with."""
    from urllib.parse import urlsplit

    if config.exists():
        raise ConfigError("is there already", where=str(config), remedy="edit it, or name another --config")
    site = urlsplit(source)
    values = {
        "title": _quoted(title),
        "feed": _quoted(source),
        "url": _quoted(url),
        "link": _quoted(f"{site.scheme}://{site.netloc}/" if site.netloc else ""),
        "allow": ", ".join(f'"{_quoted(host)}"' for host in allow or ()),
        "own_site": "true" if own_site else "false",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    try:
        with config.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=str(config)) from error
    typer.echo(f"{config}: edit it, then `podcast run --dry-run`")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def run(
    config: ConfigFile = CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Log only what went wrong.")] = False,
) -> None:
    """Make episodes of new and changed articles, and publish them: the scheduled job.

    Leaves with 0 when all is done, also when there was nothing to do, and with
    75 when something will be tried again.
    """
    from podcast.run import run as run_plan

    with logged(quiet=quiet):
        outcome = run_plan(plan_from(config), dry=dry_run)
    typer.echo(json.dumps(outcome.as_json(), ensure_ascii=False) if as_json else outcome_line(outcome))
    if outcome.to_retry:
        raise typer.Exit(TRY_AGAIN)


def outcome_line(outcome: Outcome) -> str:
    """What ``run`` prints for people: what was done, and how many episodes there are."""
    deeds = ("new", "changed", "withdrawn", "expired", "refused", "kept", "later")
    parts = [f"{outcome.count(deed)} {deed}" for deed in deeds if outcome.count(deed)]  # type: ignore[arg-type]
    if outcome.broken:
        parts.append(f"{len(outcome.broken)} sources not read")
    if outcome.left_over:
        parts.append(f"{outcome.left_over} left for the next run")
    done = ", ".join(parts) or "nothing new"
    return (
        f"{'would be: ' if outcome.dry else ''}{done}; {outcome.episodes} episodes ({outcome.seconds:.1f} s)"
    )


@contextmanager
def logged(*, quiet: bool) -> Iterator[None]:
    """Log lines with their times on stderr, for the log of a job that nobody watches."""
    ours = logging.getLogger("podcast")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    before = ours.level, ours.propagate
    ours.addHandler(handler)
    ours.propagate = False
    if not ours.isEnabledFor(logging.DEBUG):
        ours.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        yield
    finally:
        ours.removeHandler(handler)
        ours.level, ours.propagate = before


def feed(
    config: ConfigFile = CONFIG,
    check: Annotated[
        bool, typer.Option("--check", help="Check the published feed against Apple's and PSP-1's rules.")
    ] = False,
) -> None:
    """Build and publish the feed again from the library, or check the one that is published."""
    from podcast.run import breaches_of, rebuild

    plan = plan_from(config)
    if not check:
        typer.echo(outcome_line(rebuild(plan)))
        return
    breaches = breaches_of(plan)
    for breach in breaches:
        typer.echo(f"{'must' if breach.required else 'should'}  {breach}")
    required = sum(breach.required for breach in breaches)
    where = plan.settings.show.feed_url
    if required:
        raise PublishError(f"{required} rules of Apple or PSP-1 are broken", where=where)
    typer.echo(f"{where}: no rule of Apple or PSP-1 is broken")


def schedule(
    config: ConfigFile = CONFIG,
    install: Annotated[
        Scheduler | None, typer.Option("--install", help="Write the crontab line, or the systemd units.")
    ] = None,
    remove: Annotated[Scheduler | None, typer.Option("--remove", help="Take them out again.")] = None,
) -> None:
    """Show what runs `podcast run` at its hours, write it, or take it out again."""
    from podcast import schedule as jobs
    from podcast.config import read_config

    if install and remove:
        raise typer.BadParameter("choose --install or --remove")
    job = jobs.job_of(read_config(config), config)
    if install:
        typer.echo(jobs.install(job, install.value))
    elif remove:
        typer.echo(jobs.remove(job, remove.value))
    else:
        typer.echo(jobs.shown(job), nl=False)


def list_articles(
    config: ConfigFile = CONFIG,
    state: Annotated[str | None, typer.Option(help="Only those: waiting, ready, refused, withdrawn…")] = None,
    as_json: AsJson = False,
) -> None:
    """All articles: state, attempts, title, address."""
    with _reading(config) as library:
        for entry in library.entries():
            if state is None or entry.state == state:
                typer.echo(json.dumps(_facts(entry), ensure_ascii=False) if as_json else _line(entry))


def show(addresses: Addresses, config: ConfigFile = CONFIG) -> None:
    """Everything that is known of articles, as JSON."""
    with _reading(config) as library:
        for address in addresses:
            typer.echo(json.dumps(_facts(_one(library, address), full=True), ensure_ascii=False, indent=2))


def retry(addresses: Addresses, config: ConfigFile = CONFIG) -> None:
    """Look at articles anew in the next run, whatever became of them before, and speak them again."""
    _change(config, addresses, "will be looked at anew by the next run")


def forget(addresses: Addresses, config: ConfigFile = CONFIG) -> None:
    """Take articles out of the podcast for good; the next run, or `podcast feed`, publishes that."""
    _change(config, addresses, "leaves the feed with the next run", forget=True)


def _change(config: Path, addresses: list[str], said: str, *, forget: bool = False) -> None:
    from podcast.run import changing

    with changing(plan_from(config)) as library:
        for address in addresses:
            entry = _one(library, address)
            if forget:
                library.forget(entry)
            else:
                library.retry(entry)
            typer.echo(f"{entry.address}: {said}")


@contextmanager
def _reading(config: Path) -> Iterator[Library]:
    from podcast.publish.opening import open_copy

    with open_copy(plan_from(config).library) as library:
        yield library


def _one(library: Library, wanted: str) -> Entry:
    """The article of that address or GUID, or the only one with that in its address, GUID or title."""
    exact = library.find(wanted) or library.with_guid(wanted)
    if exact:
        return exact
    found = [
        entry for entry in library.entries() if wanted in f"{entry.address}\n{entry.guid}\n{entry.title}"
    ]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} articles fit" if found else "no article fits"
    raise PublishError(f"{what} {wanted!r}", remedy="podcast library list shows them all")


def _line(entry: Entry) -> str:
    trouble = f"  [{entry.attempts} attempts: {entry.error}]" if entry.error else ""
    return f"{entry.state:<9}  {entry.title or '-'}  {entry.address}{trouble}"


def _facts(entry: Entry, *, full: bool = False) -> dict[str, object]:
    from dataclasses import asdict

    facts = asdict(entry)
    record = facts.pop("record")
    facts["number"] = record["number"] if record else None
    if full:
        facts["episode"] = json.loads(entry.record.to_json()) if entry.record else None
    return facts


def plan_from(config: Path) -> Plan:
    """What the podcast.toml asks for."""
    import gc

    from podcast.config import read_config
    from podcast.run import plan_of

    gc.set_threshold(GARBAGE)
    return plan_of(read_config(config))
