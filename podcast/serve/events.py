"""The timeline while it comes: Server-Sent Events (HTML Living Standard, §9.2)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from podcast.serve.problems import sentence, status_of
from podcast.serve.rendering import Rendering
from podcast.serve.shelf import CHAPTERS, TIMELINE

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment keeps proxies from closing the connection."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
MIME_TYPE = "text/event-stream"


class LiveTimeline(StreamingResponse):
    """``script``, one ``utterance`` after the other, ``chapters``, ``done``; or ``failed``."""

    def __init__(self, rendering: Rendering) -> None:
        super().__init__(_told(rendering), media_type=MIME_TYPE, headers=HEADERS)
        self._rendering = rendering

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; counts as a listener until it is over."""
        with self._rendering.listening():
            await super().__call__(scope, receive, send)


class ToldAgain(StreamingResponse):
    """The same events of an article that is finished."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_again(folder), media_type=MIME_TYPE, headers=HEADERS)


async def _told(rendering: Rendering) -> AsyncIterator[bytes]:
    async for event in rendering.told(KEEP_ALIVE):
        yield _event(*event) if event else b": \n\n"
    if rendering.state != "done":
        status = status_of(rendering.error) if rendering.error else 503
        yield _event("failed", {"error": sentence(status)})


async def _again(folder: Path) -> AsyncIterator[bytes]:
    timeline = json.loads((folder / TIMELINE).read_bytes())
    yield _event("script", {"blocks": timeline["blocks"]})
    for utterance in timeline["utterances"]:
        yield _event("utterance", utterance)
    yield _event("chapters", json.loads((folder / CHAPTERS).read_bytes()))
    yield _event("done", {"duration": timeline["duration"]})


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
