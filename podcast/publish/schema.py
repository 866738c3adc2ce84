"""The tables of the library, and how an older library becomes a newer one.

``PRAGMA user_version`` counts the migrations that a file has seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from podcast.errors import PublishError

Migration = Sequence[str]

MIGRATIONS: tuple[Migration, ...] = (
    (
        """
        CREATE TABLE articles (
            id            INTEGER PRIMARY KEY,
            guid          TEXT NOT NULL UNIQUE,
            address       TEXT NOT NULL,
            source        TEXT NOT NULL,
            state         TEXT NOT NULL,
            title         TEXT NOT NULL,
            content_hash  TEXT NOT NULL,
            fingerprint   TEXT NOT NULL,
            etag          TEXT NOT NULL,
            last_modified TEXT NOT NULL,
            listed        TEXT NOT NULL,
            checked_at    REAL NOT NULL,
            attempts      INTEGER NOT NULL,
            retry_at      REAL NOT NULL,
            error         TEXT NOT NULL,
            load_seconds  REAL NOT NULL,
            make_seconds  REAL NOT NULL,
            record        TEXT
        )
        """,
        "CREATE INDEX articles_by_state ON articles (state)",
        """
        CREATE TABLE addresses (
            address TEXT PRIMARY KEY,
            article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE
        ) WITHOUT ROWID
        """,
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
)


def migrate(
    database: sqlite3.Connection,
    *,
    migrations: Sequence[Migration] = MIGRATIONS,
    fill: Callable[[], None] = lambda: None,
) -> None:
    """Bring the tables up to date in one transaction; ``fill`` fills a library that was empty.

    Raises ``PublishError`` when a newer version of the program wrote the library.
    """
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == len(migrations):
        return
    if version > len(migrations):
        raise PublishError(
            "the library was written by a newer version of the program",
            remedy="install that version again, or move the library away: it is rebuilt from the episodes",
        )
    with database:
        database.execute("BEGIN IMMEDIATE")
        for migration in migrations[version:]:
            for statement in migration:
                database.execute(statement)
        if version == 0:
            fill()
        database.execute(f"PRAGMA user_version = {len(migrations)}")
