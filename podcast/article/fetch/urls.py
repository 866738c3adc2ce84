"""Which URLs may be asked for, in one spelling.

The text is parsed once, here; the connection, the `Host` header and the TLS
name all come from that one reading, so no two parsers can disagree about
where a URL leads.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from urllib.parse import quote, urljoin, urlsplit

from podcast.errors import ArticleError

MAX_URL = 8_000
"""Characters. RFC 9110 §4.1 recommends that servers accept at least 8,000."""

DEFAULT_PORTS = {"http": 80, "https": 443}

# Services that must never be sent a line of HTTP: https://fetch.spec.whatwg.org/#port-blocking
BLOCKED_PORTS = frozenset([
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
    103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512,
    513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719,
    1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669,
    6679, 6697, 10080, 11211,
])  # fmt: skip
"""The list that browsers keep, plus two line-based stores: Redis (6379) and memcached (11211)."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})\Z")
_NUMERIC_LABEL = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
# Left as they are, as browsers do: https://url.spec.whatwg.org/#percent-encoded-bytes
_PATH_SAFE = "/%:@!$&'()*+,;=~[]|^"
_QUERY_SAFE = _PATH_SAFE + "?{}`"


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked for, taken apart."""

    scheme: str
    host: str
    """ASCII, lower case, no final dot; an IPv6 address without brackets."""
    port: int
    path: str
    """Path and query, ASCII, percent-encoded."""

    @property
    def netloc(self) -> str:
        """Host, and port unless it is the usual one: the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """The site, without path."""
        return f"{self.scheme}://{self.netloc}"

    def with_path(self, path: str) -> Target:
        """Another page of the same site."""
        return replace(self, path=path)

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"


def parse_url(text: str) -> Target:
    """Take a URL apart; `ArticleError` when it is not a plain http(s) address of a web page."""
    text = text.strip()
    shown = _shown(text)
    if len(text) > MAX_URL:
        raise ArticleError(f"the URL is longer than {MAX_URL} characters", where=shown)
    if _CONTROL.search(text):
        raise ArticleError("the URL holds a control character or a backslash", where=shown)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as exc:
        raise ArticleError("the URL is malformed", where=shown, remedy="copy it again") from exc
    if parts.scheme not in DEFAULT_PORTS:
        raise _wrong_scheme(parts.scheme, shown)
    if "@" in parts.netloc:
        raise ArticleError("the URL carries a user name", where=shown, remedy="remove what precedes the @")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    if port in BLOCKED_PORTS:
        raise ArticleError(f"port {port} is not a web port", where=shown)
    path = quote(parts.path, safe=_PATH_SAFE) or "/"
    query = f"?{quote(parts.query, safe=_QUERY_SAFE)}" if parts.query else ""
    return Target(parts.scheme, _host(parts.hostname or "", shown), port, path + query)


def join_url(base: Target, reference: str) -> Target:
    """The URL that a reference on the page ``base`` leads to, as strictly judged as any other."""
    try:
        joined = urljoin(str(base), reference.strip())
    except ValueError as exc:
        raise ArticleError("the URL is malformed", where=_shown(reference)) from exc
    return parse_url(joined)


def _shown(text: str) -> str:
    """Short and printable, for an error line."""
    clean = "".join(char if char.isprintable() else "�" for char in text[:200])
    return clean + ("…" if len(text) > 200 else "")


def _wrong_scheme(scheme: str, shown: str) -> ArticleError:
    if scheme:
        what = f"{scheme}: URLs are not fetched"
        return ArticleError(what, where=shown, remedy="only http and https are")
    return ArticleError("the URL has no scheme", where=shown, remedy="begin it with https://")


def _host(host: str, shown: str) -> str:
    if not host:
        raise ArticleError("the URL has no host", where=shown, remedy="copy it again")
    if ":" in host:
        return _ipv6(host, shown)
    ascii_host = _to_ascii(host, shown).removesuffix(".")
    labels = ascii_host.split(".")
    if len(ascii_host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise ArticleError("the URL's host is malformed", where=shown, remedy="copy it again")
    if _NUMERIC_LABEL.match(labels[-1]):
        _require_plain_ipv4(ascii_host, shown)
    return ascii_host


def _to_ascii(host: str, shown: str) -> str:
    """A name with accents in its DNS spelling (``hôtel.fr`` → ``xn--htel-vqa.fr``)."""
    if host.isascii():
        return host.lower()
    if len(host) > 253:
        raise ArticleError("the URL's host is too long", where=shown)
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError as exc:
        raise ArticleError("the URL's host is malformed", where=shown, remedy="copy it again") from exc


def _ipv6(host: str, shown: str) -> str:
    try:
        if "%" in host:
            raise ValueError("scoped address")
        return str(ipaddress.IPv6Address(host))
    except ValueError as exc:
        raise ArticleError("the URL's IPv6 address is malformed or scoped", where=shown) from exc


def _require_plain_ipv4(host: str, shown: str) -> None:
    """Refuse 2130706433, 0x7f.1 and 017700000001: spellings that only hide an address."""
    try:
        ipaddress.IPv4Address(host)
    except ValueError as exc:
        remedy = "write the host's name, or four decimal numbers"
        raise ArticleError("the URL spells an IP address oddly", where=shown, remedy=remedy) from exc
