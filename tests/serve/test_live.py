"""While it is being spoken: one rendering for all who listen, cut when it fails, stopped when nobody is left.

The voice speaks over a network at a pace that each test sets.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from podcast.pipeline import NOTICE
from podcast.settings import Settings
from tests.serve.conftest import Site, options_in, serving
from tests.serve.speech_server import SpeechServer, speaking

IDLE = 0.6
Live = tuple[Site, SpeechServer]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with speaking(tmp_path) as (speech, voice):
        settings = Settings(voice=voice, use_cache=False, jobs=2)
        with serving(settings, options_in(tmp_path, idle=IDLE, most_renderings=3)) as site:
            yield site, speech


def hand_in(
    site: Site, *paragraphs: str, title: str = "Un titre de neuf mots pour une tonalité longue"
) -> str:
    body = json.dumps({"title": title, "blocks": [{"text": text} for text in paragraphs]})
    answer = site.ask("POST", "/articles", body, Content_Type="application/json")
    assert answer.status == 201, answer
    return f"/articles/{answer.json['id']}"


def words(count: int, word: str = "mot") -> list[str]:
    return [f"Voici {' '.join([word] * 9)}." for _ in range(count // 10)]


class Listener:
    """Has begun to hear an article."""

    def __init__(self, site: Site, path: str) -> None:
        self._connection = site.connect()
        self._connection.request("GET", f"{path}/audio.mp3")
        self.response = self._connection.getresponse()

    def leave(self) -> None:
        self.response.close()
        self._connection.close()


def test_first_sound_comes_long_before_the_last_is_spoken(live: Live) -> None:
    site, speech = live
    speech.pace = 0.1
    path = hand_in(site, *words(200))
    began = time.monotonic()
    listener = Listener(site, path)
    assert listener.response.status == 200
    assert len(listener.response.read(4000)) == 4000
    assert time.monotonic() - began < 5
    assert speech.words < 150
    assert site.ask("GET", path).json["state"] == "rendering"
    listener.leave()


def test_late_listeners_hear_it_from_the_start_and_each_word_is_spoken_once(live: Live) -> None:
    site, speech = live
    speech.pace = 0.05
    path = hand_in(site, *words(60))
    bodies: dict[int, bytes] = {}

    def hear(number: int) -> None:
        bodies[number] = site.ask("GET", f"{path}/audio.mp3").body

    before = speech.words
    threads = [Thread(target=hear, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert len(set(bodies.values())) == 1
    assert len(bodies[0]) > 12_000 * 15
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    assert site.ask("GET", f"{path}/audio.mp3").body == bodies[0]
    closing = len(NOTICE.split())
    assert speech.words - before == 9 + 60 + closing


def test_a_listener_that_leaves_does_not_stop_the_others(live: Live) -> None:
    site, speech = live
    speech.pace = 0.05
    path = hand_in(site, *words(60))
    first, second = Listener(site, path), Listener(site, path)
    first.response.read(1000)
    first.leave()
    whole = second.response.read()
    second.leave()
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    assert site.ask("GET", f"{path}/audio.mp3").body == whole


def test_work_stops_when_nobody_listens_and_begins_anew(live: Live) -> None:
    site, speech = live
    speech.pace = 0.05
    path = hand_in(site, *words(400))
    listener = Listener(site, path)
    listener.response.read(1000)
    listener.leave()
    site.until(lambda: b'podcast_renders_total{result="stopped"} 1' in site.ask("GET", "/metrics").body, 15)
    said = speech.words
    assert said < 350
    time.sleep(1.5)
    assert speech.words <= said + 30
    assert not list((site.options.folder / "spoken").glob("*"))
    speech.pace = 0.0
    assert len(site.ask("GET", f"{path}/audio.mp3").body) > 1_000_000


def test_a_failure_before_the_first_sound_has_a_status(live: Live) -> None:
    site, speech = live
    speech.refused = "Interdit"
    path = hand_in(site, *words(20), title="Interdit à la voix")
    answer = site.ask("GET", f"{path}/audio.mp3")
    assert answer.status == 503
    assert answer.json["error"].startswith("La lecture n’est pas disponible")
    assert site.ask("GET", path).json["state"] == "failed"
    speech.refused = ""
    assert site.ask("GET", f"{path}/audio.mp3").status == 200


def test_a_failure_later_is_no_clean_end(live: Live) -> None:
    site, speech = live
    speech.cut_at = "coupure"
    path = hand_in(site, *words(20), *words(10, "coupure"), *words(20))
    with pytest.raises(http.client.IncompleteRead):
        site.ask("GET", f"{path}/audio.mp3")
    told = site.ask("GET", f"{path}/timeline").body.decode()
    assert told.rstrip().splitlines()[-2] == "event: failed"
    assert site.ask("GET", path).json["state"] == "failed"
    assert not list((site.options.folder / "spoken").glob("*"))


def test_more_articles_than_can_be_spoken_are_told_to_come_back(live: Live) -> None:
    site, speech = live
    speech.pace = 0.05
    paths = [hand_in(site, *words(100), title=f"Un titre de quelques mots numéro {n}") for n in range(4)]
    listeners = [Listener(site, path) for path in paths[:3]]
    assert [listener.response.status for listener in listeners] == [200, 200, 200]
    refused = site.ask("GET", f"{paths[3]}/audio.mp3")
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    for listener in listeners:
        listener.leave()
    site.until(lambda: site.ask("GET", f"{paths[3]}/audio.mp3").status == 200, 20)


def test_head_of_what_is_not_spoken_yet_starts_nothing(live: Live) -> None:
    site, speech = live
    path = hand_in(site, *words(20))
    before = speech.words
    head = site.ask("HEAD", f"{path}/audio.mp3")
    assert (head.status, head.headers["content-type"]) == (200, "audio/mpeg")
    assert "content-length" not in head.headers
    time.sleep(0.3)
    assert speech.words == before


def test_an_article_that_is_over_at_once_is_heard_whole(live: Live) -> None:
    site, _speech = live
    for number in range(20):
        path = hand_in(site, "Fin.", title=f"Brève {number}")
        body = site.ask("GET", f"{path}/audio.mp3").body
        site.until(lambda path=path: site.ask("GET", path).json["state"] == "done")  # type: ignore[misc]
        assert len(body) > 10_000
        assert body == site.ask("GET", f"{path}/audio.mp3").body


def test_head_of_a_timeline_starts_nothing(live: Live) -> None:
    site, speech = live
    path = hand_in(site, *words(20))
    before = speech.words
    assert site.ask("HEAD", f"{path}/timeline").headers["content-type"].startswith("text/event-stream")
    time.sleep(0.3)
    assert speech.words == before
