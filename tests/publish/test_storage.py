"""Stores: the same laws over a folder and over a bucket (moto's S3 on loopback)."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from podcast.errors import ConfigError, PublishError
from podcast.publish.folder import FolderStore
from podcast.publish.storage import open_store
from podcast.publish.store import ANY, NONE, ConflictError, Store

KIND = {"content_type": "audio/mpeg", "cache_control": "public, max-age=1"}


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(str(tmp_path / "public"))
    open_bucket: Callable[[], Store] = request.getfixturevalue("open_bucket")
    return open_bucket()


def test_what_is_written_is_there(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "source.mp3"
    source.write_bytes(b"x" * 70_000)
    store.put("episodes/a-1/episode.mp3", source, **KIND)
    store.put("feed.xml", b"<rss/>", **KIND)
    assert store.sizes() == {"episodes/a-1/episode.mp3": 70_000, "feed.xml": 6}
    stored = store.head("feed.xml")
    assert stored is not None
    assert stored.size == 6


@pytest.mark.parametrize("content", [b"", b"<rss/>", b"x" * 3_000_000])
def test_what_was_written_is_got_back(store: Store, tmp_path: Path, content: bytes) -> None:
    store.put("a/b.mp3", content, **KIND)
    assert store.get("a/b.mp3", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == content


@pytest.mark.parametrize("name", ["a/c.mp3", "a/b.mp3/c", "d.mp3"])
def test_what_is_not_there_is_not_got(store: Store, tmp_path: Path, name: str) -> None:
    store.put("a/b.mp3", b"1", **KIND)
    assert not store.get(name, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_what_is_not_there_is_none_and_may_be_removed(store: Store) -> None:
    assert store.head("nothing/here.mp3") is None
    store.delete("nothing/here.mp3")
    assert store.sizes() == {}


def test_what_is_removed_is_gone(store: Store) -> None:
    store.put("a/b/c.mp3", b"1", **KIND)
    store.put("a/d.mp3", b"2", **KIND)
    store.delete("a/b/c.mp3")
    assert store.sizes() == {"a/d.mp3": 1}
    assert store.head("a/b/c.mp3") is None


def test_a_write_that_expects_nothing_there(store: Store) -> None:
    store.put("feed.xml", b"one", **KIND, expected=NONE)
    with pytest.raises(ConflictError, match=r"somebody else wrote feed\.xml"):
        store.put("feed.xml", b"two", **KIND, expected=NONE)
    assert store.sizes() == {"feed.xml": 3}


def test_a_write_that_expects_a_version(store: Store) -> None:
    store.put("feed.xml", b"one", **KIND)
    first = store.head("feed.xml")
    assert first is not None
    store.put("feed.xml", b"second", **KIND, expected=first.version)
    with pytest.raises(ConflictError):
        store.put("feed.xml", b"too late", **KIND, expected=first.version)
    assert store.sizes() == {"feed.xml": 6}
    store.put("feed.xml", b"whatever", **KIND, expected=ANY)
    assert store.sizes() == {"feed.xml": 8}


UNSAFE = ["", "/etc/passwd", "../x", "a/../x", "a//b", "./a", ".hidden", "a/.part", "a\0b", "a/"]


@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_stays_inside(store: Store, name: str) -> None:
    acts: tuple[Callable[[], object], ...] = (
        lambda: store.put(name, b"", **KIND),
        lambda: store.head(name),
        lambda: store.delete(name),
    )
    for act in acts:
        with pytest.raises(PublishError, match="cannot be the name"):
            act()


def test_the_bucket_knows_type_and_cache(open_bucket: Callable[..., Store], s3: Any) -> None:
    store = open_bucket("prefix/deeper")
    store.put("a.mp3", b"123", content_type="audio/mpeg", cache_control="no-cache")
    found = s3.head_object(Bucket=bucket_of(store), Key="prefix/deeper/a.mp3")
    assert (found["ContentType"], found["CacheControl"]) == ("audio/mpeg", "no-cache")


def bucket_of(store: Store) -> str:
    return store.url.removeprefix("s3://").split("/")[0]


def test_a_bucket_that_is_not_there(open_bucket: Callable[..., Store], s3: Any) -> None:
    store = open_bucket()
    s3.delete_bucket(Bucket=bucket_of(store))
    for act in (store.sizes, lambda: store.put("a.mp3", b"1", **KIND)):
        with pytest.raises(PublishError, match="no such bucket"):
            act()


def test_a_big_file_goes_up_in_parts(open_bucket: Callable[..., Store], s3: Any, tmp_path: Path) -> None:
    source = tmp_path / "long.mp3"
    source.write_bytes(os.urandom(12_000_000))
    store = open_bucket()
    store.put("long.mp3", source, **KIND)
    body = s3.get_object(Bucket=bucket_of(store), Key="long.mp3")["Body"].read()
    assert body == source.read_bytes()


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    options = {"endpoint": "http://127.0.0.1:9", "allow_http": "true", "region": "us-east-1"}
    store = open_store("s3://shows", options=options)
    with pytest.raises(PublishError, match="storage failed"):
        store.head("feed.xml")


BAD_TARGETS = [("", "no place"), ("ftp://x/y", "no place to publish"), ("https://x/y", "no place to publish")]


@pytest.mark.parametrize(("url", "what"), BAD_TARGETS)
def test_what_is_no_store(url: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        open_store(url)


def test_an_option_that_is_none() -> None:
    with pytest.raises(ConfigError, match="not an option"):
        open_store("s3://shows", options={"colour": "blue"})


def test_a_bucket_without_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ConfigError, match=re.escape('pip install "podcast[cloud]"')):
        open_store("gs://shows")


def test_a_folder_needs_no_client(tmp_path: Path) -> None:
    code = (
        "import sys; from podcast.publish.storage import open_store\n"
        f"open_store({str(tmp_path)!r}).put('a.mp3', b'1', content_type='', cache_control='')\n"
        "assert 'obstore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_file_address_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "à l’écoute"
    open_store(folder.as_uri()).put("a.mp3", b"1", **KIND)
    assert (folder / "a.mp3").read_bytes() == b"1"


def test_a_folder_is_readable_by_a_web_server(tmp_path: Path) -> None:
    open_store(str(tmp_path / "public")).put("episodes/a/episode.mp3", b"1", **KIND)
    for path in (tmp_path / "public").rglob("*"):
        assert path.stat().st_mode & (stat.S_IROTH if path.is_file() else stat.S_IXOTH)


def test_what_a_killed_writer_left_is_removed_and_never_listed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    left = tmp_path / "a" / ".episode.mp3.part"
    left.write_bytes(b"half")
    hidden = tmp_path / ".well-known"
    hidden.mkdir()
    (hidden / "x.part").write_bytes(b"not ours")
    assert open_store(str(tmp_path)).sizes() == {}
    assert not left.exists()
    assert (hidden / "x.part").exists()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("feed.xml", b"old", **KIND)
    with pytest.raises(PublishError, match="cannot be published"):
        store.put("feed.xml", tmp_path / "missing", **KIND)
    assert (tmp_path / "feed.xml").read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [tmp_path / "feed.xml"]


def test_a_file_where_a_folder_must_be(tmp_path: Path) -> None:
    (tmp_path / "episodes").write_text("a file")
    with pytest.raises(PublishError, match="cannot be published"):
        open_store(str(tmp_path)).put("episodes/a.mp3", b"1", **KIND)


def test_the_emptied_folders_go_but_never_the_root(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "public"))
    store.put("episodes/a/episode.mp3", b"1", **KIND)
    store.delete("episodes/a/episode.mp3")
    assert list((tmp_path / "public").iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("only root mounts a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_leaves_no_half_file(small_disk: Path) -> None:
    store = open_store(str(small_disk))
    store.put("feed.xml", b"old", **KIND)
    with pytest.raises(PublishError, match="make room on the disk"):
        store.put("episode.mp3", b"x" * 2_000_000, **KIND)
    assert store.sizes() == {"feed.xml": 3}
    store.put("feed.xml", b"new one", **KIND)
    assert store.sizes() == {"feed.xml": 7}


def test_a_disk_that_cannot_be_written(small_disk: Path) -> None:
    store = open_store(str(small_disk))
    store.put("feed.xml", b"old", **KIND)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(PublishError, match="give a folder that can be written"):
        store.put("feed.xml", b"new", **KIND)
    with pytest.raises(PublishError, match="cannot be published"):
        store.delete("feed.xml")
    assert store.sizes() == {"feed.xml": 3}
