"""Runs of an MP3 that were made before: a corrected article costs what was corrected.

A run is all the sound between two silences. Its frames depend on nothing
else, so they are kept by what they are made of, with what was measured on them.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from podcast.episode.codec import open_encoder
from podcast.episode.doubt import Doubt
from podcast.episode.hearing import NOTHING, Ear, Listener, Measured, RunMeasure, listen
from podcast.episode.lame import Mp3Encoder
from podcast.episode.level import Output
from podcast.episode.line import Line, Take
from podcast.episode.loudness import Hops, PeakMeter, Vector
from podcast.episode.mp3 import Layer3
from podcast.episode.sink import Sink
from podcast.episode.sound import Format
from podcast.types import Memo, Samples
from podcast.versions import version

FORMAT = 3
"""Raise it when the same clips, faded and at the same gain, must give other frames."""

MADE_BY = ("podcast", "lameenc", "soundfile", "av")
"""Another version of one of them may make other frames, or hear them otherwise."""

_HELD = 90.0
"""Seconds of a run that are held in order to see whether it was made before."""

_LONG = 4 << 20
"""Bytes of a run that are held until it ends; of a longer one all is heard, as it comes."""

_HEAD = struct.Struct("<QIdId")
"""Of a run in the memo, before its hops and its frames: samples; then hops and true peak of what was sent,
and of what was heard, which has no hops where nobody listened."""


class Made(NamedTuple):
    """A run as it was made."""

    frames: bytes
    samples: int
    """How many they hold."""
    sent: RunMeasure
    """What went into the encoder."""
    heard: RunMeasure | None
    """What a decoder gives, if somebody listened."""


class HeardLine(Line):
    """A line that listens to the MP3 which it makes, and makes no run that is in its memo."""

    def __init__(
        self, encoder: Mp3Encoder, sample_rate: int, ceiling: float, memo: Memo | None = None
    ) -> None:
        super().__init__(encoder, sample_rate, ceiling)
        self._mp3 = encoder
        self._ear, self._doubt = Ear(sample_rate), Doubt()
        self._memo = memo
        made_by = [version(package) for package in MADE_BY] if memo is not None else []
        self._identity = repr((FORMAT, made_by, encoder.layer, ceiling))
        self._held: list[Take] | None = None if memo is None else []
        """Of this run; None when it is made as it comes."""
        self._frames = bytearray()
        """Of this run, those that nobody has heard."""
        self._listener: Listener | None = None
        """Of a long run."""
        self._sent = _Sent(sample_rate)
        encoder.on_run = self._frames.extend

    @property
    def output(self) -> Output:
        """What was heard so far."""
        return self._ear

    def heard(self) -> Measured:
        """What is in the file, once it is closed."""
        return self._ear.measured()

    def add(self, take: Take) -> None:
        """More of the run."""
        if self._held is None:
            self._send(take)
            return
        self._held.append(take)
        if sum(each.size for each in self._held) > _HELD * self._sample_rate:
            self._let_go()

    def rest(self, count: int) -> int:
        """About so many samples of silence end the run; gives how many they are."""
        if self._memo is not None and self._held:
            heard, silence = self._recall(self._memo, self._held, count)
        else:
            silence = self._pause(count)
            heard = self._end()
        self._tell(heard.energy)
        self._ear.rest(self._mp3.samples)
        self._held = None if self._memo is None else []
        return silence

    def close(self) -> None:
        """Nothing more comes."""
        self._let_go()
        super().close()
        self._end()

    def _let_go(self) -> None:
        """Make what was held, and the rest of this run as it comes."""
        held, self._held = self._held or [], None
        for take in held:
            self._send(take)

    def _send(self, take: Take) -> Samples:
        limited = super()._send(take)
        self._sent.add(limited, pressed=self._limiter.pressed)
        if self._listener or len(self._frames) > _LONG:
            self._listener = self._listener or Listener(self._sample_rate)
            self._listener.add(bytes(self._frames))
            self._frames.clear()
        return limited

    def _end(self) -> RunMeasure:
        """What is heard of the run that was just made."""
        if not self._listener:
            return self._hear(self._made())[0]
        self._listener.add(bytes(self._frames))
        heard = self._listener.end()
        self._listener = None
        self._made()
        self._ear.add(heard)
        return heard

    def _made(self) -> Made:
        """The run that has just ended."""
        made = Made(bytes(self._frames), self._sent.samples, self._sent.measure(self._ceiling), None)
        self._frames.clear()
        self._sent, self._limiter.pressed = _Sent(self._sample_rate), False
        return made

    def _hear(self, made: Made) -> tuple[RunMeasure, Made]:
        """What counts as heard of a run, by it and those before it alone; the run, with what is now known."""
        if not made.frames:
            return NOTHING, made
        if not self._doubt.about(self._energies):
            heard = self._doubt.expected(made.sent)
        else:
            heard = made.heard or listen(made.frames, self._sample_rate)
            self._doubt.learn(made.sent, heard)
            made = made._replace(heard=heard)
        self._ear.add(heard)
        return heard, made

    def _recall(self, memo: Memo, takes: Sequence[Take], count: int) -> tuple[RunMeasure, int]:
        """End a run that was held: as it was made before, or else made now and remembered."""
        key = self._key(takes)
        data = memo.load(key)
        if data is None:
            for take in takes:
                self._send(take)
            silence = self._pause(count)
            heard, made = self._hear(self._made())
            memo.store(key, _packed(made))
            return heard, silence
        made = _unpacked(data)
        for take in takes:
            self._note(take)
        self._mp3.splice(made.frames, made.samples)
        return self._hear(made)[0], self._pause(count)

    def _key(self, takes: Sequence[Take]) -> str:
        parts = (f"{take.audio.digest} {take.pad} {take.level.gain} {take.last}" for take in takes)
        return hashlib.sha256("\n".join((self._identity, *parts)).encode()).hexdigest()


class _Sent:
    """Measures what goes into the encoder, of one run."""

    def __init__(self, sample_rate: int) -> None:
        self._hops, self._peak = Hops(sample_rate), PeakMeter()
        self._measured: list[Vector] = []
        self._pressed = False
        self.samples = 0

    def add(self, samples: Samples, *, pressed: bool) -> None:
        """More of it; where it was ``pressed`` under the ceiling, its peak is known."""
        self.samples += samples.size
        self._measured.append(self._hops.add(samples))
        self._pressed = self._pressed or pressed
        if not self._pressed:
            self._peak.add(samples)

    def measure(self, ceiling: float) -> RunMeasure:
        """Of all of it."""
        hops = np.concatenate([*self._measured, self._hops.end()])
        return RunMeasure(hops, ceiling if self._pressed else self._peak.true_peak())


def open_line(
    sink: Sink,
    fmt: Format,
    sample_rate: int,
    bit_rate: int,
    ceiling: float,
    *,
    hears: bool = False,
    memo: Memo | None = None,
) -> Line:
    """The line to a sink; only an MP3 can be heard while it is made, and have a memo."""
    if hears and fmt == "mp3":
        return HeardLine(Mp3Encoder(sink, Layer3(sample_rate, bit_rate)), sample_rate, ceiling, memo)
    encoder = open_encoder(sink, fmt, sample_rate=sample_rate, bit_rate=bit_rate)
    return Line(encoder, sample_rate, ceiling)


def _packed(made: Made) -> bytes:
    sent, heard = made.sent, made.heard or NOTHING
    head = _HEAD.pack(made.samples, sent.hops.size, sent.true_peak, heard.hops.size, heard.true_peak)
    hops = np.concatenate([sent.hops, heard.hops]).astype("<f8")
    return head + hops.tobytes() + made.frames


def _unpacked(data: bytes) -> Made:
    samples, sent, sent_peak, heard, heard_peak = _HEAD.unpack_from(data)
    hops = np.frombuffer(data, dtype="<f8", count=sent + heard, offset=_HEAD.size)
    return Made(
        data[_HEAD.size + hops.nbytes :],
        samples,
        RunMeasure(hops[:sent], sent_peak),
        RunMeasure(hops[sent:], heard_peak) if heard else None,
    )
