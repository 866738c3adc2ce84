"""The file of what can be made again: whole or not there, bounded, shared, and never in the way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podcast.render import blobs
from podcast.render.blobs import FILE, BlobCache, sealed, unsealed
from tests.kept import change, names

LARGE = 10**9
CLIP = bytes(range(256)) * 400
"""A hundred kilobytes, as a sentence takes."""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[BlobCache]:
    cache = BlobCache(tmp_path / "blobs", LARGE)
    yield cache
    cache.close()


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def elsewhere(folder: Path, what: str) -> str:
    """What another process says that does something to a cache."""
    told = (
        f"import sys; from podcast.render.blobs import *; cache = BlobCache(Path(sys.argv[1]), 10**9); {what}"
    )
    command = [sys.executable, "-c", told, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# What is kept


@given(st.text(), st.binary(min_size=1, max_size=40_000))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_comes_back_under_any_name(cache: BlobCache, name: str, data: bytes) -> None:
    cache.store(name, data)
    assert cache.load(name) == data


def test_a_head_is_had_without_the_body(cache: BlobCache) -> None:
    cache.store("a", CLIP, b"what it is")
    cache.store("b", CLIP)
    change(cache.folder, "UPDATE blobs SET body = x'00' WHERE name = 'a'")
    assert cache.head("a") == b"what it is"
    assert cache.load("a") is None
    assert cache.head("a") is None
    assert cache.head("b") is None
    assert cache.load("b") == CLIP


def test_the_last_word_counts(cache: BlobCache) -> None:
    for data in (b"one", b"other"):
        cache.store("a", data)
    assert cache.load("a") == b"other"
    assert cache.load("b") is None


def test_another_process_finds_it(cache: BlobCache) -> None:
    cache.store("a", CLIP)
    assert elsewhere(cache.folder, "print(cache.load('a')[:4])") == f"{CLIP[:4]!r}\n"


def test_a_process_that_ends_leaves_one_file(tmp_path: Path) -> None:
    elsewhere(tmp_path, "cache.store('a', b'b')")
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_nothing_is_made_before_something_is_asked(tmp_path: Path) -> None:
    BlobCache(tmp_path / "blobs", LARGE).close()
    assert not list(tmp_path.iterdir())


@given(st.text(max_size=9), st.binary(min_size=1, max_size=60), st.data())
def test_a_seal_breaks_with_any_bit_and_any_other_name(name: str, data: bytes, drawn: st.DataObject) -> None:
    whole = sealed(name, data)
    assert unsealed(name, whole) == data
    broken = bytearray(whole)
    broken[drawn.draw(st.integers(0, len(whole) - 1))] ^= 1 << drawn.draw(st.integers(0, 7))
    assert unsealed(name, bytes(broken)) is None
    assert unsealed(name + "a", whole) is None
    assert unsealed(name, whole[:-1]) is None
    assert unsealed(name, b"") is None


# The limit


def test_the_least_recently_used_are_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = BlobCache(tmp_path, 20 * len(CLIP))
    now = time.time()
    monkeypatch.setattr("podcast.render.blobs.time.time", lambda: now)
    for number in range(12):
        now += 2 * blobs.GRAIN
        cache.store(str(number), CLIP)
    now += 2 * blobs.GRAIN
    assert cache.load("0")
    for number in range(12, 20):
        cache.store(str(number), CLIP)
    known = names(tmp_path)
    assert known >= {"0", *map(str, range(12, 20))}
    assert not known & set(map(str, range(1, 3)))


def test_the_limit_is_held_and_room_is_used_again(tmp_path: Path) -> None:
    limit = 50 * len(CLIP)
    cache = BlobCache(tmp_path, limit)
    for number in range(300):
        cache.store(str(number), CLIP)
        assert size(tmp_path) <= limit * 1.1 + (2 << 20)  # and a log that is folded in each megabyte
    assert 40 <= len(names(tmp_path)) <= 50
    assert cache.load("299") == CLIP


def test_to_read_is_not_to_write(cache: BlobCache) -> None:
    """Unless it was last used long ago: a folder is read by many at once."""
    cache.store("a", CLIP)
    cache.close()
    before = (cache.folder / FILE).read_bytes()
    assert cache.load("a")
    cache.close()
    assert (cache.folder / FILE).read_bytes() == before


# Damage

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda data: data[: len(data) // 2],
    "head gone": lambda data: data[100:],
    "zeros": lambda data: bytes(len(data)),
    "text": lambda data: b"no database at all. " * len(data),
    "noise in the middle": lambda data: data[:20_000] + os.urandom(40_000) + data[60_000:],
    "another table": lambda data: data.replace(b"blobs", b"blubs"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_costs_what_was_in_it_and_no_more(tmp_path: Path, damage: str) -> None:
    cache = BlobCache(tmp_path, LARGE)
    for number in range(20):
        cache.store(str(number), CLIP + bytes([number]))
    cache.close()
    (tmp_path / FILE).write_bytes(DAMAGES[damage]((tmp_path / FILE).read_bytes()))
    for number in range(20):
        assert cache.load(str(number)) in (None, CLIP + bytes([number]))
    for round_ in range(3):  # the damage may be met when something is written only
        cache.store(f"new {round_}", CLIP)
    assert cache.load("new 2") == CLIP
    assert cache.writable


def test_an_empty_file_is_filled(cache: BlobCache) -> None:
    cache.folder.mkdir()
    (cache.folder / FILE).touch()
    cache.store("a", CLIP)
    assert cache.load("a") == CLIP


def test_a_damaged_value_is_a_miss_and_is_removed(cache: BlobCache) -> None:
    cache.store("a", CLIP)
    change(cache.folder, "UPDATE blobs SET body = ?", CLIP)
    assert cache.load("a") is None
    assert not names(cache.folder)


# The folder


def test_other_peoples_files_do_not_disturb(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("mine")
    cache = BlobCache(tmp_path, LARGE)
    cache.store("a", CLIP)
    assert cache.load("a") == CLIP
    assert (tmp_path / "a file").exists()


def test_a_file_that_is_deleted_meanwhile_is_no_error(cache: BlobCache) -> None:
    cache.store("a", CLIP)
    for path in cache.folder.iterdir():
        path.unlink()
    cache.store("b", CLIP)
    cache.close()
    assert cache.load("b") is None
    cache.store("c", CLIP)
    assert cache.load("c") == CLIP


@pytest.mark.parametrize("obstacle", ["a file", "a folder"])
def test_what_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, obstacle: str
) -> None:
    folder = tmp_path / "blobs"
    if obstacle == "a file":
        folder.write_text("in the way")
    else:
        (folder / FILE).mkdir(parents=True)
    cache = BlobCache(folder, LARGE)
    for _ in range(3):
        cache.store("a", CLIP)
        assert cache.load("a") is None
    assert len(warnings(caplog)) == 1
    assert str(folder) in caplog.text


def test_a_full_disk_is_told_once_and_leaves_what_is_there(
    cache: BlobCache, caplog: pytest.LogCaptureFixture
) -> None:
    """As SQLite tells it: a file that may not grow."""
    cache.store("a", CLIP)
    assert cache._database
    cache._database.execute("PRAGMA max_page_count = 1")
    for name in ("b", "c"):
        cache.store(name, CLIP)
    assert len(warnings(caplog)) == 1
    assert cache.load("a") == CLIP


def test_who_waits_too_long_for_another_goes_without(
    cache: BlobCache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(blobs, "PATIENCE", 0.05)
    cache.store("a", CLIP)
    with closing(sqlite3.connect(cache.folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        cache.store("b", CLIP)
        assert cache.load("a") == CLIP
        other.execute("ROLLBACK")
    assert cache.load("b") is None
    cache.store("b", CLIP)
    assert cache.load("b") == CLIP
    assert not warnings(caplog)


# Several at once

STORM = """
import sys
from podcast.render.blobs import *

cache = BlobCache(Path(sys.argv[1]), int(sys.argv[2]))
hits = 0
for round in range(3):
    for number in range(60):
        data = bytes([number]) * 100_000
        found = cache.load(str(number))
        assert found in (None, data)
        hits += found is not None
        cache.store(str(number), data)
print(hits, cache.writable)
"""


@pytest.mark.parametrize("room", [10, 1000])
def test_several_processes_share_a_file(tmp_path: Path, room: int) -> None:
    """With room for ten they forget under each other's hands; with more they profit from each other."""
    limit = room * 100_000
    command = [sys.executable, "-c", STORM, str(tmp_path), str(limit)]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    results = [(*process.communicate(timeout=60), process.returncode) for process in running]
    assert [(err, status) for _out, err, status in results] == [("", 0)] * 3
    told = [out.split() for out, *_ in results]
    assert all(writable == "True" for _hits, writable in told)
    assert size(tmp_path) <= limit * 1.5 + (2 << 20)
    if room == 1000:
        assert sum(int(hits) for hits, _writable in told) >= 3 * 120


def test_threads_share_a_cache(cache: BlobCache) -> None:
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(30):
            data = bytes([number, turn]) * 5000
            cache.store(f"{number} {turn}", data)
            if cache.load(f"{number} {turn}") != data:
                wrong.append(f"{number} {turn}")

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(names(cache.folder)) == 180


def test_a_killed_writer_leaves_a_sound_file(tmp_path: Path) -> None:
    endless = STORM.replace("range(3)", "range(10**6)")
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", endless, str(tmp_path), str(LARGE)])
        deadline = time.monotonic() + 30
        while not (tmp_path / FILE).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert change(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    cache = BlobCache(tmp_path, LARGE)
    assert any(cache.load(str(number)) for number in range(60))
