"""A small newsroom: articles of our own in a folder and on a web server, and the show made of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import podcastparser

from podcast.config import read_config
from podcast.run import Outcome, Plan, plan_of, run

BASE = "http://podcast.test/"
WRITTEN = 1_750_000_000.0
"""When the files were written (Unix time): long enough ago."""

TEXT = """{title}

Par Jeanne Ledoux

{standfirst}

La fanfare jouera sur le quai, et toute la ville est invitée à venir l'écouter dès le matin. {second}

Le bac repart à midi, et les enfants qui l'attendent paieront demi-tarif jusqu'à la fin du mois.
"""


def text(title: str, second: str = "On attend du monde.") -> str:
    """An article of four short sentences, two of them the same in all."""
    return TEXT.format(title=title, standfirst=f"{title}, dit la mairie.", second=second)


@dataclass
class Newsroom:
    """A folder with a ``podcast.toml``, articles, and what becomes of them."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    sources: list[str] = field(default_factory=lambda: ['folder = "articles"'])

    def write(self, name: str, content: str, *, at: float = WRITTEN) -> Path:
        """A file of the articles' folder, touched at ``at``."""
        path = self.folder / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        os.utime(path, (at, at))
        return path

    def configure(self) -> Path:
        """Write ``podcast.toml``."""
        sections = {"storage": f'url = "{BASE}"', "fetch": 'own_site = true\nallow = ["127.0.0.0/8"]'}
        for name, lines in self.settings.items():
            sections[name] = f"{sections[name]}\n{lines}" if name in sections else lines
        parts = ["jobs = 1", *(f"[[sources]]\n{source}" for source in self.sources)]
        parts += [f"[{name}]\n{lines}" for name, lines in sections.items()]
        path = self.folder / "podcast.toml"
        path.write_text("\n".join(parts), encoding="utf-8")
        return path

    def plan(self) -> Plan:
        return plan_of(read_config(self.configure()))

    def run(self, *, dry: bool = False) -> Outcome:
        return run(self.plan(), dry=dry)

    def feed(self) -> dict[str, Any]:
        """The published feed, as an independent reader has it."""
        with (self.folder / "public" / "feed.xml").open("rb") as stream:
            parsed: dict[str, Any] = podcastparser.parse(f"{BASE}feed.xml", stream)
        return parsed

    def episodes(self) -> dict[str, dict[str, Any]]:
        """By title, after making sure that every file that the feed names is there."""
        found = {}
        for episode in self.feed()["episodes"]:
            (enclosure,) = episode["enclosures"]
            path = self.folder / "public" / enclosure["url"].removeprefix(BASE)
            assert path.stat().st_size == enclosure["file_size"]
            found[episode["title"]] = episode
        return found

    def bytes(self, *folders: str) -> dict[str, bytes]:
        """Every file below these folders."""
        files = (path for name in folders for path in (self.folder / name).rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}


def deeds(outcome: Outcome) -> list[tuple[str, str]]:
    """What was done, and with which title (or address, where there is no title)."""
    return [(line.deed, line.title or line.address) for line in outcome.lines]


@dataclass
class Page:
    """What the site answers at one path."""

    body: str
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    touched: float = WRITTEN
    location: str = ""
    """Where a redirect leads."""
    data: bytes = b""
    """The body of what is no text."""


class Site(ThreadingHTTPServer):
    """A newsroom's web site on loopback, whose pages a test changes as it likes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, int]] = []
        """Path and status of every answer."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def publish(self, *names: str, feed: str = "/rss.xml", identities: bool = False) -> None:
        """A feed of these pages, the first the newest."""
        items = "".join(
            f"<item><title>{name}</title><link>{self.url}/{name}.html</link>"
            f"{f'<guid>nr-{name[:4]}</guid>' if identities else ''}"
            f"<pubDate>{formatdate(WRITTEN - 60 * rank, usegmt=True)}</pubDate></item>"
            for rank, name in enumerate(names)
        )
        document = f"<rss version='2.0'><channel><title>Fil</title>{items}</channel></rss>"
        self.pages[feed] = Page(document, kind="application/rss+xml")

    def article(self, name: str, title: str, second: str = "On attend du monde.", **page: Any) -> None:
        """An HTML page with one article in it."""
        paragraphs = text(title, second).split("\n\n")[2:]
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
        self.pages[f"/{name}.html"] = Page(
            f"<html lang=fr><head><title>{escape(title)}</title></head>"
            f"<body><article><h1>{escape(title)}</h1>{body}</article></body></html>",
            **page,
        )


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        page = self.server.pages.get(unquote(self.path), Page("rien ici", 404))
        since = self.headers.get("If-Modified-Since")
        stamp = formatdate(page.touched, usegmt=True)
        status = 304 if page.status == 200 and since == stamp else page.status
        self.server.asked.append((self.path, status))
        body = b"" if status == 304 else page.data or page.body.encode()
        self.send_response(status)
        self.send_header("Content-Type", page.kind)
        if page.location:
            self.send_header("Location", page.location)
        self.send_header("Last-Modified", stamp)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silence."""


@contextmanager
def running_site() -> Iterator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            site.shutdown()
            thread.join()
