"""The library: what it remembers, how it survives, and how an older one becomes a newer one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import PublishError
from podcast.publish.entry import Newcomer, guid_of
from podcast.publish.library import EPISODES, FILE_NAME, Library
from podcast.publish.opening import open_copy, open_library
from podcast.publish.record import FILE_NAME as RECORD
from podcast.publish.record import Record, StoredFile, content_hash, records, stored_files
from podcast.publish.schema import MIGRATIONS, migrate
from podcast.types import Article, Block, Chapter, Dropped

MOMENT = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
AUDIO = StoredFile("episode.mp3", 3, "aa")


def record(number: int, **changes: object) -> Record:
    made = Record(
        guid=guid_of(f"https://gazette.test/{number}"),
        address=f"https://gazette.test/{number}",
        source="https://gazette.test/rss.xml",
        content_hash="c",
        number=number,
        folder=f"article-{number}",
        title=f"Article {number}",
        description="",
        link=None,
        authors=("Jeanne Ledoux",),
        first_published=MOMENT,
        updated=MOMENT,
        audio="episode.mp3",
        mime_type="audio/mpeg",
        duration=61.5,
        loudness=-16.0,
        chapters=(Chapter("Ouverture", 0.0, 61.5),),
        files=(AUDIO,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def put_on_disk(folder: Path, made: Record) -> None:
    place = folder / EPISODES / made.folder
    place.mkdir(parents=True)
    (place / RECORD).write_text(made.to_json(), encoding="utf-8")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path) as opened:
        yield opened


def test_a_new_article_waits_under_a_guid_of_its_own(library: Library) -> None:
    library.add(Newcomer("https://gazette.test/1", "fil", listed="2026-03-01", name="fil 1"))
    entry = library.find("https://gazette.test/1")
    assert entry
    assert (entry.state, entry.guid, entry.listed) == (
        "waiting",
        guid_of("https://gazette.test/1"),
        "2026-03-01",
    )
    assert library.find("fil 1") == library.with_guid(entry.guid) == entry
    assert library.find("https://gazette.test/2") is None


def test_what_is_saved_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add(Newcomer("a", "fil"))
        (entry,) = library.entries()
        changed = replace(
            entry, state="ready", title="Été", attempts=2, retry_at=1.5, error="e", record=record(7)
        )
        library.made(changed)
        library.set_fact("nom", "valeur")
    with open_library(tmp_path) as library:
        assert list(library.entries("ready")) == [changed]
        assert list(library.entries("waiting")) == []
        assert library.fact("nom") == "valeur"
        assert library.next_number() == 8


def test_a_number_is_never_used_twice(library: Library) -> None:
    library.add(Newcomer("a", "fil"), Newcomer("b", "fil"))
    first, second = library.entries()
    library.made(replace(first, state="ready", record=record(5)))
    library.made(replace(second, state="ready", record=record(2)))
    assert library.next_number() == 6


def test_a_moved_article_keeps_its_guid_and_its_old_address_gets_another(library: Library) -> None:
    library.add(Newcomer("ancien", "fil"))
    (entry,) = library.entries()
    library.move("nouveau", entry.id)
    moved = library.find("nouveau")
    assert moved
    assert (moved.guid, moved.address) == (entry.guid, "nouveau")
    library.join("ailleurs", moved)
    assert library.addresses() == {"ancien": entry.id, "nouveau": entry.id, "ailleurs": entry.id}


def test_an_article_that_proves_to_be_another_is_dropped(library: Library) -> None:
    library.add(Newcomer("canonique", "fil"), Newcomer("variante", "fil"))
    first, _ = library.entries()
    library.join("variante", first)
    assert [entry.address for entry in library.entries()] == ["canonique"]


def test_retry_forgets_what_was_known_of_the_page_and_forget_all_but_the_article(library: Library) -> None:
    library.add(Newcomer("a", "fil"))
    (entry,) = library.entries()
    known = replace(entry, state="refused", fingerprint="f", etag="e", attempts=3, retry_at=9.0, error="x")
    library.retry(known)
    (again,) = library.entries("waiting")
    assert again == entry
    library.forget(replace(entry, state="ready", record=record(1)))
    (forgotten,) = library.entries("forgotten")
    assert forgotten.record == record(1)


@pytest.mark.parametrize("start", [b"", b"not a database at all, but long enough to be one" * 30, None])
def test_a_lost_library_is_rebuilt_from_the_episodes(tmp_path: Path, start: bytes | None) -> None:
    for number in (3, 1, 2):
        put_on_disk(tmp_path, record(number))
    put_on_disk(tmp_path, record(2, folder="article-2-edited", updated=MOMENT.replace(hour=9)))
    put_on_disk(tmp_path, record(4, folder="elsewhere"))
    (tmp_path / EPISODES / "elsewhere").rename(tmp_path / EPISODES / "renamed")
    (tmp_path / EPISODES / "article-3" / RECORD).write_text("{", encoding="utf-8")
    if start is not None:
        (tmp_path / FILE_NAME).write_bytes(start)
    with open_library(tmp_path) as library:
        found = [entry.record for entry in library.entries("ready")]
        assert found == [record(1), record(2, folder="article-2-edited", updated=MOMENT.replace(hour=9))]
        assert library.next_number() == 3
    assert (tmp_path / f"{FILE_NAME}.damaged").exists() == bool(start)


def test_a_copy_is_thrown_away(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add(Newcomer("a", "fil"))
    before = (tmp_path / FILE_NAME).read_bytes()
    with open_copy(tmp_path) as copy:
        copy.add(Newcomer("b", "fil"))
        assert len(list(copy.entries())) == 2
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_newer_library_is_left_alone(tmp_path: Path) -> None:
    with open_library(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(PublishError, match="newer version"), open_library(tmp_path):
        pass


def test_a_migration_happens_once_and_whole() -> None:
    first, second = MIGRATIONS[0], ("ALTER TABLE facts ADD COLUMN since REAL", "SELECT broken")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        migrate(database, migrations=[first])
        database.execute("INSERT INTO facts VALUES ('a', 'b')")
        with pytest.raises(sqlite3.OperationalError):
            migrate(database, migrations=[first, second])
        assert database.execute("SELECT * FROM facts").fetchall() == [("a", "b")]
        for _ in range(2):
            migrate(database, migrations=[first, second[:1]])
        assert database.execute("SELECT * FROM facts").fetchall() == [("a", "b", None)]


def test_a_folder_that_is_a_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "library").write_text("", encoding="utf-8")
    with pytest.raises(PublishError, match="library"), open_library(tmp_path / "library"):
        pass


@given(st.text(), st.lists(st.text()), st.floats(allow_nan=False), st.none() | st.text())
def test_a_record_survives_its_json(
    title: str, authors: list[str], duration: float, link: str | None
) -> None:
    made = record(1, title=title, authors=tuple(authors), duration=duration, link=link)
    assert Record.from_json(made.to_json(), "test") == made


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 1}', '{"version": 2}', record(1, folder="../x").to_json(),
     record(1, audio="other.mp3").to_json(), "\udcff"],
)  # fmt: skip
def test_what_is_no_record_is_an_error(text: str) -> None:
    with pytest.raises(PublishError, match="is not the record"):
        Record.from_json(text, "here")


def test_files_are_stored_with_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"bonjour")
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / RECORD).write_bytes(b"{}")
    assert [(f.name, f.size, f.sha256[:6]) for f in stored_files(tmp_path)] == [
        ("a.txt", 0, "e3b0c4"),
        ("b.txt", 7, "2cb4b1"),
    ]
    assert list(records(tmp_path)) == []


def test_the_content_is_what_is_heard_or_shown() -> None:
    article = Article("Titre", (Block("paragraph", "Texte."),), authors=("A",), published=MOMENT)
    same = replace(article, dropped=(Dropped("Publicité", "advertising"),))
    assert content_hash(article) == content_hash(same)
    changes = [{"title": "Autre"}, {"blocks": ()}, {"authors": ()}, {"published": None}, {"section": "Monde"}]
    hashes = {content_hash(replace(article, **change)) for change in changes}  # type: ignore[arg-type]
    assert len({content_hash(article), *hashes}) == len(changes) + 1
