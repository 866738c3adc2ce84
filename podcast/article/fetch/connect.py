"""One guarded GET over one fresh connection.

The address is judged where the connection is made: the name is resolved once,
the answer is judged, and the socket connects to that very address. A name
that changes its answer between a check and the connection (DNS rebinding)
meets no gap to slip through. Proxies in the environment are not used: they
would resolve the name themselves.

This module loads the HTTP client; import it inside functions.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache
from pathlib import Path
from typing import Any

import certifi
import httpcore

from podcast.article.fetch.addresses import Address, AllowList, Resolver, why_refused
from podcast.article.fetch.patience import Deadline, TemporaryError
from podcast.article.fetch.urls import Target
from podcast.errors import ArticleError, ConfigError, FetchError

logger = logging.getLogger(__name__)

OVERHEAD = 128 * 1024
"""Bytes allowed on the wire beside the body: headers (≤ 100 KiB in httpcore) and chunk sizes."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What holds for every connection of one fetch."""

    allow: AllowList
    resolve: Resolver
    deadline: Deadline
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A response whose body has not been read yet."""

    status: int
    headers: Message
    chunks: Iterator[bytes]
    """The body as sent: transfer encoding undone, content encoding not."""


@contextmanager
def get(target: Target, headers: Mapping[str, str], *, wire: Wire, max_bytes: int) -> Iterator[Answer]:
    """Ask for ``target``; at most ``max_bytes`` (and the overhead) are read from the wire.

    Raises `ArticleError` for a refused address or too much data, `FetchError`
    when the time is over, `TemporaryError` for failures that another try may mend.
    """
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    backend = _GuardedBackend(wire, where=str(target), budget=max_bytes + OVERHEAD)
    secure = _tls(wire.ca_file) if target.scheme == "https" else None
    with (
        _translated(str(target), wire.deadline),
        httpcore.HTTPConnection(url.origin, ssl_context=secure, network_backend=backend) as connection,
        connection.stream("GET", url, headers=[("Host", target.netloc), *headers.items()]) as response,
    ):
        yield Answer(response.status, _message(response.headers), iter(response.iter_stream()))


def _message(pairs: Iterable[tuple[bytes, bytes]]) -> Message:
    message = Message()
    for name, value in pairs:
        message[name.decode("latin-1")] = _text(value)
    return message


def _text(value: bytes) -> str:
    """Header text: ASCII by the standard, UTF-8 or latin-1 by those who write accents in it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@lru_cache(maxsize=8)
def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """The system's and Mozilla's authorities, and those of a site of one's own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as exc:  # ssl.SSLError is one
            remedy = "give a PEM file"
            raise ConfigError("no certificate authority in it", where=str(ca_file), remedy=remedy) from exc
    return context


@contextmanager
def _translated(where: str, deadline: Deadline) -> Iterator[None]:
    """The client's exceptions in the words of this program."""
    try:
        yield
    except httpcore.TimeoutException as exc:
        raise deadline.error() from exc
    except httpcore.NetworkError as exc:
        if isinstance(exc.__cause__, ssl.SSLCertVerificationError):
            what = f"the site's certificate is not valid: {exc.__cause__.verify_message}"
            raise FetchError(what, where=where, remedy="check the address, or save the page") from exc
        error = FetchError(f"the connection failed: {exc or 'closed'}", where=where, remedy="try again later")
        raise TemporaryError(error) from exc
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as exc:
        what = f"the server broke off or does not speak HTTP: {exc}"
        error = FetchError(what, where=where, remedy="check the address, or try again later")
        raise TemporaryError(error) from exc


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to public and allowed addresses only, to the very address that was judged."""

    def __init__(self, wire: Wire, *, where: str, budget: int) -> None:
        self._wire = wire
        self._where = where
        self._budget = _Budget(budget, where)
        self._tcp = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        del timeout  # the deadline rules
        addresses = self._judged(host, port)
        failure: Exception | None = None
        for tried, address in enumerate(addresses):
            patience = self._wire.deadline.remaining() / (len(addresses) - tried)
            try:
                stream = self._tcp.connect_tcp(str(address), port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                logger.debug("%s: no connection to %s: %s", self._where, address, exc)
                failure = exc
            else:
                return _BoundedStream(stream, self._wire.deadline, self._budget)
        self._wire.deadline.remaining()
        raise httpcore.ConnectError(str(failure)) from failure

    def _judged(self, host: str, port: int) -> list[Address]:
        """Every address of the host; refused as a whole when one of them is not public."""
        addresses = self._addresses(host, port)
        for address in addresses:
            kind = why_refused(address)
            if kind and not self._wire.allow.covers(host, address):
                what = f"refused: not a public address: {address} ({kind})"
                remedy = "add it to the allow-list if it is yours"
                raise ArticleError(what, where=self._where, remedy=remedy)
        return addresses

    def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            pass
        try:
            found = self._wire.deadline.call(lambda: self._wire.resolve(host, port))
            addresses = [ipaddress.ip_address(text) for text in found]
        except (OSError, UnicodeError, ValueError) as exc:
            raise self._not_found(host, exc) from exc
        if not addresses:
            raise self._not_found(host, None)
        return addresses

    def _not_found(self, host: str, exc: Exception | None) -> Exception:
        remedy = "check the spelling and the network"
        error = FetchError(f"no address found for {host}", where=self._where, remedy=remedy)
        again = isinstance(exc, socket.gaierror) and exc.errno == socket.EAI_AGAIN
        return TemporaryError(error) if again else error


class _Budget:
    """How many bytes one exchange may still read."""

    def __init__(self, limit: int, where: str) -> None:
        self._left = limit
        self._where = where

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise ArticleError(
                "the answer is too big", where=self._where, remedy="give the page of one article"
            )


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose every operation ends by the deadline and within the budget."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline, budget: _Budget) -> None:
        self._inner = inner
        self._deadline = deadline
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        data = self._inner.read(max_bytes, self._deadline.remaining())
        self._budget.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._inner.write(buffer, self._deadline.remaining())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        del timeout
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        return _BoundedStream(inner, self._deadline, self._budget)

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
