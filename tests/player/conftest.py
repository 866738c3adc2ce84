"""The player as readers meet it: a newsroom's page on one origin, the server on another, a real Chromium."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from podcast.settings import Settings
from tests.conftest import tool
from tests.serve.conftest import Site, options_in, serving

ELEMENT = "document.querySelector('ecouter-article')"
STRICT = (
    "default-src 'none'; script-src {server}; connect-src {server}; media-src {server}; img-src {server}; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What docs/embedding.md says that a page has to allow, and nothing else."""

ARTICLE = """
<h1>Le phare de Kerlen <em>rallume</em> sa lampe</h1>
<p class="chapo">Éteint depuis dix&nbsp;ans, il guidera de nouveau les bateaux dès le 3&nbsp;mai.</p>
<p>La petite île n’attendait que cela. «&nbsp;Nous avons compté les nuits&nbsp;», dit <a href="#anne">Anne
Le&nbsp;Goff</a>, qui garde la clé de la tour depuis 1998.</p>
<h2>Une lampe de 12&nbsp;kg</h2>
<p>La lentille a été polie à la main pendant sept semaines. Elle pèse 12&nbsp;kg et porte à <b>30&nbsp;km</b>
par temps clair.</p>
<h2>Et la nuit&nbsp;?</h2>
<p>Le faisceau passera toutes les 5&nbsp;secondes. Les oiseaux, eux, seront protégés par un verre plus sombre
en avril et en octobre.</p>
"""
PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Le phare de Kerlen rallume sa lampe – La Gazette</title>
<meta name="color-scheme" content="light dark">
<script defer src="{server}/player/ecouter-article.js"></script></head>
<body><header><a href="#une">La Gazette</a></header>
<aside aria-label="Les plus lus"><p>Le phare de Kerlen rallume sa lampe</p></aside>
<main><article>{player}{article}</article></main></body></html>"""


@dataclass
class Newsroom:
    """A web server of a newsroom: whatever page a test puts there."""

    port: int
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Path → HTML and Content-Security-Policy."""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, html: str, policy: str = "") -> str:
        path = f"/{len(self.pages)}.html"
        self.pages[path] = (html, policy)
        return self.origin + path


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, room: Newsroom, *arguments: Any) -> None:
        self.room = room
        super().__init__(*arguments)

    def do_GET(self) -> None:
        html, policy = self.room.pages.get(self.path, ("", ""))
        self.send_response(200 if html else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@pytest.fixture(scope="session")
def newsroom() -> Iterator[Newsroom]:
    room = Newsroom(0)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, room)) as server:
        room.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield room
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, newsroom: Newsroom) -> Iterator[Site]:
    """The server with the bundled voice, whose player the newsroom may use."""
    options = options_in(tmp_path_factory.mktemp("served"), origins=(newsroom.origin,))
    with serving(Settings(use_cache=False, jobs=2), options) as running:
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One for the tests of a module: there can be only one at a time."""
    arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"]
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=arguments)
        yield launched
        launched.close()


@dataclass
class Reader:
    """Somebody before a page with a player."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    """What the browser says in its console."""
    asked: list[str] = field(default_factory=list)
    """The addresses of all requests."""

    def open(self, url: str) -> Reader:
        self.page.goto(url)
        return self

    def hear(self, complaint: str, url: str) -> None:
        if not url.endswith("/favicon.ico"):  # which the browser asks for by itself
            self.complaints.append(f"{url}: {complaint}")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def listen(self) -> None:
        self.button("Écouter l’article").click()
        self.until(lambda: self.state == "playing" and self.time > 0.05)

    def value(self, expression: str) -> Any:
        return self.page.evaluate(f"(player => {expression})({ELEMENT})")

    @property
    def time(self) -> float:
        return float(self.value("player.currentTime"))

    @property
    def state(self) -> str:
        return str(self.value("player.getAttribute('state')"))

    def marked(self, name: str = "sentence") -> str:
        """The text that is marked in the page now."""
        return str(self.value(f"[...(CSS.highlights.get('ecouter-{name}') ?? [])].map(String).join('|')"))

    def until(self, true: Callable[[], Any], seconds: float = 40.0) -> None:
        """Wait; a strict page lets nobody poll inside it."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"{self.state} at {self.time:.2f}; {self.complaints}"
            self.page.wait_for_timeout(20)


Visit = Callable[..., Reader]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A reader with a browser that remembers nothing; keywords are those of a browser context."""
    contexts = []

    def come(url: str = "", *, script: str = "", **options: Any) -> Reader:
        context = browser.new_context(**options)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        reader = Reader(context.new_page())
        reader.page.set_default_timeout(60_000)
        reader.page.on("console", lambda message: reader.hear(message.text, message.location["url"]))
        reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
        reader.page.on("request", lambda request: reader.asked.append(request.url))
        return reader.open(url) if url else reader

    yield come
    for context in contexts:
        context.close()


def article_page(site: Site, path: str, article: str = ARTICLE, attributes: str = "") -> str:
    """A newsroom's page that embeds the article at ``path`` of the server."""
    server = f"http://127.0.0.1:{site.port}"
    player = f'<ecouter-article src="{server}{path}" {attributes}></ecouter-article>'
    return PAGE.format(server=server, player=player, article=article)


def hand_in(site: Site, article: str = ARTICLE) -> str:
    """The server reads the newsroom's own page; the article's path."""
    html = PAGE.format(server="", player="", article=article)
    answer = site.ask("POST", "/articles", html, Content_Type="text/html; charset=utf-8")
    assert answer.status == 201, answer
    return f"/articles/{answer.json['id']}"


@pytest.fixture(scope="session")
def spoken(site: Site) -> str:
    """The path of an article that has been spoken to its end."""
    path = hand_in(site)
    assert site.ask("GET", f"{path}/audio.mp3").status == 200
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    return path


@pytest.fixture(scope="session")
def timeline(site: Site, spoken: str) -> Any:
    return site.ask("GET", f"{spoken}/timeline", Accept="application/json").json


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Deque's axe-core, which judges accessibility; skips where npm cannot install it."""
    folder = tmp_path_factory.mktemp("axe")
    npm = tool("npm")
    command = [npm, "install", "--prefer-offline", "--no-audit", "--no-fund", "--silent", "axe-core@4"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
    if installed.returncode:
        if os.environ.get("CI"):
            pytest.fail("npm cannot install axe-core, and CI skips nothing")
        pytest.skip("npm cannot install axe-core here")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def repository() -> Path:
    return Path(__file__).resolve().parents[2]
