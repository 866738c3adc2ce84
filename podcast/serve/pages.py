"""What a browser is shown: the page of an article, its player in a frame, the files of the player."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from podcast import __version__
from podcast.episode.page import PLAYER
from podcast.publish import site
from podcast.publish.templating import renderer
from podcast.serve.articles import Articles
from podcast.serve.audio import MIME_TYPE, kept_file
from podcast.serve.oembed import article_of, oembed, width_within
from podcast.serve.openapi import ADDRESSES, DESCRIPTION, WORDS
from podcast.serve.options import Options
from podcast.serve.problems import Refused
from podcast.serve.shelf import Shelf
from podcast.types import Show

HERE = Path(__file__).parent
ASSETS = {
    PLAYER.name: (PLAYER, "text/javascript; charset=utf-8"),
    site.STYLE.name: (site.STYLE, "text/css; charset=utf-8"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
"""No script and no style but the server's own files."""


class Pages:
    """Everything that is HTML, and what HTML needs."""

    def __init__(self, articles: Articles, shelf: Shelf, show: Show, options: Options) -> None:
        self._articles, self._shelf, self._show, self._options = articles, shelf, show, options
        self._describe = renderer(HERE / "templates")

    def routes(self) -> list[BaseRoute]:
        """The addresses of this module."""
        return [
            Route("/articles/{id}/listen", self.listen),
            Route("/articles/{id}/player", self.player),
            Route("/player/{file}", self.asset),
            Route("/oembed", self.oembed),
            Route("/openapi.json", self.openapi),
            Route("/docs", self.docs),
        ]

    async def listen(self, request: Request) -> Response:
        """The page of an article, to listen to it and read along."""
        return await run_in_threadpool(self._page, request, framed=False)

    async def player(self, request: Request) -> Response:
        """The player alone, for the frame of any page."""
        return await run_in_threadpool(self._page, request, framed=True)

    async def asset(self, request: Request) -> Response:
        """The player's script, or the style of the pages."""
        path, media_type = ASSETS.get(request.path_params["file"], (None, ""))
        if path is None:
            raise Refused(404, "no such file")
        return kept_file(request, path, media_type, cache="public, max-age=3600")

    async def oembed(self, request: Request) -> Response:
        """How to show the player of an article's address."""
        if request.query_params.get("format", "json") != "json":
            raise Refused(501, "format: only json")
        base = base_of(request, self._options)
        name = article_of(request.query_params.get("url", ""), base)
        article = await run_in_threadpool(self._articles.find, name)
        width = width_within(request.query_params.get("maxwidth", ""))
        return JSONResponse(oembed(name, article, base, self._show.title, width))

    async def openapi(self, _request: Request) -> Response:
        """The addresses, for programs."""
        return JSONResponse(DESCRIPTION)

    async def docs(self, _request: Request) -> Response:
        """The addresses, for people."""
        page = self._describe(
            "openapi.html", name="podcast", version=__version__, addresses=ADDRESSES, words=WORDS
        )
        return _html(page, ancestors="'none'")

    def _page(self, request: Request, *, framed: bool) -> Response:
        name = request.path_params["id"]
        article = self._articles.find(name)
        base = base_of(request, self._options)
        address = f"{base}/articles/{name}"
        spoken = self._shelf.summary(name)
        listening = site.Listening(
            page=f"{address}/listen",
            source=address,
            audio=f"{address}/audio.mp3",
            mime_type=MIME_TYPE,
            image=f"{address}/cover.jpg",
            duration=spoken.duration if spoken else None,
            oembed=f"{base}/oembed?url={address}",
            frame=f"{address}/player",
        )
        page = site.episode_page(article, self._show, listening, assets=f"{base}/player/", framed=framed)
        return _html(page, ancestors="*" if framed else "'self'")


def base_of(request: Request, options: Options) -> str:
    """The server's address as readers reach it, without a final slash."""
    return options.url or f"{request.url.scheme}://{request.url.netloc}"


def _html(page: str, *, ancestors: str) -> Response:
    headers: dict[str, Any] = {
        "Content-Security-Policy": POLICY.format(ancestors=ancestors),
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return HTMLResponse(page, headers=headers)
