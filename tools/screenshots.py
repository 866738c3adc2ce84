"""The pictures of the player in docs/images: `python -m tools.screenshots`, with Chromium on the path.

The article in them is examples/article.txt, spoken by the bundled voice.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from podcast import pipeline
from podcast.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
SHOTS = (
    ("player-light", "light", 760, 600),
    ("player-dark", "dark", 760, 600),
    ("player-320", "light", 320, 560),
)
"""Name, colour scheme, width and height in CSS pixels."""
HEARD = 47.2
"""Seconds into the episode: a sentence below the first intertitre."""
COLOURS = 64


def main() -> None:
    """Make an episode, listen to it, take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        settings = Settings(output=Path(folder))
        article = pipeline.load(str(ROOT / "examples" / "article.txt"), settings)
        episode = pipeline.make_episode(article, settings).episode
        page = (episode.audio_path.parent / "index.html").as_uri()
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"],
        )
        for shot in SHOTS:
            take(browser, page, *shot)
        browser.close()


def take(browser: Browser, url: str, name: str, scheme: str, width: int, height: int) -> None:
    """One picture, while the voice speaks."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height})  # type: ignore[arg-type]
    page.goto(url)
    player = "document.querySelector('ecouter-article')"
    page.evaluate(f"{player}.currentTime = {HEARD}")
    page.get_by_role("button", name="Écouter l’article").click()
    for _ in range(500):
        page.wait_for_timeout(20)
        if page.evaluate(f"{player}.currentTime > {HEARD + 1.2} && CSS.highlights.has('ecouter-word')"):
            break
    page.wait_for_timeout(400)
    page.mouse.move(0, 0)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    page.close()
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
