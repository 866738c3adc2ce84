"""A publisher of models on loopback: a real HTTP server whose connections break where a test says."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Publisher:
    """What is served, and how badly."""

    files: dict[str, bytes] = field(default_factory=dict)
    """By path, with its slash."""
    redirects: dict[str, str] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    """For each coming answer with a body, after how many bytes of it the connection breaks."""
    hold_after: int | None = None
    """Bytes after which an answer stops, until ``released``; then ``held`` is set."""
    held: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    statuses: list[int] = field(default_factory=list)
    """Sent instead of the coming answers."""
    ranges: bool = True
    versions: bool = True
    """Whether answers have an ETag."""
    says_length: bool = True
    shifted: int = 0
    """By how many bytes ranges begin elsewhere than asked."""
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range of every request so far."""
    sent: int = 0
    """Bytes of bodies so far."""


class _Handler(BaseHTTPRequestHandler):
    publisher: Publisher

    def do_GET(self) -> None:
        publisher = self.publisher
        publisher.asked.append((self.path, self.headers.get("Range", "")))
        if publisher.statuses:
            self._say(publisher.statuses.pop(0))
        elif self.path in publisher.redirects:
            self._say(302, Location=publisher.redirects[self.path])
        elif self.path not in publisher.files:
            self._say(404)
        else:
            self._serve(publisher.files[self.path])

    def _serve(self, data: bytes) -> None:
        publisher = self.publisher
        headers = {"ETag": f'"{hashlib.md5(data).hexdigest()}"'} if publisher.versions else {}
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        same = self.headers.get("If-Range", headers.get("ETag")) == headers.get("ETag")
        start, status = 0, 200
        if publisher.ranges and asked and same:
            start = int(asked[1])
            if start >= len(data):
                self._say(416, **{"Content-Range": f"bytes */{len(data)}"})
                return
            status = 206
            start += publisher.shifted
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        body = data[start:]
        if publisher.says_length:
            headers["Content-Length"] = str(len(body))
        self._say(status, **headers)
        body = body[: publisher.cuts.pop(0)] if publisher.cuts else body
        if publisher.hold_after is not None and publisher.hold_after < len(body):
            self.wfile.write(body[: publisher.hold_after])
            publisher.held.set()
            publisher.released.wait(30)
            body = body[publisher.hold_after :]
        publisher.sent += len(body)
        self.wfile.write(body)
        self.close_connection = True

    def _say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers and status not in (200, 206):
            self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle is part of the tests."""


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Serve until the end of the block."""
    publisher = Publisher()
    handler = type("Handler", (_Handler,), {"publisher": publisher})
    with _Server(("127.0.0.1", 0), handler) as server:
        publisher.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()
