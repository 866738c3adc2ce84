"""A cover is a square that Apple takes, whatever the title."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from podcast.episode import cover
from podcast.episode.cover import SIZE, draw_cover, square_cover
from podcast.errors import AudioError

TITLES = [
    "Ça y est",
    "Cœur de Garonne : l’éclusier réclame « la vérité » sur la crue de l’été, vingt ans après",
    "Anticonstitutionnellement" * 4,
    "Un titre sans fin " * 60,
    "Kharkiv, Łódź, Šibenik, İzmir",
    "🎧 \n\t 中文",
    "",
]


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("title", TITLES)
def test_any_title_makes_a_cover_that_keeps_its_margins(title: str) -> None:
    data = draw_cover(title, section="Société", show="Articles à écouter")
    image = opened(data)
    assert (image.format, image.size, image.mode, image.info["dpi"]) == (
        "JPEG",
        (SIZE, SIZE),
        "RGB",
        (72, 72),
    )
    assert len(data) < 500_000
    pixels = np.asarray(image.convert("L"), dtype=int)
    background = int(pixels[5, 5])
    for edge in (pixels[:90], pixels[-60:], pixels[:, :90], pixels[:, -90:]):
        assert np.abs(edge - background).max() < 30


def test_the_title_can_be_read_on_a_thumbnail() -> None:
    """At 100 px the strokes still stand out: as light as half the paper, on a dark ground."""
    image = opened(draw_cover("La mairie rouvre", section="Locale", show="Articles à écouter"))
    small = np.asarray(image.convert("L").resize((100, 100), Image.Resampling.LANCZOS), dtype=int)
    title = small[20:80]
    assert title.max() > 150
    assert small[3, 3] < 70
    assert (title > 110).sum() > 150


def test_the_same_words_give_the_same_bytes_and_others_do_not() -> None:
    assert draw_cover("Un", section="A", show="B") == draw_cover("Un", section="A", show="B")
    assert draw_cover("Un", section="A") != draw_cover("Deux", section="A")
    assert draw_cover("Un", section="A") != draw_cover("Un", section="Une autre")


def test_the_typeface_has_all_of_french() -> None:
    font = ImageFont.truetype(str(cover._FONT), 40)
    absent = bytes(font.getmask("\uffff"))
    letters = "ÀÂÆÇÈÉÊËÎÏÔŒÙÛÜŸàâæçèéêëîïôœùûüÿ«»“”‘’–—…€°²³½×•·%§ŁłŠšŽžČčŘřĞğİıŞşȘșȚțŐőŰűÑñÅåØøÐð"
    assert [letter for letter in letters if bytes(font.getmask(letter)) == absent] == []


@settings(max_examples=15, deadline=None)
@given(title=st.text(max_size=300), section=st.text(max_size=80))
def test_no_text_breaks_the_drawing(title: str, section: str) -> None:
    assert opened(draw_cover(title, section=section)).size == (SIZE, SIZE)


@pytest.mark.parametrize("size", [(3000, 1200), (400, 900), (1400, 1400), (400, 400)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_picture_becomes_a_square(size: tuple[int, int], mode: str) -> None:
    data = io.BytesIO()
    Image.new(mode, size).save(data, "PNG")
    image = opened(square_cover(data.getvalue()))
    assert (image.format, image.size, image.mode) == ("JPEG", (SIZE, SIZE), "RGB")


def test_a_picture_that_is_a_cover_stays_as_it_is() -> None:
    cover = draw_cover("Le pont rouvre")
    assert square_cover(cover) is cover


@pytest.mark.parametrize(
    ("size", "what"), [((1, 1), "small"), ((3000, 399), "small"), ((8000, 8000), "large")]
)
def test_a_blur_or_a_wall_is_no_cover(size: tuple[int, int], what: str) -> None:
    data = io.BytesIO()
    Image.new("1", size).save(data, "PNG")
    with pytest.raises(AudioError, match=f"too {what}"):
        square_cover(data.getvalue())


def test_a_photograph_becomes_a_cover() -> None:
    data = io.BytesIO()
    Image.new("RGB", (6000, 4000), (200, 30, 30)).save(data, "JPEG")
    assert opened(square_cover(data.getvalue())).getpixel((700, 700)) == pytest.approx((200, 30, 30), abs=6)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_what_is_not_a_picture_is_told(data: bytes) -> None:
    with pytest.raises(AudioError, match="not a picture"):
        square_cover(data)
