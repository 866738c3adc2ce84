"""Is there anything new at this address? Asked as cheaply as the address allows."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from podcast import pipeline
from podcast.article import Kind, parse_article
from podcast.article.fetch import FetchPolicy, PageGone, fetch
from podcast.article.fetch.addresses import AllowList
from podcast.publish.entry import Entry
from podcast.publish.record import sha256_of
from podcast.run.plan import Plan
from podcast.types import Article

RACY = 2.0
"""Seconds. A file or page that was touched so shortly before it was read may change once more
without a change of its time: its time then proves nothing (RFC 9110 §8.8.2.2)."""
MOST_TOUCHES = 5
"""Times that a run waits for a file that is touched again and again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was found, and what to compare it with the next time."""

    entry: Entry
    """With the new fingerprint and validators."""
    read: Callable[[], Article] | None
    """Finds the article in it, or raises ``ArticleError``; None when the page is what it was."""


def look(entry: Entry, plan: Plan) -> Seen:
    """Ask for the page of ``entry``.

    Raises ``PageGone`` when it is not there, ``FetchError`` when it cannot be
    had now, ``ArticleError`` when it never can.
    """
    return _look_web(entry, plan) if is_web(entry.address) else _look_file(entry, plan)


def is_web(address: str) -> bool:
    """Whether an address is a URL; else it is the path of a file."""
    return address.startswith(("http://", "https://"))


def policy_for(address: str, policy: FetchPolicy) -> FetchPolicy:
    """Nobody needs to be polite to hosts of one's own network, which the allow-list names."""
    host = urlsplit(address).hostname or ""
    return replace(policy, min_interval=0.0) if _is_allowed(host, policy.allow) else policy


def _is_allowed(host: str, allow: tuple[str, ...]) -> bool:
    allowed = AllowList.parse(allow)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in allowed.names
    return allowed.covers(host, address)


def _look_web(entry: Entry, plan: Plan) -> Seen:
    policy = policy_for(entry.address, plan.settings.policy)
    page = fetch(entry.address, policy=policy, etag=entry.etag, last_modified=entry.last_modified)
    if _is_home(page.url) and not _is_home(entry.address):
        raise PageGone("the address leads to the site's home page", where=entry.address)
    if page.not_modified:
        return Seen(entry, None)
    fingerprint = hashlib.sha256(page.text.encode("utf-8", "replace")).hexdigest()
    known = entry.fingerprint == fingerprint
    entry = replace(
        entry, fingerprint=fingerprint, etag=page.etag, last_modified=_trusted(page.last_modified)
    )
    if known:
        return Seen(entry, None)
    kind: Kind | None = "html" if "html" in page.content_type else None
    return Seen(entry, partial(parse_article, page.text, url=page.url, kind=kind, force=plan.settings.force))


def _is_home(url: str) -> bool:
    """Many sites send readers of a page that was withdrawn there."""
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _trusted(last_modified: str) -> str:
    """A Last-Modified that a later change cannot share."""
    try:
        touched = parsedate_to_datetime(last_modified).timestamp()
    except (ValueError, OverflowError, TypeError):
        return ""
    return last_modified if touched + RACY < time.time() else ""


def _look_file(entry: Entry, plan: Plan) -> Seen:
    path = plan.folder / entry.address
    read = partial(pipeline.load, str(path), plan.settings)
    try:
        stamp = _stamp(path)
        if stamp == entry.etag:
            return Seen(entry, None)
        fingerprint = sha256_of(path)
    except FileNotFoundError as error:
        raise PageGone("the file is not there any more", where=entry.address) from error
    except OSError:  # reading it will say what is wrong
        return Seen(entry, read)
    known = fingerprint == entry.fingerprint
    entry = replace(entry, fingerprint=fingerprint, etag=stamp)
    return Seen(entry, None if known else read)


def _stamp(path: Path) -> str:
    """Time and size, once nobody has touched the file for a moment: it may be still being written."""
    status = path.stat()
    for _ in range(MOST_TOUCHES):
        age = time.time() - status.st_mtime
        if not 0 <= age < RACY:
            break
        time.sleep(RACY - age)
        status = path.stat()
    return f"{status.st_mtime_ns}:{status.st_size}"
