"""How an episode sounds: the settings of assembling, levelling and encoding."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from podcast.errors import ConfigError

Format = Literal["mp3", "m4a", "opus", "wav"]

MIME_TYPES: dict[Format, str] = {
    "mp3": "audio/mpeg",
    "m4a": "audio/x-m4a",
    "opus": "audio/ogg",
    "wav": "audio/wav",
}
"""What the feed and the server say of each format; ``audio/x-m4a`` is Apple's name."""

_BIT_RATES: dict[Format, int] = {"mp3": 96_000, "m4a": 64_000, "opus": 32_000, "wav": 0}
"""Transparent for one voice: AAC and Opus need less than MP3."""

_MP3_BIT_RATES = (64_000, 80_000, 96_000, 112_000, 128_000)
"""The constant rates between 64 and 128 kb/s that every MPEG version has."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono, at one loudness, under one peak; times in seconds."""

    loudness: float = -16.0
    """Integrated loudness of the encoded file, in LUFS (the podcast platforms' common target)."""
    true_peak: float = -1.0
    """Highest true peak of the encoded file, in dBTP."""
    bit_rate: int | None = None
    """Bits per second; None takes the format's own default. MP3 is constant, 64–128 kb/s."""
    fade: float = 0.005
    """Fade in and out of each sentence, against clicks; a whole number of milliseconds."""
    tail: float = 0.5
    """Silence at least this long after the last word."""
    intro: Path | None = None
    """A jingle before the title."""
    outro: Path | None = None
    """A jingle after the last word."""
    bed: Path | None = None
    """Music under the title and the standfirst."""
    bed_level: float = -18.0
    """The bed under the voice, in LU relative to the voice; it rises by 6 LU in the pauses."""

    def __post_init__(self) -> None:
        for name, low, high in _LIMITS:
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} is {value}, not between {low} and {high}", where="sound")

    def identity(self) -> str:
        """All that is heard of it: where the jingles are does not matter, but what is in them."""
        jingles = [path and _digest(path) for path in (self.intro, self.outro, self.bed)]
        return f"{replace(self, intro=None, outro=None, bed=None)} {jingles}"

    def bits(self, fmt: Format) -> int:
        """Bits per second for a format; raises ``ConfigError`` for a rate it does not have."""
        rate = self.bit_rate or _BIT_RATES[fmt]
        if fmt == "mp3" and rate not in _MP3_BIT_RATES:
            choices = ", ".join(str(choice) for choice in _MP3_BIT_RATES)
            raise ConfigError(f"MP3 has no {rate} b/s", where="bit_rate", remedy=f"one of {choices}")
        return rate


def _digest(path: Path) -> str:
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""  # who plays it will say that it cannot be read


_LIMITS = (
    ("loudness", -31.0, -9.0),
    ("true_peak", -12.0, 0.0),
    ("fade", 0.0, 0.1),
    ("tail", 0.0, 10.0),
    ("bed_level", -60.0, 0.0),
)
