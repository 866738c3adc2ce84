"""Independent readers of feeds: podcastparser, feedparser and npm's podcast-partytime."""

from __future__ import annotations

import io
import json
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import podcastparser
import pytest

from tests.conftest import tool

PARTYTIME = Path(__file__).parent / "partytime.cjs"
"""What Podcast Index reads feeds with."""


def podcastparser_reads(document: bytes) -> Any:
    return podcastparser.parse("https://ecouter.example/feed.xml", io.BytesIO(document))


def feedparser_reads(document: bytes) -> Any:
    import feedparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return feedparser.parse(io.BytesIO(document))


def partytime_in(folder: Path) -> Callable[[bytes], Any]:
    """Installs podcast-partytime into ``folder``; skips where npm cannot."""
    npm, node = tool("npm"), tool("node")
    command = [
        npm,
        "install",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--silent",
        "podcast-partytime@5",
    ]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if installed.returncode:
        pytest.skip("npm cannot install podcast-partytime here")

    def read(document: bytes) -> Any:
        module = folder / "node_modules" / "podcast-partytime"
        done = subprocess.run([node, PARTYTIME, module], input=document, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return read
