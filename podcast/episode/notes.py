"""What is known of a sound that nobody needs to hear again: how loud it is."""

from __future__ import annotations

import hashlib

import numpy as np

from podcast.episode.assemble import Piece
from podcast.episode.audio import Shaped
from podcast.episode.loudness import Vector, weighted_hops
from podcast.types import Memo

FORMAT = 1
"""Raise it when the same sound must have other hops."""


class Notes:
    """The hops of pieces: those of clips are remembered, so that a known one need not be decoded."""

    def __init__(self, sample_rate: int, memo: Memo | None = None) -> None:
        self._sample_rate = sample_rate
        self._memo = memo

    def hops(self, piece: Piece) -> Vector:
        """The ``loudness.Hops`` of what is said in a piece; shape (hops,)."""
        if self._memo is None or not isinstance(piece.audio, Shaped):
            return self._measured(piece)
        identity = f"hops {FORMAT} {self._sample_rate} {piece.audio.digest}"
        key = hashlib.sha256(identity.encode()).hexdigest()
        data = self._memo.load(key)
        if data is not None:
            return np.frombuffer(data, dtype="<f8")
        hops = self._measured(piece)
        self._memo.store(key, hops.astype("<f8").tobytes())
        return hops

    def _measured(self, piece: Piece) -> Vector:
        return weighted_hops(piece.samples[: piece.voiced], self._sample_rate)
