"""Runs of an MP3 that were made before: a corrected article costs what was corrected.

A run is all the sound between two silences. Its frames depend on nothing
else, so they are kept by what they are made of, with what was measured on them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from podcast.episode.codec import open_encoder
from podcast.episode.hearing import Ear, HeardRun, Measured
from podcast.episode.lame import Mp3Encoder
from podcast.episode.level import Output
from podcast.episode.line import Line, Take
from podcast.episode.mp3 import Layer3
from podcast.episode.sink import Sink
from podcast.episode.sound import Format
from podcast.episode.stored import version
from podcast.types import Memo

FORMAT = 1
"""Raise it when the same sound at the same gain must give other frames."""

MADE_BY = ("podcast", "lameenc", "av")
"""Another version of one of them may make other frames, or hear them otherwise."""

_HELD = 90.0
"""Seconds of a run that are held in order to see whether it was made before."""


class Made(NamedTuple):
    """A run as it was made."""

    frames: bytes
    samples: int
    """How many they hold."""
    heard: HeardRun


class HeardLine(Line):
    """A line that listens to the MP3 which it makes, and makes no run that is in its memo."""

    def __init__(
        self, encoder: Mp3Encoder, sample_rate: int, ceiling: float, memo: Memo | None = None
    ) -> None:
        super().__init__(encoder, sample_rate, ceiling)
        self._mp3 = encoder
        self._ear = Ear(sample_rate)
        self._memo = memo
        made_by = [version(package) for package in MADE_BY] if memo else []
        self._identity = repr((FORMAT, made_by, encoder.layer, ceiling))
        self._held: list[Take] | None = None if memo is None else []
        """Of this run; None when it is made as it comes."""
        encoder.on_run = self._ear.add

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
        if sum(each.samples.size for each in self._held) > _HELD * self._sample_rate:
            self._let_go()

    def rest(self, count: int) -> int:
        """About so many samples of silence end the run; gives how many they are."""
        if self._memo and self._held:
            heard, silence = self._recall(self._memo, self._held, count)
        else:
            silence = self._pause(count)
            heard = self._ear.end()
        self._tell(float(heard.hops.sum()))
        self._ear.rest(self._mp3.samples)
        self._held = None if self._memo is None else []
        return silence

    def close(self) -> None:
        """Nothing more comes."""
        self._let_go()
        super().close()
        self._ear.end()

    def _let_go(self) -> None:
        """Make what was held, and the rest of this run as it comes."""
        held, self._held = self._held or [], None
        for take in held:
            self._send(take)

    def _recall(self, memo: Memo, takes: Sequence[Take], count: int) -> tuple[HeardRun, int]:
        """End a run that was held: as it was made before, or else made now and remembered."""
        key = self._key(takes)
        data = memo.load(key)
        if data is None:
            made, silence = self._make(takes, count)
            memo.store(key, _packed(made))
            return made.heard, silence
        made = _unpacked(data)
        for take in takes:
            self._note(take)
        self._mp3.splice(made.frames, made.samples)
        self._ear.know(made.heard)
        return made.heard, self._pause(count)

    def _make(self, takes: Sequence[Take], count: int) -> tuple[Made, int]:
        frames = bytearray()

        def hear(data: bytes) -> None:
            frames.extend(data)
            self._ear.add(data)

        self._mp3.on_run = hear
        for take in takes:
            self._send(take)
        silence = self._pause(count)
        self._mp3.on_run = self._ear.add
        return Made(bytes(frames), sum(take.samples.size for take in takes), self._ear.end()), silence

    def _key(self, takes: Sequence[Take]) -> str:
        name = hashlib.sha256(self._identity.encode())
        for take in takes:
            name.update(repr((take.samples.size, *take[1:])).encode())
            name.update(take.samples.tobytes())
        return name.hexdigest()


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
    hops = made.heard.hops.astype("<f8")
    facts = {"samples": made.samples, "hops": hops.size, "true_peak": made.heard.true_peak}
    return json.dumps(facts).encode() + b"\n" + hops.tobytes() + made.frames


def _unpacked(data: bytes) -> Made:
    head, _, rest = data.partition(b"\n")
    facts = json.loads(head)
    size = 8 * facts["hops"]
    heard = HeardRun(np.frombuffer(rest[:size], dtype="<f8"), float(facts["true_peak"]))
    return Made(rest[size:], facts["samples"], heard)
