"""From the body of ``POST /articles`` to an ``Article``: text, HTML, Markdown, JSON, or a page's address."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from podcast import pipeline
from podcast.article import Kind, parse_article
from podcast.article.fetch.charset import decode
from podcast.serve.problems import Refused
from podcast.settings import Settings
from podcast.types import Article

KINDS: dict[str, Kind | None] = {
    "text/plain": None,
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
}
JSON = "application/json"
PATIENCE = 30.0
"""Seconds in which a body must have come."""
_WEB = re.compile(r"https?://", re.IGNORECASE)
_FIELDS: dict[str, Kind | None] = {"text": None, "html": "html", "markdown": "markdown"}
"""Of a JSON object, besides ``url``; an object with ``blocks`` is an article (docs/article.md)."""


class Reception:
    """Takes in articles; pages are fetched a few at a time."""

    def __init__(self, settings: Settings, *, most_bytes: int, most_fetches: int) -> None:
        self._settings = settings
        self._most_bytes = most_bytes
        self._fetches = asyncio.Semaphore(most_fetches)

    async def take(self, request: Request) -> Article:
        """The article in a request.

        Raises ``Refused`` (400, 408, 413, 415, 503), ``ArticleError`` and ``FetchError``.
        """
        media_type, charset = _content_type(request)
        if media_type not in KINDS and media_type != JSON:
            known = ", ".join([*KINDS, JSON])
            raise Refused(415, f"{media_type or 'a body without Content-Type'} is not one of {known}")
        try:
            async with asyncio.timeout(PATIENCE):
                data = await self._body(request)
        except TimeoutError:
            raise Refused(408, f"not all there after {PATIENCE:g} s") from None
        except ClientDisconnect:
            raise Refused(400, "the client left") from None
        if media_type == JSON:
            return await self._from_json(data)
        kind = KINDS[media_type]
        return await run_in_threadpool(lambda: self._parse(decode(data, charset)[0], kind=kind))

    async def _body(self, request: Request) -> bytes:
        length = request.headers.get("content-length", "0")
        data = bytearray()
        if length.isascii() and length.isdigit() and len(length) < 20 and int(length) > self._most_bytes:
            raise self._too_long()
        async for chunk in request.stream():
            data += chunk
            if len(data) > self._most_bytes:
                raise self._too_long()
        return bytes(data)

    def _too_long(self) -> Refused:
        return Refused(413, f"more than {self._most_bytes} bytes")

    async def _from_json(self, data: bytes) -> Article:
        try:
            text = data.decode("utf-8")
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Refused(400, f"not JSON: {error}") from error
        if not isinstance(value, dict):
            raise Refused(400, "not a JSON object")
        if "blocks" in value:
            return await run_in_threadpool(lambda: self._parse(text, kind="json"))
        url = _field(value, "url")
        if url and not _WEB.match(url):
            raise Refused(400, "url: must be an http or https address")
        given = [name for name in _FIELDS if _field(value, name)]
        if len(given) > 1 or not (given or url):
            raise Refused(400, "give one of text, html, markdown, url, or an article with its blocks")
        if given:
            written, kind = _field(value, given[0]), _FIELDS[given[0]]
            return await run_in_threadpool(lambda: self._parse(written, kind=kind, url=url or None))
        return await self._fetched(url)

    async def _fetched(self, url: str) -> Article:
        if self._fetches.locked():
            raise Refused(503, "as many pages are being fetched as this server can fetch at once")
        async with self._fetches:
            return await run_in_threadpool(pipeline.load, url, self._settings)

    def _parse(self, text: str, *, kind: Kind | None, url: str | None = None) -> Article:
        if not any(map(str.isalnum, text)):
            raise Refused(400, "there are no words in it")
        return parse_article(text, url=url, kind=kind, force=self._settings.force)


def _field(value: dict[str, Any], name: str) -> str:
    text = value.get(name) or ""
    if not isinstance(text, str):
        raise Refused(400, f"{name}: must be text")
    return text.encode("utf-8", "ignore").decode()


def _content_type(request: Request) -> tuple[str, str]:
    """The media type and the charset; what is not said is empty."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    match = re.search(r"charset\s{0,9}=\s{0,9}\"?([\w.:-]{1,40})", parameters, re.IGNORECASE)
    return media_type.strip().lower(), match.group(1) if match else ""
