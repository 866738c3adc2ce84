"""A server that answers with sound: asked again while it is busy, heard while it answers, given up in time.

One connection for each request, without the proxies of the environment: a
speech server is near. Its certificate is judged by the authorities of the
system, or of ``SSL_CERT_FILE``.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from http import HTTPStatus
from textwrap import shorten
from typing import NamedTuple
from urllib.parse import urlsplit

from podcast.errors import ConfigError, VoiceError

DELAYS = (0.5, 2.0)
"""Seconds before the second try and the third."""

PATIENCE = 4
"""So many timeouts are the longest that a whole answer may take."""

BUSY = frozenset([408, 425, 429])
KEYLESS = frozenset([401, 403])
ABSENT = frozenset([404, 405])

SOUND = frozenset([
    "", "audio/pcm", "audio/x-pcm", "audio/l16", "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave",
    "application/octet-stream", "binary/octet-stream",
])  # fmt: skip
"""Media types of PCM and WAV; some servers give none."""

BLOCK = 16384
"""Bytes read at once, if there are so many."""


class RefusedError(Exception):
    """The server does not take this request, and says why."""


class _Reply(NamedTuple):
    response: http.client.HTTPResponse
    first: bytes
    """What came with the first byte; empty when nothing will."""


class Server:
    """Where the sound comes from: the address that requests go to, the headers that they bear."""

    def __init__(self, url: str, *, headers: Mapping[str, str], timeout: float) -> None:
        """``timeout``: seconds without a byte after which the server is given up.

        Raises ``ConfigError`` for what is not an address.
        """
        self._url, self._headers, self._timeout = url, dict(headers), timeout
        try:
            parts = urlsplit(url)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            parts, self._host = urlsplit(""), ""
        if parts.scheme not in ("http", "https") or not self._host:
            raise ConfigError("is not an http(s) address", where=url or "base_url", remedy="write it whole")
        self._path, self._secure = parts.path, parts.scheme == "https"

    def post(self, body: bytes) -> Generator[bytes, None, None]:
        """The bytes of the answer as they come; closing the generator closes the connection.

        A server that is busy or does not answer is asked again, but not once it
        has begun to answer. Raises ``VoiceError`` when it cannot be had,
        ``RefusedError`` when it takes the request for wrong, and what sockets
        and ``http.client`` raise when it breaks off.
        """
        end = time.monotonic() + PATIENCE * self._timeout
        for delay in (*DELAYS, None):
            with closing(self._connection()) as connection:
                try:
                    reply = self._ask(connection, body)
                except (OSError, http.client.HTTPException, UnicodeError) as error:
                    failure = self._error(f"the server does not answer: {_told(error)}", "check that it runs")
                    cause: Exception | None = error
                else:
                    if reply.response.status == HTTPStatus.OK:
                        yield from self._read(reply, end)
                        return
                    failure, cause = self._refusal(reply), None
            if delay is None:
                raise failure from cause
            time.sleep(delay)

    def _connection(self) -> http.client.HTTPConnection:
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=context)

    def _ask(self, connection: http.client.HTTPConnection, body: bytes) -> _Reply:
        connection.request(
            "POST", self._path, body, {"Content-Type": "application/json", "Accept": "*/*", **self._headers}
        )
        response = connection.getresponse()
        return _Reply(response, response.read1(BLOCK))

    def _read(self, reply: _Reply, end: float) -> Generator[bytes, None, None]:
        response, data = reply
        kind = str(response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
        if kind not in SOUND:
            raise self._error(f"the server sends {kind[:80]}, not PCM or WAV", "set another response_format")
        while data:
            yield data
            if time.monotonic() > end:
                raise TimeoutError(f"not finished after {PATIENCE * self._timeout:g} s")
            data = response.read1(BLOCK)
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)

    def _refusal(self, reply: _Reply) -> VoiceError:
        """What is raised unless another try mends it; raises at once what none will mend."""
        status, message = reply.response.status, _message(reply.first)
        what = f"the server answers {status}{': ' if message else ''}{message}"
        if status in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return self._error(what, "try again later")
        if status in KEYLESS:
            raise self._error(what, "give its key in the variable that key_variable names")
        if status in ABSENT:
            raise self._error(what, "check model, speaker and base_url in voice.toml")
        if status < HTTPStatus.BAD_REQUEST:
            target = str(reply.response.headers.get("Location", ""))[:200]
            raise self._error(f"the server answers {status} {target}".strip(), "correct base_url")
        raise RefusedError(what)

    def _error(self, what: str, remedy: str) -> VoiceError:
        return VoiceError(what, where=self._url, remedy=remedy)


def _message(data: bytes) -> str:
    """What the body of an error says: the message in its JSON, else its text."""
    text = data.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        found = text
    for name in ("error", "detail", "message"):
        found = found.get(name, found) if isinstance(found, dict) else found
    return shorten(found if isinstance(found, str) else json.dumps(found), 200, placeholder="…")


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__
