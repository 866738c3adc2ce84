"""Hear an article while it is spoken and after, jump in it, stop, come back."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from tests.player.conftest import ARTICLE, STRICT, Newsroom, Reader, Visit, article_page, hand_in
from tests.serve.conftest import Site


def printed(timeline: Any, time: float) -> set[str]:
    """What is being said at a time, by the server's own account; at a border, either."""
    said = timeline["utterances"]
    ends = [after["start"] for _, after in pairwise(said)] + [timeline["duration"] + 1]
    return {
        squeezed(timeline["blocks"][one["block"]]["text"][slice(*one["span"])])
        for one, end in zip(said, ends, strict=True)
        if one["start"] - 0.12 <= time <= end + 0.12
    }


def squeezed(text: str) -> str:
    return " ".join(text.split())


def utterance(timeline: Any, words: str) -> Any:
    """The utterance that says these printed words."""
    return next(
        one
        for one in timeline["utterances"]
        if words in squeezed(timeline["blocks"][one["block"]]["text"][slice(*one["span"])])
    )


@pytest.fixture
def listener(visit: Visit, newsroom: Newsroom, site: Site, spoken: str) -> Reader:
    """Before a page whose article has been spoken."""
    return visit(newsroom.put(article_page(site, spoken)))


def test_a_live_article_is_heard_at_once_and_marked_as_it_is_spoken(
    visit: Visit, newsroom: Newsroom, site: Site
) -> None:
    article = ARTICLE.replace("12&nbsp;kg", "13&nbsp;kg")
    path = hand_in(site, article)
    policy = STRICT.format(server=f"http://127.0.0.1:{site.port}")
    reader = visit(newsroom.put(article_page(site, path, article), policy))
    reader.until(lambda: reader.value("player.duration") > 0)
    assert site.ask("GET", path).json["state"] == "rendering"
    assert "≈" in reader.page.locator("[part=time]").inner_text()
    reader.button("Écouter l’article").click()
    reader.page.get_by_label("Vitesse").select_option("2")
    reader.until(lambda: reader.time > 0.5, 10)
    seen = []
    for _ in range(10):
        before = reader.time
        reader.until(lambda before=before: reader.time > before + 1.5)  # type: ignore[misc]
        seen.append(reader.value(
            "[player.currentTime, String([...CSS.highlights.get('ecouter-sentence')][0]),"
            " String([...CSS.highlights.get('ecouter-word') ?? ['']][0])]"
        ))  # fmt: skip
    timeline = site.ask("GET", f"{path}/timeline", Accept="application/json").json
    for time, sentence, word in seen:
        assert squeezed(sentence) in printed(timeline, time), time
        assert squeezed(word) in squeezed(sentence)
    assert len({sentence for _, sentence, _ in seen}) >= 3
    assert sum(bool(word) for _, _, word in seen) >= 5
    assert reader.value("player.duration") == timeline["duration"]
    assert "≈" not in reader.page.locator("[part=time]").inner_text()
    assert reader.complaints == []
    servers = {url.split("/")[2] for url in reader.asked}
    assert servers == {f"127.0.0.1:{newsroom.port}", f"127.0.0.1:{site.port}"}


def test_a_finished_article_is_marked_wherever_one_jumps(listener: Reader, timeline: Any) -> None:
    listener.listen()
    chance = random.Random(7)
    for _ in range(10):
        time = chance.uniform(0, timeline["duration"] - 1)
        listener.value(f"player.currentTime = {time}")
        listener.until(lambda: listener.value("!player.querySelector('audio')?.seeking"))
        listener.page.wait_for_timeout(80)
        now, marked = listener.value(
            "[player.currentTime, String([...CSS.highlights.get('ecouter-sentence')][0])]"
        )
        assert now >= time - 0.01
        assert squeezed(marked) in printed(timeline, now)


def test_a_click_on_the_third_paragraph_plays_it(listener: Reader, timeline: Any) -> None:
    third = listener.page.locator("article > p").nth(2)
    listener.button("Écouter l’article").hover()
    listener.button("Chapitres").wait_for()
    third.click()
    listener.page.wait_for_timeout(200)
    assert listener.state == "idle"  # before listening, the text is the reader's
    listener.listen()
    third.click(position={"x": 5, "y": 5})
    start = utterance(timeline, "La lentille a été polie")["start"]
    listener.until(lambda: start <= listener.time < start + 2)
    listener.until(lambda: "La lentille" in listener.marked())
    third.get_by_text("30").click()
    start = utterance(timeline, "Elle pèse")["start"]
    listener.until(lambda: start <= listener.time < start + 2)
    listener.page.get_by_role("link", name="Anne").click()
    assert listener.time < start + 3
    assert listener.page.url.endswith("#anne")


def test_chapters_jump_and_say_where_one_is(listener: Reader, timeline: Any) -> None:
    listener.listen()
    listener.button("Chapitres").click()
    chapters = listener.page.get_by_role("list", name="Chapitres").get_by_role("button")
    assert [text.split("\n")[0] for text in chapters.all_inner_texts()] == [
        chapter["title"] for chapter in timeline["chapters"]
    ]
    for number in (2, 1):
        start = timeline["chapters"][number]["start"]
        chapters.nth(number).click()
        listener.until(lambda start=start: start <= listener.time < start + 2)  # type: ignore[misc]
        listener.button("Chapitres").click()
        listener.until(
            lambda number=number: chapters.nth(number).get_attribute("aria-current") == "true"  # type: ignore[misc]
        )
    marks = listener.page.locator(".marks i")
    assert marks.count() == len(timeline["chapters"]) - 1


def test_speed_holds_over_jumps_and_visits(listener: Reader) -> None:
    listener.listen()
    listener.page.get_by_label("Vitesse").select_option("1.5")
    rate = "player.shadowRoot.querySelector('audio').playbackRate"
    for act in ("player.currentTime = 8", "player.pause()", "player.play()"):
        listener.value(act)
        listener.page.wait_for_timeout(100)
        assert listener.value(rate) == 1.5
    listener.page.reload()
    listener.button("Reprendre").click()
    listener.until(lambda: listener.state == "playing")
    assert listener.value(rate) == 1.5
    assert listener.page.get_by_label("Vitesse").input_value() == "1.5"


def test_the_position_is_remembered_until_the_end_is_heard(listener: Reader, timeline: Any) -> None:
    listener.listen()
    listener.value("player.currentTime = 9")
    listener.until(lambda: listener.time > 9.4)
    listener.page.reload()
    listener.until(lambda: listener.time > 9.3)
    assert listener.state == "idle"
    listener.button("Reprendre").click()
    listener.until(lambda: listener.state == "playing" and 9.3 < listener.time < 14)
    listener.value(f"player.currentTime = {timeline['duration'] - 0.4}")
    listener.until(lambda: listener.state == "ended")
    assert listener.marked() == ""
    listener.page.reload()
    listener.until(lambda: listener.button("Écouter l’article").is_visible())
    assert listener.time == 0


def test_without_a_memory_it_plays_all_the_same(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str
) -> None:
    refusal = "{ get() { throw new DOMException('no', 'SecurityError') } }"
    denied = f"Object.defineProperty(window, 'localStorage', {refusal})"
    reader = visit(newsroom.put(article_page(site, spoken)), script=denied)
    reader.listen()
    reader.value("player.pause()")
    assert reader.state == "paused"
    assert reader.complaints == []


JUNK = ["null", "[7]", '{"positions": null}', '{"positions": 3, "rate": "x", "volume": "loud"}', "{"]


def test_a_memory_that_is_not_ours_does_no_harm(listener: Reader) -> None:
    for junk in JUNK:
        listener.page.evaluate("junk => localStorage.setItem('ecouter-article', junk)", junk)
        listener.page.reload()
        listener.listen()
        listener.page.evaluate("localStorage.clear()")
    assert listener.complaints == []


def test_buttons_go_back_and_forward(listener: Reader, timeline: Any) -> None:
    listener.listen()
    listener.button("Avancer de 15 secondes").click()
    listener.until(lambda: 15 < listener.time < 18)
    listener.button("Reculer de 15 secondes").click()
    listener.until(lambda: listener.time < 4)
    listener.value(f"player.currentTime = {timeline['duration'] + 50}")
    listener.until(lambda: listener.state == "ended")
    listener.button("Réécouter").click()
    listener.until(lambda: listener.state == "playing" and listener.time < 2)


def test_volume(listener: Reader) -> None:
    listener.listen()
    audio = "player.shadowRoot.querySelector('audio')"
    listener.button("Couper le son").click()
    assert listener.value(f"{audio}.muted") is True
    listener.button("Rétablir le son").click()
    listener.page.get_by_role("slider", name="Volume").fill("40")
    assert listener.value(f"[{audio}.muted, {audio}.volume]") == [False, 0.4]
    listener.page.reload()
    listener.until(lambda: listener.value(f"{audio}.volume") == 0.4)


def test_one_voice_at_a_time(visit: Visit, newsroom: Newsroom, site: Site, spoken: str) -> None:
    html = article_page(site, spoken)
    twice = html.replace(
        "</main>", f'<ecouter-article src="http://127.0.0.1:{site.port}{spoken}"></ecouter-article></main>'
    )
    reader = visit(newsroom.put(twice))
    reader.button("Écouter l’article").first.click()
    reader.until(lambda: reader.time > 0.1)
    reader.button("Écouter l’article").click()
    states = "[...document.querySelectorAll('ecouter-article')].map(one => one.getAttribute('state')).join()"
    reader.until(lambda: reader.page.evaluate(states) == "paused,playing")


def test_the_lock_screen_knows_the_article(listener: Reader) -> None:
    listener.listen()
    data = listener.value("(m => [m.title, m.artwork[0].src])(navigator.mediaSession.metadata)")
    assert data[0] == "Le phare de Kerlen rallume sa lampe"
    assert data[1].endswith("/cover.jpg")
    assert listener.value("navigator.mediaSession.playbackState") == "playing"


def test_the_page_scrolls_along_until_the_reader_does(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str, timeline: Any
) -> None:
    spread = "<style>article > * { margin-bottom: 70vh }</style>"
    html = article_page(site, spoken).replace("</head>", f"{spread}</head>")
    reader = visit(newsroom.put(html), reduced_motion="reduce", viewport={"width": 800, "height": 600})
    reader.listen()
    last = utterance(timeline, "Le faisceau")["start"]
    reader.value(f"player.currentTime = {last}")
    box = "[...CSS.highlights.get('ecouter-sentence')][0].getBoundingClientRect()"
    shown = f"(box => 0 < box.top && box.bottom < innerHeight)({box})"
    reader.until(lambda: "Le faisceau" in reader.marked())
    reader.until(lambda: reader.value(shown))
    reader.page.mouse.move(400, 300)
    reader.until(lambda: reader.page.mouse.wheel(0, -3000) or reader.value("scrollY") == 0)  # type: ignore[func-returns-value]
    reader.until(lambda: "Les oiseaux" in reader.marked())
    assert reader.value("scrollY") == 0
    reader.button("Suivre le texte").click()
    reader.until(lambda: reader.value(shown))
    assert not reader.button("Suivre le texte").is_visible()


def test_it_is_not_printed(listener: Reader) -> None:
    listener.page.emulate_media(media="print")
    assert not listener.button("Écouter l’article").is_visible()
    assert listener.page.get_by_role("heading", name="Le phare").is_visible()
