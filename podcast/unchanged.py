"""A source that is what it was: its episode is known before the source is cleaned and read.

``episode.Trace`` tells whether an episode would be made of the same, but it
has to see every utterance. Here the question is asked of what they all follow
from: the text of the source, the settings, the voices, and the program itself.
The answer is a note of the folder that was made then, which must still be what
it was. A wrong *no* costs a moment, a wrong *yes* an episode: whatever is in
doubt is a *no*.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cache
from pathlib import Path

from podcast.types import Memo

PACKAGE = Path(__file__).parent
RECORD = "article.json"
"""The file of an episode's folder that tells what the others are."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was made of a source."""

    folder: str
    """Its name in the output folder."""
    record: str
    """SHA-256 of the record in it."""
    made_from: str
    """As ``episode.Trace`` told."""
    characters: int
    """Printed ones that were spoken."""
    utterances: int

    def read(self, output: Path) -> str | None:
        """The record, if it is the one that was written then."""
        try:
            data = (output / self.folder / RECORD).read_bytes()
        except OSError:
            return None
        return data.decode() if hashlib.sha256(data).hexdigest() == self.record else None


def note_of(folder: Path, characters: int, utterances: int) -> Note:
    """The note of an episode that is in its folder; raises ``OSError`` when it is not any more."""
    data = (folder / RECORD).read_bytes()
    made_from = json.loads(data)["episode"]["made_from"]
    return Note(folder.name, hashlib.sha256(data).hexdigest(), made_from, characters, utterances)


class Notes:
    """Notes among the files of a cache, which forgets them as it forgets the others."""

    def __init__(self, files: Memo) -> None:
        self._files = files

    def find(self, key: str) -> Note | None:
        """What was noted under ``key``; ``None`` also for a note of another form."""
        data = self._files.load(f"{key}.json")
        try:
            return Note(**json.loads(data)) if data else None
        except (ValueError, TypeError):
            return None

    def keep(self, key: str, note: Note) -> None:
        """Note it."""
        self._files.store(f"{key}.json", json.dumps(asdict(note)).encode())


def key_of(*known: object) -> str:
    """A name for all that an episode follows from: the values ``known``, and the program.

    Raises ``TypeError`` for a value that cannot be told (``told``).
    """
    return hashlib.sha256(f"{program()}\n{told(known)}".encode("utf-8", "surrogatepass")).hexdigest()


def told(value: object) -> str:
    """A text that is the same for equal values in every process, and for no others.

    ``repr`` is not: the order in a set changes, and an object may show its place in memory. So only
    values of known kinds are told, and any other is refused with ``TypeError``.
    """
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return repr(value)
    if isinstance(value, Path):
        return f"Path({str(value)!r})"
    if isinstance(value, frozenset | set):
        return f"set({', '.join(sorted(map(told, value)))})"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(told, value))})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{told(key)}: {told(each)}' for key, each in value.items())}}}"
    if is_dataclass(value) and not isinstance(value, type):
        inside = (f"{field.name}={told(getattr(value, field.name))}" for field in fields(value) if field.repr)
        return f"{type(value).__name__}({', '.join(inside)})"
    raise TypeError(f"a {type(value).__name__} cannot be told")


@cache
def program() -> str:
    """What this program is. Asked once: what a process runs does not change with the files."""
    return fingerprint(PACKAGE, sys.path)


def fingerprint(package: Path, path: Iterable[str]) -> str:
    """A hash of the files of a package with their times, of what is installed on ``path``, and of the Python.

    Who edits a rule, a table or a template, or installs another version of anything, has another program.
    """
    parts = (*sorted(_files(package)), *sorted(_installed(path)), sys.version)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _files(folder: Path | str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir():
                with suppress(FileNotFoundError):  # an editor's lock may be a link to nowhere
                    status = entry.stat()
                    yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
            elif entry.name != "__pycache__":
                yield from _files(entry.path)


def _installed(path: Iterable[str]) -> Iterator[str]:
    """Each version of a package comes with a folder of its own that describes it (PEP 376)."""
    for folder in path:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".dist-info", ".egg-info")):
                    yield f"{entry.path} {entry.stat().st_mtime_ns}"
