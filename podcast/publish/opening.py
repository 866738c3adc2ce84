"""Opening the library, also when its file was lost or damaged."""

from __future__ import annotations

import json
import logging
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from podcast.database import is_damage
from podcast.errors import PublishError
from podcast.publish.library import EPISODES, FILE_NAME, FORGOTTEN, Library, reported, tombstone
from podcast.publish.record import Record, records
from podcast.publish.schema import migrate

logger = logging.getLogger(__name__)

_PATIENCE = 10.0
"""Seconds to wait for another process that writes."""


@contextmanager
def open_library(folder: Path) -> Iterator[Library]:
    """The library in ``folder``, which is made when it is not there.

    A damaged file is renamed to ``library.db.damaged`` and rebuilt from the
    episode folders. Raises ``PublishError`` when it cannot be opened.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(f"cannot be made: {error.strerror}", where=str(folder)) from error
    with reported(path):
        library = _sound(path)
    try:
        yield library
    finally:
        library.close()


@contextmanager
def open_copy(folder: Path) -> Iterator[Library]:
    """A copy of the library in ``folder`` that is thrown away: to try what a run would do."""
    with tempfile.TemporaryDirectory(prefix="podcast-") as name:
        copy = Path(name)
        for part in (EPISODES, FORGOTTEN):
            if (folder / part).is_dir():
                (copy / part).symlink_to((folder / part).resolve())
        if (folder / FILE_NAME).is_file():
            with suppress(sqlite3.DatabaseError):  # a damaged library is rebuilt in the copy too
                _copy(folder / FILE_NAME, copy / FILE_NAME)
        with open_library(copy) as library:
            yield library


def _copy(path: Path, copy: Path) -> None:
    with (
        closing(sqlite3.connect(path, timeout=_PATIENCE)) as database,
        closing(sqlite3.connect(copy)) as other,
    ):
        database.backup(other)


def _sound(path: Path) -> Library:
    """A library whose tables can be trusted."""
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        logger.warning("%s is damaged (%s): it is rebuilt from the episodes", path, error)
    except _Damaged as damage:
        logger.warning("%s is damaged (%s): it is rebuilt from the episodes", path, damage)
    _set_aside(path)
    return _open(path)


class _Damaged(Exception):  # noqa: N818 a fact, not a fault
    """SQLite found the file unsound; says how."""


def _open(path: Path) -> Library:
    database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA synchronous = FULL")
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _Damaged(verdict)
        if database.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            database.execute("PRAGMA journal_mode = WAL")
        library = Library(database, path)
        migrate(database, fill=lambda: _adopt_all(library, path.parent))
        _require_readable(library)
    except BaseException:
        database.close()
        raise
    return library


def _require_readable(library: Library) -> None:
    """Bytes may rot where no table of SQLite's would show it: every record is read once."""
    try:
        for _entry in library.entries():
            pass
    except PublishError as error:
        raise _Damaged(error.what) from error


def _adopt_all(library: Library, folder: Path) -> None:
    """What was forgotten, then the newest record of each other GUID, in the order of their numbers."""
    forgotten = set()
    for path in sorted(tombstone(folder, "*").parent.glob("*.json")):
        with suppress(OSError, ValueError, TypeError, KeyError, IndexError):
            said = json.loads(path.read_bytes())
            library.adopt_forgotten(said["guid"], said["addresses"], said["source"], said["title"])
            forgotten.add(said["guid"])
    newest: dict[str, Record] = {}
    for record in sorted(records(folder / EPISODES), key=lambda record: record.updated):
        newest[record.guid] = record
    for record in sorted(newest.values(), key=lambda record: record.number):
        if record.guid not in forgotten:
            library.adopt(record)
    if newest:
        logger.warning("the library was rebuilt from %d episodes", len(newest))


def _set_aside(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(path.with_name(f"{path.name}.damaged{suffix}"))
