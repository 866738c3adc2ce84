"""One element in all places: a folder on disk, the server's pages, a show, a frame, no script at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Route

from podcast import pipeline
from podcast.episode.page import listening_page
from podcast.publish import site as pages
from podcast.publish.items import FeedItem
from podcast.settings import Settings
from podcast.types import Article, Block, Episode, Show
from tests.player.conftest import PAGE, Newsroom, Reader, Visit, article_page
from tests.serve.conftest import Site
from tests.serve.test_pages import PAYLOADS, handed_in

ARTICLE = Article(
    title="Le marché & ses <halles>",
    section="Ville",
    authors=("Ana Lefèvre",),
    blocks=(
        Block("paragraph", "Le marché rouvre samedi 🎉 sous ses halles repeintes. Il y aura du cidre."),
        Block("heading", "Des étals"),
        Block("quote", "« Enfin », dit une marchande."),
        Block("list_item", "Douze étals."),
    ),
)


@pytest.fixture(scope="module")
def episode(site: Site) -> Episode:
    settings = Settings(output=site.options.episodes, use_cache=False, jobs=1)
    return pipeline.make_episode(ARTICLE, settings, name="le-marche").episode


def test_a_folder_plays_from_the_file_system(visit: Visit, episode: Episode) -> None:
    folder = episode.audio_path.parent
    reader = visit((folder / "index.html").as_uri())
    reader.page.get_by_text("Il y aura du cidre").click()  # on this page the text is there to be heard
    reader.until(lambda: reader.state == "playing" and reader.marked() == "Il y aura du cidre.")
    assert reader.marked("word") in ("", "Il", "y", "aura", "du", "cidre.")
    timeline = json.loads((folder / "timeline.json").read_text(encoding="utf-8"))
    assert reader.value("player.duration") == timeline["duration"]
    reader.page.reload()
    reader.button("Reprendre").click()
    reader.until(lambda: reader.time > 1)
    assert reader.complaints == []
    assert all(url.startswith("file:") for url in reader.asked)


def test_a_folder_on_a_web_server_is_embedded(
    visit: Visit, newsroom: Newsroom, episode: Episode, site: Site
) -> None:
    server = f"http://127.0.0.1:{site.port}"
    player = f'<ecouter-article src="{server}/episodes/le-marche/"></ecouter-article>'
    text = "".join(f"<p>{block.text}</p>" for block in ARTICLE.blocks)
    reader = visit(newsroom.put(PAGE.format(server=server, player=player, article=text)))
    reader.listen()
    assert reader.value("player.duration") == pytest.approx(episode.duration, abs=0.01)
    reader.page.get_by_text("Douze étals").click()
    reader.until(lambda: reader.marked() == "Douze étals.")
    address = reader.value("player.shadowRoot.querySelector('a').href")
    assert address == f"{server}/episodes/le-marche/episode.mp3"


def test_the_page_of_a_show_plays_each_episode(
    visit: Visit, newsroom: Newsroom, episode: Episode, site: Site
) -> None:
    server = f"http://127.0.0.1:{site.port}"
    base, day = f"{server}/episodes/le-marche", datetime(2026, 1, 2, tzinfo=UTC)
    item = FeedItem(episode, f"{base}/episode.mp3", day, day, page_url=f"{base}/index.html")
    page = pages.show_page(
        Show(),
        [item],
        url=f"{newsroom.origin}/",
        assets=f"{server}/player/",
    )
    reader = visit(newsroom.put(page))
    assert reader.value("player.duration") == round(episode.duration)
    assert not [url for url in reader.asked if "le-marche" in url]  # before anybody wants to hear it
    reader.listen()
    assert reader.value("player.duration") == pytest.approx(episode.duration, abs=0.01)


@pytest.mark.parametrize("name", ["listen", "player"])
def test_the_pages_of_the_server(visit: Visit, site: Site, spoken: str, name: str) -> None:
    reader = visit(f"http://127.0.0.1:{site.port}{spoken}/{name}", viewport={"width": 600, "height": 220})
    reader.listen()
    if name == "listen":
        reader.until(lambda: reader.marked().startswith("Le phare de Kerlen"))
    else:  # there is no text to mark: the player shows it
        reader.until(lambda: reader.page.locator("[part=caption]").inner_text().startswith("Le phare"))
        assert reader.value("document.documentElement.scrollHeight") <= 220
    assert reader.complaints == []


def test_a_newsroom_frames_the_player(visit: Visit, newsroom: Newsroom, site: Site, spoken: str) -> None:
    frame = pages.frame(f"http://127.0.0.1:{site.port}{spoken}/player")
    reader = visit(newsroom.put(f"<!doctype html><title>a</title>{frame}"))
    inside = reader.page.frame_locator("iframe")
    inside.get_by_role("button", name="Écouter l’article").click()
    reader.until(lambda: inside.locator("ecouter-article").get_attribute("state") == "playing")


@pytest.mark.parametrize("place", ["folder", "listen"])
def test_without_scripts_the_browser_plays_it(
    visit: Visit, site: Site, spoken: str, episode: Episode, place: str
) -> None:
    server = f"http://127.0.0.1:{site.port}{spoken}/listen"
    reader = visit(java_script_enabled=False)
    reader.open(server if place == "listen" else (episode.audio_path.parent / "index.html").as_uri())
    audio = reader.page.locator("audio")
    assert audio.is_visible()
    assert audio.get_attribute("controls") is not None


def test_a_source_that_changes_and_a_player_that_goes(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str
) -> None:
    reader = visit(newsroom.put(article_page(site, spoken)))
    reader.listen()
    reader.value(f"player.setAttribute('src', 'http://127.0.0.1:{site.port}/articles/0')")
    assert reader.state == "idle"
    reader.until(lambda: reader.time == 0)
    reader.value(f"player.setAttribute('src', 'http://127.0.0.1:{site.port}{spoken}')")
    reader.button("Reprendre").or_(reader.button("Écouter l’article")).click()
    reader.until(lambda: reader.state == "playing" and reader.marked())
    reader.page.evaluate("window.gone = document.querySelector('ecouter-article'); gone.remove()")
    assert reader.page.evaluate("[gone.paused, CSS.highlights.size]") == [True, 0]


@pytest.fixture(scope="module")
def hostile(site: Site) -> list[tuple[str, str]]:
    """Articles whose every field is a payload, spoken by nobody yet."""
    return [(payload, handed_in(site, payload)) for payload in PAYLOADS]


def test_nothing_that_an_article_says_runs_in_the_player(
    visit: Visit, newsroom: Newsroom, site: Site, hostile: list[tuple[str, str]]
) -> None:
    """In a page without any policy of its own: title, headings, captions, addresses."""
    assert len(hostile) >= 25
    reader = visit()
    reader.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    reader.open(newsroom.put(PAGE.format(server=f"http://127.0.0.1:{site.port}", player="", article="")))
    reader.until(lambda: reader.page.evaluate("!!customElements.get('ecouter-article')"))
    reader.page.evaluate("localStorage.setItem('ecouter-article', '{\"volume\": 0}')")
    elements = None
    for payload, path in hostile:
        about = {
            **site.ask("GET", path).json,
            "state": "done",
            "audio": "../a.mp3",
            "duration": 9,
            "image": payload,
        }
        reader.page.unroute_all()
        reader.page.route("**/a.mp3", answer(b""))
        reader.page.route("**/timeline", answer(json.dumps(timeline_of(payload)).encode()))
        reader.page.route(f"**{path}", answer(json.dumps(about).encode()))
        reader.page.evaluate(
            "src => { const player = document.createElement('ecouter-article');"
            " player.setAttribute('src', src);"
            " document.querySelector('article').replaceChildren(player); player.play(); }",
            f"http://127.0.0.1:{site.port}{path}",
        )  # fmt: skip
        caption = reader.page.locator("[part=caption]")
        caption.filter(has_text="Texte").wait_for()
        reader.until(lambda: reader.value("player.shadowRoot.querySelectorAll('li').length") == 2)
        names = reader.value("[...player.shadowRoot.querySelectorAll('*')].map(one => one.localName).join()")
        elements = elements or names
        assert names == elements
        assert reader.page.evaluate("window.pwned") is None
        assert "payload" not in reader.page.url
    assert not [url for url in reader.asked if "127.0.0.1" not in url]


def answer(body: bytes) -> Callable[[Route], None]:
    """To pages of all sites."""
    return lambda route: route.fulfill(body=body, headers={"Access-Control-Allow-Origin": "*"})


def timeline_of(payload: str) -> dict[str, Any]:
    text = f"Texte {payload}"
    blocks = [{"kind": kind, "text": text} for kind in ("heading", "heading")]
    words = [{"text": payload, "span": [0, 5], "start": 0.0, "end": 2.0}]
    utterances = [
        {
            "index": n,
            "block": n,
            "span": [0, len(text)],
            "text": text,
            "start": 3.0 * n,
            "end": 3.0 * n + 2,
            "words": words,
        }
        for n in (0, 1)
    ]
    chapters = [{"title": payload, "start": 0.0, "end": 3.0}, {"title": payload, "start": 3.0, "end": 9.0}]
    return {"version": 1, "blocks": blocks, "utterances": utterances, "chapters": chapters, "duration": 9.0}


def test_the_data_of_a_page_end_nothing() -> None:
    """What a hostile article inlines is the JSON that it was."""
    hostile = Article(
        title="</script><!--<script>'&\u2028",
        blocks=(Block("paragraph", "</SCRIPT >"),),
        authors=("]]>", '"timeline": null'),
    )
    timeline = json.dumps({"blocks": [{"text": hostile.title}]}, ensure_ascii=False)
    pieces = listening_page(
        article=hostile,
        show=Show(),
        script=hostile.script(),
        duration=1.0,
        audio="a.mp3",
        timeline=[timeline[:30], timeline[30:]],
        disclosure="",
    )
    page = "".join(pieces)
    data = page.partition('<script type="application/json">')[2].partition("</script>")[0]
    assert not set(data) & set("<>&'\u2028")
    told = json.loads(data)
    assert told["title"] == told["timeline"]["blocks"][0]["text"] == hostile.title
    assert page.count("</script>") == 2


def test_a_reader_who_only_reads(visit: Visit, newsroom: Newsroom, site: Site, spoken: str) -> None:
    """Whoever does not listen is left alone: one question, no sound, no marks, nothing stored."""
    reader: Reader = visit(newsroom.put(article_page(site, spoken)))
    reader.until(lambda: reader.value("player.duration") > 0)
    reader.page.mouse.move(5, 5)
    reader.page.mouse.wheel(0, 200)
    reader.page.wait_for_timeout(200)
    assert [url.rpartition("/")[2] for url in reader.asked if "/articles/" in url] == [
        spoken.rpartition("/")[2]
    ]
    assert reader.page.evaluate(
        "[localStorage.length, CSS.highlights.size, document.adoptedStyleSheets.length]"
    ) == [0, 0, 0]
