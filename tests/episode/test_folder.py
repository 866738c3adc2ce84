"""An episode folder is whole or absent, whatever happens to who builds it."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.episode import folder
from podcast.episode.folder import new_folder, slug
from podcast.errors import PublishError

FILES = 6
SLUGS = [
    ("Cœur de ville : l’école & la mairie", "coeur-de-ville-l-ecole-la-mairie"),
    ("ÇA Y EST !", "ca-y-est"),
    ("Guerre en Ukraine : 3 500 drones", "guerre-en-ukraine-3-500-drones"),
    ("../../etc/passwd", "etc-passwd"),
    ("中文", "article"),
    ("", "article"),
]


def build(output: Path, name: str, mark: str, *, slow: bool = False) -> None:
    with new_folder(output, name) as part:
        for number in range(FILES):
            (part / f"{number}.txt").write_text(mark * 1000)
            if slow:
                time.sleep(0.004)


def whole(place: Path) -> str:
    """The mark that every file of a folder carries; fails when they are not one episode."""
    marks = {path.read_text() for path in place.iterdir()}
    assert len(list(place.iterdir())) == FILES
    assert len(marks) == 1
    return marks.pop()[0]


def entries(output: Path) -> list[str]:
    return sorted(path.name for path in output.iterdir())


@pytest.fixture(params=["exchange", "two renames"])
def swap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of replacing a folder; the second is for systems without the first."""
    if request.param == "two renames":
        monkeypatch.setattr(folder, "_exchange", lambda *_: False)
    return str(request.param)


@pytest.mark.usefixtures("swap")
def test_a_new_folder_replaces_the_old_one_and_leaves_nothing(tmp_path: Path) -> None:
    build(tmp_path / "out", "un", "a")
    assert whole(tmp_path / "out" / "un") == "a"
    build(tmp_path / "out", "un", "b")
    assert whole(tmp_path / "out" / "un") == "b"
    assert entries(tmp_path / "out") == ["un"]


def test_linux_swaps_in_one_step(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert folder._exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / "b").exists()
    assert (tmp_path / "b" / "a").exists()


def test_a_failure_leaves_the_old_folder_and_no_trace(tmp_path: Path) -> None:
    build(tmp_path, "un", "a")
    with suppress(KeyboardInterrupt), new_folder(tmp_path, "un") as part:
        (part / "0.txt").write_text("b")
        raise KeyboardInterrupt
    assert whole(tmp_path / "un") == "a"
    assert entries(tmp_path) == ["un"]


def test_one_that_is_being_built_is_not_swept(tmp_path: Path) -> None:
    with new_folder(tmp_path, "un") as first:
        build(tmp_path, "deux", "b")
        assert first.is_dir()
        (first / "0.txt").touch()
    assert entries(tmp_path) == ["deux", "un"]


def test_what_a_killed_two_step_swap_set_aside_comes_back(tmp_path: Path) -> None:
    build(tmp_path, "un", "a")
    (tmp_path / "un").rename(tmp_path / ".un.0123abcd.old")
    build(tmp_path, "deux", "b")
    assert whole(tmp_path / "un") == "a"
    build(tmp_path, "un", "c")
    assert entries(tmp_path) == ["deux", "un"]


def rebuild_for_ever(output: Path, exchange: bool) -> None:
    if not exchange:
        folder._exchange = lambda *_: False
    for number in range(10_000):
        build(output, "un", "abcdefgh"[number % 8], slow=True)


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path, exchange: bool) -> None:
    """30 kills at random moments: what is seen is always one whole episode; the next build sweeps."""
    build(tmp_path, "un", "a")
    moments = random.Random(7)
    context = multiprocessing.get_context("fork")
    for _ in range(15):
        process = context.Process(target=rebuild_for_ever, args=(tmp_path, exchange))
        process.start()
        time.sleep(moments.uniform(0.01, 0.12))
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        if exchange:
            assert whole(tmp_path / "un") in "abcdefgh"
        build(tmp_path, "deux", "z")
        assert whole(tmp_path / "un") in "abcdefgh"
        assert entries(tmp_path) == ["deux", "un"]


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "/etc", ".caché"])
def test_a_name_cannot_leave_the_output_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublishError, match="cannot name"), new_folder(tmp_path, name):
        pass
    assert entries(tmp_path) == []


@pytest.mark.parametrize(("title", "expected"), SLUGS)
def test_slugs(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(title=st.text(max_size=300))
def test_any_title_makes_a_folder_name(title: str) -> None:
    name = slug(title)
    assert 0 < len(name) <= 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.startswith("-")
    assert slug(name) == name


def test_every_file_reaches_the_disk_before_the_folder_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    sync: Callable[[int], None] = os.fsync

    def watched(descriptor: int) -> None:
        events.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        events.append("visible" if (tmp_path / "un").exists() else "hidden")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    build(tmp_path, "un", "a")
    hidden = {name for name, when in zip(events[::2], events[1::2], strict=True) if when == "hidden"}
    assert {f"{number}.txt" for number in range(FILES)} <= hidden
    assert events[-2:] == [tmp_path.name, "visible"]
