"""The article's own picture on its cover: fetched with the care of pages, never in the way of sound."""

from __future__ import annotations

import io
import logging

import pytest
from PIL import Image

from podcast.article.fetch import FetchPolicy
from podcast.episode.cover import SIZE
from podcast.pipeline import own_cover
from podcast.settings import Settings
from podcast.types import Article
from tests.run.newsroom import Newsroom, Page, Site

RED = (200, 30, 30)
POLICY = FetchPolicy(allow=("127.0.0.0/8",), min_interval=0.0, own_site=True, retries=0, timeout=5.0)


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, RED).save(data, kind)
    return data.getvalue()


def fetched(site: Site, page: Page, *, on: bool = True) -> bytes | None:
    """The cover of an article whose picture is that page of the site."""
    site.pages["/photo"] = page
    article = Article("Le pont rouvre", (), image_url=f"{site.url}/photo")
    return own_cover(article, Settings(picture=on, policy=POLICY))


def is_red(cover: bytes) -> bool:
    with Image.open(io.BytesIO(cover)) as image:
        middle = image.convert("RGB").getpixel((SIZE // 2, SIZE // 2))
        return image.size == (SIZE, SIZE) and middle == pytest.approx(RED, abs=8)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_the_cover(site: Site, kind: str) -> None:
    cover = fetched(site, Page("", kind=f"image/{kind.lower()}", data=picture(kind)))
    assert cover
    assert is_red(cover)


NONE = {
    "is not there": Page("", 404),
    "is a page": Page("<html>", kind="text/html"),
    "is a film": Page("", kind="video/mp4", data=picture()),
    "is a drawing that holds scripts": Page(
        "<svg xmlns='http://www.w3.org/2000/svg'/>", kind="image/svg+xml"
    ),
    "is a page that says it is a picture": Page("<html>", kind="image/jpeg"),
    "is half a picture": Page("", kind="image/png", data=picture("PNG")[:200]),
    "is of a format that nobody asked for": Page("", kind="image/jpeg", data=picture("PPM")),
    "is too small": Page("", kind="image/jpeg", data=picture(size=(300, 900))),
    "is too large": Page("", kind="image/png", data=picture("PNG", (8000, 8000))),
    "has too many bytes": Page("", kind="image/jpeg", data=bytes(10_000_001)),
    "leads to the network inside": Page("", 302, location="http://10.0.0.1/photo.jpg"),
    "leads to a file": Page("", 302, location="file:///etc/passwd"),
    "leads to itself": Page("", 302, location="/photo"),
}


@pytest.mark.parametrize("what", NONE)
def test_without_one_a_cover_is_drawn(site: Site, caplog: pytest.LogCaptureFixture, what: str) -> None:
    with caplog.at_level(logging.WARNING, "podcast.pipeline"):
        assert fetched(site, NONE[what]) is None
    assert caplog.messages[0].startswith("the cover is drawn: ")


def test_robots_are_minded(site: Site) -> None:
    site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /photo", kind="text/plain")
    site.pages["/photo"] = Page("", kind="image/jpeg", data=picture())
    article = Article("Le pont rouvre", (), image_url=f"{site.url}/photo")
    policy = FetchPolicy(allow=POLICY.allow, retries=0, min_interval=0.0)
    assert own_cover(article, Settings(picture=True, policy=policy)) is None
    assert [path for path, _ in site.asked] == ["/robots.txt"]


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "data:image/png;base64,AA==", "ftp://e.org/a", "//e", ""]
)
def test_only_the_web_is_asked(address: str) -> None:
    article = Article("Le pont rouvre", (), image_url=address)
    assert own_cover(article, Settings(picture=True, policy=POLICY)) is None


def test_nobody_is_asked_who_does_not_want_it(site: Site) -> None:
    assert fetched(site, Page("", kind="image/jpeg", data=picture()), on=False) is None
    assert site.asked == []


def test_a_show_with_pictures(newsroom: Newsroom, site: Site) -> None:
    site.article("phare", "Le phare rouvre")
    page = site.pages["/phare.html"]
    page.body = page.body.replace("<head>", f"<head><meta property=og:image content='{site.url}/photo.jpg'>")
    site.pages["/photo.jpg"] = Page("", kind="image/jpeg", data=picture())
    site.publish("phare")
    newsroom.sources = [f'feed = "{site.url}/rss.xml"']
    newsroom.settings["episode"] = "picture = true"
    newsroom.run()
    (cover,) = (newsroom.folder / "public").glob("episodes/*/cover.jpg")
    assert is_red(cover.read_bytes())
    site.asked.clear()
    before = newsroom.bytes("public")
    newsroom.run()
    assert "/photo.jpg" not in {path for path, _ in site.asked}
    assert newsroom.bytes("public") == before
