"""Reading a response without ever holding more of it than the cap."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from podcast.errors import ArticleError, FetchError

ACCEPT_ENCODING = "gzip, deflate"
"""What can be unpacked in steps of a chosen size with the standard library."""

_GZIP_MAGIC = b"\x1f\x8b"
_STEP = 64 * 1024
"""Bytes unpacked at a time: a bomb costs no more memory than the cap and one step."""


def read_body(chunks: Iterable[bytes], encoding: str, *, max_bytes: int, where: str) -> bytes:
    """The whole body, its content encoding undone.

    Raises `ArticleError` beyond ``max_bytes`` or for an encoding that was not
    asked for, `FetchError` when the compressed data is damaged or cut short.
    """
    body = bytearray()
    for piece in _plain(chunks, encoding.strip().lower(), where):
        body += piece
        if len(body) > max_bytes:
            raise too_large(max_bytes, where)
    return bytes(body)


def too_large(max_bytes: int, where: str) -> ArticleError:
    """What the user reads when a page goes beyond the cap."""
    what = f"the page is larger than {max_bytes:,} bytes"
    return ArticleError(what, where=where, remedy="give the page of one article")


def _plain(chunks: Iterable[bytes], encoding: str, where: str) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        return iter(chunks)
    if encoding in {"gzip", "x-gzip"}:
        return _inflate(chunks, _Gzip(), where)
    if encoding == "deflate":
        return _inflate(chunks, _Deflate(), where)
    raise ArticleError(f"the server compresses in a way not asked for: {encoding[:40]}", where=where)


class _Gzip:
    """RFC 1952: one member after another; what follows and is none is ignored, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._member.eof or not self._begun

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._begun = True
        while data:
            if self._member.eof:
                if not data.startswith(_GZIP_MAGIC):
                    return
                self._member = zlib.decompressobj(wbits=31)
            yield from _unpacked(self._member, data)
            data = self._member.unused_data


class _Deflate:
    """RFC 9110 §8.4.1.2 means zlib; some servers send the bare stream, told by its first byte."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    @property
    def whole(self) -> bool:
        return self._stream is None or self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None and data:
            is_zlib = data[0] & 0x0F == 8 and data[0] >> 4 <= 7
            self._stream = zlib.decompressobj(wbits=15 if is_zlib else -15)
        if self._stream and not self._stream.eof:
            yield from _unpacked(self._stream, data)


def _unpacked(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """Everything ``data`` unpacks to, one step at a time."""
    while True:
        piece = stream.decompress(data, _STEP)
        yield piece
        data = stream.unconsumed_tail
        if not data and len(piece) < _STEP:
            return


def _inflate(chunks: Iterable[bytes], unpacker: _Gzip | _Deflate, where: str) -> Iterator[bytes]:
    try:
        for chunk in chunks:
            yield from unpacker.feed(chunk)
    except zlib.error as exc:
        raise FetchError("the compressed page is damaged", where=where, remedy="try again later") from exc
    if not unpacker.whole:
        raise FetchError("the compressed page is cut short", where=where, remedy="try again later")
