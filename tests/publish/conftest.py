"""A show and its episodes, of our own making."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from podcast.publish.items import FeedItem
from podcast.publish.storage import open_store
from podcast.publish.store import Store
from podcast.types import Chapter, Episode, Show

BASE = "https://ecouter.example/gazette/"
SHOW = Show(
    title="La Gazette à écouter",
    description="Les articles de La Gazette, lus par une voix de synthèse.\n\nChaque matin à six heures.",
    link="https://gazette.example/",
    author="La Gazette de Plouzané",
    email="redaction@gazette.example",
    image=f"{BASE}cover-1f2e3d.jpg",
    category="News > Daily News",
    feed_url=f"{BASE}feed.xml",
)
FIRST = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)


def make_item(count: int = 1, **changes: Any) -> FeedItem:
    """Episode ``count`` of the show; ``changes`` go to the item, or to its episode."""
    folder = f"{BASE}episodes/le-pont-{count}-0a1b2c3d/"
    episode = Episode(
        guid=f"c0ffee00-0000-4000-8000-{count:012}",
        title=f"Le pont n° {count} rouvre « plus tôt » & mieux",
        description="Les travaux ont duré trois mois.\n\nCet article est lu par une voix de synthèse.",
        published=FIRST + timedelta(days=count),
        link=f"https://gazette.example/articles/{count}?a=1&b=2",
        image=Path("cover.jpg"),
        audio_path=Path("episode.mp3"),
        mime_type="audio/mpeg",
        size=480_000 + count,
        duration=59.6,
        loudness=-16.0,
        chapters=(Chapter("Introduction", 0.0, 20.25), Chapter("Et <demain> ?", 20.25, 59.6)),
    )
    own = {name: changes.pop(name) for name in list(changes) if hasattr(episode, name)}
    item = FeedItem(
        episode=replace(episode, **own),
        enclosure_url=f"{folder}episode.mp3",
        first_published=FIRST + timedelta(days=count),
        updated=FIRST + timedelta(days=count, hours=1),
        page_url=f"{folder}index.html",
        chapters_url=f"{folder}chapters.json",
        transcript_url=f"{folder}transcript.vtt",
        image_url=f"{folder}cover.jpg",
        authors=("Anne Le Goff", "Yann Morvan"),
        number=count,
        season=2026,
    )
    return replace(item, **changes)


@pytest.fixture(scope="session")
def item() -> Callable[..., FeedItem]:
    return make_item


@pytest.fixture(scope="session")
def show() -> Show:
    return SHOW


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of an S3 of our own, on loopback."""
    server = pytest.importorskip("moto.server", reason="moto[server] is not installed")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def s3(moto: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An independent client of it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    boto3 = pytest.importorskip("boto3")

    return boto3.client("s3", endpoint_url=moto, region_name="us-east-1")


@pytest.fixture
def open_bucket(moto: str, s3: Any) -> Callable[..., Store]:
    """Opens a store in a new bucket."""

    def open_new(prefix: str = "") -> Store:
        bucket = f"shows-{secrets.token_hex(6)}"
        s3.create_bucket(Bucket=bucket)
        options = {"endpoint": moto, "allow_http": "true", "region": "us-east-1"}
        return open_store(f"s3://{bucket}/{prefix}".rstrip("/"), options=options)

    return open_new
