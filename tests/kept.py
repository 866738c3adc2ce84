"""What lies in a cache, seen and changed behind the program's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from podcast.render.blobs import FILE


def change(folder: Path, statement: str, *values: object) -> list[Any]:
    """The rows that a statement gives."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as database:
        return database.execute(statement, values).fetchall()


def names(folder: Path) -> set[str]:
    """Of all that is kept there."""
    if not (folder / FILE).is_file():
        return set()
    return {name for (name,) in change(folder, "SELECT name FROM blobs")}


def clips(folder: Path) -> int:
    """How many are kept there: they alone have a head."""
    if not (folder / FILE).is_file():
        return 0
    return int(change(folder, "SELECT count(*) FROM blobs WHERE head != x''")[0][0])


def forget(folder: Path, like: str = "%") -> None:
    """All whose name is such."""
    change(folder, "DELETE FROM blobs WHERE name LIKE ?", like)
