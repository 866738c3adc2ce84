"""The server as it is run: uvicorn on a real socket, the bundled voice, warm."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
import uvicorn

from podcast.serve.app import create_app
from podcast.serve.options import Options
from podcast.settings import Settings

TEXT = "\n\n".join(
    (
        "Le pont de la Loge rouvre",
        "Après trois ans de travaux, les riverains retrouvent leur chemin le long du canal.",
        "Le conseil municipal a voté hier soir la réouverture du pont. Les riverains ont applaudi.",
        "Un chantier difficile",
        "Les travaux ont coûté 2,4 millions d’euros. La région en a payé la moitié, et la commune le reste.",
        "La fête aura lieu le 8 juillet à 11 h, sous les platanes, avec la fanfare du lycée.",
    )
)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Site(NamedTuple):
    """A running server."""

    port: int
    options: Options

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(self.connect()) as connection:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, named)
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, received, response.read())

    def post(self, text: str = TEXT) -> str:
        """Hand in a text; its path."""
        answer = self.ask("POST", "/articles", text, Content_Type="text/plain; charset=utf-8")
        assert answer.status == 201, answer
        return f"/articles/{answer.json['id']}"

    def until(self, true: Callable[[], bool], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end
            time.sleep(0.02)


@contextmanager
def serving(settings: Settings, options: Options) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            create_app(settings, options), log_level="critical", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            assert server.started
            yield Site(listener.getsockname()[1], options)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for the tests of a module, which leave it as it was."""
    folder = tmp_path_factory.mktemp("served")
    with serving(Settings(use_cache=False, jobs=2), options_in(folder)) as site:
        yield site


def options_in(folder: Path, **given: Any) -> Options:
    return Options(folder=folder / "served", episodes=folder / "episodes", **given)
