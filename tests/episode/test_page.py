"""The listening page plays from the file system, follows the text, and nothing printed gets to act."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from podcast.episode import build_episode
from podcast.episode.page import french_date, french_length
from podcast.types import Article, Block, Clip, Episode, Show

AUDIO = "document.querySelector('audio')"
PLAYER = "document.querySelector('ecouter-article')"
MARKED = "[...(CSS.highlights.get('ecouter-sentence') ?? [])].map(String)"

INJECTIONS = [
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    '"><svg onload=window.hacked=1>',
    "' autofocus onfocus='window.hacked=1",
    "</style><style>body { display: none }</style>",
    "{{ 7 * 7 }}{% raw %}",
    "{title}{0.__class__}{",
    "<!-- --><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "javascript:window.hacked=1",
    "</title><base href='https://ailleurs.example/'>",
    "\u2028\u2029</textarea><math><mtext></mtext>",
    "${window.hacked=1}`",
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def episode(
    tmp_path_factory: pytest.TempPathFactory, article: Article, script: Sequence[Block], clips: Sequence[Clip]
) -> Episode:
    output = tmp_path_factory.mktemp("page")
    return build_episode(article=article, script=script, clips=clips, show=Show(), output=output)


def visit(page: Page, episode: Episode) -> list[str]:
    """Open the page; the list gets what the browser complains of, and every request that leaves."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith("file:") else complaints.append(r.url))
    page.goto((episode.audio_path.parent / "index.html").as_uri())
    until(page, f"{AUDIO}.readyState >= 1")
    return complaints


def until(page: Page, condition: str) -> None:
    """Wait for a condition; the page's policy lets no one poll inside it."""
    for _ in range(400):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never true: {condition}")


def test_chromium_agrees_on_the_duration(page: Page, episode: Episode) -> None:
    complaints = visit(page, episode)
    assert page.evaluate(f"{AUDIO}.duration") == pytest.approx(episode.duration, abs=0.02)
    assert page.evaluate("document.querySelector('header img').naturalWidth") == 1400
    assert complaints == []


def test_the_sentence_that_is_heard_is_marked(page: Page, episode: Episode, clips: Sequence[Clip]) -> None:
    visit(page, episode)
    page.evaluate(f"{PLAYER}.play()")
    until(page, f"{AUDIO}.currentTime > 0")
    page.evaluate(f"{PLAYER}.pause()")
    at = 0.0
    for clip in clips:
        length = clip.samples.size / clip.sample_rate
        for moment in (at + 0.05, at + length / 2, at + length - 0.05):
            page.evaluate(f"{AUDIO}.currentTime = {moment}")
            until(page, f"!{AUDIO}.seeking && CSS.highlights.has('ecouter-sentence')")
            until(page, f"({MARKED})[0] === {clip.utterance.text!r}")
        at += length + clip.utterance.pause_after


def test_playing_moves_and_chapters_jump(page: Page, episode: Episode) -> None:
    visit(page, episode)
    buttons = page.get_by_role("list", name="Chapitres").get_by_role("button")
    for number in (2, 1):
        page.get_by_role("button", name="Chapitres").click()
        assert buttons.count() == len(episode.chapters)
        buttons.nth(number).click()
        start = episode.chapters[number].start
        until(page, f"{AUDIO}.currentTime > {start} + 0.2")
        assert page.evaluate(f"{AUDIO}.currentTime") < start + 2
        assert page.evaluate(MARKED) == [episode.chapters[number].title]
        page.evaluate(f"{PLAYER}.pause()")


def test_a_click_on_a_sentence_plays_it(page: Page, episode: Episode) -> None:
    visit(page, episode)
    page.get_by_text("Les parents attendaient").click()
    until(page, f"!{AUDIO}.paused && {AUDIO}.currentTime > 8")
    assert page.evaluate(MARKED) == ["Les parents attendaient depuis longtemps."]


def test_the_keyboard_alone_reaches_the_chapters(page: Page, episode: Episode) -> None:
    visit(page, episode)
    page.get_by_role("button", name="Chapitres").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Et après ?").focus()
    page.keyboard.press("Enter")
    until(page, f"{AUDIO}.currentTime > {episode.chapters[2].start}")


def test_the_page_has_all_of_the_text_and_says_who_speaks(
    page: Page, episode: Episode, script: Sequence[Block]
) -> None:
    visit(page, episode)
    text = page.inner_text("body")
    for block in script:
        assert block.text in text
    for words in (
        "Par Élodie Çelik, Noël Dœuvre",
        "mardi 8 juillet 2025 à 7\u00a0h\u00a056",
        "Société",
        "voix de synthèse",
    ):
        assert words in text
    assert page.get_by_role("link", name="Lire l’article d’origine").get_attribute("href") == (
        "https://journal.example/societe/ecole"
    )
    assert page.evaluate("document.documentElement.lang") == "fr-FR"


@pytest.mark.parametrize("payload", INJECTIONS)
def test_what_is_printed_never_acts(page: Page, tmp_path: Path, payload: str, clips: Sequence[Clip]) -> None:
    hostile = Article(
        title=payload,
        blocks=(
            Block("heading", payload),
            Block("paragraph", f"Avant {payload} après."),
            Block("list_item", payload),
        ),
        standfirst=payload,
        section=payload,
        authors=(payload,),
        url=payload,
    )
    script = hostile.script(payload)
    said = [
        replace(
            clip, utterance=replace(clip.utterance, block_index=index, span=(0, len(block.text)), words=())
        )
        for index, (clip, block) in enumerate(zip(clips, script, strict=False))
    ]
    episode = build_episode(
        article=hostile, script=script, clips=said, show=Show(title=payload), output=tmp_path, name="hostile"
    )
    complaints = visit(page, episode)
    page.get_by_role("button").first.click()
    until(page, f"{AUDIO}.currentTime > 0.1")
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.querySelectorAll('main *').length") < 40
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    assert payload.strip()[:8] in page.evaluate("document.title")
    assert page.locator("footer a").count() == 0
    assert complaints == []


def test_a_script_that_is_not_ours_would_be_refused(page: Page, episode: Episode) -> None:
    """Should an escape ever fail, the policy still holds."""
    visit(page, episode)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked = 1\">')"
    )
    page.evaluate(
        "{ const s = document.createElement('script'); s.text = 'hacked = 1'; document.body.append(s); }"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_and_can_be_read(browser: Browser, episode: Episode, scheme: str, width: int) -> None:
    """No sideways scrolling, and text with a contrast of 4.5:1 at least (WCAG 2.2 AA)."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    visit(page, episode)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for selector in (
        "h1",
        ".over",
        ".by",
        "main p",
        "h2",
        "blockquote",
        ".notice",
        "footer p",
        "footer a",
    ):
        ink = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).color")
        assert contrast(ink, ground) >= 4.5, selector
    page.close()


def contrast(ink: str, ground: str) -> float:
    lights = sorted(luminance(colour) for colour in (ink, ground))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    """Of an sRGB colour as CSS computes it, by WCAG's formula."""
    values = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_nobody_waits_for_a_language_of_templates() -> None:
    """To import jinja2 takes longer than all else that is done for a page."""
    code = """
import sys
from podcast.episode.page import listening_page
from podcast.types import Article, Block, Show
article = Article("Titre", (Block("paragraph", "Texte."),))
page = listening_page(article=article, show=Show(), script=article.script(), duration=1.0, audio="a.mp3",
                      timeline=["{}"], disclosure="")
assert "Texte." in "".join(page)
sys.exit("jinja2" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


DATES = [
    (datetime(2025, 7, 8, 7, 56), "mardi 8 juillet 2025 à 7\u00a0h\u00a056"),
    (datetime(2026, 5, 1, 0, 0), "vendredi 1er mai 2026"),
    (datetime(2024, 12, 31, 23, 5), "mardi 31 décembre 2024 à 23\u00a0h\u00a005"),
]


@pytest.mark.parametrize(("moment", "printed"), DATES)
def test_dates_are_printed_as_in_a_french_newspaper(moment: datetime, printed: str) -> None:
    assert french_date(moment) == printed


@pytest.mark.parametrize(
    ("seconds", "length"), [(0.2, "1 s"), (45.4, "45 s"), (200, "3 min"), (3599, "1 h 00"), (3900, "1 h 05")]
)
def test_lengths(seconds: float, length: str) -> None:
    assert french_length(seconds) == length
