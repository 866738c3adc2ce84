"""``serve`` and ``embed``: articles over HTTP, and the player in a newsroom's own pages."""

from __future__ import annotations

import os
import socket
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urljoin

import typer

from podcast.cli.articles import ConfigFile, Voice
from podcast.cli.generating import CONFIG, settings_from
from podcast.errors import ConfigError, PublishError, VoiceError

if TYPE_CHECKING:
    from podcast.serve.options import Options
    from podcast.settings import Settings

TOKEN = "PODCAST_TOKEN"  # noqa: S105 the name of the variable
SCRIPT = "ecouter-article.js"
GRACE = 5
"""Seconds that listeners are given when the server is asked to stop."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command()(serve)
    app.command()(embed)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    folder: Annotated[
        Path | None, typer.Option(help="Where articles and their sound are kept; by default OUTPUT/.served.")
    ] = None,
    url: Annotated[
        str, typer.Option(metavar="URL", help="The server as readers reach it, behind a proxy.")
    ] = "",
    origin: Annotated[
        list[str] | None,
        typer.Option("--origin", metavar="ORIGIN", help="A site whose pages may use the player; * is all."),
    ] = None,
    renderings: Annotated[int, typer.Option(min=1, help="Articles spoken at the same time.")] = 32,
    idle: Annotated[
        float, typer.Option(help="Seconds that an article is spoken on without a listener; -1: to its end.")
    ] = 30.0,
    keep: Annotated[
        float,
        typer.Option(
            metavar="GB",
            help="Finished sound that is kept; what was least recently listened to goes first. -1: all.",
        ),
    ] = 10.0,
    voice: Voice = None,
    config: ConfigFile = None,
) -> None:
    """Serve articles to listen to; PODCAST_TOKEN is what POST /articles asks for."""
    _check_extra()
    from podcast.serve.admission import is_loopback
    from podcast.serve.options import Options
    from podcast.settings import adjusted

    token = os.environ.get(TOKEN, "")
    if not token and (url or not is_loopback(host)):
        raise ConfigError(
            "whoever reaches the server could make it speak",
            where=url or host,
            remedy=f"set {TOKEN}, or listen at 127.0.0.1",
        )
    settings = adjusted(settings_from(config), voice=voice)
    episodes, feed = _published(config, settings)
    options = Options(
        folder=folder or settings.output / ".served",
        episodes=episodes,
        feed=feed,
        token=token,
        url=url.rstrip("/"),
        origins=tuple(origin or ()),
        most_renderings=renderings,
        idle=idle if idle >= 0 else None,
        most_kept=round(keep * 1e9) if keep >= 0 else None,
    )
    _run(settings, options, host, port)


def embed(
    target: Annotated[
        str, typer.Argument(metavar="SLUG|URL", help="A published episode's folder, or an article's address.")
    ],
    script: Annotated[
        str, typer.Option("--script", metavar="URL", help="Where ecouter-article.js is, if not beside.")
    ] = "",
    framed: Annotated[
        bool, typer.Option("--frame", help="A frame, for systems that take no scripts.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Print the HTML that puts the player into a page."""
    from podcast.publish import site

    source, page, beside = _embedded(target, config)
    try:
        text = site.frame(page) if framed else site.snippet(script or beside, source, page)
    except ValueError as error:
        raise ConfigError(str(error), remedy="write it whole, with https://") from error
    typer.echo(text)


def _embedded(target: str, config: Path | None) -> tuple[str, str, str]:
    """What the player is given, the page that holds it, and where its script is."""
    if "://" in target:
        source = (
            target.rstrip("/").removesuffix("/listen").removesuffix("/player").removesuffix("/index.html")
        )
        server, on_server, _ = source.partition("/articles/")
        if on_server:
            return source, f"{source}/player", f"{server}/player/{SCRIPT}"
        return f"{source}/", f"{source}/index.html", urljoin(f"{source}/", f"../../{SCRIPT}")
    from podcast.config import read_config

    show = read_config(config or CONFIG)
    if not show.storage.url:
        raise ConfigError("storage.url is not set", remedy="say where listeners find the published files")
    folder = show.path(show.storage.library) / "episodes"
    if target not in (path.name for path in folder.glob("[!.]*")):
        raise PublishError("no such episode", where=target, remedy=f"{folder} has them all")
    return _embedded(f"{show.storage.url.rstrip('/')}/episodes/{target}", None)


def _published(config: Path | None, settings: Settings) -> tuple[Path, Path | None]:
    """Where episodes and the feed are: those of the show's folder, else those of ``generate``."""
    path = config or CONFIG
    if not path.is_file():
        return settings.output, None
    from podcast.config import read_config

    show = read_config(path)
    if "://" in show.storage.target or not show.storage.url:
        return settings.output, None
    target = show.path(show.storage.target)
    return target / "episodes", target / show.storage.feed


def _check_extra() -> None:
    for package in ("starlette", "uvicorn"):
        try:
            import_module(package)
        except ModuleNotFoundError as error:
            remedy = "pip install 'podcast[serve]' brings what serving needs"
            raise ConfigError(f"{error.name} is not installed", remedy=remedy) from error


def _run(settings: Settings, options: Options, host: str, port: int) -> None:
    import uvicorn

    from podcast.cli import Stopped
    from podcast.serve.app import create_app

    with _listening(host, port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(settings, options),
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        address = f"[{host}]" if ":" in host else host
        typer.echo(f"http://{address}:{listener.getsockname()[1]}/ (Ctrl-C ends it)", err=True)
        try:
            server.run(sockets=[listener])
        except Stopped:
            return  # asked to end, and has ended in order
    if not server.started:
        raise VoiceError("the voice cannot be loaded: the log above says why", where=settings.voice)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise ConfigError(
            f"cannot listen there: {error.strerror}", where=f"{host}:{port}", remedy="choose another --port"
        ) from error
