"""The player without a mouse, without eyes, in the dark, on a narrow screen (WCAG 2.2 AA)."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from podcast.episode.page import PLAYER
from tests.player.conftest import Newsroom, Reader, Visit, article_page, repository
from tests.serve.conftest import Site

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = f"axe.run(document, {{ runOnly: {TAGS} }})"
BROKEN = "/articles/00000000000000000000"


def violations(reader: Reader, axe: str) -> list[str]:
    reader.page.evaluate(axe)
    found = reader.page.evaluate(AXE)
    return [
        f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
    ]


def coloured(html: str) -> str:
    """A page that says its colours, as axe-core needs it to."""
    style = "body { background: #fff; color: #111 } a { color: #0645ad }"
    dark = "body { background: #15161a; color: #eee } a { color: #9cf }"
    return html.replace(
        "</head>", f"<style>{style} @media (prefers-color-scheme: dark) {{ {dark} }}</style></head>"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str, axe: str, scheme: Any
) -> None:
    reader = visit(newsroom.put(coloured(article_page(site, spoken))), color_scheme=scheme)
    reader.until(lambda: reader.value("player.duration") > 0)
    assert violations(reader, axe) == []
    reader.listen()
    reader.button("Chapitres").click()
    reader.button("Pause").focus()
    assert violations(reader, axe) == []
    reader.button("Pause").click()
    assert violations(reader, axe) == []
    reader.open(newsroom.put(coloured(article_page(site, BROKEN))))
    reader.button("Écouter l’article").click()
    reader.until(lambda: reader.state == "error")
    assert violations(reader, axe) == []


def focused(reader: Reader) -> str:
    """The name of what has the focus, as assistive technology is told it."""
    return str(reader.page.evaluate(
        "(at => { while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
        " return at.getAttribute('aria-label') || at.innerText; })(document.activeElement)"
    ))  # fmt: skip


def test_the_keyboard_alone_does_everything(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str, timeline: Any
) -> None:
    reader = visit(newsroom.put(article_page(site, spoken)))
    reader.until(lambda: reader.value("player.duration") > 0)
    press = reader.page.keyboard.press
    press("Tab")
    press("Tab")
    assert focused(reader) == "Écouter l’article"
    press("Space")
    reader.until(lambda: reader.state == "playing")
    order = []
    for _ in range(9):
        press("Tab")
        order.append(focused(reader))
    assert [name.split("\n")[0] for name in order] == [
        "Reculer de 15 secondes", "Avancer de 15 secondes", "Vitesse", "Chapitres", "Couper le son", "Volume",
        "Télécharger l’enregistrement", "Position dans l’article", "Anne Le\u00a0Goff",
    ]  # fmt: skip
    press("Shift+Tab")
    starts = {one["block"]: one["start"] for one in reversed(timeline["utterances"])}
    jumps = [("Home", 0.0), ("ArrowRight", 5.0), ("ArrowUp", 10.0), ("ArrowLeft", 5.0)]
    for key, least in [*jumps, ("PageDown", starts[2]), ("PageDown", starts[3]), ("PageUp", starts[2])]:
        press(key)
        reader.until(lambda least=least: least <= reader.time < least + 2.5)  # type: ignore[misc]
    press("End")
    reader.until(lambda: reader.state == "ended")
    for _ in range(4):
        press("Shift+Tab")
    assert focused(reader) == "Chapitres"
    press("Enter")
    for _ in range(7):
        press("Tab")
    assert focused(reader).split("\n")[0] == timeline["chapters"][2]["title"]
    press("Enter")
    reader.until(lambda: reader.state == "playing" and starts[5] <= reader.time < starts[5] + 2)
    assert focused(reader) == "Chapitres"
    press("Enter")
    press("Tab")
    for _ in range(4):
        press("Tab")
    press("Escape")
    assert focused(reader) == "Chapitres"
    assert reader.button("Chapitres").get_attribute("aria-expanded") == "false"


def test_what_a_screen_reader_is_told(visit: Visit, newsroom: Newsroom, site: Site, spoken: str) -> None:
    reader = visit(newsroom.put(article_page(site, spoken)))
    reader.listen()
    reader.value("player.currentTime = 65 % player.duration")
    reader.value("player.pause()")
    slider = reader.page.get_by_role("slider", name="Position dans l’article")
    said = slider.get_attribute("aria-valuetext") or ""
    assert re.fullmatch(r"(\d+ minutes? )?\d+ secondes? sur (\d+ minutes? )?\d+ secondes?", said)
    assert "paragraphe" in (slider.get_attribute("aria-description") or "")
    assert reader.page.get_by_role("group", name="Écouter l’article").count() == 1
    hidden = reader.value(
        "[...player.shadowRoot.querySelectorAll('svg')].every(one => one.ariaHidden === 'true')"
    )
    assert hidden


@pytest.mark.parametrize("width", [320, 420, 700])
def test_it_fits_and_can_be_touched(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str, width: int
) -> None:
    reader = visit(newsroom.put(article_page(site, spoken)), viewport={"width": width, "height": 700})
    reader.listen()
    reader.button("Chapitres").click()
    assert reader.value("document.documentElement.scrollWidth") <= width
    targets = reader.value(
        "[...player.shadowRoot.querySelectorAll('button, select, a, input')]"
        ".map(one => one.getBoundingClientRect())"
        ".filter(box => box.width).map(box => [box.left, box.right, box.width, box.height])"
    )
    assert len(targets) >= 10
    for left, right, across, high in targets:
        assert left >= 0
        assert right <= width
        assert min(across, high) >= 24


def contrast(colours: list[list[int]]) -> float:
    def luminance(rgb: list[int]) -> float:
        red, green, blue = (
            v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
            for v in (value / 255 for value in rgb[:3])
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted(map(luminance, colours))
    return (bright + 0.05) / (dark + 0.05)


GROUNDS = [
    ("background: #fff", False),
    ("background: #101014; color: #eee", True),
    ("background: oklch(20% 0.02 250); color: white", True),
    ("background: rgb(255 255 255 / 5%)", False),
    ("", False),
]


def test_it_follows_the_ground_that_it_stands_on(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str
) -> None:
    """Not the reader's preference, when the page does not follow that."""
    scheme = '<meta name="color-scheme" content="light dark">'
    reader = visit(newsroom.put(article_page(site, spoken).replace(scheme, "")), color_scheme="dark")
    for style, dark in GROUNDS:
        reader.page.evaluate("style => document.body.setAttribute('style', style)", style)
        reader.value("player.parentNode.insertBefore(player, player)")
        reader.value("player.play()")
        reader.until(lambda: reader.marked("word"))
        assert reader.value("player.shadowRoot.querySelector('.player').classList.contains('dark')") is dark
        for name in ("sentence", "word"):
            colours = reader.page.evaluate(
                "name => { const title = document.querySelector('h1');"
                " const own = getComputedStyle(title, `::highlight(ecouter-${name})`);"
                " return [own.color, own.backgroundColor].map(c => c.match(/\\d+/g).map(Number)); }", name,
            )  # fmt: skip
            assert contrast(colours) >= 4.5
            assert (sum(colours[1][:3]) < 384) is dark


def test_newsrooms_restyle_it(visit: Visit, newsroom: Newsroom, site: Site, spoken: str) -> None:
    style = """<style>ecouter-article { --ecouter-accent: rgb(0, 80, 60); --ecouter-radius: 0;
      --ecouter-mark: rgb(200, 255, 200) }
    ecouter-article::part(time) { color: rgb(1, 2, 3) }</style>"""
    reader = visit(
        newsroom.put(
            article_page(site, spoken, attributes='theme="dark"').replace("</head>", f"{style}</head>")
        )
    )
    reader.listen()
    part = "getComputedStyle(player.shadowRoot.querySelector('[part~={}]')).{}"
    assert reader.value(part.format("play", "backgroundColor")) == "rgb(0, 80, 60)"
    assert reader.value(part.format("player", "borderRadius")) == "0px"
    assert reader.value(part.format("time", "color")) == "rgb(1, 2, 3)"
    assert reader.value(part.format("player", "colorScheme")) == "dark"
    mark = "getComputedStyle(document.querySelector('h1'), '::highlight(ecouter-sentence)').backgroundColor"
    reader.until(lambda: reader.value(mark) == "rgb(200, 255, 200)")


def test_it_is_small() -> None:
    assert len(gzip.compress(PLAYER.read_bytes(), 9)) <= 15_000


def test_the_documentation_names_all_that_can_be_styled(
    visit: Visit, newsroom: Newsroom, site: Site, spoken: str
) -> None:
    manual = (repository() / "docs" / "embedding.md").read_text(encoding="utf-8")
    script = PLAYER.read_text(encoding="utf-8")
    given = set(re.findall(r"--ecouter-[a-z-]+[a-z]", script)) | {
        f"--ecouter-{name}" for name in re.findall(r'\["(mark|word|mark-ink)", "#', script)
    }
    assert given == set(re.findall(r"--ecouter-[a-z-]+[a-z]", manual))
    told = set(re.findall(r"`([a-z]+)`", manual.partition("::part(")[2].partition("\n\n")[0]))
    reader = visit(newsroom.put(article_page(site, spoken)))
    parts = reader.value("[...player.shadowRoot.querySelectorAll('[part]')].flatMap(one => [...one.part])")
    assert set(parts) == told
    for attribute in ("src", "text", "click", "scroll", "theme", "compact", "duration"):
        assert f"| `{attribute}` |" in manual
        assert f'"{attribute}"' in script
