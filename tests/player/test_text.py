"""Where an article stands in a page, however the page prints it: one case is one row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from tests.player.conftest import PAGE, Newsroom, Reader
from tests.serve.conftest import Site

LONG = "Le pont de la Loge rouvre lundi, après trois ans de travaux et deux hivers d’attente."
NEXT = "« C’est une fête », dit le maire. Les riverains, eux, n’y croyaient plus depuis longtemps."


class Case(NamedTuple):
    """Marked is what of the page belongs to the span of a block, by default to all of the last one."""

    name: str
    blocks: list[tuple[str, str]]
    html: str
    marked: str
    span: tuple[int, int] | None = None
    block: int = -1


PARAGRAPH = [("paragraph", LONG)]
CASES = [
    Case("as it is", PARAGRAPH, f"<p>{LONG}</p>", LONG),
    Case("a word", PARAGRAPH, f"<p>{LONG}</p>", "Loge", (14, 18)),
    Case("with its marks", [("paragraph", NEXT)], f"<p>{NEXT}</p>", "« C’est une fête »,", (0, 19)),
    Case("a full stop", [("paragraph", NEXT)], f"<p>{NEXT}</p>", "dit le maire.", (20, 33)),
    Case("other spaces", PARAGRAPH, f"<p> {LONG.replace(' ', '&nbsp; ')} </p>", LONG.replace(" ", "\u00a0 ")),
    Case("lines", PARAGRAPH, f"<p>{LONG.replace(', ', ',<br>')}</p>", LONG.replace(", ", ",")),
    Case("elements", PARAGRAPH,
         f"<p>{LONG.replace('Loge', '<a href=#a><b>L</b>oge</a>')}</p>", "Loge", (14, 18)),
    Case("a capital of its own", PARAGRAPH, f"<p><span>L</span>{LONG[1:]}</p>", "Le pont", (0, 7)),
    Case("soft hyphens", PARAGRAPH,
         f"<p>{LONG.replace('travaux', 'tra&shy;vaux')}</p>", "tra\u00advaux", (52, 59)),
    Case("plain quotes", PARAGRAPH, f"<p>{LONG.replace('’', chr(39))}</p>", "d'attente.", (75, 85)),
    Case("decomposed", PARAGRAPH, f"<p>{LONG.replace('è', 'e' + chr(0x300))}</p>", "apre\u0300s", (33, 38)),
    Case("capitals", PARAGRAPH, f"<p>{LONG.upper()}</p>", "LOGE", (14, 18)),
    Case("beyond the BMP", [("paragraph", f"𝐀🎉 {LONG}")], f"<p>𝐀🎉 {LONG}</p>", "Loge", (17, 21)),
    Case("escaped", [("paragraph", f"<b>{LONG} & co")], f"<p>&lt;b&gt;{LONG} &amp; co</p>", "& co", (89, 93)),
    Case("a note", PARAGRAPH,
         f"<p>{LONG.replace(' et', '<sup>12</sup> et')}</p>", LONG.replace(" et", "12 et")),
    Case("a credit", PARAGRAPH,
         f"<p>{LONG.replace(' et', ' <i>DR</i> et')}</p>", LONG.replace(" et", " DR et")),
    Case("scripts and styles", PARAGRAPH,
         f"<script type=a>{LONG}</script><style>/*{LONG}*/</style><p>{LONG}</p>", LONG),
    Case("unseen twins", PARAGRAPH, f"<p hidden>{LONG} un</p><template>{LONG}</template><p>{LONG}</p>", LONG),
    Case("a twin that CSS hides", PARAGRAPH,
         f"<style>.no {{display:none}}</style><p class=no>{LONG}</p><p>{LONG}</p>", LONG),
    Case("the title, not its teaser", [("title", "Le pont rouvre"), ("paragraph", LONG)],
         f"<nav>Le pont rouvre</nav><h1>Le <i>pont</i> rouvre</h1><p>{LONG}</p>", "rouvre", (8, 14), 0),
    Case("words of another place", [("paragraph", LONG), ("heading", "Et demain")],
         f"<aside>Et demain</aside><p>{LONG}</p><p>Et demain soir.</p><h2>Et demain</h2>", "Et demain"),
    Case("not in the page", [("paragraph", "Une autre phrase, que la page ne contient pas, même de loin.")],
         f"<p>{LONG}</p>", ""),
    Case("only marks", [("paragraph", "… !")], f"<p>{LONG}</p>", ""),
    Case("twice the same", [("paragraph", LONG), ("quote", "Oui."), ("paragraph", NEXT), ("quote", "Oui.")],
         f"<p>{LONG}</p><p id=a>Oui.</p><p>{NEXT}</p><p id=b>OUI.</p>", "OUI."),
    Case("shadows of a table", PARAGRAPH, f"<table><tr><td>{LONG}</td></tr></table>", LONG),
]  # fmt: skip


def episode(case: Case) -> str:
    """A finished article of which only the span is heard."""
    blocks, text = case.blocks, case.blocks[case.block][1]
    place = case.block % len(blocks)
    said = {"index": 0, "block": place, "span": list(case.span or (0, len(text))), "text": text}
    return json.dumps({
        "title": "a", "state": "done", "duration": 9.0, "audio": "a.mp3",
        "timeline": {
            "blocks": [{"kind": kind, "text": text} for kind, text in blocks],
            "utterances": [{**said, "start": 0.0, "end": 9.0, "words": []}], "chapters": [], "duration": 9.0,
        },
    })  # fmt: skip


@pytest.fixture(scope="module")
def blank(browser: Browser, newsroom: Newsroom, site: Site) -> Iterator[Reader]:
    """A page into which each case puts its article and a player."""
    reader = Reader(browser.new_page())
    reader.page.route("**/a.mp3", lambda route: route.fulfill(body=b""))
    html = PAGE.format(server=f"http://127.0.0.1:{site.port}", player="", article="")
    yield reader.open(newsroom.put(html.replace("Le phare de Kerlen rallume sa lampe", "")))
    reader.page.close()


PUT = """([html, data]) => {
  const article = document.querySelector("article");
  article.innerHTML = html;
  const player = document.createElement("ecouter-article");
  const inert = document.createElement("script");
  inert.type = "application/json";
  inert.textContent = data;
  player.append(inert);
  article.append(player);
  player.play();
}"""


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_marked(blank: Reader, case: Case) -> None:
    blank.page.evaluate(PUT, [case.html, episode(case)])
    caption = blank.page.locator("[part=caption]")
    blank.until(lambda: blank.marked() or caption.is_visible())
    assert blank.marked().strip() == case.marked
    assert caption.is_visible() == (not case.marked)  # what the page does not have, the player shows


def test_marks_follow_a_page_that_is_drawn_anew(blank: Reader) -> None:
    blank.page.evaluate(PUT, [f"<p>{LONG}</p>", episode(CASES[0])])
    blank.until(lambda: blank.marked() == LONG)
    blank.page.evaluate("(old => old.replaceWith(old.cloneNode(true)))(document.querySelector('article p'))")
    blank.value("dispatchEvent(new Event('resize'))")
    blank.until(lambda: blank.marked() == LONG)


def test_boxes_where_there_are_no_highlights(browser: Browser, newsroom: Newsroom, site: Site) -> None:
    context = browser.new_context(viewport={"width": 500, "height": 600})
    context.add_init_script("Object.defineProperty(CSS, 'highlights', { value: undefined })")
    reader = Reader(context.new_page())
    reader.page.route("**/a.mp3", lambda route: route.fulfill(body=b""))
    html = PAGE.format(server=f"http://127.0.0.1:{site.port}", player="", article="")
    reader.open(
        newsroom.put(html.replace("<body>", "<body style='position:relative;margin:40px;transform:none'>"))
    )
    reader.page.evaluate(PUT, [f"<p>{LONG}</p>", episode(CASES[1])])
    box, word = "document.querySelector('.ecouter-sentence')", "r.setStart(p, 14), r.setEnd(p, 18)"
    reader.until(lambda: reader.value(f"{box} !== null"))
    places = reader.page.evaluate(
        f"() => {{ const p = document.querySelector('article p').firstChild, r = document.createRange();"
        f" {word}; const boxes = [{box}, r].map(one => one.getBoundingClientRect());"
        " return boxes.map(one => [one.left, one.top, one.width, one.height]); }"
    )
    assert places[0] == pytest.approx(places[1], abs=1)
    context.close()
