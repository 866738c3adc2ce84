"""Who may hand in articles: whoever has the token, or, without one, programs on this machine alone."""

from __future__ import annotations

import ipaddress
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request

from podcast.serve.options import Options
from podcast.serve.problems import Refused


def is_loopback(host: str) -> bool:
    """A name or an address that only this machine reaches."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def admit(request: Request, options: Options) -> None:
    """Raises ``Refused`` (401, 403).

    Without a token the server is bound to loopback, where browsers are too: a
    page of another site, also one whose name was bound anew to this machine,
    is told apart by ``Origin`` and ``Host``.
    """
    if options.token:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secrets.compare_digest(
            given.strip().encode("latin-1", "replace"), options.token.encode()
        ):
            raise Refused(401, "the Authorization header must be: Bearer TOKEN")
        return
    if not is_loopback(_host(f"//{request.headers.get('host', '')}")):
        raise Refused(403, "without PODCAST_TOKEN only programs on this machine may hand in articles")
    origin = request.headers.get("origin", "")
    if origin and origin not in options.origins and not is_loopback(_host(origin)):
        raise Refused(403, "this site may not hand in articles")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
