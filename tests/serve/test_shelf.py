"""What is kept of finished sound: never more than is allowed, unless somebody listens to it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podcast.serve.shelf import AUDIO, SUMMARY, Shelf
from podcast.settings import Settings
from tests.serve.conftest import TEXT, options_in, serving

SUMMARY_TEXT = json.dumps({"duration": 1.0, "size": 1, "sha256": "0"})
NAMES = [f"{number:020x}" for number in range(6)]


def put(folder: Path, name: str, size: int = 1000, heard: float | None = None) -> None:
    """An article that was spoken to the end; its files have ``size`` bytes together."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / SUMMARY).write_text(SUMMARY_TEXT)
    (folder / name / AUDIO).write_bytes(bytes(size - len(SUMMARY_TEXT)))
    if heard is not None:
        os.utime(folder / name, (heard, heard))


def shelf(folder: Path, most: int | None = 2500, rest: float = 0.0) -> Shelf:
    return Shelf(folder, most_bytes=most, rest=rest)


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_was_least_recently_listened_to_goes_first(tmp_path: Path) -> None:
    kept = shelf(tmp_path)
    for name in NAMES[:2]:
        put(tmp_path, name)
        kept.add(name)
    with kept.listening(NAMES[0]):
        pass
    put(tmp_path, NAMES[2])
    kept.add(NAMES[2])
    assert there(tmp_path) == {NAMES[0], NAMES[2]}
    assert (len(kept), kept.bytes, kept.dropped) == (2, 2000, 1)
    assert kept.find(NAMES[1]) is None
    assert kept.summary(NAMES[1]) is None


def test_a_restart_knows_when_each_was_listened_to(tmp_path: Path) -> None:
    for name, heard in zip(NAMES, (50.0, 10.0, 40.0, 20.0), strict=False):
        put(tmp_path, name, heard=heard)
    shelf(tmp_path)
    assert there(tmp_path) == {NAMES[0], NAMES[2]}
    assert (tmp_path / NAMES[0]).stat().st_mtime == 50.0
    put(tmp_path, NAMES[3], heard=20.0)
    kept = shelf(tmp_path, None)
    with kept.listening(NAMES[3]):
        pass
    shelf(tmp_path)
    assert there(tmp_path) == {NAMES[0], NAMES[3]}


def test_what_was_listened_to_a_moment_ago_stays(tmp_path: Path) -> None:
    for name in NAMES[:4]:
        put(tmp_path, name)
    assert len(shelf(tmp_path, rest=60.0)) == 4


def test_without_a_bound_all_is_kept(tmp_path: Path) -> None:
    for name in NAMES:
        put(tmp_path, name, heard=0.0)
    assert len(shelf(tmp_path, None)) == len(NAMES)


def test_what_is_not_an_article_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    put(tmp_path, f".{NAMES[0]}.0a1b2c3d.part")
    (tmp_path / NAMES[1]).mkdir()
    assert len(shelf(tmp_path, 0)) == 0
    assert there(tmp_path) == {"notes", f".{NAMES[0]}.0a1b2c3d.part", NAMES[1]}


Step = tuple[str, int]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(["add", "join", "leave"]), st.integers(0, 5)), max_size=40),
    most=st.integers(0, 6000),
)
def test_the_bound_holds_and_nobody_is_cut_off(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], most: int
) -> None:
    folder = tmp_path_factory.mktemp("shelf")
    kept = shelf(folder, most)
    listeners: dict[str, list[AbstractContextManager[None]]] = {name: [] for name in NAMES}
    for step, number in steps:
        name = NAMES[number]
        held = {name for name in there(folder) if listeners[name]}
        if step == "add":
            put(folder, name, 1000 + 100 * number)
            kept.add(name)
        elif step == "join":
            listeners[name].append(kept.listening(name))
            listeners[name][-1].__enter__()
        elif listeners[name]:
            listeners[name].pop().__exit__(None, None, None)
            held.discard(name)
        assert held <= there(folder)
        assert there(folder) == {name for name in NAMES if kept.find(name)}
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        assert kept.bytes == size
        assert size <= most or all(listeners[name] for name in there(folder))


def test_what_was_dropped_is_spoken_again_as_it_was(tmp_path: Path) -> None:
    options = options_in(tmp_path, most_kept=0, rest=0.0)
    with serving(Settings(jobs=1, use_cache=False), options) as site:
        path = site.post(TEXT.replace("fanfare", "clique"))
        first = site.ask("GET", f"{path}/audio.mp3").body
        site.until(lambda: not there(options.folder / "spoken"))
        assert site.ask("GET", path).json["state"] == "rendering"
        assert site.ask("GET", f"{path}/audio.mp3").body == first


def test_an_answer_that_is_being_sent_is_listened_to(tmp_path: Path) -> None:
    async def scenario() -> None:
        kept, sent = shelf(tmp_path, 1500), asyncio.Event()

        async def answer(_scope: object, _receive: object, _send: object) -> None:
            await sent.wait()

        put(tmp_path, NAMES[0])
        kept.add(NAMES[0])
        sending = asyncio.ensure_future(kept.held(NAMES[0], answer)({}, AsyncMock(), AsyncMock()))
        await asyncio.sleep(0)
        for name in NAMES[1:3]:
            put(tmp_path, name)
            kept.add(name)
        assert there(tmp_path) == {NAMES[0]}
        sent.set()
        await sending
        assert not kept._listeners

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "asked", ["audio.mp3", "timeline", "chapters.json", "transcript.vtt", "audio.mp3?from=2"]
)
def test_whoever_asks_for_an_article_keeps_it(
    two: tuple[Path, list[str]], tmp_path: Path, asked: str
) -> None:
    folder, paths = two
    spoken = tmp_path / "served" / "spoken"
    shutil.copytree(folder / "served", tmp_path / "served")
    for second, path in enumerate(paths):
        os.utime(spoken / path.rpartition("/")[2], (1e9 + second, 1e9 + second))
    room = sum(path.stat().st_size for path in spoken.rglob("*") if path.is_file())
    with serving(Settings(jobs=1), options_in(tmp_path, most_kept=room + 1000, rest=0.0)) as site:
        site.ask("GET", f"{paths[0]}/{asked}")
        third = site.post(TEXT.replace("fanfare", "vielle"))
        site.ask("GET", f"{third}/audio.mp3")
        site.until(lambda: site.ask("GET", third).json["state"] == "done")
        site.until(lambda: site.ask("GET", paths[1]).json["state"] == "rendering")
        assert site.ask("GET", paths[0]).json["state"] == "done"
        lines = site.ask("GET", "/metrics").body.decode().splitlines()
        assert "podcast_kept_articles 2" in lines


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Two articles that were spoken to the end, and their paths."""
    folder = tmp_path_factory.mktemp("two")
    with serving(Settings(jobs=1), options_in(folder)) as site:
        paths = [site.post(TEXT.replace("fanfare", word)) for word in ("lyre", "viole")]
        for path in paths:
            site.ask("GET", f"{path}/audio.mp3")
            site.until(lambda path=path: site.ask("GET", path).json["state"] == "done")  # type: ignore[misc]
    return folder, paths
