"""A speech server on loopback: tones for words over real HTTP, and every way in which a server can fail.

The voice of a request says how it is answered; any other is answered well:

wav            as a WAV file that does not know its length
whole          as a WAV file with its length, sent at once
slow           every piece 0.1 s after the one before
cut            ends within its chunks, or before the announced length
short          a WAV file that announces more than it has
more           a WAV file that has more than it announces
half           ends in the middle of a sample
mute           200, and nothing
mp3, page      200, but something else than PCM
endless        never stops
stall          begins, then says nothing more
hang           takes the request, and says nothing
drop           closes the connection
N              the status N with a message; "401 3" for three times, then well
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import numpy as np

from podcast.types import Voice

RATE = 24000
PIECE = 0.1
"""Seconds of sound in each chunk."""


def spoken(text: str) -> np.ndarray[Any, np.dtype[np.int16]]:
    """A tone of a fifth of a second for each word, as high as its letters say."""
    time_ = np.arange(RATE // 5) / RATE
    tones = [np.sin(2 * np.pi * (150 + sum(word.encode()) % 700) * time_) for word in text.split()]
    return np.asarray(np.rint(np.concatenate(tones) * 12000), dtype="<i2")


class SpeechServer(ThreadingHTTPServer):
    """What it was asked is in ``requests``; ``sent`` counts the pieces of sound that it wrote."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.sent = 0
        self.closing = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def voice(self, manner: str = "well", **settings: str | float) -> Voice:
        """A voice that is answered in this manner; gives up after a second."""
        return Voice(
            "served", "openai", "tones", "0" * 64, RATE, speaker=manner, streams=True,
            settings={"base_url": self.url, "timeout": 1.0, **settings},
        )  # fmt: skip

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SpeechServer

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        wanted = json.loads(self.rfile.read(length))
        asked = sum(request[2]["voice"] == wanted["voice"] for request in self.server.requests)
        self.server.requests.append((self.path, dict(self.headers), wanted))
        status, _, times = wanted["voice"].partition(" ")
        self.close_connection = True
        if status.isdigit() and (not times or asked < int(times)):
            self._refuse(int(status))
        else:
            getattr(self, f"_{status}", self._well)(spoken(wanted["input"]).tobytes())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""

    def _refuse(self, status: int) -> None:
        body = json.dumps({"error": {"message": f"the reason\nof {status}"}}).encode()
        self.send_response(status)
        self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin(self, kind: str = "audio/pcm", size: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if size is None:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(size))
        self.end_headers()

    def _chunks(self, data: bytes, pause: float = 0.0, *, end: bool = True) -> None:
        step = round(PIECE * RATE) * 2
        for at in range(0, len(data), step):
            piece = data[at : at + step]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
            self.server.sent += 1
            time.sleep(pause)
        if end:
            self.wfile.write(b"0\r\n\r\n")

    def _well(self, pcm: bytes) -> None:
        self._begin()
        self._chunks(pcm)

    def _slow(self, pcm: bytes) -> None:
        self._begin()
        self._chunks(pcm, 0.1)

    def _wav(self, pcm: bytes) -> None:
        self._begin("audio/wav")
        self._chunks(wav(pcm, 0xFFFFFFFF))

    def _whole(self, pcm: bytes) -> None:
        data = wav(pcm, len(pcm)) + b"LIST\x04\0\0\0abcd"
        self._begin("audio/x-wav", len(data))
        self.wfile.write(data)

    def _short(self, pcm: bytes) -> None:
        self._begin("audio/wav")
        self._chunks(wav(pcm, len(pcm) + 1000))

    def _more(self, pcm: bytes) -> None:
        self._begin("audio/wav")
        self._chunks(wav(pcm, len(pcm) - 1000))

    def _cut(self, pcm: bytes) -> None:
        if len(pcm) > RATE:
            self._begin()
            self._chunks(pcm, end=False)
        else:
            self._begin(size=len(pcm) + 1000)
            self.wfile.write(pcm)

    def _half(self, pcm: bytes) -> None:
        self._begin()
        self._chunks(pcm[:-1])

    def _mute(self, _pcm: bytes) -> None:
        self._begin()
        self._chunks(b"")

    def _mp3(self, pcm: bytes) -> None:
        self._begin("audio/mpeg")
        self._chunks(pcm)

    def _page(self, _pcm: bytes) -> None:
        self._begin("text/html; charset=utf-8")
        self._chunks(b"<html>")

    def _endless(self, pcm: bytes) -> None:
        self._begin()
        with suppress(OSError):
            while not self.server.closing.is_set():
                self._chunks(pcm, end=False)

    def _stall(self, pcm: bytes) -> None:
        self._begin()
        self._chunks(pcm[:4800], end=False)
        self.server.closing.wait(30)

    def _hang(self, _pcm: bytes) -> None:
        self.server.closing.wait(30)

    def _drop(self, _pcm: bytes) -> None:
        self.connection.close()


def wav(pcm: bytes, size: int, *, channels: int = 1, bits: int = 16, rate: int = RATE) -> bytes:
    """A WAV file that announces ``size`` bytes of sound."""
    layout = struct.pack("<IHHIIHH", 16, 1, channels, rate, 2 * rate, 2, bits)
    riff = b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE" + b"fmt " + layout
    return riff + b"LIST\x03\0\0\0abc\0" + b"data" + struct.pack("<I", size) + pcm


@contextmanager
def serving() -> Iterator[SpeechServer]:
    """A server that runs for the block."""
    with SpeechServer() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
