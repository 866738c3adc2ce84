"""What a place for published files can do; names are relative, with ``/`` between their parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from podcast.errors import PublishError

ANY = "*"
"""A version that every file has: write whatever is there."""
NONE = ""
"""The version of a file that is not there."""


class ConflictError(PublishError):
    """Somebody else wrote the file since it was looked at."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the store."""

    size: int
    """Bytes."""
    version: str
    """Changes when the file is written; opaque."""


class Store(Protocol):
    """A place for files. Every method raises ``PublishError``."""

    @property
    def url(self) -> str:
        """Where it is."""
        ...

    @property
    def lanes(self) -> int:
        """How many files may be written at once; 1 where listing costs nothing."""
        ...

    def put(
        self, name: str, content: Path | bytes, *, content_type: str, cache_control: str, expected: str = ANY
    ) -> None:
        """Write a file, whole or not at all.

        ``expected`` is the version that it must have until then (``NONE``: it
        must not exist); otherwise ``ConflictError``.
        """
        ...

    def get(self, name: str, path: Path) -> bool:
        """Copy a file to ``path``; False when there is none of that name."""
        ...

    def head(self, name: str) -> Stored | None:
        """The file of that name, if there is one."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; no error when there is none."""
        ...

    def sizes(self) -> dict[str, int]:
        """Name → bytes of every file."""
        ...


def conflict(name: str, where: str) -> ConflictError:
    """The error for a file that has another version than was expected."""
    what = f"somebody else wrote {name} in the meantime"
    return ConflictError(what, where=where, remedy="let one machine publish a show, and run it again")


def checked(name: str) -> str:
    """A name that stays inside the store, in the one way in which it can be written."""
    parts = PurePosixPath(name).parts
    if not parts or "/".join(parts) != name or any(part.startswith(".") or "\0" in part for part in parts):
        raise PublishError(f"{name!r} cannot be the name of a published file")
    return name
