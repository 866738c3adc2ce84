"""The server: which address gives what."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from podcast.episode.cover import draw_cover
from podcast.errors import PodcastError
from podcast.serve import problems
from podcast.serve.admission import admit
from podcast.serve.articles import Articles, estimate
from podcast.serve.audio import LONG, LiveSound, first_byte, kept_file, live_head, sound_from, whole_sound
from podcast.serve.events import MIME_TYPE as EVENTS
from podcast.serve.events import LiveTimeline, ToldAgain
from podcast.serve.metrics import CONTENT_TYPE, Metrics
from podcast.serve.options import Options
from podcast.serve.pages import Pages, base_of
from podcast.serve.problems import Refused
from podcast.serve.renderings import Renderings
from podcast.serve.shelf import CHAPTERS, TIMELINE, TRANSCRIPT, Shelf
from podcast.serve.studio import Studio
from podcast.serve.submission import Reception
from podcast.settings import Settings
from podcast.types import Article

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}\Z")
_PUBLISHED = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/x-m4a",
    ".opus": "audio/ogg",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
"""What of an episode's folder is served, and as what."""


@lru_cache(maxsize=64)
def _cover(title: str, section: str, show: str) -> bytes:
    """Every player asks for it, and drawing takes a tenth of a second."""
    return draw_cover(title, section=section, show=show)


def create_app(settings: Settings, options: Options) -> Starlette:
    """The application; its voice is loaded when it starts.

    Raises ``VoiceError`` when there is no such voice.
    """
    server = Server(settings, options)
    routes = [
        Route("/articles", server.post_article, methods=["POST"]),
        Route("/articles/{id}", server.article),
        Route("/articles/{id}/audio.mp3", server.audio),
        Route("/articles/{id}/timeline", server.timeline),
        Route("/articles/{id}/chapters.json", server.chapters),
        Route("/articles/{id}/transcript.vtt", server.transcript),
        Route("/articles/{id}/cover.jpg", server.cover),
        Route("/episodes/{slug}/{file}", server.episode_file),
        Route("/feed.xml", server.feed),
        Route("/healthz", server.health),
        Route("/metrics", server.metrics_text),
        *server.pages.routes(),
    ]
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(options.origins),
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["Authorization", "Content-Type", "Range"],
        expose_headers=["Accept-Ranges", "Content-Length", "Content-Range", "ETag", "Retry-After"],
        max_age=3600,
    )
    return Starlette(
        routes=routes,
        middleware=[cors, Middleware(NoSniff)],
        lifespan=server.lifespan,
        exception_handlers={
            Refused: problems.refused,
            PodcastError: problems.failed,
            HTTPException: problems.not_found,
            Exception: problems.fault,
        },
    )


class NoSniff:
    """Every answer is what its ``Content-Type`` says, and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the header to whatever answers."""

        async def with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
            await send(message)

        await self._app(scope, receive, with_header)


class Server:
    """What the addresses share."""

    def __init__(self, settings: Settings, options: Options) -> None:
        self.options = options
        self.studio = Studio(settings)
        self.articles = Articles(options.folder / "articles", self.studio.identity)
        self.shelf = Shelf(options.folder / "spoken", most_bytes=options.most_kept, rest=options.rest)
        self.metrics = Metrics()
        self.reception = Reception(settings, most_bytes=options.most_bytes, most_fetches=options.most_fetches)
        self.renderings = Renderings(self.articles, self.shelf, self.studio, self.metrics, options)
        self.show = settings.show
        self.pages = Pages(self.articles, self.shelf, settings.show, options)
        self.ready = False

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Warm before the first request; at the end stop what is being spoken."""
        try:
            await asyncio.to_thread(self.studio.warm)
            self.ready = True
            yield
        finally:
            self.ready = False
            await self.renderings.close()

    async def post_article(self, request: Request) -> Response:
        """Take an article in."""
        admit(request, self.options)
        article = await self.reception.take(request)
        name = await run_in_threadpool(self.articles.add, article)
        location = {"Location": f"{base_of(request, self.options)}/articles/{name}"}
        return self._about(name, article, 201, location)

    async def article(self, request: Request) -> Response:
        """What is known of an article."""
        name = request.path_params["id"]
        return self._about(name, await self._found(name), 200, {})

    async def audio(self, request: Request) -> ASGIApp:
        """Its sound, whole or as it is being spoken; with ``from``, in seconds, always as a stream."""
        name = request.path_params["id"]
        begins = request.query_params.get("from")
        at = first_byte(begins or "", self.studio.bit_rate)
        if not self.renderings.active(name):
            folder, spoken = self.shelf.find(name), self.shelf.summary(name)
            if folder and spoken:
                whole = whole_sound(request, folder, spoken) if begins is None else sound_from(folder, at)
                return self.shelf.held(name, whole)
            if request.method == "HEAD":
                await self._found(name)
                return live_head()
        if request.method == "HEAD":
            return live_head()
        return self.shelf.held(name, LiveSound(self.renderings.join(name), at))

    async def timeline(self, request: Request) -> ASGIApp:
        """Which characters are heard when: events while it is being spoken, then JSON."""
        name = request.path_params["id"]
        accepted = request.headers.get("accept", "")
        if not self.renderings.active(name) and (folder := self.shelf.find(name)):
            if EVENTS in accepted:
                return self.shelf.held(name, ToldAgain(folder))
            response = kept_file(request, folder / TIMELINE, "application/json", cache=LONG)
            response.headers["Vary"] = "Accept"
            return self.shelf.held(name, response)
        if request.method == "HEAD":
            await self._found(name)
            return live_head(EVENTS)
        if "application/json" in accepted and EVENTS not in accepted:
            await self._found(name)
            raise Refused(409, "ask again when state is done, or accept text/event-stream")
        return LiveTimeline(self.renderings.join(name))

    async def chapters(self, request: Request) -> ASGIApp:
        """Podcasting 2.0 chapters."""
        return await self._finished(request, CHAPTERS, "application/json+chapters")

    async def transcript(self, request: Request) -> ASGIApp:
        """WebVTT."""
        return await self._finished(request, TRANSCRIPT, "text/vtt; charset=utf-8")

    async def cover(self, request: Request) -> Response:
        """A picture for lock screens, drawn from the title."""
        article = await self._found(request.path_params["id"])
        picture = await run_in_threadpool(_cover, article.title, article.section, self.show.title)
        return Response(picture, media_type="image/jpeg", headers={"Cache-Control": LONG})

    async def episode_file(self, request: Request) -> Response:
        """A file of a finished episode."""
        slug, file = request.path_params["slug"], request.path_params["file"]
        media_type = _PUBLISHED.get(Path(file).suffix)
        if not (_NAME.match(slug) and _NAME.match(file) and media_type):
            raise Refused(404, "no such file")
        path = self.options.episodes / slug / file
        if not path.is_file() or not path.resolve().is_relative_to(self.options.episodes.resolve()):
            raise Refused(404, "no such file")
        return kept_file(request, path, media_type, cache="public, max-age=300")

    async def feed(self, request: Request) -> Response:
        """The show's RSS feed."""
        path = self.options.feed
        if path is None or not path.is_file():
            raise Refused(404, "no feed has been published: podcast run does")
        return kept_file(request, path, "application/rss+xml; charset=utf-8", cache="public, max-age=300")

    async def health(self, _request: Request) -> Response:
        """Whether articles can be heard."""
        return JSONResponse({"status": "ok" if self.ready else "starting"}, 200 if self.ready else 503)

    async def metrics_text(self, _request: Request) -> Response:
        """For Prometheus."""
        text = self.metrics.text(self.renderings.gauges())
        return PlainTextResponse(text, headers={"Content-Type": CONTENT_TYPE})

    async def _found(self, name: str) -> Article:
        return await run_in_threadpool(self.articles.find, name)

    async def _finished(self, request: Request, file: str, media_type: str) -> ASGIApp:
        name = request.path_params["id"]
        folder = self.shelf.find(name)
        if folder is None:
            await self._found(name)
            raise Refused(409, "ask again when state is done")
        return self.shelf.held(name, kept_file(request, folder / file, media_type, cache=LONG))

    def _about(self, name: str, article: Article, status: int, headers: dict[str, str]) -> Response:
        state = self.renderings.state(name)
        spoken = self.shelf.summary(name)
        about: dict[str, Any] = {
            "id": name,
            **article.facts(),
            "state": state,
            "duration": spoken.duration if spoken else None,
            "estimate": estimate(article),
            "audio": "audio.mp3",
            "timeline": "timeline",
            "chapters": "chapters.json",
            "transcript": "transcript.vtt",
            "image": "cover.jpg",
        }
        return JSONResponse(about, status, {"Cache-Control": "no-store", **headers})
