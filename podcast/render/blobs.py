"""Bytes that can be made again, by name, in one SQLite file that several processes share.

Half an hour of sound is a thousand clips, runs and notes: in a file each they
cost more than half a second of processor time in the kernel alone, here a
tenth of one. A checksum ends each value, so it is whole or it is not there;
a file that SQLite finds unsound is begun anew.
"""

from __future__ import annotations

import logging
import sqlite3
import time
import zlib
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import finalize

from podcast.database import code_of, is_damage

logger = logging.getLogger(__name__)

FILE = "blobs.sqlite"
"""Another name when tables or values are of another form."""

SWEEP_SHARE = 16
"""The file is measured each time that a 1/16 of the limit has been written."""

GRAIN = 3600.0
"""Seconds: when something was last used is told no finer, so that to read it is seldom to write."""

PATIENCE = 10.0
"""Seconds that a process waits for another one to have written."""

CHECK = 4
"""Bytes of the checksum."""

PAGE = 16384
"""Bytes: in pages of the usual 4 KB it takes half as long again, or more, to store a clip."""

_PREPARED = (
    f"PRAGMA page_size = {PAGE}",
    "PRAGMA journal_mode = WAL",  # where the file system cannot have it SQLite stays with its journal
    "PRAGMA wal_autocheckpoint = 64",  # a megabyte: there is little to recover after a process was killed
    "PRAGMA synchronous = OFF",  # what power failure damages is made again
    "PRAGMA secure_delete = OFF",  # some systems would have all that is forgotten overwritten
    "PRAGMA journal_size_limit = 4194304",
    "CREATE TABLE IF NOT EXISTS blobs (name TEXT PRIMARY KEY, used REAL, head BLOB, body BLOB)",
    "CREATE INDEX IF NOT EXISTS by_use ON blobs (used)",
)

_FORGET = "DELETE FROM blobs WHERE rowid = (SELECT rowid FROM blobs ORDER BY used, rowid LIMIT 1)"
_TAKEN = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class BlobCache:
    """``types.Memo`` that stays below ``max_bytes`` by forgetting the least recently used.

    Each further process that writes at the same time may pass the limit by
    1/16. A folder that cannot be written is reported once and then left alone.
    Threads may share it.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.writable = True
        """Until something could not be stored."""
        self._unmeasured = max_bytes
        """Bytes written since the file was last measured; the first value measures it."""
        self._database: sqlite3.Connection | None = None
        self._turn = Lock()

    def load(self, name: str) -> bytes | None:
        """What was stored under a name; ``None`` when it is not, or no longer, known."""
        return self._found(name, self._run("SELECT body, used FROM blobs WHERE name = ?", name))

    def head(self, name: str) -> bytes | None:
        """What was stored before it; ``None`` also when nothing was."""
        rows = self._run("SELECT head, used FROM blobs WHERE name = ? AND head != x''", name)
        return self._found(name, rows)

    def _found(self, name: str, rows: list[Any]) -> bytes | None:
        """The data in the row of that name, which is in use."""
        if not rows:
            return None
        whole, used = rows[0]
        data = unsealed(name, whole)
        if data is None:
            logger.info("%s in %s is damaged: it will be made again", name, self.folder)
            self._run("DELETE FROM blobs WHERE name = ?", name)
        elif abs(time.time() - used) > GRAIN:
            self._run("UPDATE blobs SET used = ? WHERE name = ?", time.time(), name)
        return data

    def store(self, name: str, data: bytes, head: bytes = b"") -> None:
        """Keep ``data``, which is not empty, and before it what is to be had without reading it all."""
        if not self.writable:
            return
        row = name, time.time(), head and sealed(name, head), sealed(name, data)
        self._run("INSERT OR REPLACE INTO blobs VALUES (?, ?, ?, ?)", *row)
        with self._turn:
            self._unmeasured += len(data)
            due = self._unmeasured * SWEEP_SHARE >= self.max_bytes
            if due:
                self._unmeasured = 0
        if due:
            self._sweep()

    def close(self) -> None:
        """Let go of the file; whatever is asked next opens it again."""
        with self._turn:
            self._close()

    def _run(self, statement: str, *values: object) -> list[Any]:
        """The rows that a statement gives; none where the file fails, which then costs only work."""
        try:
            with self._turn:
                return self._opened().execute(statement, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            self._meet(error)
            return []

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(
                self.folder / FILE, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                for statement in _PREPARED:
                    database.execute(statement)
            except BaseException:
                database.close()
                raise
            finalize(self, database.close)  # at the latest when the program ends: the log is folded in then
            self._database = database
        return self._database

    def _meet(self, error: Exception) -> None:
        """Begin a damaged file anew, go without one that is taken, or else store nothing any more."""
        if is_damage(error):
            logger.info("%s is damaged: it is begun anew", self.folder / FILE)
            with self._turn, suppress(OSError):
                self._close()
                for suffix in ("", "-wal", "-shm"):  # the file first: a log without its file is ignored
                    (self.folder / f"{FILE}{suffix}").unlink(missing_ok=True)
        elif code_of(error) in _TAKEN:
            logger.info("%s: others are at work in it", self.folder / FILE)
        elif self.writable:
            self.writable = False
            logger.warning("%s: what is made cannot be kept: %s", self.folder, error)

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _sweep(self) -> None:
        """Forget the least recently used until 1/16 of the limit is free."""
        most = self.max_bytes * (SWEEP_SHARE - 1) // SWEEP_SHARE // PAGE
        try:
            with self._turn, self._opened() as database:
                database.execute("BEGIN IMMEDIATE")
                while _pages(database) > most and _forget_one(database):
                    pass
        except (sqlite3.Error, OSError) as error:
            self._meet(error)


def sealed(name: str, data: bytes) -> bytes:
    """What is stored of ``data`` under a name."""
    return data + _check(name, data)


def unsealed(name: str, whole: bytes) -> bytes | None:
    """What was sealed under a name; ``None`` when that is not it, or not all of it."""
    data = whole[:-CHECK]
    return data if data and whole[-CHECK:] == _check(name, data) else None


def _check(name: str, data: bytes) -> bytes:
    return zlib.crc32(data, zlib.crc32(name.encode())).to_bytes(CHECK)


def _pages(database: sqlite3.Connection) -> int:
    """Those with something in them: what is forgotten leaves room in the file."""
    counts = (database.execute(f"PRAGMA {which}").fetchone()[0] for which in ("page_count", "freelist_count"))
    return int(next(counts) - next(counts))


def _forget_one(database: sqlite3.Connection) -> bool:
    return database.execute(_FORGET).rowcount > 0
