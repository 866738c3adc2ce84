"""Full and read-only disks, storage that fails half-way: the feed stays whole, the next run ends the work."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from podcast.errors import PublishError
from podcast.publish.store import Store
from tests.publish.conftest import moto, open_bucket, s3  # noqa: F401 - fixtures
from tests.run.newsroom import WRITTEN, Newsroom, deeds, text

TITLES = ("Le phare rouvre", "Le marché déménage", "La dune avance")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A tmpfs of that size; needs root, and the right to mount."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    for number, title in enumerate(TITLES):
        newsroom.write(f"{number}.txt", text(title), at=WRITTEN + number)
    return newsroom


@pytest.mark.parametrize("where", ["library", "public"])
def test_a_full_disk_stops_the_run_and_the_next_one_goes_on(room: Newsroom, where: str) -> None:
    """Room for ever more of the work: wherever the disk fills up, nothing is half-published."""
    with small_disk(room.folder / where, "256k") as disk:
        failures = []
        for size in range(256, 6000, 700):
            remount(disk, f"size={size}k")
            try:
                room.run()
                break
            except PublishError as error:
                failures.append(error)
            if (room.folder / "public" / "feed.xml").exists():
                room.episodes()
        assert 2 <= len(failures) <= 6
        assert {error.exit_code for error in failures} == {74}
        assert all("space" in error.remedy or "room on the disk" in error.remedy for error in failures)
        assert set(room.episodes()) == set(TITLES)
        assert sorted(episode["number"] for episode in room.episodes().values()) == [1, 2, 3]
        assert room.run().lines == []


@pytest.mark.parametrize("where", ["library", "public"])
def test_a_read_only_disk_stops_the_run_and_leaves_the_feed(room: Newsroom, where: str) -> None:
    with small_disk(room.folder / where, "20m") as disk:
        room.run()
        before = room.bytes("public")
        room.write("0.txt", text(TITLES[0], "La lanterne a été repeinte."), at=WRITTEN + 100)
        remount(disk, "ro")
        with pytest.raises(PublishError) as caught:
            room.run()
        assert str(disk) in str(caught.value)
        assert room.bytes("public") == before
        remount(disk, "rw")
        room.run()
        assert len(room.episodes()) == 3
        assert room.bytes("public") != before
        assert room.run().lines == []


def test_an_output_that_is_a_file_is_told(room: Newsroom) -> None:
    (room.folder / "public").write_text("", encoding="utf-8")
    with pytest.raises(PublishError, match="public"):
        room.run()
    (room.folder / "public").unlink()
    assert deeds(room.run()) == []
    assert len(room.episodes()) == 3


class Gate(ThreadingHTTPServer):
    """Stands before a storage server and lets only so many writes through."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Gatekeeper)
        self.behind = behind
        self.writes = 0
        self.most = 0


class _Gatekeeper(BaseHTTPRequestHandler):
    server: Gate

    def _pass(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.command == "PUT":
            self.server.writes += 1
            if self.server.writes > self.server.most:
                self.send_error(403)
                return
        connection = HTTPConnection(self.server.behind)
        connection.request(self.command, self.path, data, dict(self.headers))
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        connection.close()

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _pass  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Silence."""


@pytest.fixture
def gate(moto: str) -> Iterator[Gate]:  # noqa: F811 - a fixture of another room
    with Gate(moto.removeprefix("http://")) as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_bucket_that_fails_half_way_is_finished_by_the_next_run(
    room: Newsroom,
    gate: Gate,
    open_bucket: Callable[[], Store],  # noqa: F811
) -> None:
    """S3 through a gate that lets ever more writes pass: nothing is spoken twice, and the feed comes last."""
    store = open_bucket()
    room.settings["storage"] = (
        f'target = "{store.url}"\n[storage.options]\nregion = "us-east-1"\nallow_http = "true"\n'
        f'endpoint = "http://127.0.0.1:{gate.server_port}"'
    )
    for most in (0, 2, 7):
        gate.writes, gate.most = 0, most
        with pytest.raises(PublishError, match="storage refuses the credentials"):
            room.run()
        assert store.head("feed.xml") is None
    gate.most = 1000
    outcome = room.run()
    assert outcome.lines == []
    assert outcome.episodes == 3
    assert store.head("feed.xml")
    gate.writes = 0
    assert room.run().published == 0
    assert gate.writes == 0
