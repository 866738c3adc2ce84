"""Bringing one file, from where it was left: a download that survives every interruption.

What has come is kept in a file of its own. The next attempt asks for the rest
(RFC 9110, section 14: ``Range``, with ``If-Range`` so that two versions are
never joined) and a server that cannot do that sends the whole again.

A voice store is trusted configuration, so unlike the pages of articles its
address may be anywhere: http(s) or a folder.
"""

from __future__ import annotations

import http.client
import io
import logging
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path

from podcast.errors import VoiceError

logger = logging.getLogger(__name__)

BLOCK = 1 << 18
PATIENCE = 30.0
"""Seconds without a byte after which a connection counts as broken."""
WAITS: tuple[float, ...] = (1.0, 2.0, 4.0)
"""Seconds before each new attempt, while nothing comes; any byte starts the count anew."""
GONE = {401, 403, 404, 410, 451}
"""Answers that another attempt will not change."""
VERSION = ".version"
"""Suffix of the file that holds the ETag or the date of what has come (RFC 9110, section 8.8)."""

OnBytes = Callable[[int], None]
"""Told how much of the file is there, now and then."""


class _BrokenOffError(Exception):
    """The connection failed or ended too early: what has come is kept, and the rest may come later."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """Bytes of a file, from ``start`` on."""

    body: io.BufferedIOBase
    start: int
    total: int | None
    """Size of the whole file, when the server says it."""
    version: str
    """Its ETag, or the date of its last change; empty when the server names none."""
    framed: bool = True
    """Where the body ends, the file ends: a broken connection would show."""


def bring(
    url: str,
    path: Path,
    *,
    size: int | None = None,
    checked: bool = False,
    on_bytes: OnBytes = lambda _: None,
) -> None:
    """Bring the whole of ``url`` to ``path``, going on after what is already there.

    ``size`` is that of the whole in bytes, when it is known. ``checked`` says
    that the caller will check a hash, so that the rest may be asked for even
    from a server that names no versions.

    Raises ``VoiceError``: when there is no such file; when it is not of
    ``size``, and then ``path`` is removed; when nothing comes any more after
    some attempts, and then it stays for another time.
    """
    waits = iter(WAITS)
    while True:
        before = _length(path)
        try:
            with _translated(url):
                return _attempt(_Wanted(url, path, size, checked), on_bytes)
        except _BrokenOffError as error:
            if _length(path) > before:
                waits = iter(WAITS)
            wait = next(waits, None)
            if wait is None:
                remedy = "check the network and run it again: it goes on from there"
                raise VoiceError(f"could not be fetched: {error}", where=url, remedy=remedy) from error
            logger.info("%s: %s; trying again in %g s", url, error, wait)
            time.sleep(wait)


def forget(path: Path) -> None:
    """Remove what ``bring`` has brought, and what it knows about it."""
    path.unlink(missing_ok=True)
    _version_file(path).unlink(missing_ok=True)


def read_text(url: str, limit: int = 1024) -> str:
    """A short text, such as a Git LFS pointer; raises ``VoiceError`` when it cannot be had."""
    try:
        with _translated(url), _open(url) as answer:
            return answer.body.read(limit).decode("utf-8", "replace")
    except _BrokenOffError as error:
        raise VoiceError(f"could not be fetched: {error}", where=url, remedy="try again later") from error


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file, and where it goes."""

    url: str
    path: Path
    size: int | None
    checked: bool

    def refused(self, what: str) -> VoiceError:
        """It is another file: nothing of it is kept."""
        forget(self.path)
        remedy = "its publisher or the mirror has changed it"
        return VoiceError(f"is not the file that the voice describes: {what}", where=self.url, remedy=remedy)


def _attempt(wanted: _Wanted, on_bytes: OnBytes) -> None:
    path, size = wanted.path, wanted.size
    have = _length(path)
    if have == size:
        return
    version = _version(path)
    if (size is not None and have > size) or not (version or wanted.checked):
        have = 0
    with _open(wanted.url, have, version) as answer:
        if size is not None and answer.total not in (None, size):
            raise wanted.refused(f"it has {answer.total} bytes instead of {size}")
        _store(answer, wanted, on_bytes)
    whole = answer.total if size is None else size
    if whole is not None and _length(path) < whole:
        raise _BrokenOffError(f"it ended after {_length(path)} of {whole} bytes")
    if whole is None and not (answer.framed or wanted.checked):
        raise wanted.refused("nothing tells whether it is whole")


def _store(answer: _Answer, wanted: _Wanted, on_bytes: OnBytes) -> None:
    """Write the body behind what it continues; its version is on disk before its first byte."""
    if answer.start == 0:
        wanted.path.unlink(missing_ok=True)
        _version_file(wanted.path).write_text(answer.version, encoding="utf-8")
    done = answer.start
    with wanted.path.open("ab") as stream:
        for block in iter(partial(answer.body.read1, BLOCK), b""):
            done += len(block)
            if wanted.size is not None and done > wanted.size:
                raise wanted.refused(f"it has more than {wanted.size} bytes")
            stream.write(block)
            on_bytes(done)


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _version_file(path: Path) -> Path:
    return path.with_name(path.name + VERSION)


def _version(path: Path) -> str:
    """That of the bytes in ``path``; empty when the server named none."""
    try:
        return _version_file(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """The client's exceptions in the words of this program."""
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in GONE:
            remedy = "check the address, or name a mirror with --from"
            raise VoiceError(
                f"the server says {error.code}: {error.reason}", where=url, remedy=remedy
            ) from error
        raise _BrokenOffError(f"the server says {error.code}: {error.reason}") from error
    except urllib.error.URLError as error:
        raise _BrokenOffError(str(error.reason)) from error
    except (http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as error:
        raise _BrokenOffError(str(error) or type(error).__name__) from error
    except OSError as error:
        raise VoiceError(f"could not be fetched: {error.strerror or error}", where=url) from error


@contextmanager
def _open(url: str, start: int = 0, version: str = "") -> Iterator[_Answer]:
    """The bytes of a file from ``start`` on, or from its beginning where that is all one can have."""
    if not url.startswith(("https://", "http://")):
        with Path(url).open("rb") as stream:
            total = stream.seek(0, io.SEEK_END)
            start = stream.seek(start if start <= total else 0)
            yield _Answer(stream, start, total, "local")
        return
    request = urllib.request.Request(url, headers={"User-Agent": "podcast", "Accept-Encoding": "identity"})  # noqa: S310
    if start:
        request.add_header("Range", f"bytes={start}-")
        if version:
            request.add_header("If-Range", version)
    try:
        response = _opener().open(request, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not start:
            raise
        with error:
            whole = error.headers.get("Content-Range") == f"bytes */{start}"
        if whole:
            yield _Answer(io.BytesIO(), start, start, version)
            return
        request.remove_header("Range")
        response = _opener().open(request, timeout=PATIENCE)
    with response:
        yield _answer(response, start)


def _answer(response: http.client.HTTPResponse, asked: int) -> _Answer:
    headers = response.headers
    etag = headers.get("ETag", "")
    version = etag if etag and not etag.startswith("W/") else headers.get("Last-Modified", "")
    if response.status == HTTPStatus.PARTIAL_CONTENT:
        told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("Content-Range", ""))
        if not told or int(told[1]) != asked:
            raise _BrokenOffError("the server sent another part than was asked for")
        return _Answer(response, asked, None if told[2] == "*" else int(told[2]), version)
    length = headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else None
    return _Answer(response, 0, total, version, framed=total is not None or response.chunked)


def _opener() -> urllib.request.OpenerDirector:
    """Over http and https only, wherever a redirect leads; the environment's proxies are used."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
