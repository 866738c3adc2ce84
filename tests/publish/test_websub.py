"""The ping, against a hub on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from podcast.errors import ConfigError
from podcast.publish.websub import ping

FEED = "https://ecouter.example/gazette/feed.xml?a=1&b=2"


class Hub(HTTPServer):
    """Answers with ``status`` and keeps what it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.status = 204
        self.told: list[dict[str, list[str]]] = []


class Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append(parse_qs(body.decode()))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(hub: Hub) -> str:
    return f"http://127.0.0.1:{hub.server_port}/"


def test_the_hub_is_told(hub: Hub) -> None:
    assert ping(address(hub), FEED)
    assert hub.told == [{"hub.mode": ["publish"], "hub.url": [FEED], "hub.topic": [FEED]}]


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_hub_that_fails_is_no_failure(hub: Hub, status: int) -> None:
    hub.status = status
    assert not ping(address(hub), FEED)


def test_a_hub_that_is_not_there() -> None:
    assert not ping("http://127.0.0.1:9/", FEED, patience=2)


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://hub.example/", "hub.example"])
def test_what_is_no_hub(url: str) -> None:
    with pytest.raises(ConfigError, match="address of a hub"):
        ping(url, FEED)
