"""What the show has seen and made: articles by address, their GUIDs, states, attempts and episodes.

An SQLite file in WAL mode. It is an index: each episode's record also lies
beside its audio, so that a library that was lost or damaged is set aside and
rebuilt, with every GUID, from the episode folders.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from podcast.database import code_of, is_damage
from podcast.errors import PublishError
from podcast.publish.entry import Entry, Newcomer, State, guid_of
from podcast.publish.record import Record

FILE_NAME = "library.db"
EPISODES = "episodes"
FORGOTTEN = "forgotten"

_REMEDIES = {
    sqlite3.SQLITE_FULL: "make room on the disk",
    sqlite3.SQLITE_READONLY: "give the program the right to write there",
    sqlite3.SQLITE_CANTOPEN: "check the path and its rights",
    sqlite3.SQLITE_BUSY: "another process holds it: try again later",
}
_COLUMNS = tuple(field.name for field in fields(Entry))
_SELECT = f"SELECT {', '.join(f'articles.{name}' for name in _COLUMNS)} FROM articles"  # noqa: S608
_INSERT = f"INSERT INTO articles ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_UPDATE = f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?"  # noqa: S608


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
        with reported(self._path):
            rows = self._database.execute(f"{_SELECT} {where} ORDER BY id", states).fetchall()
        return map(self._entry, rows)

    def addresses(self) -> dict[str, int]:
        """Every address that is known, and the ``Entry.id`` of its article."""
        with reported(self._path):
            return dict(self._database.execute("SELECT address, article FROM addresses"))

    def add(self, *newcomers: Newcomer) -> None:
        """New articles, waiting to be read."""
        with self._writing():
            for new in newcomers:
                entry = Entry(
                    0, self._free_guid(new.address), new.address, new.source, "waiting", listed=new.listed
                )
                self._insert(entry, (new.address, new.name))

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
        anew = Entry(entry.id, entry.guid, entry.address, entry.source, state, title=entry.title)
        self.save(replace(anew, record=entry.record))
        with reported(self._path):
            tombstone(self._path.parent, entry.guid).unlink(missing_ok=True)

    def forget(self, entry: Entry) -> None:
        """Take an article out of the show for good: a file says so too, should the library be lost."""
        known = [address for address, number in self.addresses().items() if number == entry.id]
        said = {"guid": entry.guid, "addresses": known, "source": entry.source, "title": entry.title}
        with reported(self._path):
            place = tombstone(self._path.parent, entry.guid)
            place.parent.mkdir(exist_ok=True)
            place.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        self.save(replace(entry, state="forgotten", attempts=0, retry_at=0.0, error=""))

    def next_number(self) -> int:
        """A number that no episode has had."""
        return int(self.fact("last_number") or 0) + 1

    def fact(self, name: str) -> str:
        """Something remembered under a name; empty when there is nothing."""
        with reported(self._path):
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
        self._insert(entry, (record.address, record.link or ""))
        number = max(record.number, self.next_number() - 1)
        self._database.execute("INSERT OR REPLACE INTO facts VALUES ('last_number', ?)", (str(number),))

    def adopt_forgotten(self, guid: str, addresses: Sequence[str], source: str, title: str) -> None:
        """Take in an article that was taken out by hand; part of a transaction."""
        self._insert(Entry(0, guid, addresses[0], source, "forgotten", title=title), addresses)

    def _insert(self, entry: Entry, addresses: Sequence[str]) -> None:
        number = self._database.execute(_INSERT, _row(entry, None)).lastrowid
        for address in filter(None, addresses):
            self._database.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", (address, number))

    def close(self) -> None:
        """Leave the file to others."""
        with reported(self._path):
            self._database.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with reported(self._path), self._database:
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
        with reported(self._path):
            row = self._database.execute(query, values).fetchone()
        return self._entry(row) if row else None

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        *values, written = row
        return Entry(*(*values, self._record(written) if written else None))

    def _record(self, written: str) -> Record:
        if written not in self._records:
            self._records[written] = Record.from_json(written, str(self._path))
        return self._records[written]


def tombstone(folder: Path, guid: str) -> Path:
    """The file that says that an article was taken out by hand."""
    return folder / FORGOTTEN / f"{guid}.json"


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """SQLite's and the system's errors become ``PublishError``."""
    try:
        yield
    except sqlite3.Error as error:
        remedy = _REMEDIES.get(code_of(error), "")
        if is_damage(error):
            remedy = "run again: it is then rebuilt from the episodes"
        raise PublishError(f"the library cannot be used: {error}", where=str(path), remedy=remedy) from error
    except OSError as error:
        raise PublishError(f"the library cannot be used: {error.strerror}", where=str(path)) from error


def _row(entry: Entry, number: int | None) -> tuple[Any, ...]:
    row = [getattr(entry, name) for name in _COLUMNS]
    row[0] = number
    row[-1] = entry.record.to_json() if entry.record else None
    return tuple(row)
