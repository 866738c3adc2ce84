"""``serve``: articles over HTTP, spoken while they are listened to."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from podcast.cli.articles import CONFIG, ConfigFile, Voice, settings_from
from podcast.errors import ConfigError, VoiceError

if TYPE_CHECKING:
    from podcast.serve.options import Options
    from podcast.settings import Settings

TOKEN = "PODCAST_TOKEN"  # noqa: S105 the name of the variable
GRACE = 5
"""Seconds that listeners are given when the server is asked to stop."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    app.command()(serve)


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
    voice: Voice = None,
    config: ConfigFile = None,
) -> None:
    """Serve articles to listen to; PODCAST_TOKEN is what POST /articles asks for."""
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
    )
    _run(settings, options, host, port)


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


def _run(settings: Settings, options: Options, host: str, port: int) -> None:
    try:
        import uvicorn

        from podcast.serve.app import create_app
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"{error.name} is not installed", remedy="pip install 'podcast[serve]' brings what serving needs"
        ) from error
    from podcast.cli import Stopped

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
