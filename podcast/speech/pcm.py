"""Samples from bytes that come over a network: bare 16-bit PCM, or a WAV file whose length may be unknown."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from podcast.types import Samples

LONGEST = 600
"""Seconds; no utterance takes as long, so that a server which never stops is stopped."""

HEADER = 65536
"""Bytes within which a WAV file must come to its sound."""

UNKNOWN = 0x7FFFFF00
"""A size from here on, or none, is what servers write that do not know it yet."""

MONO_16_BIT = {(1, 1, 16), (0xFFFE, 1, 16)}
"""Format, channels and bits; ``0xFFFE`` is WAVE_FORMAT_EXTENSIBLE."""

TRAILERS = (b"LIST", b"id3 ", b"ID3 ", b"bext", b"cue ", b"JUNK")
"""Chunks that may follow the sound of a WAV file."""


class Layout(NamedTuple):
    """What the header of a WAV file says."""

    start: int
    """Byte of the first sample."""
    size: int | None
    """Bytes of sound; None when the writer did not know."""
    rate: int
    """Hertz."""


def read_pcm(data: Iterable[bytes], rate: int) -> Iterator[Samples]:
    """The samples of little-endian 16-bit mono sound at ``rate``, as its bytes come.

    Raises ``ValueError`` for a WAV file of another kind or rate, for sound that
    ends in the middle of a sample or before its announced end, and for sound
    without end. How much bare PCM there should be, nothing tells.
    """
    pieces = iter(data)
    buffer, layout = _opening(pieces)
    if layout and layout.rate != rate:
        raise ValueError(f"the sound has {layout.rate} Hz, voice.toml says {rate}")
    left = layout.size if layout else None
    room = LONGEST * rate * 2
    while True:
        sound = buffer if left is None else buffer[:left]
        sound = sound[: len(sound) // 2 * 2]
        if sound:
            yield np.frombuffer(sound, dtype="<i2").astype(np.float32) / np.float32(32768)
        buffer, room = buffer[len(sound) :], room - len(sound)
        left = None if left is None else left - len(sound)
        if left == 0 or room < 0:
            break
        more = next(pieces, b"")
        if not more:
            break
        buffer += more
    if room < 0:
        raise ValueError("the sound has no end")
    if left or (left is None and buffer):
        raise ValueError("the sound ends too early")
    rest = buffer + b"".join(pieces)
    if left == 0 and rest.strip(b"\0") and not rest.startswith(TRAILERS):
        raise ValueError("there is more sound than its header says")


def _opening(pieces: Iterator[bytes]) -> tuple[bytes, Layout | None]:
    """The first bytes of sound, and what a header before them said."""
    buffer = b""
    for piece in pieces:
        buffer += piece
        if len(buffer) < 4:
            continue
        if buffer[:4] != b"RIFF":
            return buffer, None
        layout = read_header(buffer)
        if layout:
            return buffer[layout.start :], layout
        if len(buffer) > HEADER:
            raise ValueError("there is no sound in this WAV file")
    if buffer[:4] == b"RIFF":
        raise ValueError("this WAV file ends before its sound")
    return buffer, None


def read_header(data: bytes) -> Layout | None:
    """The layout of a WAV file; None when ``data`` does not reach as far as its sound."""
    at, rate = 12, 0
    while len(data) >= at + 8:
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            if not rate:
                raise ValueError("this WAV file does not say how its sound is written")
            return Layout(at + 8, None if size == 0 or size >= UNKNOWN else size, rate)
        if name == b"fmt " and len(data) >= at + 24:
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", data, at + 8)
            if (kind, channels, bits) not in MONO_16_BIT:
                raise ValueError(f"the sound has {channels} channels of {bits} bits, not one of 16")
        at += 8 + size + size % 2
    return None
