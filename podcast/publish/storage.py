"""Where a show is published: a folder that a web server shows, or a bucket (S3, GCS, Azure).

This module loads the storage client inside functions only; a folder needs none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from podcast.errors import ConfigError, PublishError
from podcast.publish.folder import FolderStore
from podcast.publish.store import ANY, NONE, Store, Stored, checked, conflict

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_NO_BUCKET = ("NoSuchBucket", "ContainerNotFound")
"""What S3 and GCS, and Azure, answer then."""
_BUCKETS = ("s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss")


def open_store(url: str, *, options: Mapping[str, str] | None = None) -> Store:
    """A store from a path, ``file://…``, ``s3://bucket/prefix``, ``gs://…`` or ``az://…``.

    ``options`` are the client's (``endpoint``, ``region``, ``allow_http``…);
    credentials come from the environment (``AWS_ACCESS_KEY_ID`` and its like).
    Nothing is written before the first ``put``.
    """
    scheme = urlsplit(url).scheme.lower() if "://" in url else "file"
    if not url.strip():
        raise ConfigError(
            "no place to publish to", where="storage.target", remedy="give a folder or a bucket"
        )
    if scheme == "file":
        path = unquote(urlsplit(url).path) if "://" in url else url
        return FolderStore(Path(path).expanduser())
    if scheme in _BUCKETS:
        return BucketStore(url, options or {})
    remedy = "give a folder, or an address that begins with s3://, gs:// or az://"
    raise ConfigError(f"{scheme}:// is no place to publish to", where=url, remedy=remedy)


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

        mode: Any = {ANY: "overwrite", NONE: "create"}.get(expected) or json.loads(expected)
        attributes: Any = {"Content-Type": content_type, "Cache-Control": cache_control}
        with _bucket_reported(f"{self._url}/{name}"):
            obstore.put(self._store, checked(name), content, attributes=attributes, mode=mode)

    def get(self, name: str, path: Path) -> bool:
        """Copy a file to ``path``; see `Store`."""
        import obstore

        with _bucket_reported(f"{self._url}/{name}"):
            try:
                found = obstore.get(self._store, checked(name))
            except FileNotFoundError:
                return False
            with path.open("wb") as sink:
                for piece in found.stream(min_chunk_size=1 << 20):
                    sink.write(piece)
            return True

    def head(self, name: str) -> Stored | None:
        """The file of that name, if there is one."""
        import obstore

        with _bucket_reported(f"{self._url}/{name}"):
            try:
                found = obstore.head(self._store, checked(name))
            except FileNotFoundError:  # obstore's NotFoundError is one
                return None
            # S3 and Azure compare the first when they write, GCS the second.
            known = {"e_tag": found["e_tag"], "version": found["version"]}
            version = {key: value for key, value in known.items() if value}
            return Stored(found["size"], json.dumps(version) if version else ANY)

    def delete(self, name: str) -> None:
        """Remove a file; see `Store`."""
        import obstore

        with _bucket_reported(f"{self._url}/{name}"), suppress(FileNotFoundError):
            obstore.delete(self._store, checked(name))

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
        return conflict(where.rpartition("/")[2], where)
    if isinstance(exc, of.PermissionDeniedError | of.UnauthenticatedError):
        return PublishError("the storage refuses the credentials", where=where, remedy="check them")
    if isinstance(exc, of.UnknownConfigurationKeyError):
        return ConfigError(
            f"not an option of this storage: {exc}", where=where, remedy="see its documentation"
        )
    if any(sign in str(exc) for sign in _NO_BUCKET):
        return PublishError("there is no such bucket", where=where, remedy="create it, or check its name")
    reason = next(filter(None, map(str.strip, str(exc).splitlines())), type(exc).__name__)
    return PublishError(
        f"the storage failed: {reason[:200]}", where=where, remedy="it is tried again next time"
    )
