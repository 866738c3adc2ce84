"""One run at a time: a lock that the kernel takes back from a dead process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from podcast.errors import PublishError


class Busy(PublishError):  # noqa: N818 a fact, not a fault
    """Another run holds the lock; trying again later will help."""

    exit_code = 75


@contextmanager
def only_run(path: Path) -> Iterator[None]:
    """Hold the lock file ``path`` over the block.

    While it is held the file names the process. It stays afterwards, empty:
    removing it would let a third run lock a file that nobody else sees.
    Raises ``Busy`` when another process holds it, ``PublishError`` when the
    file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise PublishError(f"cannot be locked: {error.strerror}", where=str(path)) from error
    try:
        _lock(descriptor, path)
        _write(descriptor, f"{os.getpid()}\n")
        yield
        _write(descriptor, "")
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder else "another process"
        raise Busy(
            f"a run is already under way ({who})", where=str(path), remedy="this one changed nothing"
        ) from error
    except OSError as error:
        raise PublishError(
            f"cannot be locked: {error.strerror}", where=str(path), remedy="keep the library on a local disk"
        ) from error


def _write(descriptor: int, text: str) -> None:
    """Who holds the lock is a courtesy: a full disk does not stop the run here."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode("ascii"), 0)
