"""The cover: a square that says what the article is, down to a thumbnail.

1400 × 1400 px, RGB JPEG at 72 dpi, as Apple asks. The typeface is Newsreader
Bold (SIL Open Font Licence, fonts/OFL.txt), in its Latin and Latin Extended
characters.
"""

from __future__ import annotations

import io
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from podcast.errors import AudioError

SIZE = 1400
"""Pixels on each side."""
SMALLEST = 400
"""Pixels on the shorter side of a page's picture: a smaller one would be a blur."""
LARGEST = 50_000_000
"""Pixels of a page's picture; a small file may claim to be a picture that fills the memory."""

FORMAT = 1
"""Raise it when the same words must give another picture."""

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_FONT = Path(__file__).parent / "fonts" / "Newsreader-Bold.ttf"
_MARGIN = 110
_TITLE_TOP, _TITLE_BOTTOM = 300, 1130
_TITLE_SIZES = range(208, 63, -4)
_SMALL = 56
_LEADING = 1.12
_PAPER = (250, 247, 240)
_INKS = ((23, 42, 69), (88, 24, 38), (19, 62, 54), (62, 39, 82), (74, 50, 20), (38, 50, 56))
"""Backgrounds, one per section; each with at least 9:1 of contrast to the paper."""
_BARS = (0.25, 0.55, 0.9, 0.6, 1.0, 0.45, 0.75, 0.35, 0.6, 0.2)
"""Heights of the little wave that says that this is to be listened to."""


def draw_cover(title: str, *, section: str = "", show: str = "") -> bytes:
    """A JPEG drawn from the words alone; the same words give the same bytes."""
    from PIL import Image, ImageDraw

    title, section, show = (_drawable(text) for text in (title, section, show))
    ink = _INKS[zlib.crc32((section or show).casefold().encode()) % len(_INKS)]
    image = Image.new("RGB", (SIZE, SIZE), ink)
    draw = ImageDraw.Draw(image)
    _line(draw, section.upper(), _MARGIN)
    draw.rectangle((_MARGIN, 222, _MARGIN + 180, 232), fill=_PAPER)
    size, lines = _fitted(title)
    leading = round(size * _LEADING)
    for number, line in enumerate(lines):
        baseline = _TITLE_TOP + round(0.8 * size) + number * leading
        draw.text((_MARGIN, baseline), line, font=_font(size), fill=_PAPER, anchor="ls")
    _wave(draw)
    _line(draw, show, SIZE - _MARGIN - _SMALL, right=300)
    return _jpeg(image)


def square_cover(image: bytes) -> bytes:
    """The middle of a page's own picture, as a cover; what already is one stays as it is.

    Raises ``AudioError`` when the bytes are not a picture, or it is too small or too large.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as picture:
            _check_size(*picture.size)
            if (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (SIZE, SIZE)):
                return image
            picture.draft("RGB", (SIZE, SIZE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            return _jpeg(ImageOps.fit(upright, (SIZE, SIZE)))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise AudioError(f"this cover is not a picture: {exc}") from exc


def _check_size(width: int, height: int) -> None:
    if min(width, height) < SMALLEST:
        raise AudioError(f"this cover is too small: {width} × {height} pixels")
    if width * height > LARGEST:
        raise AudioError(f"this cover is too large: {width} × {height} pixels")


def _drawable(text: str) -> str:
    """Without what the typeface cannot draw (emoji, other scripts), and without line ends."""
    return "".join(" " if letter in "\t\r\n" else letter for letter in text if _has(letter)).strip()


@cache
def _has(letter: str) -> bool:
    drawn = bytes(_font(_SMALL).getmask(letter))
    return letter.isspace() or drawn != bytes(_font(_SMALL).getmask("\uffff"))


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits, and its lines."""
    lines: list[str] = []
    for size in _TITLE_SIZES:
        lines = _wrapped(title, size)
        height = len(lines) * size * _LEADING
        if height <= _TITLE_BOTTOM - _TITLE_TOP and all(_width(line, size) <= _room() for line in lines):
            return size, lines
    smallest = _TITLE_SIZES[-1]
    most = int((_TITLE_BOTTOM - _TITLE_TOP) / (smallest * _LEADING))
    return smallest, [*lines[: most - 1], _shortened(" ".join(lines[most - 1 :]), smallest, _room())]


def _wrapped(text: str, size: int) -> list[str]:
    """Lines broken at plain spaces: a no-break space keeps « and ! with their words.

    At the smallest size a word that is wider than the cover is cut.
    """
    lines: list[str] = []
    for word in text.split(" "):
        if lines and _width(f"{lines[-1]} {word}", size) <= _room():
            lines[-1] += f" {word}"
        elif word:
            lines.extend(_cut(word, size) if size == _TITLE_SIZES[-1] else [word])
    return lines


def _cut(word: str, size: int) -> list[str]:
    pieces = [""]
    for character in word:
        if _width(pieces[-1] + character, size) > _room():
            pieces.append("")
        pieces[-1] += character
    return pieces


def _line(draw: Any, text: str, top: int, *, right: int = 0) -> None:
    line = _shortened(" ".join(text.split()), _SMALL, _room() - right)
    draw.text((_MARGIN, top + _SMALL), line, font=_font(_SMALL), fill=_PAPER, anchor="ls")


def _shortened(text: str, size: int, room: int) -> str:
    if _width(text, size) <= room:
        return text
    while text and _width(f"{text}…", size) > room:
        text = text[:-1].rstrip()
    return f"{text}…"


def _wave(draw: Any) -> None:
    width, gap, middle, tallest = 14, 12, SIZE - _MARGIN - _SMALL // 2, 150
    left = SIZE - _MARGIN - len(_BARS) * (width + gap) + gap
    for number, share in enumerate(_BARS):
        x, half = left + number * (width + gap), share * tallest / 2
        draw.rounded_rectangle((x, middle - half, x + width, middle + half), radius=width // 2, fill=_PAPER)


def _room() -> int:
    return SIZE - 2 * _MARGIN


def _width(text: str, size: int) -> float:
    return float(_font(size).getlength(text))


@cache
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(_FONT), size, layout_engine=ImageFont.Layout.BASIC)


def _jpeg(image: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=88, subsampling=0, dpi=(72, 72), optimize=True)
    return data.getvalue()
