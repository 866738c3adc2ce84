"""Clips, silence and music put together with pydub, one sentence or part of one at a time.

pydub copies on every append, so it never sees more than one sentence or
jingle; what comes out is streamed on. It counts in milliseconds, so every
result is brought back to the exact number of samples.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Container, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from podcast.episode.audio import Loaded, Shaped
from podcast.episode.codec import Resampler, decode
from podcast.episode.loudness import loudness
from podcast.episode.sink import pcm16
from podcast.episode.sound import Sound
from podcast.errors import AudioError
from podcast.types import Audio, Clip, Samples

AudioSegment = Any
"""pydub's; it is imported when the first clip comes."""

_NOTHING = np.zeros(0, dtype=np.float32)
_STEPS = np.float32(32768)
"""Of 16 bits, in which clips come and pydub works."""

_BED_LIFT = 6
"""LU by which the bed rises between sentences."""
_BED_RAMP = 150
"""Milliseconds in which it rises and falls."""
_BED_FADE_OUT = 2500
"""Milliseconds in which it leaves under the first sentence of the body."""


class Piece(NamedTuple):
    """What is encoded at once: a jingle, or a clip and the pause that follows its utterance."""

    audio: Audio
    voiced: int
    """The sound is ``samples[:voiced]``; music may follow."""
    source: str
    """Whose loudness this is: a voice key, or the name of a jingle."""
    pause: int = 0
    """Samples of silence after all this."""
    clip: Clip | None = None

    @property
    def samples(self) -> Samples:
        """Of its audio."""
        return self.audio.samples

    @property
    def opens(self) -> bool:
        """The first or only part of its sound."""
        return self.clip is None or not self.clip.part

    @property
    def closes(self) -> bool:
        """The last or only part of its sound."""
        return self.clip is None or self.clip.last


def assemble(
    clips: Iterable[Clip], sound: Sound, sample_rate: int, opening: Container[int] = ()
) -> Iterator[Piece]:
    """Intro, clips with their pauses, outro: mono pieces at ``sample_rate``.

    ``opening`` holds the block indices under which the music bed lies. Lazy:
    a piece comes as soon as its clip is there.
    """
    if sound.intro:
        yield _jingle(_read(sound.intro, sample_rate), "intro")
    bed = _Bed(_read(sound.bed, sample_rate), sound.bed_level, sample_rate) if sound.bed else None
    silence = 0.0
    seam = _Seam(sample_rate)
    for clip in clips:
        piece = _piece(clip, seam, sound.fade, sample_rate)
        if bed:
            piece = bed.under(piece, opening=clip.utterance.block_index in opening)
        silence = clip.utterance.pause_after
        yield piece
    if silence < sound.tail:
        yield _silence(round((sound.tail - silence) * sample_rate))
    if sound.outro:
        yield _jingle(_read(sound.outro, sample_rate), "outro")


class _Seam:
    """Brings clips to the episode's rate; parts of an utterance meet at whole milliseconds, for pydub."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._step = sample_rate // math.gcd(sample_rate, 1000)
        self._resampler = Resampler(sample_rate, sample_rate)
        self._rest = _NOTHING

    def join(self, clip: Clip) -> Samples:
        if not clip.part:
            self._resampler, self._rest = Resampler(clip.sample_rate, self._rate), _NOTHING
        samples = self._resampler.add(clip.samples, last=clip.last)
        if clip.last and not clip.part:
            return samples
        samples = np.concatenate([self._rest, samples])
        end = samples.size if clip.last else samples.size // self._step * self._step
        self._rest = samples[end:]
        return samples[:end]


def _piece(clip: Clip, seam: _Seam, fade: float, sample_rate: int) -> Piece:
    whole = clip.last and not clip.part
    shape = partial(_faded, clip.utterance.text, fade, sample_rate, opens=not clip.part, closes=clip.last)
    audio: Audio
    if whole and clip.sample_rate == sample_rate:
        audio = Shaped(clip.audio, f"faded {fade} at {sample_rate}", shape, now=not clip.cached)
    else:
        audio = Loaded(shape(seam.join(clip)))
    pause = round(clip.utterance.pause_after * sample_rate) if clip.last else 0
    return Piece(audio, audio.size, clip.utterance.voice, pause, clip)


def _faded(
    text: str, fade: float, sample_rate: int, samples: Samples, *, opens: bool, closes: bool
) -> Samples:
    if not np.isfinite(samples).all():
        raise AudioError("the voice gave sound that is not a number", where=text)
    length = round(fade * sample_rate)
    if not length or samples.size <= 2 * length:
        return samples
    samples = samples.copy()
    rising, falling = _ramps(round(fade * 1000), length, sample_rate)
    if opens:
        samples[:length] = np.rint(samples[:length] * rising * _STEPS) / _STEPS
    if closes:
        samples[-length:] = np.rint(samples[-length:] * falling * _STEPS) / _STEPS
    return samples


@cache
def _ramps(milliseconds: int, count: int, sample_rate: int) -> tuple[Samples, Samples]:
    """How pydub fades in and out. It works frame by frame, which is too slow to do for each sentence."""
    full = np.full(count, 1 - 1 / _STEPS, dtype=np.float32)
    segment = _segment(full, sample_rate)
    faded = segment.fade_in(milliseconds), segment.fade_out(milliseconds)
    rising, falling = (_samples(each, count) / full for each in faded)
    return rising, falling


def _jingle(samples: Samples, name: str) -> Piece:
    return Piece(Loaded(samples), samples.size, f"jingle:{name}")


def _silence(count: int) -> Piece:
    return Piece(Loaded(_NOTHING), 0, "silence", count)


def _read(path: Path, sample_rate: int) -> Samples:
    return np.concatenate(list(decode(path, sample_rate)))


class _Bed:
    """Music under the opening: low under the voice, higher in the pauses, looped, faded out."""

    def __init__(self, samples: Samples, level: float, sample_rate: int) -> None:
        self._music = samples
        self._loudness = loudness(samples, sample_rate)
        self._level = level
        self._rate = sample_rate
        self._gain: float | None = None
        self._at = 0
        self._over = self._loudness is None

    def under(self, piece: Piece, *, opening: bool) -> Piece:
        """Mix the bed under a piece; the first that is not of the opening lets it fade out."""
        if self._over:
            return piece
        if self._gain is None:
            voice = loudness(piece.samples, self._rate)
            self._gain = (voice if voice is not None else -23.0) + self._level - (self._loudness or 0.0)
        size = piece.audio.size + piece.pause
        music = self._next(size) + self._gain
        if opening:
            music = self._lifted(music, piece)
        else:
            length = min(_BED_FADE_OUT, len(music))
            music = music[:length].fade_out(length)
            self._over = True
        mixed = _segment(np.pad(piece.samples, (0, piece.pause)), self._rate).overlay(music)
        return Piece(Loaded(_samples(mixed, size)), piece.voiced, piece.source, clip=piece.clip)

    def _next(self, count: int) -> AudioSegment:
        """The next ``count`` samples of the music, from its start again when it ends."""
        samples = self._music.take(range(self._at, self._at + count), mode="wrap")
        self._at += count
        return _segment(samples, self._rate)

    def _lifted(self, music: AudioSegment, piece: Piece) -> AudioSegment:
        pause = len(music) - round(1000 * piece.voiced / self._rate)
        if pause < 2 * _BED_RAMP:
            return music
        start = len(music) - pause
        lifted = music.fade(to_gain=_BED_LIFT, start=start, duration=_BED_RAMP)
        return lifted.fade(to_gain=-_BED_LIFT, end=len(music), duration=_BED_RAMP)


def _segment(samples: Samples, sample_rate: int) -> AudioSegment:
    return _pydub()(data=pcm16(samples), sample_width=2, frame_rate=sample_rate, channels=1)


def _samples(segment: AudioSegment, count: int) -> Samples:
    """Back to float, exactly ``count`` samples: pydub rounds lengths to milliseconds."""
    values = np.frombuffer(segment.raw_data, dtype="<i2")[:count].astype(np.float32) / 32768
    return np.pad(values, (0, count - values.size))


def _pydub() -> Any:
    with warnings.catch_warnings():
        # pydub warns that ffmpeg is missing; it is not used here.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    return AudioSegment
