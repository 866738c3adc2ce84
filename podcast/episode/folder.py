"""An episode folder appears whole or not at all (POSIX).

It is built beside its place as ``.<name>.<random>.part``, synced to the disk,
and swapped in by one rename. Its builder holds a lock on that directory, so
that what a killed builder left behind is told from what is being built.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import logging
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from podcast.errors import PublishError

logger = logging.getLogger(__name__)

_LONGEST_SLUG = 80
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
"""Both from Linux's fcntl.h and fs.h."""
_CANNOT_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)


def slug(title: str) -> str:
    """A folder name from a title: lower-case ASCII letters and digits, single hyphens."""
    text = title.lower().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", text.replace("’", "-").replace("'", "-"))
    words = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
    if len(words) > _LONGEST_SLUG:
        words = words[: _LONGEST_SLUG + 1].rpartition("-")[0] or words[:_LONGEST_SLUG]
    return words or "article"


@contextmanager
def new_folder(output: Path, name: str, *, durable: bool = True) -> Iterator[Path]:
    """A folder to fill; at the end of the block it becomes ``output/name``.

    An old folder of that name is replaced in the same instant. When the block
    raises, the old one stays and the new one is removed. ``durable`` files are
    on the disk before the folder appears, whenever the power fails; files that
    soon move on to another such folder need not be. Raises ``PublishError`` for
    a name that is not one of a folder, and ``OSError``.
    """
    if not name or name != Path(name).name or name.startswith("."):
        raise PublishError(f"{name!r} cannot name an episode folder", where=str(output))
    output.mkdir(parents=True, exist_ok=True)
    part = output / f".{name}.{os.urandom(4).hex()}.part"
    holder = None
    try:
        with _only_one(output):
            _sweep(output)
            part.mkdir()
            holder = _hold(part)
        yield part
        for path in (*part.rglob("*"), part) if durable else ():
            sync(path)
        with _only_one(output):
            _swap(part, output / name)
        if durable:
            sync(output)
    finally:
        _remove(part)
        if holder is not None:
            os.close(holder)


def _sweep(output: Path) -> None:
    """Mend what killed builders left behind, oldest step first."""
    with os.scandir(output) as entries:  # of thousands of episodes, these few
        left = [output / entry.name for entry in entries if entry.name.startswith(".")]
    for old in (path for path in left if path.suffix == ".old"):
        place = output / old.name[1:].rsplit(".", 2)[0]
        if place.exists():
            _remove(old)
        else:
            old.rename(place)
    for part in (path for path in left if path.suffix == ".part"):
        holder = _hold(part)
        if holder is not None:
            logger.info("removing %s, left by a run that was killed", part)
            _remove(part)
            os.close(holder)


def _swap(new: Path, place: Path) -> None:
    """Put ``new`` in its place; what was there before goes to ``new``, or away."""
    if not os.path.lexists(place):
        new.rename(place)
    elif not _exchange(new, place):
        # Two steps: a kill between them leaves the old one aside, and _sweep puts it back.
        aside = new.with_suffix(".old")
        place.rename(aside)
        new.rename(place)
        _remove(aside)


def _exchange(new: Path, place: Path) -> bool:
    """Swap two paths in one step; False where the system or the file system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = (_AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(place))
    if renameat2(*paths, _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(place))


@contextmanager
def _only_one(output: Path) -> Iterator[None]:
    """Nobody sweeps while a folder is there that its builder does not hold yet."""
    descriptor = os.open(output, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks: _hold then sweeps nothing
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _hold(folder: Path) -> int | None:
    """A descriptor that holds the lock until it is closed; None when it cannot be had."""
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


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        import shutil  # with its compressors; an article that is unchanged removes nothing

        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have a file or the entries of a folder on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
