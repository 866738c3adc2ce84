"""An episode folder appears whole or not at all.

It is built beside its place, as ``.<slug>.<random>.part``, synced to the disk,
and swapped in by one rename. Its builder holds a lock on the directory itself,
so that what a killed builder left behind is told from what is being built.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import re
import secrets
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

_LONGEST_SLUG = 80
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""From linux/fs.h."""


def slug(title: str) -> str:
    """A folder name from a title: lower-case ASCII letters, digits and single hyphens."""
    text = title.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’]", "-", plain)).strip("-")
    if len(words) > _LONGEST_SLUG:
        words = words[: _LONGEST_SLUG + 1].rpartition("-")[0] or words[:_LONGEST_SLUG]
    return words or "article"


@contextmanager
def new_folder(output: Path, name: str) -> Iterator[Path]:
    """A folder to fill; at the end of the block it becomes ``output/name``.

    An old folder of that name is replaced in the same instant. When the block
    raises, the old one stays and the new one is removed.
    """
    output.mkdir(parents=True, exist_ok=True)
    part = output / f".{name}.{secrets.token_hex(4)}.part"
    with _lock(output):
        _sweep(output)
        part.mkdir()
        holder = _hold(part)
    try:
        yield part
        for path in (*part.rglob("*"), part):
            _sync(path)
        _swap(part, output / name)
        _sync(output)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        _release(holder)


def _sweep(output: Path) -> None:
    """Remove what killed builders left behind, after putting back what one had set aside."""
    for path in output.glob(".*.part"):
        holder = _hold(path)
        if holder is None:
            continue
        logger.info("removing %s, left by a run that was killed", path)
        shutil.rmtree(path, ignore_errors=True)
        _release(holder)


def _swap(new: Path, place: Path) -> None:
    """Put ``new`` in ``place``; what was there is then at ``new``."""
    if not place.exists():
        new.rename(place)
    elif not _exchange(new, place):
        raise OSError("no exchange")


def _exchange(a: Path, b: Path) -> bool:
    """Swap two paths in one step; False where the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = (_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b))
    if renameat2(*paths, _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(b))


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One at a time: sweeping must not see a folder before its builder holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _hold(folder: Path) -> int | None:
    """A descriptor that keeps the lock until it is closed; None when another has it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _release(holder: int | None) -> None:
    if holder is not None:
        os.close(holder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
