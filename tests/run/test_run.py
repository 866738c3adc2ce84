"""What a run promises: nothing twice, nothing lost, one article's fault is nobody else's."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from podcast.publish.entry import Entry
from podcast.publish.lock import Busy, only_run
from podcast.publish.opening import open_library
from podcast.run import Plan, changing, run
from podcast.run.look import Seen
from podcast.types import Article
from tests.run.newsroom import WRITTEN, Newsroom, deeds, text

LATER = WRITTEN + 1000


def guids(room: Newsroom) -> dict[str, str]:
    return {title: episode["guid"] for title, episode in room.episodes().items()}


def test_a_folder_becomes_a_feed(published: Newsroom) -> None:
    episodes = published.episodes()
    assert set(episodes) == {"Le phare rouvre", "Le marché déménage", "La dune avance"}
    assert sorted(episode["number"] for episode in episodes.values()) == [1, 2, 3]
    assert len({episode["guid"] for episode in episodes.values()}) == 3


def test_a_second_run_changes_no_byte(on_air: Newsroom) -> None:
    on_air.run()  # its copied files have new places
    before = on_air.bytes("library", "public")
    outcome = on_air.run()
    assert outcome.lines == []
    assert outcome.unchanged == outcome.episodes == 3
    assert outcome.published == 0
    assert not outcome.to_retry
    assert on_air.bytes("library", "public") == before


def test_an_edited_article_keeps_its_guid_and_gets_a_new_address(on_air: Newsroom) -> None:
    before = on_air.episodes()
    on_air.write("1.txt", text("Le marché déménage", "Les étals iront au port."), at=LATER)
    outcome = on_air.run()
    after = on_air.episodes()
    assert deeds(outcome) == [("changed", "Le marché déménage")]
    (line,) = outcome.lines
    assert line.utterances - line.cached == 1
    for title, episode in before.items():
        assert after[title]["guid"] == episode["guid"]
        assert after[title]["published"] == episode["published"]
        assert after[title]["number"] == episode["number"]
        changed = after[title]["enclosures"] != episode["enclosures"]
        assert changed == (title == "Le marché déménage")


def test_a_touched_file_that_says_the_same_is_left_alone(on_air: Newsroom) -> None:
    on_air.run()
    before = on_air.bytes("public")
    on_air.write("1.txt", text("Le marché déménage"), at=LATER)
    assert on_air.run().lines == []
    assert on_air.bytes("public") == before


def test_a_withdrawn_article_leaves_the_feed_and_may_come_back(on_air: Newsroom) -> None:
    before = guids(on_air)
    (on_air.folder / "articles" / "0.txt").unlink()
    assert deeds(on_air.run()) == [("withdrawn", "Le phare rouvre")]
    assert set(on_air.episodes()) == {"Le marché déménage", "La dune avance"}
    assert on_air.run().lines == []
    on_air.write("0.txt", text("Le phare rouvre"))
    outcome = on_air.run()
    assert deeds(outcome) == [("changed", "Le phare rouvre")]
    assert outcome.lines[0].cached == outcome.lines[0].utterances
    assert guids(on_air) == before


def test_files_that_left_the_feed_stay_for_the_time_of_grace(on_air: Newsroom) -> None:
    on_air.run()
    gone = on_air.episodes()["Le phare rouvre"]["enclosures"][0]["url"].rpartition("/")[0].rpartition("/")[2]
    (on_air.folder / "articles" / "0.txt").unlink()
    on_air.run()
    assert (on_air.folder / "public" / "episodes" / gone / "episode.mp3").is_file()
    on_air.settings["retention"] = "grace_days = 0.0"
    assert on_air.run().removed == 6
    assert not (on_air.folder / "public" / "episodes" / gone).exists()
    assert len(on_air.episodes()) == 2


def test_when_nearly_all_articles_vanish_at_once_nothing_is_withdrawn(on_air: Newsroom) -> None:
    for number, title in enumerate(("Le bac change de quai", "La criée ferme tôt"), start=3):
        on_air.write(f"{number}.txt", text(title))
    on_air.run()
    for path in list((on_air.folder / "articles").iterdir())[1:]:
        path.unlink()
    outcome = on_air.run()
    assert outcome.to_retry
    assert "gone at once" in outcome.broken["pages"]
    assert len(on_air.episodes()) == 5


def test_a_folder_that_is_not_mounted_withdraws_nothing(on_air: Newsroom) -> None:
    (on_air.folder / "articles").rename(on_air.folder / "away")
    outcome = on_air.run()
    assert outcome.to_retry
    assert "cannot be read" in outcome.broken["articles"]
    assert len(on_air.episodes()) == 3


def test_what_is_no_article_is_refused_once_and_stops_nobody(on_air: Newsroom) -> None:
    on_air.write("3.txt", "\n")
    on_air.write("4.txt", text("Le bac change de quai"))
    outcome = on_air.run()
    assert sorted(deeds(outcome)) == [("new", "Le bac change de quai"), ("refused", "articles/3.txt")]
    assert not outcome.to_retry
    assert on_air.run().lines == []
    on_air.write("3.txt", text("La criée ferme tôt"), at=LATER)
    assert deeds(on_air.run()) == [("new", "La criée ferme tôt")]


def test_an_article_that_becomes_garbage_keeps_its_episode(on_air: Newsroom) -> None:
    before = guids(on_air)
    on_air.write("0.txt", "\n", at=LATER)
    assert deeds(on_air.run()) == [("kept", "Le phare rouvre")]
    for _ in range(2):
        assert on_air.run().lines == []
        with open_library(on_air.folder / "library") as library:
            entry = library.find("articles/0.txt")
        assert entry
        assert "empty" in entry.error
    assert guids(on_air) == before


def test_the_limits_of_a_run_leave_the_oldest_for_the_next(newsroom: Newsroom) -> None:
    for number, title in enumerate(("Le phare rouvre", "Le marché déménage", "La dune avance")):
        newsroom.write(f"{number}.txt", text(title), at=WRITTEN + number)
    newsroom.settings["limits"] = "episodes = 2"
    outcome = newsroom.run()
    assert [title for _, title in deeds(outcome)] == ["Le marché déménage", "La dune avance"]
    assert outcome.left_over == 1
    assert [title for _, title in deeds(newsroom.run())] == ["Le phare rouvre"]


def test_retention_keeps_the_newest(on_air: Newsroom) -> None:
    on_air.settings["retention"] = "episodes = 2"
    outcome = on_air.run()
    assert outcome.count("expired") == 1
    assert len(on_air.episodes()) == 2
    assert on_air.run().lines == []


def test_a_dry_run_writes_nothing(on_air: Newsroom) -> None:
    on_air.configure()
    on_air.write("0.txt", text("Le phare rouvre", "On y monte à pied."), at=LATER)
    on_air.write("3.txt", text("Le bac change de quai"))
    (on_air.folder / "articles" / "2.txt").unlink()
    before = on_air.bytes(".")
    outcome = on_air.run(dry=True)
    assert sorted(deeds(outcome)) == [
        ("changed", "Le phare rouvre"),
        ("new", "Le bac change de quai"),
        ("withdrawn", "La dune avance"),
    ]
    assert on_air.bytes(".") == before


def test_a_dry_run_of_an_empty_folder_makes_no_library(newsroom: Newsroom) -> None:
    newsroom.write("0.txt", text("Le phare rouvre"))
    assert deeds(newsroom.run(dry=True)) == [("new", "Le phare rouvre")]
    assert not (newsroom.folder / "library").exists()


def test_two_runs_at_once_are_one(on_air: Newsroom) -> None:
    plan = on_air.plan()
    with only_run(plan.library / "lock"), pytest.raises(Busy, match="already under way") as caught:
        run(plan)
    assert caught.value.exit_code == 75
    assert run(plan).episodes == 3


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000, "header", "middle", "text"])
def test_a_damaged_library_is_rebuilt_with_every_guid(on_air: Newsroom, damage: bytes | str) -> None:
    before, path = on_air.bytes("public"), on_air.folder / "library" / "library.db"
    known = guids(on_air)
    data = bytearray(path.read_bytes())
    if isinstance(damage, bytes):
        data = bytearray(damage)
    elif damage == "header":
        data[:100] = os.urandom(100)
    elif damage == "middle":
        data[4096:12288] = os.urandom(8192)
    else:
        at = data.index(b'"first_published"')
        data[at : at + 8] = b"\xff" * 8
    path.write_bytes(data)
    assert on_air.run().lines == []
    assert guids(on_air) == known
    assert {n: b for n, b in on_air.bytes("public").items() if n in before} == before


def test_an_episode_whose_files_are_gone_is_made_again(on_air: Newsroom) -> None:
    import shutil

    before = on_air.episodes()
    shutil.rmtree(next((on_air.folder / "library" / "episodes").glob("la-dune*")))
    assert deeds(on_air.run()) == [("changed", "La dune avance")]
    assert {t: e["enclosures"] for t, e in on_air.episodes().items()} == {
        t: e["enclosures"] for t, e in before.items()
    }


def test_a_clock_that_was_set_back_changes_nothing(on_air: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    before = guids(on_air)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 40 * 86400)
    assert on_air.run().lines == []
    on_air.write("1.txt", text("Le marché déménage", "Les étals iront au port."), at=LATER)
    on_air.run()
    assert guids(on_air) == before
    monkeypatch.undo()
    monkeypatch.setenv("PODCAST_CACHE", str(on_air.folder / "cache"))
    assert on_air.run().lines == []


def test_a_failure_is_put_off_longer_and_longer(on_air: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine fails on one article: at once again the next time, then not before its hour."""
    from podcast.run.make import speak

    now = [1e9]

    def failing(article: object, *args: object, **kwargs: object) -> object:
        if "bac change" in str(article):
            raise RuntimeError("le moteur a calé")
        return speak(article, *args, **kwargs)  # type: ignore[arg-type]

    on_air.write("3.txt", text("Le bac change de quai"))
    on_air.write("4.txt", text("Le pont reste ouvert"))
    monkeypatch.setattr("podcast.run.make.speak", failing)
    monkeypatch.setattr("podcast.run.nightly.time.time", lambda: now[0])
    results = []
    for wait in (0, 1, 1, 700, 1, 1300, 100_000):
        now[0] += wait
        outcome = on_air.run()
        results.append(outcome.count("later"))
        assert outcome.to_retry == bool(outcome.count("later"))
    assert results == [1, 1, 0, 1, 0, 1, 1]
    assert "Le pont reste ouvert" in on_air.episodes()
    with open_library(on_air.folder / "library") as library:
        (entry,) = library.entries("waiting")
    assert (entry.attempts, entry.error) == (5, "le moteur a calé")


def test_what_was_forgotten_stays_so_when_the_library_is_lost(on_air: Newsroom) -> None:
    with changing(on_air.plan()) as library:
        entry = library.find("articles/0.txt")
        assert entry
        library.forget(entry)
    on_air.run()
    (on_air.folder / "library" / "library.db").unlink()
    assert on_air.run().lines == []
    assert set(on_air.episodes()) == {"Le marché déménage", "La dune avance"}
    with changing(on_air.plan()) as library:
        entry = library.find("articles/0.txt")
        assert entry
        library.retry(entry)
    on_air.run()
    (on_air.folder / "library" / "library.db").unlink()
    on_air.run()
    assert len(on_air.episodes()) == 3


def test_two_files_with_one_text_are_two_episodes(newsroom: Newsroom) -> None:
    for name in ("a.txt", "b.txt"):
        newsroom.write(name, text("Le phare rouvre"))
    newsroom.run()
    (newsroom.folder / "library" / "library.db").unlink()
    newsroom.run()
    first, second = newsroom.feed()["episodes"]
    assert first["guid"] != second["guid"]
    assert first["enclosures"][0]["url"] != second["enclosures"][0]["url"]


def test_the_article_in_whose_midst_a_run_died_comes_last(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It kills every run; the others are on the air all the same."""
    from podcast.run.make import speak

    def fatal(article: Article, *args: Any, **kwargs: Any) -> object:
        if "marché" in article.title:
            raise KeyboardInterrupt  # as a SIGKILL would, it passes every handler
        return speak(article, *args, **kwargs)

    for number, title in enumerate(("Le marché déménage", "Le phare rouvre", "La dune avance")):
        newsroom.write(f"{number}.txt", text(title), at=WRITTEN + number)
    monkeypatch.setattr("podcast.run.make.speak", fatal)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            newsroom.run()
    assert set(newsroom.episodes()) == {"Le phare rouvre", "La dune avance"}
    monkeypatch.undo()
    newsroom.run()
    assert len(newsroom.episodes()) == 3


def test_an_article_that_cannot_even_be_read_comes_last_after_the_one_that_was_spoken_meanwhile(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of those in hand was at fault is found out, and no run is without a gain."""
    from podcast.run.look import look

    def fatal(entry: Entry, plan: Plan) -> Seen:
        def die() -> Article:
            raise KeyboardInterrupt

        seen = look(entry, plan)
        return replace(seen, read=die) if entry.address.endswith("1.txt") else seen

    titles = "Le phare rouvre", "Le marché déménage", "La dune avance", "Le bac repart"
    for number, title in enumerate(titles):
        newsroom.write(f"{number}.txt", text(title), at=WRITTEN + number)
    monkeypatch.setattr("podcast.run.work.look", fatal)
    made = []
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            newsroom.run()
        made.append(len(newsroom.episodes()) if (newsroom.folder / "public").exists() else 0)
    assert made == [0, 2, 3]
    monkeypatch.undo()
    newsroom.run()
    assert set(newsroom.episodes()) == set(titles)
