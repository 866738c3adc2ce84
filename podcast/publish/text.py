"""Text that may stand in a feed: legal in XML, and no longer than the directories take."""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) has no place for, not even escaped: controls, surrogates, U+FFFE, U+FFFF."""

_ANGLES = str.maketrans("<>", "‹›")
"""Some apps read a title or a description as HTML, some unescape twice: without
angle brackets it says the same to all of them, and is markup to none."""

LONGEST_LINE = 255
"""Characters in a title, a name or a category (Apple)."""
LONGEST_DESCRIPTION = 4000
"""Bytes in a description (Apple)."""
LONGEST_NAME = 128
"""Characters in a ``podcast:person`` and in a ``podcast:updateFrequency`` (Podcasting 2.0)."""


def legal(text: str) -> str:
    """``text`` without the characters that no XML document may hold."""
    return _ILLEGAL.sub("", text)


def line(text: str, longest: int = LONGEST_LINE) -> str:
    """On one line of at most ``longest`` characters, cut between words."""
    words = " ".join(_plain(text).split())
    if len(words) <= longest:
        return words
    return _whole_words(words[:longest]) + "…"


def passage(text: str, longest: int = LONGEST_DESCRIPTION) -> str:
    """Paragraphs of at most ``longest`` bytes altogether, cut between words."""
    kept = "\n\n".join(paragraphs(text))
    data = kept.encode()
    if len(data) <= longest:
        return kept
    return _whole_words(data[: longest - 2].decode(errors="ignore")) + "…"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines part, each on one line."""
    found = (" ".join(part.split()) for part in re.split(r"\n[ \t\r]*\n", _plain(text)))
    return [paragraph for paragraph in found if paragraph]


def clock(seconds: float) -> str:
    """A moment as podcast apps turn it into a link: "02:05", "1:00:00"."""
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute:02}:{second:02}"


def is_web(url: str | None) -> bool:
    """True for an address that a feed may name."""
    return bool(url) and re.match(r"https?://[^\s/]", url or "") is not None


def _plain(text: str) -> str:
    return legal(text).translate(_ANGLES)


def _whole_words(text: str) -> str:
    """Without its last character at least, so that there is room for the ellipsis."""
    text = text[:-1]
    return (text.rpartition(" ")[0] or text).rstrip(" ,;:.…")
