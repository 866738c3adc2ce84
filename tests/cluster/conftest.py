"""One cluster for all tests of this folder: two worker processes, which are replaced when they die."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra cluster is not installed")

from distributed import Client

from podcast.cluster import LocalWorkers, RemoteScheduler
from tests.cluster.faults import Faults
from tests.publish.conftest import moto, open_bucket, s3  # noqa: F401 - fixtures
from tests.run.newsroom import WRITTEN, Newsroom, text


@dataclass(frozen=True)
class Farm:
    """A running cluster."""

    client: Client
    log: Path

    @property
    def scheduler(self) -> RemoteScheduler:
        return RemoteScheduler(self.client.scheduler_info()["address"])

    def begun(self) -> list[tuple[int, str]]:
        """Process and title of every article that a worker began."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [(int(pid), title) for pid, _, title in (line.partition(" ") for line in lines)]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    folder = tmp_path_factory.mktemp("farm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PODCAST_CACHE", str(folder / "clips"))
        with LocalWorkers(2).connect() as client:
            client.register_plugin(Faults(folder / "log"))
            yield Farm(client, folder / "log")


@pytest.fixture
def farm(running: Farm) -> Farm:
    """The cluster, with two workers and an empty log."""
    running.client.wait_for_workers(2, timeout=60)
    running.log.unlink(missing_ok=True)
    return running


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's; the workers have another."""
    monkeypatch.setenv("PODCAST_CACHE", str(tmp_path / "clips"))


def write_archive(folder: Path, titles: list[str]) -> Newsroom:
    """A newsroom with these articles, the first the oldest."""
    folder.mkdir(parents=True, exist_ok=True)
    room = Newsroom(folder)
    for number, title in enumerate(titles):
        room.write(f"{number:03}.txt", text(title, f"Le numéro {number} est tiré."), at=WRITTEN + number)
    return room
