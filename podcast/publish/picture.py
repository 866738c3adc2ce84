"""Size and colours of a JPEG or PNG file, from its header alone."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_COLOURS = (2, 3, 6)
"""RGB, palette (of RGB) and RGBA (ISO 15948, 11.2.2)."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF markers (ISO 10918-1, table B.1)."""
_BARE = frozenset([0x01, *range(0xD0, 0xD9)])
"""Markers without a length."""


class Picture(NamedTuple):
    """What Apple wants to know of an image; pixels."""

    kind: Literal["jpeg", "png"]
    width: int
    height: int
    rgb: bool


def read_picture(path: Path) -> Picture | None:
    """The header of an image; None when it is neither a JPEG nor a PNG. Raises ``OSError``."""
    with path.open("rb") as file:
        start = file.read(8)
        try:
            if start == _PNG:
                return _png(file)
            if start.startswith(b"\xff\xd8"):
                file.seek(2)
                return _jpeg(file)
        except struct.error:  # the file ends in its header
            return None
    return None


def _png(file: BinaryIO) -> Picture | None:
    _, kind, width, height, _, colour = struct.unpack(">I4sIIBB", file.read(18))
    return Picture("png", width, height, colour in _PNG_COLOURS) if kind == b"IHDR" else None


def _jpeg(file: BinaryIO) -> Picture | None:
    """Walk the segments to the frame header."""
    while True:
        mark, code = struct.unpack(">BB", file.read(2))
        if mark != 0xFF:
            return None
        if code == 0xFF:  # a fill byte
            file.seek(-1, 1)
        elif code in _FRAMES:
            _, _, height, width, components = struct.unpack(">HBHHB", file.read(8))
            return Picture("jpeg", width, height, components == 3)
        elif code not in _BARE:
            (length,) = struct.unpack(">H", file.read(2))
            file.seek(max(0, length - 2), 1)
