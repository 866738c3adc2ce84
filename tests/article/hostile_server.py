"""A real server on loopback that answers the way hostile, broken and ordinary sites do."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import socket
import socketserver
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ARTICLE = (
    "<html><head><title>La digue tient bon</title></head><body><h1>La digue tient bon</h1>"
    "<p>L’été dernier, à Noël-sur-Mer, le cœur du bourg a coûté 3 € par mètre.</p></body></html>"
)
EVENT_ENDS = 30.0
"""Seconds after which a stalling answer ends by itself, so that no test can hang on it."""


class Talk:
    """One connection: what was asked, and the means to answer."""

    def __init__(self, sock: socket.socket, server: HostileServer) -> None:
        self._sock = sock
        self.server = server
        self.path = ""
        self.headers: dict[str, str] = {}

    def listen(self) -> None:
        data = b""
        while b"\r\n\r\n" not in data and (piece := self._sock.recv(65536)):
            data += piece
            if not data.startswith(b"GET "):
                raise ConnectionError("this is not HTTP")
        request, *lines = data.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        self.path = request.split(" ")[1] if request.count(" ") == 2 else ""
        pairs = (line.partition(":") for line in lines)
        self.headers = {name.lower(): value.strip() for name, _, value in pairs}

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)
        self.server.sent += len(data)

    def pause(self, seconds: float) -> None:
        """Sleep, unless the server is being stopped."""
        if self.server.stopping.wait(seconds):
            raise ConnectionError("the server stops")

    def answer(self, body: bytes, *headers: str, status: str = "200 OK", length: bool = True) -> None:
        lines = [f"HTTP/1.1 {status}", *headers]
        if length:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body)

    def html(self, body: bytes, *headers: str, content_type: str = "text/html; charset=utf-8") -> None:
        self.answer(body, f"Content-Type: {content_type}", *headers)

    def redirect(self, location: str, status: str = "302 Found") -> None:
        self.answer(b"", f"Location: {location}", status=status)

    def drip(self, pieces: Iterator[bytes], interval: float) -> None:
        for piece in pieces:
            self.send(piece)
            self.pause(interval)


Route = Callable[[Talk], None]
ROUTES: dict[str, Route] = {}


def route(path: str) -> Callable[[Route], Route]:
    def register(function: Route) -> Route:
        ROUTES[path] = function
        return function

    return register


class HostileServer(socketserver.ThreadingTCPServer):
    """Counts what was asked and how many bytes it managed to send."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, address: str = "127.0.0.1", *, tls: Path | None = None) -> None:
        if ":" in address:
            self.address_family = socket.AF_INET6
        super().__init__((address, 0), socketserver.BaseRequestHandler)
        self.port = int(self.server_address[1])
        self.requests: list[str] = []
        self.talks: list[Talk] = []
        self.sent = 0
        self.counts = itertools.count()
        self.robots = (404, b"")
        self.raw = b""
        self.stopping = threading.Event()
        self._tls: ssl.SSLContext | None = None
        if tls:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(tls)

    def finish_request(self, request: Any, client_address: Any) -> None:
        del client_address
        request.settimeout(EVENT_ENDS)
        with contextlib.suppress(OSError):
            if self._tls:
                with self._tls.wrap_socket(request, server_side=True) as secure:
                    self._converse(secure)
                    secure.unwrap()
            else:
                self._converse(request)

    def _converse(self, sock: socket.socket) -> None:
        talk = Talk(sock, self)
        talk.listen()
        self.requests.append(talk.path)
        self.talks.append(talk)
        ROUTES.get(talk.path.partition("?")[0], missing)(talk)

    def reset(self) -> None:
        self.requests.clear()
        self.talks.clear()
        self.sent = 0
        self.counts = itertools.count()

    @contextlib.contextmanager
    def running(self) -> Iterator[HostileServer]:
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            self.shutdown()
            thread.join()
            self.server_close()


def missing(talk: Talk) -> None:
    talk.answer(b"<h1>Page introuvable</h1>", "Content-Type: text/html", status="404 Not Found")


# Ordinary pages


@route("/ok")
def ok(talk: Talk) -> None:
    talk.html(ARTICLE.encode())


@route("/tagged")
def tagged(talk: Talk) -> None:
    fresh = talk.headers.get("if-none-match") == '"v1"' or "if-modified-since" in talk.headers
    if fresh:
        talk.answer(b"", 'ETag: "v1"', status="304 Not Modified")
    else:
        talk.html(ARTICLE.encode(), 'ETag: "v1"', "Last-Modified: Mon, 02 Nov 2026 09:00:00 GMT")


@route("/always-304")
def always_304(talk: Talk) -> None:
    talk.answer(b"", status="304 Not Modified")


@route("/gzip")
def gzipped(talk: Talk) -> None:
    talk.html(gzip.compress(ARTICLE.encode()), "Content-Encoding: gzip")


@route("/gzip-members")
def gzip_members(talk: Talk) -> None:
    half = len(ARTICLE.encode()) // 2
    first, second = ARTICLE.encode()[:half], ARTICLE.encode()[half:]
    body = gzip.compress(first) + gzip.compress(b"") + gzip.compress(second) + b"\0" * 16
    talk.html(body, "Content-Encoding: x-gzip")


@route("/deflate")
def deflated(talk: Talk) -> None:
    talk.html(zlib.compress(ARTICLE.encode()), "Content-Encoding: deflate")


@route("/deflate-raw")
def deflated_raw(talk: Talk) -> None:
    packer = zlib.compressobj(wbits=-15)
    talk.html(packer.compress(ARTICLE.encode()) + packer.flush(), "Content-Encoding: deflate")


@route("/chunked")
def chunked(talk: Talk) -> None:
    data = ARTICLE.encode()
    talk.answer(b"", "Content-Type: text/html", "Transfer-Encoding: chunked", length=False)
    for start in range(0, len(data), 7):
        piece = data[start : start + 7]
        talk.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    talk.send(b"0\r\n\r\n")


@route("/old-http")
def old_http(talk: Talk) -> None:
    talk.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + ARTICLE.encode())


@route("/no-type")
def no_type(talk: Talk) -> None:
    talk.answer(ARTICLE.encode())


@route("/cookie-wall")
def cookie_wall(talk: Talk) -> None:
    if "vu=1" in talk.headers.get("cookie", ""):
        talk.html(ARTICLE.encode())
    else:
        talk.answer(b"", "Set-Cookie: vu=1; Path=/", "Location: /cookie-wall", status="302 Found")


@route("/busy-once")
def busy_once(talk: Talk) -> None:
    if next(talk.server.counts) == 0:
        talk.answer(b"", "Retry-After: 0", status="503 Service Unavailable")
    else:
        talk.html(ARTICLE.encode())


@route("/hang-up-once")
def hang_up_once(talk: Talk) -> None:
    if next(talk.server.counts) > 0:
        talk.html(ARTICLE.encode())


# Redirects


@route("/to")
def to(talk: Talk) -> None:
    talk.redirect(talk.path.partition("?")[2].replace("PORT", str(talk.server.port)))


@route("/hops")
def hops(talk: Talk) -> None:
    left = int(talk.path.partition("?")[2])
    talk.redirect(f"/hops?{left - 1}" if left else "/ok", "301 Moved Permanently")


@route("/loop")
def loop(talk: Talk) -> None:
    talk.redirect("/loop", "307 Temporary Redirect")


@route("/redirect-nowhere")
def redirect_nowhere(talk: Talk) -> None:
    talk.answer(b"", status="302 Found")


@route("/redirect-huge")
def redirect_huge(talk: Talk) -> None:
    talk.redirect("/" + "a" * 20_000)


@route("/redirect-body")
def redirect_body(talk: Talk) -> None:
    talk.answer(b"x" * 1000, "Location: /ok", "Content-Length: 1000000000", status="302 Found", length=False)
    talk.drip(itertools.repeat(b"x" * 65536), 0.0)


# Statuses


@route("/status")
def status(talk: Talk) -> None:
    talk.answer(b"<p>non</p>", "Content-Type: text/html", status=f"{talk.path.partition('?')[2]} Reason")


@route("/busy")
def busy(talk: Talk) -> None:
    after = talk.path.partition("?")[2].replace("_", " ")
    talk.answer(b"", f"Retry-After: {after}", status="429 Too Many Requests")


# Bodies without end


@route("/gigabyte")
def gigabyte(talk: Talk) -> None:
    talk.answer(b"", "Content-Type: text/html", "Content-Length: 1000000000", length=False)
    talk.drip(itertools.repeat(b"a" * 65536, 15_000), 0.0)


@route("/gigabyte-announced")
def gigabyte_announced(talk: Talk) -> None:
    talk.answer(b"", "Content-Type: text/html", "Content-Length: 1000000000", length=False)
    talk.pause(EVENT_ENDS)


@route("/endless")
def endless(talk: Talk) -> None:
    talk.answer(b"", "Content-Type: text/html", length=False)
    talk.drip(itertools.repeat(b"a" * 65536), 0.0)


@route("/endless-chunks")
def endless_chunks(talk: Talk) -> None:
    talk.answer(b"", "Content-Type: text/html", "Transfer-Encoding: chunked", length=False)
    talk.drip(itertools.repeat(b"1\r\na\r\n" * 4096), 0.0)


@route("/endless-header")
def endless_header(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\n")
    talk.drip((b"X-%d: %b\r\n" % (number, b"a" * 1000) for number in itertools.count()), 0.0)


@route("/endless-line")
def endless_line(talk: Talk) -> None:
    talk.drip(itertools.chain([b"HTTP/1.1 200 "], itertools.repeat(b"O" * 65536)), 0.0)


@route("/endless-continue")
def endless_continue(talk: Talk) -> None:
    talk.drip(itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100), 0.0)


@route("/gzip-bomb")
def gzip_bomb(talk: Talk) -> None:
    packer = zlib.compressobj(level=9, wbits=31)
    talk.answer(b"", "Content-Type: text/html", "Content-Encoding: gzip", length=False)
    talk.drip((packer.compress(b"\0" * 1_000_000) for _ in range(1000)), 0.0)


@route("/gzip-bomb-announced")
def gzip_bomb_announced(talk: Talk) -> None:
    talk.html(gzip.compress(b"a" * 20_000_000), "Content-Encoding: gzip")


@route("/deflate-bomb")
def deflate_bomb(talk: Talk) -> None:
    talk.html(zlib.compress(b"a" * 20_000_000), "Content-Encoding: deflate")


@route("/tarball")
def tarball(talk: Talk) -> None:
    talk.html(gzip.compress(b"a.txt" + b"\0" * 1000), content_type="application/gzip")


@route("/gzip-empty-members")
def gzip_empty_members(talk: Talk) -> None:
    talk.answer(b"", "Content-Type: text/html", "Content-Encoding: gzip", length=False)
    talk.drip(itertools.repeat(gzip.compress(b"") * 3000), 0.0)


# Slowness


@route("/slow-accept")
def slow_accept(talk: Talk) -> None:
    talk.pause(EVENT_ENDS)


@route("/slow-header")
def slow_header(talk: Talk) -> None:
    text = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Filler: " + b"a" * 1000
    talk.drip((bytes([byte]) for byte in text), 0.1)


@route("/slow-body")
def slow_body(talk: Talk) -> None:
    talk.answer(b"", "Content-Type: text/html", "Content-Length: 100000", length=False)
    talk.drip(itertools.repeat(b"a"), 0.1)


@route("/slow-chunks")
def slow_chunks(talk: Talk) -> None:
    talk.answer(b"", "Content-Type: text/html", "Transfer-Encoding: chunked", length=False)
    talk.drip(itertools.repeat(b"1\r\na\r\n"), 0.1)


@route("/slow-redirects")
def slow_redirects(talk: Talk) -> None:
    talk.pause(0.4)
    talk.redirect("/slow-redirects")


# Broken answers


@route("/cut-body")
def cut_body(talk: Talk) -> None:
    talk.answer(b"<p>Le d", "Content-Type: text/html", "Content-Length: 5000", length=False)


@route("/cut-chunks")
def cut_chunks(talk: Talk) -> None:
    talk.answer(b"ff\r\n<p>Le d", "Content-Type: text/html", "Transfer-Encoding: chunked", length=False)


@route("/cut-gzip")
def cut_gzip(talk: Talk) -> None:
    talk.html(gzip.compress(ARTICLE.encode())[:-20], "Content-Encoding: gzip")


@route("/cut-deflate")
def cut_deflate(talk: Talk) -> None:
    talk.html(zlib.compress(ARTICLE.encode())[:-20], "Content-Encoding: deflate")


@route("/bad-gzip")
def bad_gzip(talk: Talk) -> None:
    talk.html(b"this is not gzip at all", "Content-Encoding: gzip")


@route("/bad-checksum")
def bad_checksum(talk: Talk) -> None:
    talk.html(gzip.compress(ARTICLE.encode())[:-8] + b"\0" * 8, "Content-Encoding: gzip")


@route("/encoding")
def encoding(talk: Talk) -> None:
    talk.html(ARTICLE.encode(), f"Content-Encoding: {talk.path.partition('?')[2]}")


@route("/hang-up")
def hang_up(talk: Talk) -> None:
    del talk


@route("/banner")
def banner(talk: Talk) -> None:
    talk.send(b"220 mail.presse.test ESMTP ready\r\n")


@route("/http-0.9")
def http_09(talk: Talk) -> None:
    talk.send(ARTICLE.encode())


@route("/two-lengths")
def two_lengths(talk: Talk) -> None:
    talk.html(b"<p>a</p>", "Content-Length: 3")


@route("/bad-length")
def bad_length(talk: Talk) -> None:
    talk.answer(b"<p>", "Content-Type: text/html", "Content-Length: -5", length=False)


@route("/bad-chunk")
def bad_chunk(talk: Talk) -> None:
    talk.answer(b"zz\r\n", "Content-Type: text/html", "Transfer-Encoding: chunked", length=False)


@route("/upgrade")
def upgrade(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
    talk.drip(itertools.repeat(b"a" * 65536), 0.0)


@route("/split-header")
def split_header(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\0\x01\r\n\r\n<p>")


@route("/raw")
def raw(talk: Talk) -> None:
    talk.send(talk.server.raw)


# What is no page


@route("/type")
def of_type(talk: Talk) -> None:
    talk.answer(b"data", f"Content-Type: {talk.path.partition('?')[2]}")


@route("/png-as-html")
def png_as_html(talk: Talk) -> None:
    talk.html(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0")


@route("/pdf-as-html")
def pdf_as_html(talk: Talk) -> None:
    talk.html(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")


@route("/binary-no-type")
def binary_no_type(talk: Talk) -> None:
    talk.answer(bytes(range(256)) * 8)


@route("/empty")
def empty(talk: Talk) -> None:
    talk.html(b"")


@route("/blank")
def blank(talk: Talk) -> None:
    talk.html(b" \r\n\t ")


# Charsets: the bytes and the label are in the query


@route("/charset")
def charset(talk: Talk) -> None:
    label, _, codec = talk.path.partition("?")[2].partition("&")
    kind = f"text/html; charset={label}" if label else "text/html"
    talk.html(ARTICLE.encode(codec, "replace"), content_type=kind)


# For robots and feeds


@route("/robots.txt")
def robots(talk: Talk) -> None:
    status, body = talk.server.robots
    talk.answer(body, "Content-Type: text/plain", status=f"{status} Reason")


@route("/feed")
def feed(talk: Talk) -> None:
    if talk.headers.get("if-none-match") == '"f1"':
        talk.answer(b"", 'ETag: "f1"', status="304 Not Modified")
        return
    item = "<item><title>La digue tient bon</title><link>/ok</link></item>"
    body = f"<rss><channel>{item}</channel></rss>".encode()
    talk.html(body, 'ETag: "f1"', content_type="application/rss+xml")


@route("/sitemap-index")
def sitemap_index(talk: Talk) -> None:
    entries = [("/sitemap-1", "2026-01-01"), ("/missing", "2026-02-01"), ("/sitemap-2", "2026-03-01")]
    entries.append(("/sitemap-0", "2025-01-01"))
    rows = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{date}</lastmod></sitemap>" for loc, date in entries)
    talk.html(f"<sitemapindex>{rows}</sitemapindex>".encode(), content_type="application/xml")


@route("/sitemap-1")
def sitemap_1(talk: Talk) -> None:
    row = "<url><loc>/ancienne</loc><lastmod>2025-12-30</lastmod></url>"
    talk.html(f"<urlset>{row}</urlset>".encode(), content_type="text/xml")


@route("/sitemap-2")
def sitemap_2(talk: Talk) -> None:
    row = "<url><loc>/neuve</loc><lastmod>2026-02-27</lastmod></url>"
    talk.html(gzip.compress(f"<urlset>{row}</urlset>".encode()), content_type="application/x-gzip")
