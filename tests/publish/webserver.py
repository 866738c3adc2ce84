"""The example configuration of nginx, running."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import tool

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "nginx.conf"
WHOLE = """
user root;
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 32; }}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    include {folder}/show.conf;
}}
"""


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


class Web(NamedTuple):
    """A web server on loopback."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, method: str, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with closing(connection):
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def nginx(public: Path, work: Path, port: int) -> Iterator[Web]:
    """Serve ``public`` as the example does; skips where nginx is not installed."""
    program = shutil.which("nginx", path="/usr/sbin") or tool("nginx")
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in (("listen 8080;", f"listen 127.0.0.1:{port};"), ("/srv/podcast/public", str(public))):
        assert old in text
        text = text.replace(old, new)
    (work / "show.conf").write_text(text)
    (work / "nginx.conf").write_text(WHOLE.format(folder=work))
    with subprocess.Popen([program, "-c", str(work / "nginx.conf"), "-p", str(work)]) as server:
        try:
            _wait_for(port)
            yield Web(port)
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail("nginx does not answer")
