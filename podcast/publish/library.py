"""What the show has seen and made: articles by address, their GUIDs, states, attempts and episodes.

An SQLite file in WAL mode. It is an index: each episode's record also lies
beside its audio, so that a library that was lost or damaged is set aside and
rebuilt, with every GUID, from the episode folders.
"""

from __future__ import annotations

import logging
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from podcast.errors import PublishError
from podcast.publish.record import Record, records
from podcast.publish.schema import migrate

logger = logging.getLogger(__name__)

FILE_NAME = "library.db"
EPISODES = "episodes"

State = Literal["waiting", "ready", "refused", "withdrawn", "expired", "forgotten"]
"""waiting   seen, and not spoken yet
ready     has an episode in the feed
refused   is not an article that can be spoken, until its page changes
withdrawn its page is gone: it left the feed
expired   left the feed by age or number (retention)
forgotten taken out by hand; only ``podcast library retry`` brings it back
"""

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_REMEDIES = {
    sqlite3.SQLITE_FULL: "make room on the disk",
    sqlite3.SQLITE_READONLY: "give the program the right to write there",
    sqlite3.SQLITE_CANTOPEN: "check the path and its rights",
    sqlite3.SQLITE_BUSY: "another process holds it: try again later",
}
_PATIENCE = 10.0
"""Seconds to wait for another process that writes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of the library."""

    id: int
    guid: str
    address: str
    """Where it was last read: a URL or the path of a file."""
    source: str
    state: State
    title: str = ""
    content_hash: str = ""
    """Of the article as it was last read whole."""
    fingerprint: str = ""
    """Of the page or file as it was last read, whatever was in it."""
    etag: str = ""
    last_modified: str = ""
    listed: str = ""
    """When its source said that it was touched (ISO 8601); empty when it did not."""
    checked_at: float = 0.0
    """Unix time; 0 when its page is asked for at every run."""
    attempts: int = 0
    """Failures since it last went well."""
    retry_at: float = 0.0
    """Unix time before which it is left alone."""
    error: str = ""
    load_seconds: float = 0.0
    make_seconds: float = 0.0
    record: Record | None = None
    """The episode; None when there is none yet."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An article that a source names for the first time."""

    address: str
    source: str
    listed: str = ""
    """See ``Entry.listed``."""
    name: str = ""
    """The source's own name for it, unique over all sources; may be empty."""


_COLUMNS = tuple(field.name for field in fields(Entry))
_SELECT = f"SELECT {', '.join(f'articles.{name}' for name in _COLUMNS)} FROM articles"  # noqa: S608
_INSERT = f"INSERT INTO articles ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_UPDATE = f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?"  # noqa: S608


def guid_of(address: str) -> str:
    """The GUID of a new article: the same for the same address, on any machine."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, address))


class Library:
    """An open library. Each method that changes it is one transaction."""

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self._path = path
        self._records: dict[str, Record] = {}
        """By their JSON: a run goes over all episodes several times."""

    def find(self, address: str) -> Entry | None:
        """The article that was read at this address."""
        join = " JOIN addresses ON addresses.article = articles.id WHERE addresses.address = ?"
        return self._one(_SELECT + join, address)

    def with_guid(self, guid: str) -> Entry | None:
        """The article with this GUID."""
        return self._one(f"{_SELECT} WHERE guid = ?", guid)

    def entries(self, *states: State) -> Iterator[Entry]:
        """All articles in these states (in any, when none is given), in the order in which they came."""
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        with _reported(self._path):
            rows = self._database.execute(f"{_SELECT} {where} ORDER BY id", states).fetchall()
        return map(self._entry, rows)

    def addresses(self) -> dict[str, int]:
        """Every address that is known, and the ``Entry.id`` of its article."""
        with _reported(self._path):
            return dict(self._database.execute("SELECT address, article FROM addresses"))

    def add(self, *newcomers: Newcomer) -> None:
        """New articles, waiting to be read."""
        with self._writing():
            for new in newcomers:
                entry = Entry(
                    0, self._free_guid(new.address), new.address, new.source, "waiting", listed=new.listed
                )
                number = self._database.execute(_INSERT, _row(entry, None)).lastrowid
                for address in filter(None, (new.address, new.name)):
                    self._database.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", (address, number))

    def move(self, address: str, number: int) -> None:
        """The article whose ``Entry.id`` is ``number`` is now at ``address``, where nobody has looked yet."""
        update = (
            "UPDATE articles SET address = ?, fingerprint = '', etag = '', last_modified = '' WHERE id = ?"
        )
        with self._writing():
            self._database.execute("INSERT OR REPLACE INTO addresses VALUES (?, ?)", (address, number))
            self._database.execute(update, (address, number))

    def save(self, *entries: Entry) -> None:
        """Remember these articles as they now are."""
        with self._writing():
            for entry in entries:
                self._database.execute(_UPDATE, (*_row(entry, entry.id), entry.id))

    def join(self, address: str, entry: Entry) -> None:
        """``address`` leads to ``entry`` too; an article without an episode that had only it is dropped."""
        with self._writing():
            self._database.execute("INSERT OR REPLACE INTO addresses VALUES (?, ?)", (address, entry.id))
            self._database.execute(
                "DELETE FROM articles WHERE record IS NULL AND id NOT IN (SELECT article FROM addresses)"
            )

    def retry(self, entry: Entry) -> None:
        """Read and speak an article anew in the next run, whatever became of it before."""
        state: State = "ready" if entry.state == "ready" else "waiting"
        self.save(
            replace(
                Entry(entry.id, entry.guid, entry.address, entry.source, state),
                title=entry.title,
                record=entry.record,
            )
        )

    def forget(self, entry: Entry) -> None:
        """Take an article out of the show for good."""
        self.save(replace(entry, state="forgotten", attempts=0, retry_at=0.0, error=""))

    def next_number(self) -> int:
        """A number that no episode has had."""
        return int(self.fact("last_number") or 0) + 1

    def fact(self, name: str) -> str:
        """Something remembered under a name; empty when there is nothing."""
        with _reported(self._path):
            row = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        """Remember a value under a name."""
        with self._writing():
            self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def made(self, entry: Entry) -> None:
        """Remember an article with the episode that was made of it."""
        if entry.record is None:
            raise ValueError("no episode was made")
        number = max(entry.record.number, self.next_number() - 1)
        with self._writing():
            self._database.execute(_UPDATE, (*_row(entry, entry.id), entry.id))
            self._database.execute("INSERT OR REPLACE INTO facts VALUES ('last_number', ?)", (str(number),))

    def adopt(self, record: Record) -> None:
        """Take in an episode that was found on disk; part of a transaction."""
        entry = Entry(
            0,
            record.guid,
            record.address,
            record.source,
            "ready",
            title=record.title,
            content_hash=record.content_hash,
            record=record,
        )
        cursor = self._database.execute(_INSERT, _row(entry, None))
        for address in filter(None, (record.address, record.link)):
            self._database.execute(
                "INSERT OR IGNORE INTO addresses VALUES (?, ?)", (address, cursor.lastrowid)
            )
        number = max(record.number, self.next_number() - 1)
        self._database.execute("INSERT OR REPLACE INTO facts VALUES ('last_number', ?)", (str(number),))

    def close(self) -> None:
        """Leave the file to others."""
        with _reported(self._path):
            self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _reported(self._path), self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield

    def _free_guid(self, address: str) -> str:
        """That of the address, unless an article that has moved away from there has it."""
        guid, turn = guid_of(address), 1
        while self.with_guid(guid):
            turn += 1
            guid = guid_of(f"{address}#{turn}")
        return guid

    def _one(self, query: str, *values: object) -> Entry | None:
        with _reported(self._path):
            row = self._database.execute(query, values).fetchone()
        return self._entry(row) if row else None

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        *values, written = row
        return Entry(*(*values, self._record(written) if written else None))

    def _record(self, written: str) -> Record:
        if written not in self._records:
            self._records[written] = Record.from_json(written, str(self._path))
        return self._records[written]


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
    with _reported(path):
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
        if (folder / EPISODES).is_dir():
            (copy / EPISODES).symlink_to((folder / EPISODES).resolve())
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
        if not _is_damage(error):
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
        migrate(database, fill=lambda: _adopt_all(library, path.parent / EPISODES))
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


def _adopt_all(library: Library, episodes: Path) -> None:
    """The newest record of each GUID, in the order of their numbers."""
    newest: dict[str, Record] = {}
    for record in sorted(records(episodes), key=lambda record: record.updated):
        newest[record.guid] = record
    for record in sorted(newest.values(), key=lambda record: record.number):
        library.adopt(record)
    if newest:
        logger.warning("the library was rebuilt from %d episodes", len(newest))


def _set_aside(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(path.with_name(f"{path.name}.damaged{suffix}"))


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """SQLite's and the system's errors become ``PublishError``."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        remedy = _REMEDIES.get(code, "")
        if code in _DAMAGE:
            remedy = "run again: it is then rebuilt from the episodes"
        raise PublishError(f"the library cannot be used: {error}", where=str(path), remedy=remedy) from error
    except OSError as error:
        raise PublishError(f"the library cannot be used: {error.strerror}", where=str(path)) from error


def _row(entry: Entry, number: int | None) -> tuple[Any, ...]:
    values = replace(entry, id=0)
    row = [getattr(values, name) for name in _COLUMNS]
    row[0] = number
    row[-1] = entry.record.to_json() if entry.record else None
    return tuple(row)
