"""Where a show is published: a folder that a web server serves, or a bucket (S3, GCS, Azure).

A file appears whole or not at all in both. Names are relative, with ``/``
between their parts. This module loads the storage client inside functions
only; a folder needs none.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from podcast.errors import ConfigError, PublishError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

logger = logging.getLogger(__name__)

ANY = "*"
"""A version that every file has: write whatever is there."""
NONE = ""
"""The version of a file that is not there."""

_BUCKETS = ("s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss")
_PART = ".part"
_DISK_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room on the disk",
    errno.EROFS: "give a folder that can be written",
    errno.EACCES: "give the program the right to write there",
    errno.EPERM: "give the program the right to write there",
}


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

    def head(self, name: str) -> Stored | None:
        """The file of that name, if there is one."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; no error when there is none."""
        ...

    def sizes(self) -> dict[str, int]:
        """Name → bytes of every file."""
        ...


def open_store(url: str, *, options: Mapping[str, str] | None = None) -> Store:
    """A store from a path, ``file://…``, ``s3://bucket/prefix``, ``gs://…`` or ``az://…``.

    ``options`` are the client's (``endpoint``, ``region``, ``allow_http``…);
    credentials come from the environment (``AWS_ACCESS_KEY_ID`` and its like).
    Nothing is written before the first ``put``.
    """
    scheme = urlsplit(url).scheme.lower() if "://" in url else "file"
    if not url.strip():
        raise ConfigError(
            "no place to publish to", where="publish.target", remedy="give a folder or a bucket"
        )
    if scheme == "file":
        path = unquote(urlsplit(url).path) if "://" in url else url
        return FolderStore(Path(path).expanduser())
    if scheme in _BUCKETS:
        return BucketStore(url, options or {})
    remedy = "give a folder, or an address that begins with s3://, gs:// or az://"
    raise ConfigError(f"{scheme}:// is no place to publish to", where=url, remedy=remedy)


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
        with _disk_reported(path):
            if expected != ANY and expected != self._version(path):
                raise _conflict(name, self.url)
            _make_folder(path.parent)
            try:
                _write(part, content)
                part.replace(path)
            finally:
                with suppress(OSError):
                    part.unlink()
            _sync(path.parent)

    def head(self, name: str) -> Stored | None:
        """The file of that name, if there is one."""
        path = self._path(name)
        with _disk_reported(path):
            version = self._version(path)
            return Stored(path.stat().st_size, version) if version else None

    def delete(self, name: str) -> None:
        """Remove a file; see `Store`."""
        path = self._path(name)
        with _disk_reported(path):
            path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self._root or not _remove_empty(folder):
                    break

    def sizes(self) -> dict[str, int]:
        """Name → bytes of every file; removes what a killed writer left half-written."""
        with _disk_reported(self._root):
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
        return self._root / _checked(name)

    @staticmethod
    def _version(path: Path) -> str:
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return NONE
        return f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"


class BucketStore:
    """A bucket of S3, GCS or Azure, through obstore."""

    lanes = 8

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self._url = url
        with _bucket_reported(url):
            self._store = _open_bucket(url, options)

    @property
    def url(self) -> str:
        """Where it is."""
        return self._url

    def put(
        self, name: str, content: Path | bytes, *, content_type: str, cache_control: str, expected: str = ANY
    ) -> None:
        """Write a file; see `Store`."""
        import obstore

        mode: Any = {ANY: "overwrite", NONE: "create"}.get(expected, {"e_tag": expected})
        attributes: Any = {"Content-Type": content_type, "Cache-Control": cache_control}
        with _bucket_reported(f"{self._url}/{name}"):
            obstore.put(self._store, _checked(name), content, attributes=attributes, mode=mode)

    def head(self, name: str) -> Stored | None:
        """The file of that name, if there is one."""
        import obstore

        with _bucket_reported(f"{self._url}/{name}"):
            try:
                found = obstore.head(self._store, _checked(name))
            except FileNotFoundError:  # obstore's NotFoundError is one
                return None
            return Stored(found["size"], found["e_tag"] or ANY)

    def delete(self, name: str) -> None:
        """Remove a file; see `Store`."""
        import obstore

        with _bucket_reported(f"{self._url}/{name}"), suppress(FileNotFoundError):
            obstore.delete(self._store, _checked(name))

    def sizes(self) -> dict[str, int]:
        """Name → bytes of every file."""
        import obstore

        with _bucket_reported(self._url):
            pages = obstore.list(self._store, chunk_size=1000)
            return {found["path"]: found["size"] for page in pages for found in page}


def _open_bucket(url: str, options: Mapping[str, str]) -> ObjectStore:
    try:
        from obstore.store import from_url
    except ImportError as exc:
        remedy = 'pip install "podcast[cloud]"'
        raise ConfigError("the storage client is not installed", where=url, remedy=remedy) from exc
    known: Any = dict(options)
    plain_http = known.pop("allow_http", "").lower() in ("1", "true", "yes")
    return from_url(
        url,
        config=known or None,
        client_options={"allow_http": plain_http, "connect_timeout": "10s", "timeout": "300s"},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=60)},
    )


@contextmanager
def _bucket_reported(where: str) -> Iterator[None]:
    """The client's exceptions in the words of this program."""
    try:
        yield
    except (PublishError, ConfigError):
        raise
    except Exception as exc:
        raise _bucket_error(exc, where) from exc


def _bucket_error(exc: Exception, where: str) -> PublishError | ConfigError:
    from obstore import exceptions as of

    if isinstance(exc, of.PreconditionError | of.AlreadyExistsError):
        return _conflict(where.rpartition("/")[2], where)
    if isinstance(exc, of.PermissionDeniedError | of.UnauthenticatedError):
        return PublishError("the storage refuses the credentials", where=where, remedy="check them")
    if isinstance(exc, of.UnknownConfigurationKeyError):
        return ConfigError(
            f"not an option of this storage: {exc}", where=where, remedy="see its documentation"
        )
    reason = next(filter(None, map(str.strip, str(exc).splitlines())), type(exc).__name__)
    return PublishError(
        f"the storage failed: {reason[:200]}", where=where, remedy="it is tried again next time"
    )


def _conflict(name: str, where: str) -> ConflictError:
    what = f"somebody else wrote {name} in the meantime"
    return ConflictError(what, where=where, remedy="let one machine publish a show, and run it again")


def _checked(name: str) -> str:
    """A name that stays inside the store, in the one way in which it can be written."""
    parts = PurePosixPath(name).parts
    if not parts or "/".join(parts) != name or any(part.startswith(".") or "\0" in part for part in parts):
        raise PublishError(f"{name!r} cannot be the name of a published file")
    return name


@contextmanager
def _disk_reported(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        what = f"cannot be published: {exc.strerror or exc}"
        remedy = _DISK_REMEDIES.get(exc.errno or 0, "check the folder")
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
