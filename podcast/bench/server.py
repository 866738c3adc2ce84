"""A ``podcast serve`` to measure, and what is asked of it."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, cast

from podcast.bench.process import CommandFailed

PATIENCE = 300
"""Seconds for one answer."""
SPOKEN = b"podcast_renders_active 0"
"""In ``/metrics`` once nothing is being spoken."""


class Server:
    """A running ``podcast serve``."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    def request(
        self, method: str, path: str, body: str | None = None
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """Ask, and wait for the head of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body else {}
        connection.request(method, path, body.encode() if body else None, headers)
        return connection, connection.getresponse()

    def post(self, text: str) -> str:
        """Hand in a text; its path. Raises ``CommandFailed`` when it is refused."""
        connection, response = self.request("POST", "/articles", text)
        with closing(connection):
            if response.status != http.HTTPStatus.CREATED:
                raise CommandFailed(response.read().decode(), where="POST /articles")
            return f"{response.getheader('Location')}".partition(f":{self.port}")[2]

    def first_audio(self, text: str) -> float:
        """Seconds from handing in a text to its first sound."""
        began = time.perf_counter()
        connection, response = self.request("GET", f"{self.post(text)}/audio.mp3")
        with closing(connection), closing(response):
            response.read(1)
            return time.perf_counter() - began

    def settled(self) -> None:
        """Wait until nothing is being spoken."""
        while True:
            connection, response = self.request("GET", "/metrics")
            with closing(connection):
                if SPOKEN in response.read():
                    return
            time.sleep(0.1)


@contextmanager
def serving(voice: str) -> Iterator[Server]:
    """A server with an empty store and an empty cache, its voice loaded; it ends with the context.

    Raises ``CommandFailed`` when it does not start, or ends too soon.
    """
    with tempfile.TemporaryDirectory(prefix="podcast-bench-") as folder:
        command = [sys.executable, "-m", "podcast", "serve", "--port", "0", "--idle", "0.2", "--voice", voice]
        environment = {
            **os.environ,
            "PODCAST_CACHE": f"{folder}/cache",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        with subprocess.Popen(
            command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                line = cast("IO[str]", process.stderr).readline()
                found = re.search(r":(\d+)/", line)
                if not found:
                    raise CommandFailed(line.strip(), where="podcast serve")
                server = Server(process, int(found.group(1)))
                server.settled()
                yield server
            except ConnectionError as error:  # it has ended: what it said tells why
                process.terminate()
                told = cast("IO[str]", process.stderr).read()
                raise CommandFailed(told.strip() or f"{error}", where="podcast serve") from error
            finally:
                process.terminate()
                process.communicate(timeout=30)
