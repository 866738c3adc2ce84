"""What an answer means: go elsewhere, try again, give up, or read it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from podcast.article.fetch.patience import TemporaryError
from podcast.errors import ArticleError, FetchError

REDIRECTS = frozenset([301, 302, 303, 307, 308])
READABLE = frozenset([200, 203])
_TEMPORARY = frozenset([408, 425, 429])

TEXT_TYPES = frozenset([
    "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown",
    "application/json", "application/ld+json", "application/xml", "text/xml",
    "application/rss+xml", "application/x-rss+xml", "application/atom+xml", "application/rdf+xml",
])  # fmt: skip

PICTURE_TYPES = frozenset(["image/jpeg", "image/png", "image/webp", "image/gif"])

_GZIP_TYPES = frozenset(["application/gzip", "application/x-gzip"])

_REMEDIES = {
    401: "the page asks for a subscription: save it from your browser and give the file",
    402: "the page asks for a subscription: save it from your browser and give the file",
    403: "the site refuses programs: save the page from your browser and give the file",
    404: "check the address",
    410: "the page was withdrawn",
    451: "the page was withdrawn for legal reasons",
}


class PageGone(ArticleError):  # noqa: N818 a fact, not a fault
    """The page is not there, or not any more: an episode of it should be withdrawn."""


_GONE = frozenset([404, 410, 451])


def require_answer(status: int, headers: Message, where: str) -> None:
    """Raise `TemporaryError` for an answer that says to come back later."""
    if status in _TEMPORARY or status >= 500:
        wait = retry_after(headers)
        remedy = f"try again in {wait:.0f} s" if wait else "try again later"
        raise TemporaryError(
            FetchError(f"the site answers {_named(status)}", where=where, remedy=remedy), after=wait
        )


def require_page(status: int, where: str) -> None:
    """Raise `ArticleError` for an answer that is not a page."""
    if status not in READABLE:
        remedy = _REMEDIES.get(status, "give another address, or save the page and give the file")
        kind = PageGone if status in _GONE else ArticleError
        raise kind(f"the site answers {_named(status)}", where=where, remedy=remedy)


def retry_after(headers: Message) -> float:
    """Seconds to wait (RFC 9110 §10.2.3: a number or a date); 0 when the server does not say."""
    value = str(headers.get("Retry-After", "")).strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def content_type(headers: Message) -> str:
    """The media type, lower case; empty when the server does not say, or says only that it is packed."""
    kind = _media_type(headers)
    return "" if kind in _GZIP_TYPES else kind


def content_encoding(headers: Message) -> str:
    """The content encodings. A gzip file counts as one: sitemaps are often served so."""
    named = ", ".join(map(str, headers.get_all("Content-Encoding", [])))
    return named or ("gzip" if _media_type(headers) in _GZIP_TYPES else "")


def _media_type(headers: Message) -> str:
    value = str(headers.get("Content-Type", ""))
    return value.partition(";")[0].partition(",")[0].strip().lower()


def content_charset(headers: Message) -> str:
    """The charset that the header names; empty when it names none."""
    return headers.get_content_charset("")


def require_text_type(headers: Message, where: str) -> None:
    """Raise `ArticleError` for films, images, archives and the like, before they are read."""
    kind = content_type(headers)
    if kind and kind not in TEXT_TYPES:
        raise ArticleError(f"not a page but {kind[:80]}", where=where, remedy="give the page of an article")


def require_picture_type(headers: Message, where: str) -> None:
    """Raise `ArticleError` for what is no picture, before it is read."""
    kind = content_type(headers)
    if kind and kind not in PICTURE_TYPES:
        raise ArticleError(f"not a picture but {kind[:80]}", where=where)


def require_text(text: str, where: str) -> None:
    """Raise `ArticleError` for data that only claims to be text, and for nothing at all."""
    if "\0" in text[:4096] or text.startswith(("%PDF-", "\x1f")):
        raise ArticleError("not a page but binary data", where=where, remedy="give the page of an article")
    if not text.strip():
        raise ArticleError("the page is empty", where=where, remedy="check the address")


def sniffed_type(text: str) -> str:
    """The media type of a page that came without one."""
    head = text[:200].lstrip().lower()
    if head.startswith("<?xml"):
        return "application/xml"
    if head.startswith("<"):
        return "text/html"
    return "application/json" if head.startswith("{") else "text/plain"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
