"""Clips in, bytes out: the one way in which an episode is encoded."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import chain

from podcast.episode.assemble import Piece, assemble
from podcast.episode.codec import coded_rate
from podcast.episode.hearing import Measured
from podcast.episode.level import Leveller
from podcast.episode.notes import Notes
from podcast.episode.press import Press
from podcast.episode.runs import open_line
from podcast.episode.sink import Sink
from podcast.episode.sound import Format, Sound
from podcast.episode.timeline import Moment
from podcast.errors import AudioError
from podcast.types import Clip, Memo

HEADROOM: dict[Format, float] = {"mp3": 0.5, "m4a": 0.8, "opus": 1.3, "wav": 0.1}
"""dB that coding may add to a true peak, by format (``podcast bench --only stages`` measures it)."""


def ceiling_of(sound: Sound, fmt: Format) -> float:
    """Where the limiter begins, in dBTP, so that coding stays under the true peak asked for."""
    return sound.true_peak - HEADROOM[fmt]


class EpisodeStream:
    """An episode on its way to a sink: a file, a pipe, a socket.

    Iterating takes the clips one by one and yields the moment of each utterance
    as soon as all its sound has gone to the encoder; the first bytes are out
    after the first clip, be it a part of an utterance. Memory does not grow with
    length. Nothing happens before; what the sink or the clips raise comes
    through unchanged.

    ``opening``: indices of the blocks under which the music bed lies.
    ``priors``: loudness in LUFS of bare voices, by voice key, where it is known.
    ``voice_rate``: the highest sample rate of the voices in hertz, that of the
    first clip when it is 0. ``keep`` is told of every piece, as it was before
    levelling, and of its gain in dB. With ``hears``, an MP3 is decoded and measured
    while it is made; runs of it that are in ``memo`` are not made again, and with
    one no sound leaves before the silence that follows it.

    Afterwards ``duration``, ``sample_rate`` and ``heard`` tell of the whole;
    a stream is read once.
    """

    def __init__(
        self,
        clips: Iterable[Clip],
        sink: Sink,
        *,
        fmt: Format = "mp3",
        sound: Sound = Sound(),  # noqa: B008 - frozen
        opening: Container[int] = (),
        priors: Mapping[str, float] | None = None,
        voice_rate: int = 0,
        keep: Callable[[Piece, float], None] | None = None,
        hears: bool = False,
        memo: Memo | None = None,
    ) -> None:
        self._clips = clips
        self._sink = sink
        self._fmt = fmt
        self._sound = sound
        self._opening = opening
        self._priors = priors or {}
        self._voice_rate = voice_rate
        self._keep = keep
        self._hears = hears
        self._memo = memo
        self._bit_rate = sound.bits(fmt)
        self._press: Press | None = None
        self.sample_rate = 0
        self.heard: Measured | None = None

    @property
    def duration(self) -> float:
        """Seconds of sound sent so far."""
        return self._press.at / self.sample_rate if self._press else 0.0

    def __iter__(self) -> Iterator[Moment]:
        clips = iter(self._clips)
        first = next(clips, None)
        if first is None:
            raise AudioError("there is nothing to say: no sentence came to be assembled")
        rate = self.sample_rate = coded_rate(self._fmt, self._voice_rate or first.sample_rate)
        ceiling = ceiling_of(self._sound, self._fmt)
        line = open_line(
            self._sink, self._fmt, rate, self._bit_rate, ceiling, hears=self._hears, memo=self._memo
        )
        leveller = Leveller(
            rate,
            target=self._sound.loudness,
            ceiling=ceiling,
            output=line.output,
            notes=Notes(rate, self._memo),
            priors=self._priors,
        )
        line.on_run = leveller.learn
        press = self._press = Press(line, rate)
        opened = 0
        for piece in assemble(chain([first], clips), self._sound, rate, self._opening):
            level = leveller.level(piece)
            opened = press.at if piece.opens else opened
            voiced = press.at + piece.voiced
            press.add(piece, level)
            if self._keep:
                self._keep(piece, level.gain)
            if piece.clip and piece.closes:
                yield Moment.of(piece.clip, opened / rate, voiced / rate)
        line.close()
        self.heard = line.heard()
