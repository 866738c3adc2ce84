"""A finished file that measures what was asked, on the file itself.

The stream is levelled as it comes, which lands on the target unless the text
is very short or the voice unusual. So the assembled sound is also kept on
disk, and what was encoded is decoded and measured; when it is off, all is
encoded once more with what was learnt.
"""

from __future__ import annotations

import logging
import math
import tempfile
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from podcast.episode.assemble import Piece
from podcast.episode.audio import Loaded, Shaped
from podcast.episode.hearing import Measured, measure
from podcast.episode.level import Level
from podcast.episode.line import Line
from podcast.episode.press import Press
from podcast.episode.runs import open_line
from podcast.episode.sink import pcm16
from podcast.episode.sound import Format, Sound
from podcast.episode.stream import EpisodeStream, ceiling_of
from podcast.episode.timeline import Moment
from podcast.types import Audio, Clip, Memo

logger = logging.getLogger(__name__)

_TOLERANCE = 0.5
"""LU; podcast platforms allow 1."""
_MORE_PASSES = 3
_GRID = 0.1
"""dB; what another pass adds is a multiple of it."""
_HARDLY = 0.2
"""LU that a pass must change, to be worth another."""


class Recording(NamedTuple):
    """An encoded file, and what it measures."""

    path: Path
    moments: tuple[Moment, ...]
    duration: float
    """Seconds."""
    loudness: float
    """LUFS, integrated; -inf for silence."""
    true_peak: float
    """dBTP."""


def record(
    clips: Iterable[Clip],
    path: Path,
    *,
    fmt: Format,
    sound: Sound,
    opening: Container[int] = (),
    priors: Mapping[str, float] | None = None,
    voice_rate: int = 0,
    on_moment: Callable[[Moment], None],
    memo: Memo | None = None,
) -> Recording:
    """Encode clips to ``path``, within 0.5 LU of the loudness and under the true peak asked for.

    ``on_moment`` gets every moment with its words; the recording keeps them without.
    What is in ``memo`` is not made again.
    """
    with tempfile.TemporaryFile(dir=path.parent) as spooled:
        spool = _Spool(spooled, named=memo is not None)
        with path.open("wb") as file:
            stream = EpisodeStream(
                clips,
                file,
                fmt=fmt,
                sound=sound,
                opening=opening,
                priors=priors,
                voice_rate=voice_rate,
                keep=spool.keep,
                hears=True,
                memo=memo,
            )
            moments = tuple(_light(moment, on_moment) for moment in stream)
        heard = stream.heard or measure(path)
        trim, slope, ceiling = 0.0, 1.0, ceiling_of(sound, fmt)
        for _ in range(_MORE_PASSES):
            if _good(heard, sound):
                break
            logger.info("%s measures %.1f LUFS and %.1f dBTP: encoding it again", path.name, *heard)
            before = heard.loudness
            trim = _on_grid(trim + (sound.loudness - before) * slope, round)
            ceiling = _on_grid(ceiling - max(0.0, heard.true_peak - sound.true_peak), math.floor)
            with path.open("wb") as file:
                line = open_line(
                    file, fmt, stream.sample_rate, sound.bits(fmt), ceiling, hears=True, memo=memo
                )
                spool.play(line, stream.sample_rate, trim)
            heard = line.heard() or measure(path)
            slope = _steepness(sound.loudness - before, heard.loudness - before)
            if heard.true_peak <= sound.true_peak and abs(heard.loudness - before) < _HARDLY:
                break  # the limiter takes all that is added: no gain makes it louder
    return Recording(path, moments, stream.duration, *heard)


def _on_grid(value: float, whole: Callable[[float], int]) -> float:
    """What is nearly the same shall be the same, and be found in the memo."""
    return whole(value / _GRID) * _GRID


def _light(moment: Moment, on_moment: Callable[[Moment], None]) -> Moment:
    on_moment(moment)
    return moment.without_words()


def _steepness(asked: float, got: float) -> float:
    """How much gain a LU costs now: more than 1 dB where the limiter takes a part of it."""
    return min(4.0, max(1.0, asked / got)) if got else 1.0


def _good(heard: Measured, sound: Sound) -> bool:
    """Silence is good as it is: no gain makes it louder."""
    right = math.isinf(heard.loudness) or abs(sound.loudness - heard.loudness) <= _TOLERANCE
    return right and heard.true_peak <= sound.true_peak


class _Spooled(NamedTuple):
    """A sound in the spool, with what it got."""

    size: int
    pause: int
    """Samples of silence after it."""
    gain: float
    """dB."""
    digest: str
    audio: Audio | None
    """Where it is to be fetched; None: it is in the file."""


class _Spool:
    """The assembled sound before levelling: on disk what was made, where it was what was known."""

    def __init__(self, file: BinaryIO, *, named: bool) -> None:
        """``named``: what is in the file keeps the digest that it had."""
        self._file = file
        self._named = named
        self._kept: list[_Spooled] = []

    def keep(self, piece: Piece, gain: float) -> None:
        """Append a piece and its gain in dB; the parts of an utterance become one."""
        audio, size, digest = piece.audio, piece.audio.size, ""
        if isinstance(audio, Shaped):
            digest = audio.digest if self._named else ""
            if not audio.ready:
                self._kept.append(_Spooled(size, piece.pause, gain, digest, audio))
                return
        self._file.write(pcm16(audio.samples))
        if not piece.opens and self._kept[-1].gain == gain:
            size += self._kept.pop().size
        self._kept.append(_Spooled(size, piece.pause, gain, digest, None))

    def play(self, line: Line, sample_rate: int, trim: float) -> None:
        """Put all on the line again, every gain ``trim`` dB higher."""
        self._file.seek(0)
        press = Press(line, sample_rate)
        for size, pause, gain, digest, audio in self._kept:
            audio = audio or self._next(size, digest)
            press.add(Piece(audio, size, "", pause), Level(gain + trim, 0.0))
        line.close()

    def _next(self, size: int, digest: str) -> Audio:
        pcm = np.frombuffer(self._file.read(2 * size), dtype="<i2")
        return Loaded((pcm / 32768).astype(np.float32), digest)
