"""Publishing into a folder that a web server shows: each file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from podcast.errors import PublishError
from podcast.publish.store import ANY, NONE, Stored, checked, conflict

_PART = ".part"
_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room on the disk",
    errno.EROFS: "give a folder that can be written",
    errno.EACCES: "give the program the right to write there",
    errno.EPERM: "give the program the right to write there",
}


class FolderStore:
    """A folder of this machine."""

    lanes = 1

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    @property
    def url(self) -> str:
        """Where it is."""
        return self._root.as_uri()

    def put(
        self, name: str, content: Path | bytes, *, content_type: str, cache_control: str, expected: str = ANY
    ) -> None:
        """Write a file; see `Store`."""
        del content_type, cache_control  # the web server says them
        path = self._path(name)
        part = path.with_name(f".{path.name}{_PART}")
        with _reported(path):
            if expected != ANY and expected != self._version(path):
                raise conflict(name, self.url)
            _make_folder(path.parent)
            try:
                _write(part, content)
                part.replace(path)
            finally:
                with suppress(OSError):
                    part.unlink()
            _sync(path.parent)

    def get(self, name: str, path: Path) -> bool:
        """Copy a file to ``path``; see `Store`."""
        source = self._path(name)
        with _reported(source):
            try:
                file = source.open("rb")
            except (FileNotFoundError, NotADirectoryError):
                return False
            with file, path.open("wb") as sink:
                shutil.copyfileobj(file, sink, 1 << 20)
            return True

    def head(self, name: str) -> Stored | None:
        """The file of that name, if there is one."""
        path = self._path(name)
        with _reported(path):
            version = self._version(path)
            return Stored(path.stat().st_size, version) if version else None

    def delete(self, name: str) -> None:
        """Remove a file; see `Store`."""
        path = self._path(name)
        with _reported(path):
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self._root or not _remove_empty(folder):
                    break

    def sizes(self) -> dict[str, int]:
        """Name → bytes of every file; removes what a killed writer left half-written."""
        with _reported(self._root):
            return dict(self._walk(self._root, ""))

    def _walk(self, folder: Path, prefix: str) -> Iterator[tuple[str, int]]:
        with suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    if entry.name.endswith(_PART) and entry.is_file(follow_symlinks=False):
                        Path(entry.path).unlink(missing_ok=True)
                elif entry.is_dir(follow_symlinks=False):
                    yield from self._walk(Path(entry.path), f"{prefix}{entry.name}/")
                elif entry.is_file():
                    yield prefix + entry.name, entry.stat().st_size

    def _path(self, name: str) -> Path:
        return self._root / checked(name)

    @staticmethod
    def _version(path: Path) -> str:
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return NONE
        return f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        what = f"cannot be published: {exc.strerror or exc}"
        remedy = _REMEDIES.get(exc.errno or 0, "check the folder")
        raise PublishError(what, where=str(path), remedy=remedy) from exc


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _write(path: Path, content: Path | bytes) -> None:
    with path.open("wb") as sink:
        if isinstance(content, bytes):
            sink.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, sink, 1 << 20)
        sink.flush()
        os.fsync(sink.fileno())


def _remove_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
