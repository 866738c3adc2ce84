"""Pieces with their levels, put on the line one after the other, with the silences between them."""

from __future__ import annotations

from podcast.episode.assemble import Piece
from podcast.episode.filters import memory
from podcast.episode.level import Level
from podcast.episode.line import Line, Take

_REST = 0.24
"""Seconds of silence that end a run: the filter rings for its ``memory``; then come the samples that an
MP3 encoder wants to see, and half a frame (at 16 kHz the most)."""


class Press:
    """Knows where in the episode everything comes to lie."""

    def __init__(self, line: Line, sample_rate: int) -> None:
        self._line = line
        self._least = round(_REST * sample_rate)
        self._ringing = memory(sample_rate)
        self._silent = True
        """No run has begun."""
        self._meant = 0
        """Samples that there should be by now."""
        self.at = 0
        """Samples that there are; an MP3 is silent for whole frames, so it may be half of one off."""

    def add(self, piece: Piece, level: Level) -> None:
        """A piece with what it gets, and the silence after it."""
        self._meant += piece.audio.size + piece.pause
        if self._silent and not piece.audio.size:
            self._rest()
            return
        rests = piece.pause >= self._least
        pad = self._ringing if rests else piece.pause
        take = Take(piece.audio, pad, level, piece.source, piece.closes)
        self._line.add(take)
        self._silent = False
        self.at += take.size
        if rests:
            self._rest()

    def _rest(self) -> None:
        self.at += self._line.rest(max(0, self._meant - self.at))
        self._silent = True
