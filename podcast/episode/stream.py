"""Clips in, bytes out: the one way in which an episode is encoded."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import chain

from podcast.episode.assemble import Piece, assemble
from podcast.episode.codec import Sink, coded_rate, open_encoder
from podcast.episode.level import Leveller
from podcast.episode.sound import Format, Sound
from podcast.episode.timeline import Moment
from podcast.errors import AudioError
from podcast.types import Clip

HEADROOM: dict[Format, float] = {"mp3": 0.5, "m4a": 0.8, "opus": 1.3, "wav": 0.1}
"""dB that coding may add to a true peak, by format (``podcast bench --only stages`` measures it)."""


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
    levelling, and of its gain in dB; ``heard`` tells the loudness of the sink's
    sound so far, in LUFS, where that is known.

    Afterwards ``duration``, ``loudness`` and ``sample_rate`` tell of the whole;
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
        heard: Callable[[], float | None] | None = None,
    ) -> None:
        self._clips = clips
        self._sink = sink
        self._fmt = fmt
        self._sound = sound
        self._opening = opening
        self._priors = priors or {}
        self._voice_rate = voice_rate
        self._keep = keep
        self._heard = heard
        self._bit_rate = sound.bits(fmt)
        self._leveller: Leveller | None = None
        self._sent = 0
        self.sample_rate = 0

    @property
    def duration(self) -> float:
        """Seconds of sound sent so far."""
        return self._sent / self.sample_rate if self.sample_rate else 0.0

    @property
    def loudness(self) -> float | None:
        """Integrated loudness in LUFS of what was sent so far, before encoding."""
        return self._leveller.sent() if self._leveller else None

    def __iter__(self) -> Iterator[Moment]:
        clips = iter(self._clips)
        first = next(clips, None)
        if first is None:
            raise AudioError("there is nothing to say: no sentence came to be assembled")
        rate = self.sample_rate = coded_rate(self._fmt, self._voice_rate or first.sample_rate)
        ceiling = self._sound.true_peak - HEADROOM[self._fmt]
        leveller = self._leveller = Leveller(
            rate, target=self._sound.loudness, ceiling=ceiling, priors=self._priors, heard=self._heard
        )
        encoder = open_encoder(self._sink, self._fmt, sample_rate=rate, bit_rate=self._bit_rate)
        opened = 0
        for piece in assemble(chain([first], clips), self._sound, rate, self._opening):
            samples, gain = leveller.level(piece)
            if samples.size:
                encoder.write(samples)
            if self._keep:
                self._keep(piece, gain)
            opened = self._sent if piece.opens else opened
            voiced = self._sent + piece.voiced
            self._sent += piece.samples.size
            if piece.clip and piece.closes:
                yield Moment.of(piece.clip, opened / rate, voiced / rate)
        encoder.close()
