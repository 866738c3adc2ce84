"""A voice that is slow or fails, a reader who jumps ahead of it: it speaks at a pace that each test sets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from podcast.settings import Settings
from tests.player.conftest import Newsroom, Reader, Visit, article_page
from tests.serve.conftest import Site, options_in, serving
from tests.serve.speech_server import SpeechServer, speaking

Live = tuple[Site, SpeechServer]
PARAGRAPHS = [
    f"Le paragraphe numéro {word} raconte la suite du voyage en mer."
    for word in ("un", "deux", "trois", "quatre")
]
HTML = "<h1>Un voyage</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:2]) + (
    "<h2>Au large</h2>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS[2:])
)  # fmt: skip


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, newsroom: Newsroom) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    with speaking(folder) as (speech, voice):
        settings = Settings(voice=voice, use_cache=False, jobs=1)
        with serving(settings, options_in(folder, origins=(newsroom.origin,), idle=0.5)) as site:
            yield site, speech


@pytest.fixture
def speech(live: Live) -> Iterator[SpeechServer]:
    """A tone of a quarter of a second for each word."""
    _, served = live
    yield served
    served.pace, served.cut_at, served.refused = 0.0, "", ""


def hand_in(site: Site, title: str, paragraphs: Sequence[str] = PARAGRAPHS) -> str:
    blocks = [{"text": text} for text in paragraphs]
    blocks.insert(2, {"kind": "heading", "text": "Au large"})
    body = json.dumps({"title": title, "blocks": blocks})
    answer = site.ask("POST", "/articles", body, Content_Type="application/json")
    assert answer.status == 201, answer
    return f"/articles/{answer.json['id']}"


def before(visit: Visit, newsroom: Newsroom, live: Live, title: str = "Un voyage") -> tuple[Reader, str]:
    path = hand_in(live[0], title)
    return visit(newsroom.put(article_page(live[0], path, HTML.replace("Un voyage", title)))), path


def test_a_jump_ahead_of_the_voice_waits_for_it(
    visit: Visit, newsroom: Newsroom, live: Live, speech: SpeechServer
) -> None:
    speech.pace = 0.07
    reader, path = before(visit, newsroom, live)
    reader.listen()
    estimate = reader.value("player.duration")
    reader.page.get_by_text("numéro quatre").click()
    reader.until(lambda: reader.state == "loading")
    assert reader.page.get_by_role("status").inner_text() == "Ce passage est en cours d’enregistrement…"
    assert live[0].ask("GET", path).json["state"] == "rendering"
    reader.until(lambda: reader.state == "playing" and "numéro quatre" in reader.marked())
    time = reader.time
    reader.until(lambda: live[0].ask("GET", path).json["state"] == "done")
    timeline = live[0].ask("GET", f"{path}/timeline", Accept="application/json").json
    started = next(one["start"] for one in timeline["utterances"] if "quatre" in one["text"])
    assert started <= time < started + 1.5
    # The stream goes on without a break; the next jump uses the finished file, by ranges.
    reader.value("player.currentTime = 3")
    reader.until(lambda: reader.state == "playing" and 3 < reader.time < 5)
    audio = reader.value("player.shadowRoot.querySelector('audio').currentSrc")
    assert audio.endswith("/audio.mp3")
    duration = live[0].ask("GET", path).json["duration"]
    assert reader.value("player.duration") == duration
    assert estimate == pytest.approx(duration, rel=0.6)


def test_a_jump_back_while_the_voice_still_speaks(
    visit: Visit, newsroom: Newsroom, live: Live, speech: SpeechServer
) -> None:
    speech.pace = 0.12
    reader, path = before(visit, newsroom, live, "Le retour")
    reader.listen()
    reader.until(lambda: reader.time > 3)
    reader.value("player.currentTime = 1.5")
    for _ in range(20):
        assert 1.5 <= reader.time < 3
        reader.page.wait_for_timeout(20)
    reader.until(lambda: reader.state == "playing" and reader.time > 1.8)
    assert live[0].ask("GET", path).json["state"] == "rendering"
    reader.button("Pause").click()
    assert reader.state == "paused"
    stopped = reader.time
    reader.page.wait_for_timeout(300)
    assert reader.time == stopped
    reader.button("Reprendre").click()
    reader.until(lambda: reader.time > stopped + 0.3)


def test_the_chapter_that_is_not_spoken_yet_is_offered(
    visit: Visit, newsroom: Newsroom, live: Live, speech: SpeechServer
) -> None:
    speech.pace = 0.1
    reader, _ = before(visit, newsroom, live, "Les chapitres")
    reader.listen()
    reader.button("Chapitres").click()
    chapters = reader.page.get_by_role("list", name="Chapitres").get_by_role("button")
    assert chapters.nth(1).inner_text().split() == ["Au", "large", "–"]
    chapters.nth(1).click()
    reader.until(lambda: reader.state == "playing" and reader.marked() == "Au large")


def test_the_estimate_settles(visit: Visit, newsroom: Newsroom, live: Live, speech: SpeechServer) -> None:
    """However far the voice is from the usual pace: this one says long words as fast as short ones."""
    speech.pace = 0.05
    path = hand_in(live[0], "Durée", [f"{'Anticonstitutionnellement ' * 12}{number}." for number in range(5)])
    reader = visit(newsroom.put(article_page(live[0], path)))
    reader.until(lambda: reader.value("player.duration") > 0)
    guesses = [reader.value("player.duration")]
    reader.listen()
    while live[0].ask("GET", path).json["state"] != "done":
        shown = "player.shadowRoot.querySelector('[part=time]').innerText"
        guess, text = reader.value(f"[player.duration, {shown}]")
        guesses += [guess] if "≈" in text else []
        reader.page.wait_for_timeout(50)
    duration = live[0].ask("GET", path).json["duration"]
    reader.until(lambda: reader.value("player.duration") == duration)
    assert guesses[0] > 2 * duration
    assert guesses[-1] == pytest.approx(duration, rel=0.15)


def test_a_voice_that_cannot_speak_is_told_in_a_sentence_and_tried_again(
    visit: Visit, newsroom: Newsroom, live: Live, speech: SpeechServer
) -> None:
    speech.refused = "Interdit"
    reader, _ = before(visit, newsroom, live, "Interdit")
    reader.button("Écouter l’article").click()
    reader.until(lambda: reader.state == "error")
    alert = reader.page.get_by_role("alert")
    assert alert.inner_text() == "La lecture n’est pas disponible pour le moment. Réessayez dans un instant."
    speech.refused = ""
    reader.button("Réessayer").click()
    reader.until(lambda: reader.state == "playing" and reader.time > 0.2)
    assert not alert.is_visible()


def test_what_was_spoken_before_a_failure_is_heard(
    visit: Visit, newsroom: Newsroom, live: Live, speech: SpeechServer
) -> None:
    speech.cut_at, speech.pace = "quatre", 0.02
    reader, _ = before(visit, newsroom, live, "Une panne")
    reader.listen()
    reader.value("player.playbackRate = 2")
    reader.until(lambda: reader.state == "error", 30)
    assert reader.time > 3
    assert reader.page.get_by_role("alert").inner_text()
    speech.cut_at = ""
    at = reader.time
    reader.button("Réessayer").click()
    reader.until(lambda: reader.state == "playing" and reader.time > at)


@pytest.mark.parametrize("known", [True, False], ids=["known to be whole", "not known yet"])
def test_a_connection_that_breaks_is_made_again(
    visit: Visit, newsroom: Newsroom, live: Live, known: bool
) -> None:
    site, title = live[0], f"Une coupure {known}"
    reader, path = before(visit, newsroom, live, title)
    site.ask("GET", f"{path}/audio.mp3")
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    if known:
        reader = visit(newsroom.put(article_page(site, path, HTML.replace("Un voyage", title))))
        reader.listen()
        reader.button("Pause").click()
        reader.page.reload()
    broken, asked = [], []
    reader.page.on("request", lambda request: asked.append(request) if "/audio.mp3" in request.url else None)

    def once(route: Any) -> None:
        broken.append(route)
        route.abort("connectionreset")

    reader.page.route("**/audio.mp3*", once, times=1)
    reader.listen()
    assert len(broken) == 1
    assert len(asked) >= 2


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 404, "body": '{"error": "Cette page n’existe pas, ou n’existe plus."}'}, "n’existe"),
        ({"status": 500, "body": "<html>"}, "n’est pas disponible"),
        ({"status": 200, "body": "<html>"}, "n’est pas disponible"),
        ({"status": 200, "body": "{}"}, "n’est pas disponible"),
        ({"status": 200, "body": '{"audio": "javascript:a", "state": "done"}'}, "n’est pas disponible"),
        ({"status": 200, "body": '{"audio": "data:a,x", "state": "done"}'}, "n’est pas disponible"),
        (None, "ne répond pas"),
    ],
)  # fmt: skip
def test_answers_that_are_no_article(
    visit: Visit, newsroom: Newsroom, answer: dict[str, object] | None, sentence: str, live: Live
) -> None:
    reader = visit()

    def reply(route: object) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
        route.fulfill(headers=headers, **answer) if answer else route.abort()  # type: ignore[attr-defined]

    reader.page.route("**/articles/0123", reply)
    reader.open(newsroom.put(article_page(live[0], "/articles/0123")))
    reader.button("Écouter l’article").click()
    reader.until(lambda: reader.state == "error")
    assert sentence in reader.page.get_by_role("alert").inner_text()
    assert reader.button("Réessayer").is_enabled()
    assert reader.value("player.shadowRoot.querySelector('a').getAttribute('href')") is None


def test_a_server_that_is_full_says_so(visit: Visit, newsroom: Newsroom, tmp_path: Path) -> None:
    with speaking(tmp_path) as (speech, voice):
        speech.pace = 0.2
        settings = Settings(voice=voice, use_cache=False, jobs=1)
        options = options_in(tmp_path, origins=(newsroom.origin,), most_renderings=1)
        with serving(settings, options) as site:
            first = visit(newsroom.put(article_page(site, hand_in(site, "Le premier"))))
            first.listen()
            second = visit(newsroom.put(article_page(site, hand_in(site, "Le second"))))
            second.button("Écouter l’article").click()
            second.until(lambda: second.state == "error")
            assert "Réessayez dans un instant" in second.page.get_by_role("alert").inner_text()
            speech.pace = 0


def test_a_server_that_keeps_silent_is_told_after_a_while(
    visit: Visit, newsroom: Newsroom, live: Live
) -> None:
    path = hand_in(live[0], "Le silence")
    reader = visit()
    reader.page.clock.install()
    reader.page.route("**/audio.mp3*", lambda _route: None)
    reader.open(newsroom.put(article_page(live[0], path)))
    reader.button("Écouter l’article").click()
    reader.page.clock.run_for(15_000)
    assert reader.state == "loading"
    reader.page.clock.run_for(6_000)
    assert reader.state == "error"
    assert "ne répond pas" in reader.page.get_by_role("alert").inner_text()
