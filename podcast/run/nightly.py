"""One run, from the sources to the published feed."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace

from podcast import speaking
from podcast.publish.entry import Entry
from podcast.publish.library import EPISODES, Library
from podcast.publish.lock import only_run
from podcast.publish.opening import open_copy, open_library
from podcast.run.air import air
from podcast.run.gather import list_all, take_up, to_look_at
from podcast.run.make import WORK, Maker, here
from podcast.run.plan import Plan
from podcast.run.report import Outcome
from podcast.run.work import WORKING_ON, OnLook, Worker

logger = logging.getLogger(__name__)

LOCK = "lock"


def run(
    plan: Plan,
    *,
    dry: bool = False,
    maker: Maker | None = None,
    on_look: OnLook = lambda _done, _of: None,
) -> Outcome:
    """Do everything there is to do; ``dry`` only says what that would be.

    Articles are spoken by ``maker``, by default in this process.

    Raises ``Busy`` when another run is under way, ``VoiceError`` and
    ``ConfigError`` when nothing can be spoken, and ``PublishError`` when
    something cannot be written. An article that fails stops nobody: it is in
    the outcome, and is tried again later.
    """
    began = time.monotonic()
    outcome = Outcome(dry=dry)
    speaking.everybody(plan.settings)
    with _library(plan, dry=dry) as library:
        if not dry:
            _mend(plan, library)
        with nullcontext(maker) if maker else here(plan) as making:
            _work(plan, library, outcome, making, on_look)
    outcome.seconds = round(time.monotonic() - began, 3)
    return outcome


def _work(plan: Plan, library: Library, outcome: Outcome, maker: Maker, on_look: OnLook) -> None:
    listing = list_all(plan, outcome)
    now = time.time()
    take_up(listing, library, plan, now)
    worker = Worker(plan, library, listing, outcome, maker, on_look)
    suspects = library.fact(WORKING_ON).splitlines()
    for entries in _shifts(to_look_at(listing, library, plan, now), plan, suspects):
        worker.work(entries)
        if not outcome.dry:
            air(plan, library, outcome)
    if library.fact(WORKING_ON):
        library.set_fact(WORKING_ON, "")


def rebuild(plan: Plan) -> Outcome:
    """Publish what the library holds, without asking any source."""
    began = time.monotonic()
    outcome = Outcome()
    with _library(plan, dry=False) as library:
        _mend(plan, library)
        air(plan, library, outcome)
    outcome.seconds = round(time.monotonic() - began, 3)
    return outcome


@contextmanager
def changing(plan: Plan) -> Iterator[Library]:
    """The library, to be changed by hand while no run is under way."""
    with _library(plan, dry=False) as library:
        yield library


@contextmanager
def _library(plan: Plan, *, dry: bool) -> Iterator[Library]:
    if dry:
        with open_copy(plan.library) as library:
            yield library
    else:
        with only_run(plan.library / LOCK), open_library(plan.library) as library:
            yield library


def _shifts(entries: list[Entry], plan: Plan, suspects: list[str]) -> Iterator[list[Entry]]:
    """All articles but those that an earlier run had in hand when it died; then, when the others are on the
    air, these; and last the one that was in hand first, which was being spoken."""
    yield _newest_last([entry for entry in entries if entry.address not in suspects], plan)
    for some in (suspects[1:], suspects[:1]):
        if left := [entry for entry in entries if entry.address in some]:
            yield left


def _newest_last(entries: list[Entry], plan: Plan) -> list[Entry]:
    """In the order of the news, so that episodes are numbered in it; the newest when not all can be made."""
    waiting = [entry for entry in entries if entry.state == "waiting"]
    others = [entry for entry in entries if entry.state != "waiting"]
    most = plan.most_episodes or len(waiting)
    return [*others, *reversed(waiting[:most]), *waiting[most:]]


def _mend(plan: Plan, library: Library) -> None:
    """Make the folders and the library agree after a run that was killed, or hands that deleted."""
    shutil.rmtree(plan.library / WORK, ignore_errors=True)
    episodes = plan.library / EPISODES
    there = {path.name for path in episodes.glob("[!.]*")}
    named = set()
    for entry in library.entries("ready"):
        if entry.record is None:
            continue
        if entry.record.folder in there:
            named.add(entry.record.folder)
        else:
            logger.warning("the files of « %s » are gone: it will be made again", entry.title)
            library.save(replace(entry, state="waiting", fingerprint="", etag="", last_modified=""))
    for name in there - named:
        logger.info("removing %s, which the library does not know", episodes / name)
        shutil.rmtree(episodes / name, ignore_errors=True)
