"""What SQLite says when a file fails it, as every room reads it that keeps one."""

from __future__ import annotations

import sqlite3

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def code_of(error: Exception) -> int:
    """The primary result code (https://www.sqlite.org/rescode.html); 0 where SQLite gave none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_damage(error: Exception) -> bool:
    """Whether the file is no sound database."""
    return code_of(error) in _DAMAGE
