"""Cookies for the length of one fetch.

Some sites set a cookie and redirect to the same page until they see it again.
Nothing is kept afterwards.
"""

from __future__ import annotations

from email.message import Message
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from podcast.article.fetch.urls import Target

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import Request


class Cookies:
    """The standard library's jar, spoken to in this room's terms."""

    def __init__(self) -> None:
        from http.cookiejar import CookieJar  # with much of http: only what is fetched needs it

        self._jar = CookieJar()

    def remember(self, target: Target, headers: Message) -> None:
        """Keep what the answer's ``Set-Cookie`` headers ask for."""
        answer = cast("HTTPResponse", SimpleNamespace(info=lambda: headers))
        self._jar.extract_cookies(answer, _request(target))

    def headers(self, target: Target) -> dict[str, str]:
        """The ``Cookie`` header for a request, if there is one."""
        request = _request(target)
        self._jar.add_cookie_header(request)
        cookie = request.get_header("Cookie")
        return {"Cookie": cookie} if cookie else {}


def _request(target: Target) -> Request:
    from urllib.request import Request

    return Request(str(target))  # noqa: S310 - never opened, and a Target is http(s)
