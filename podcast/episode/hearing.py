"""What an encoded file measures: its sound is decoded, and its loudness and true peak taken."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

from podcast.episode.codec import Mp3Decoder, decode, sample_rate_of
from podcast.episode.loudness import LoudnessMeter, PeakMeter
from podcast.episode.sound import Format
from podcast.types import Samples


class Measured(NamedTuple):
    """Of a whole sound; -inf for silence."""

    loudness: float
    """LUFS, integrated."""
    true_peak: float
    """dBTP."""


class HeardFile:
    """A file that is decoded and measured while it is written, as long as it is MP3.

    Nobody then has to wait for that at its end, on one core. The other formats
    cannot be decoded before they are whole: they are read again.
    """

    def __init__(self, path: Path, fmt: Format) -> None:
        self._path = path
        self._decoder = Mp3Decoder() if fmt == "mp3" else None
        self._meters: _Meters | None = None
        self._file = path.open("wb")
        self._end = 0

    def __enter__(self) -> HeardFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes, /) -> int:
        """Append, or write over a header again; that is not heard."""
        if self._decoder and self._file.tell() == self._end:
            self._end += len(data)
            self._hear(self._decoder, data)
        return self._file.write(data)

    def seekable(self) -> bool:
        """Headers can be mended."""
        return True

    def tell(self) -> int:
        """Where the next bytes go."""
        return self._file.tell()

    def seek(self, position: int) -> int:
        """Go back to a header, or on to the end."""
        return self._file.seek(position)

    def loudness(self) -> float | None:
        """Of what was heard so far, in LUFS; None while there was nothing to hear."""
        return self._meters.loudness.integrated() if self._meters else None

    def measure(self) -> Measured:
        """Of all that was written. Nothing may be written any more."""
        self._file.close()
        if self._decoder:
            self._hear(self._decoder, b"")
        return self._meters.measured() if self._meters else measure(self._path)

    def _hear(self, decoder: Mp3Decoder, data: bytes) -> None:
        samples = decoder.decode(data)
        if samples.size:
            self._meters = self._meters or _Meters(decoder.sample_rate)
            self._meters.add(samples)


def measure(path: Path) -> Measured:
    """The loudness and the true peak of a file's sound."""
    meters = _Meters(sample_rate_of(path))
    for samples in decode(path):
        meters.add(samples)
    return meters.measured()


class _Meters:
    def __init__(self, sample_rate: int) -> None:
        self.loudness, self._peak = LoudnessMeter(sample_rate), PeakMeter()

    def add(self, samples: Samples) -> None:
        self.loudness.add(samples)
        self._peak.add(samples)

    def measured(self) -> Measured:
        integrated = self.loudness.integrated()
        return Measured(-math.inf if integrated is None else integrated, self._peak.true_peak())
