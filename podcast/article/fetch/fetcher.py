"""Fetching a page, politely and without becoming a door into the network.

    URL ─► spelling judged ─► robots.txt ─► address judged as it is connected to ─► capped body ─► text
                 ▲                                                      │
                 └────────────────── redirect, at most five ────────────┘

What can never work (a refused address, a missing page, a film) is an
`ArticleError`; what may work later (no connection, a busy server) is tried
again while there is time, and is then a `FetchError`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache, partial

from podcast.article.fetch.addresses import AllowList, Resolver, system_resolver
from podcast.article.fetch.charset import decode
from podcast.article.fetch.cookies import Cookies
from podcast.article.fetch.patience import Deadline, Pace, persist
from podcast.article.fetch.policy import DEFAULT_POLICY, FetchPolicy
from podcast.article.fetch.response import (
    READABLE,
    REDIRECTS,
    content_charset,
    content_encoding,
    content_type,
    require_answer,
    require_page,
    require_picture_type,
    require_text,
    require_text_type,
    sniffed_type,
)
from podcast.article.fetch.robots import MAX_ROBOTS, Robots, parse_robots
from podcast.article.fetch.unpack import ACCEPT_ENCODING, read_body, too_large
from podcast.article.fetch.urls import Target, join_url, parse_url
from podcast.errors import ArticleError

logger = logging.getLogger(__name__)

ROBOTS_LIFE = 3600.0
"""Seconds for which a site's robots.txt is remembered; RFC 9309 §2.4 allows a day."""

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, text/*;q=0.8, application/json;q=0.7"
_ACCEPT_PICTURE = "image/jpeg, image/png, image/webp;q=0.9, image/gif;q=0.5"
_SITES_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page as text."""

    url: str
    """Where it was found, after redirects."""
    text: str
    """Empty when ``not_modified``."""
    content_type: str
    charset: str
    """The charset that the bytes were in, which need not be the one they were labelled with."""
    status: int = 200
    etag: str = ""
    last_modified: str = ""

    @property
    def not_modified(self) -> bool:
        """The page is still the one that ``etag`` and ``last_modified`` were given for."""
        return self.status == 304


def fetch(url: str, *, policy: FetchPolicy = DEFAULT_POLICY, etag: str = "", last_modified: str = "") -> Page:
    """The page at ``url``; see `Fetcher.fetch`. Calls with the same policy share one pace."""
    return _fetcher(policy).fetch(url, etag=etag, last_modified=last_modified)


def fetch_picture(url: str, *, policy: FetchPolicy = DEFAULT_POLICY) -> bytes:
    """The picture at ``url``; see `Fetcher.fetch_picture`. Calls with the same policy share one pace."""
    return _fetcher(policy).fetch_picture(url)


@lru_cache(maxsize=16)
def _fetcher(policy: FetchPolicy) -> Fetcher:
    return Fetcher(policy)


@dataclass(frozen=True, slots=True)
class _Errand:
    """What one fetch asks for, the same over all its redirects."""

    deadline: Deadline
    max_bytes: int
    headers: dict[str, str]
    robots: bool = False
    """The errand is a robots.txt: no robots.txt is asked for it."""
    check: Callable[[Message, str], None] = require_text_type
    """Raises for a type that is not wanted, before the body is read."""
    cookies: Cookies = field(default_factory=Cookies)


@dataclass(frozen=True, slots=True)
class _Reply:
    target: Target
    status: int
    headers: Message
    body: bytes
    """Empty unless the status is a readable one."""


class Fetcher:
    """Fetches pages under one policy; remembers robots.txt and the pace of each host. Thread-safe."""

    def __init__(self, policy: FetchPolicy = DEFAULT_POLICY, *, resolve: Resolver = system_resolver) -> None:
        """``resolve`` turns a host name into addresses; its answer is judged, then connected to."""
        self._policy = policy
        self._allow = AllowList.parse(policy.allow)
        self._resolve = resolve
        self._pace = Pace(policy.min_interval)
        self._lock = threading.Lock()
        self._robots: dict[str, tuple[float, Robots]] = {}

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Page:
        """The page at ``url`` after redirects, as text.

        With the ``etag`` or ``last_modified`` of an earlier `Page` the answer
        may be a page that is ``not_modified``. Raises `ArticleError` for what
        is refused or can never be read, `FetchError` for what may work later.
        """
        target = parse_url(url)
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {"Accept": _ACCEPT, "Accept-Language": "fr, *;q=0.5"}
        headers.update({name: value for name, value in conditions.items() if value})
        deadline = Deadline(self._policy.timeout, where=str(target))
        reply = self._follow(target, _Errand(deadline, self._policy.max_bytes, headers))
        if reply.status == 304 and (etag or last_modified):
            return _unchanged(reply, etag, last_modified)
        return _page(reply)

    def fetch_picture(self, url: str) -> bytes:
        """The file at ``url``, said to be a picture: fetched as pages are, and raises what they raise."""
        target = parse_url(url)
        deadline = Deadline(self._policy.timeout, where=str(target))
        headers = {"Accept": _ACCEPT_PICTURE}
        errand = _Errand(deadline, self._policy.max_bytes, headers, check=require_picture_type)
        reply = self._follow(target, errand)
        require_page(reply.status, str(reply.target))
        return reply.body

    def _follow(self, target: Target, errand: _Errand) -> _Reply:
        """The first answer that is not a redirect."""
        asked: set[str] = set()
        for _ in range(self._policy.max_redirects + 1):
            if not errand.robots:
                self._mind_the_site(target, errand.deadline, first=target.host not in asked)
                asked.add(target.host)
            outcome = persist(
                partial(self._ask, target, errand), retries=self._policy.retries, deadline=errand.deadline
            )
            if isinstance(outcome, _Reply):
                return outcome
            logger.debug("%s redirects to %s", target, outcome)
            target = outcome
        what = f"more than {self._policy.max_redirects} redirects"
        raise ArticleError(what, where=str(target), remedy="open it in a browser and copy the final address")

    def _ask(self, target: Target, errand: _Errand) -> _Reply | Target:
        """One request: the answer, or where it redirects to."""
        from podcast.article.fetch.connect import Wire, get

        where = str(target)
        wire = Wire(self._allow, self._resolve, errand.deadline, self._policy.ca_file)
        headers = {
            "User-Agent": self._policy.user_agent,
            "Accept-Encoding": ACCEPT_ENCODING,
            "Connection": "close",
            **errand.headers,
            **errand.cookies.headers(target),
        }
        with get(target, headers, wire=wire, max_bytes=errand.max_bytes) as answer:
            errand.cookies.remember(target, answer.headers)
            if answer.status in REDIRECTS and (location := answer.headers.get("Location")):
                return join_url(target, str(location))
            require_answer(answer.status, answer.headers, where)
            body = b""
            if answer.status in READABLE:
                errand.check(answer.headers, where)
                _require_announced_size(answer.headers, errand.max_bytes, where)
                encoding = content_encoding(answer.headers)
                body = read_body(answer.chunks, encoding, max_bytes=errand.max_bytes, where=where)
            return _Reply(target, answer.status, answer.headers, body)

    def _mind_the_site(self, target: Target, deadline: Deadline, *, first: bool) -> None:
        """Ask robots.txt, and wait for the host's turn before its ``first`` page."""
        if not self._policy.own_site and not self._rules(target, deadline).allows(target.path):
            remedy = "leave it, or say that the site is your own"
            raise ArticleError("the site's robots.txt refuses this page", where=str(target), remedy=remedy)
        if first:
            self._pace.wait(target.host, deadline)

    def _rules(self, target: Target, deadline: Deadline) -> Robots:
        """The site's robots.txt, remembered for a while."""
        now = time.monotonic()
        with self._lock:
            known = self._robots.get(target.origin)
        if known and now < known[0]:
            return known[1]
        rules = self._read_robots(target, deadline)
        with self._lock:
            if len(self._robots) >= _SITES_REMEMBERED:
                self._robots.clear()
            self._robots[target.origin] = (now + ROBOTS_LIFE, rules)
        return rules

    def _read_robots(self, target: Target, deadline: Deadline) -> Robots:
        """RFC 9309 §2.3.1: unavailable (4xx, unusable) allows all; unreachable (5xx) is a `FetchError`."""
        errand = _Errand(deadline, MAX_ROBOTS, {"Accept": "text/plain, */*;q=0.1"}, True, lambda *_: None)
        try:
            reply = self._follow(target.with_path("/robots.txt"), errand)
        except ArticleError as exc:
            logger.info("no usable robots.txt: %s", exc)
            return Robots()
        if reply.status not in READABLE:
            return Robots()
        text, _ = decode(reply.body, "utf-8")
        return parse_robots(text, self._policy.user_agent.partition("/")[0].strip())


def _require_announced_size(headers: Message, max_bytes: int, where: str) -> None:
    length = str(headers.get("Content-Length", "0"))
    if length.isascii() and length.isdigit() and int(length[:18]) > max_bytes:
        raise too_large(max_bytes, where)


def _page(reply: _Reply) -> Page:
    where = str(reply.target)
    require_page(reply.status, where)
    text, charset = decode(reply.body, content_charset(reply.headers))
    require_text(text, where)
    return Page(
        url=where,
        text=text,
        content_type=content_type(reply.headers) or sniffed_type(text),
        charset=charset,
        status=reply.status,
        etag=str(reply.headers.get("ETag", "")),
        last_modified=str(reply.headers.get("Last-Modified", "")),
    )


def _unchanged(reply: _Reply, etag: str, last_modified: str) -> Page:
    return Page(
        url=str(reply.target),
        text="",
        content_type="",
        charset="",
        status=304,
        etag=str(reply.headers.get("ETag", "")) or etag,
        last_modified=str(reply.headers.get("Last-Modified", "")) or last_modified,
    )
