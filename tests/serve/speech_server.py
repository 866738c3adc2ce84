"""A speech server whose pace and failures a test sets while it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

RATE = 24000
WORD = 0.25
"""Seconds of sound for each word."""

VOICE = """
engine = "openai"
model = "tones"
sample_rate = 24000
streams = true
licence = "CC0-1.0"
attribution = "tones"

[settings]
base_url = "{url}"
timeout = 5.0
"""


class SpeechServer(ThreadingHTTPServer):
    """A tone for each word, ``pace`` seconds after the one before."""

    daemon_threads = True
    pace = 0.0
    cut_at = ""
    """A word at which the connection breaks."""
    refused = ""
    """A word for which a text is refused."""
    words = 0
    """Said so far."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.said: list[tuple[str, str]] = []
        """The model that was asked for, and the text."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may leave."""


class _Handler(BaseHTTPRequestHandler):
    server: SpeechServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = asked["input"]
        self.server.said.append((asked["model"], text))
        refused = self.server.refused and self.server.refused in text
        self.send_response(400 if refused else 200)
        self.send_header("Content-Type", "audio/pcm")
        words = [] if refused else text.split()
        tone = 12000 * np.sin(2 * np.pi * 300 * np.arange(round(WORD * RATE)) / RATE)
        data = np.rint(tone).astype("<i2").tobytes()
        self.send_header("Content-Length", str(len(words) * len(data)))
        self.end_headers()
        for word in words:
            if self.server.cut_at and self.server.cut_at in word:
                return
            self.wfile.write(data)
            self.wfile.flush()
            self.server.words += 1
            time.sleep(self.server.pace)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@contextmanager
def speaking(folder: Path) -> Iterator[tuple[SpeechServer, str]]:
    """A server that runs for the block, and the path of a voice that it speaks with."""
    with SpeechServer(("127.0.0.1", 0), _Handler) as server:
        voice = folder / "tones"
        voice.mkdir()
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        (voice / "voice.toml").write_text(VOICE.format(url=url), encoding="utf-8")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server, str(voice)
        finally:
            server.shutdown()
            thread.join()
