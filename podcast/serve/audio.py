"""The sound of an article: while it is being spoken, and once it is whole."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from podcast.serve.problems import Refused
from podcast.serve.rendering import READ, Cut, Rendering
from podcast.serve.shelf import AUDIO, Summary

logger = logging.getLogger(__name__)

MIME_TYPE = "audio/mpeg"
LONG = "public, max-age=31536000, immutable"
"""An address has one sound, for ever."""
LARGEST = 2**40
"""Bytes of sound that nobody has ever spoken: four years of it."""
LIVE = {"Cache-Control": "no-store", "Accept-Ranges": "none", "X-Accel-Buffering": "no"}
"""The last is for nginx, which would collect the sound before it passes it on."""


class LiveSound(StreamingResponse):
    """Sound that grows, from byte ``at`` on.

    When it cannot be finished the connection is cut: no clean end of half an article.
    """

    def __init__(self, rendering: Rendering, at: int = 0) -> None:
        super().__init__(rendering.sound(at), media_type=MIME_TYPE, headers=LIVE)
        self._rendering = rendering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer once there is sound; counts as a listener until it is over.

        Raises what came in place of the first sound.
        """
        with self._rendering.listening():
            await self._rendering.begun()
            try:
                await super().__call__(scope, receive, send)
            except Cut:
                # Without a last part of the body, the server closes the connection.
                logger.warning("%s: cut for %s", self._rendering.name, scope.get("client"))


def first_byte(seconds: str, bit_rate: int) -> int:
    """Where the sound of that moment is, at a constant bit rate; raises ``Refused`` (400).

    It may be the middle of a frame: decoders begin with the next one.
    """
    try:
        at = float(seconds or 0) * bit_rate / 8
    except ValueError:
        at = math.nan
    if not 0 <= at < LARGEST:
        raise Refused(400, "from: must be a number of seconds")
    return int(at)


def sound_from(folder: Path, at: int) -> Response:
    """Finished sound from byte ``at`` on, as ``LiveSound`` gives it to whoever asks while it grows."""

    def read() -> Iterator[bytes]:
        with (folder / AUDIO).open("rb") as file:
            file.seek(at)
            while data := file.read(READ):
                yield data

    return StreamingResponse(read(), media_type=MIME_TYPE, headers=LIVE)


def live_head(media_type: str = MIME_TYPE) -> Response:
    """What ``HEAD`` tells of what grows: not how long it will be."""
    response = Response(media_type=media_type, headers=LIVE)
    del response.headers["content-length"]
    return response


def whole_sound(request: Request, folder: Path, summary: Summary) -> Response:
    """Finished sound: by ranges, under its hash, to be kept."""
    etag = f'"{summary.sha256[:32]}"'
    return kept_file(request, folder / AUDIO, MIME_TYPE, etag=etag, cache=LONG)


def kept_file(request: Request, path: Path, media_type: str, *, etag: str = "", cache: str) -> Response:
    """A file that is whole: ``HEAD``, ranges and revalidation."""
    response = FileResponse(path, media_type=media_type, stat_result=path.stat())
    response.headers["Cache-Control"] = cache
    if etag:
        response.headers["ETag"] = etag
    if unchanged(request, response.headers["etag"]):
        kept = {name: response.headers[name] for name in ("etag", "cache-control", "last-modified")}
        return Response(status_code=304, headers=kept)
    return response


def unchanged(request: Request, etag: str) -> bool:
    """The client has it already (RFC 9110 §13.1.2)."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known
