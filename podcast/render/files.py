"""Files that can be made again, in a folder that several processes share.

A checksum ends each file, so it is whole or it is not there. Files appear by
rename, and whoever loses a race loses nothing. A second level of folders keeps
each of them short.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple

logger = logging.getLogger(__name__)

PART = ".part"
STALE = 3600.0
"""Seconds after which a part file can only be what a killed process left."""

SWEEP_SHARE = 16
"""The folder is measured each time that a 1/16 of the limit has been written."""

CHECK = 4
"""Bytes of the checksum."""


class FileCache:
    """A folder that stays below ``max_bytes`` by forgetting the least recently used.

    Each further process that writes at the same time may pass the limit by
    1/16. A folder that cannot be written is reported once and then left alone.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._unmeasured = max_bytes
        """Bytes written since the folder was last measured; the first file measures it."""
        self._measuring = Lock()
        self.writable = True
        """Until something could not be stored."""

    def path(self, name: str) -> Path:
        """Where the file of that name is, or would be; names are hexadecimal, with a suffix."""
        return self.folder / name[:2] / name

    def load(self, name: str) -> bytes | None:
        """What was stored under a name; ``None`` when it is not, or no longer, known."""
        path = self.path(name)
        try:
            whole = path.read_bytes()
        except OSError:
            return None
        data, check = whole[:-CHECK], whole[-CHECK:]
        if not data or zlib.crc32(data).to_bytes(CHECK) != check:
            logger.info("%s is damaged: it will be made again", path)
            _forget(path)
            return None
        with suppress(OSError):
            os.utime(path)
        return data

    def store(self, name: str, data: bytes) -> None:
        """Keep ``data``, which is not empty."""
        if not self.writable:
            return
        try:
            _write(self.path(name), data + zlib.crc32(data).to_bytes(CHECK))
        except OSError as error:
            self.give_up(error)
            return
        self._unmeasured += len(data) + CHECK
        if self._unmeasured * SWEEP_SHARE >= self.max_bytes and self._measuring.acquire(blocking=False):
            try:
                self._unmeasured = 0
                self._sweep()
            finally:
                self._measuring.release()

    def give_up(self, error: OSError) -> None:
        """Store nothing any more, and say so once."""
        if not self.writable:
            return
        self.writable = False
        logger.warning("%s: what is made cannot be kept: %s", self.folder, error)

    def _sweep(self) -> None:
        """Forget the least recently used until 1/16 of the limit is free, and what killed writers left."""
        entries = sorted(_entries(self.folder))
        excess = sum(entry.size for entry in entries) - self.max_bytes * (SWEEP_SHARE - 1) // SWEEP_SHARE
        for entry in entries:
            unfinished = entry.path.suffix == PART  # a live process may be writing it
            doomed = entry.used < time.time() - STALE if unfinished else excess > 0
            if doomed:
                _forget(entry.path)
                excess -= entry.size


class Entry(NamedTuple):
    """A file of the cache; the least recently used sorts first."""

    used: float
    size: int
    path: Path


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=PART, delete=False) as part:
        try:
            part.write(data)
            part.close()
            Path(part.name).replace(path)
        except BaseException:
            _forget(Path(part.name))
            raise


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _entries(folder: Path) -> Iterator[Entry]:
    for shelf in folder.iterdir():
        with suppress(OSError), os.scandir(shelf) as files:
            for file in files:
                with suppress(OSError):
                    status = file.stat()
                    yield Entry(status.st_mtime, status.st_size, Path(file.path))
