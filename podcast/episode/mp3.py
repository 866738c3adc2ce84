"""The frames of an MP3 stream that no encoder makes: the first, and those of silence.

The first one says how many samples to skip, and how long the stream is.

An encoder delays the sound and fills up its last frame. The *Info* frame that
LAME introduced says by how much; without it a player starts 50 ms late at
22.05 kHz and guesses the duration. It decodes to silence where it is unknown.
Layout: http://gabriel.mp3-tech.org/mp3infotag.html.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

DELAY = 576
"""Samples that LAME puts before the first one."""

DECODER_DELAY = 529
"""Samples by which every decoder is late."""

SAMPLE_RATES = (16000, 22050, 24000, 32000, 44100, 48000)
"""Hz; lower ones exist but not at every bit rate used here."""

_MPEG1_RATES = (44100, 48000, 32000)
_MPEG2_RATES = (22050, 24000, 16000)
_MPEG1_KILOBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128)
_MPEG2_KILOBITS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128)
_FRAMES, _BYTES, _TABLE = 1, 2, 4
_PADDING = 2
"""In the third byte of a header: the frame is a byte longer."""


class Layer3(NamedTuple):
    """The constant parameters of a mono stream."""

    sample_rate: int
    bit_rate: int

    @property
    def frame_samples(self) -> int:
        """Samples that one frame holds."""
        return 1152 if self.sample_rate in _MPEG1_RATES else 576

    @property
    def header(self) -> bytes:
        """Frame header: layer III, no CRC, no padding, mono, original."""
        first = self.sample_rate in _MPEG1_RATES
        rates, kilobits = (_MPEG1_RATES, _MPEG1_KILOBITS) if first else (_MPEG2_RATES, _MPEG2_KILOBITS)
        speed = kilobits.index(self.bit_rate // 1000) + 1
        return bytes([0xFF, 0xFB if first else 0xF3, speed << 4 | rates.index(self.sample_rate) << 2, 0xC4])

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame without padding, which evens out the mean."""
        return int(self.bytes_of(1))

    @property
    def side_info(self) -> int:
        """Bytes between a frame's header and its sound."""
        return 17 if self.sample_rate in _MPEG1_RATES else 9

    def bytes_of(self, frames: int) -> float:
        """Bytes of so many frames: what decoders go by that jump to a moment."""
        return frames * self.frame_samples * self.bit_rate / (8 * self.sample_rate)

    def silence(self, frames: int, size: int, count: int) -> bytes:
        """``count`` frames without any sound, that lean on no other, after so many frames and bytes.

        They are padded so that the mean length of all stays that of the bit rate.
        """
        plain = self.header.ljust(self.frame_bytes, b"\0")
        padded = bytes([*plain[:2], plain[2] | _PADDING, *plain[3:], 0])
        stream: list[bytes] = []
        for frame in range(frames + 1, frames + count + 1):
            behind = self.bytes_of(frame) - size - len(plain)
            stream.append(padded if behind >= 0.5 else plain)
            size += len(stream[-1])
        return b"".join(stream)


def info_frame(layer: Layer3, *, samples: int = 0, frames: int = 0, size: int = 0) -> bytes:
    """The Info frame of a stream of ``samples`` encoded to so many frames and bytes (0: not known yet).

    Always the same length for the same parameters, so that it can be replaced
    once the end is known.
    """
    frame = layer.header + bytes(layer.side_info) + b"Info"
    padding = 0
    if samples:
        padding = max(0, frames * layer.frame_samples - DELAY - samples)
        total = size + layer.frame_bytes
        frame += struct.pack(">III", _FRAMES | _BYTES | _TABLE, frames, total)
        frame += bytes(percent * 256 // 100 for percent in range(100))
    else:
        frame += struct.pack(">I", 0)
    frame += b"LAME3.100" + bytes(12) + (DELAY << 12 | min(padding, 0xFFF)).to_bytes(3, "big")
    frame += bytes(4) + struct.pack(">I", size + layer.frame_bytes if samples else 0) + bytes(2)
    frame += struct.pack(">H", _crc16(frame))
    return frame.ljust(layer.frame_bytes, b"\0")


def _crc16(data: bytes) -> int:
    """CRC-16/ARC, as the tag's last field."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
