"""One utterance on its way from the thread that receives its speech to the renderer that gives it on."""

from __future__ import annotations

import time
from dataclasses import replace
from threading import Condition

from podcast.render.speech import Speech, join

PART = 1.0
"""Seconds of a part that leaves before its utterance is finished: enough to hear how loud the voice is."""

REST = 0.25
"""Seconds that are held back, so that the last part has room for its fade."""


class Delivery:
    """Chunks go in, parts come out: the whole utterance, or as much of it as there is when it ``streams``.

    Where parts are cut follows from the speech alone, not from how it was
    chunked nor from when it came: what is played from the cache is cut as it
    was when it was new.
    """

    def __init__(self, *, streams: bool) -> None:
        self._streams = streams
        self._news = Condition()
        self._chunks: list[Speech] = []
        self._given = 0
        """Samples that have left."""
        self._over = False
        self._error: Exception | None = None
        self._last_sign = 0.0
        """When the engine began or last gave sound (``time.monotonic``); 0 before."""
        self.abandoned = False
        """Nobody will take it: it need not be begun."""

    @classmethod
    def of(cls, speech: Speech, *, streams: bool) -> Delivery:
        """Speech that is there already."""
        delivery = cls(streams=streams)
        delivery.add(speech)
        delivery.finish()
        return delivery

    # The side of the thread that receives

    def begin(self) -> bool:
        """Start, or start again; False when sound has left already: it cannot be taken back."""
        with self._news:
            if self._given:
                return False
            self._chunks.clear()
            self._last_sign = time.monotonic()
            return True

    def add(self, chunk: Speech) -> None:
        """More sound."""
        with self._news:
            self._chunks.append(chunk)
            self._last_sign = time.monotonic()
            self._news.notify_all()

    def finish(self) -> Speech:
        """That was all; gives the whole."""
        with self._news:
            self._over = True
            self._news.notify_all()
            return join(self._chunks)

    def fail(self, error: Exception) -> None:
        """No more will come, because of ``error``."""
        with self._news:
            self._over, self._error = True, error
            self._news.notify_all()

    # The side of the renderer

    def ready(self) -> bool:
        """A part can be taken, or an error met, without waiting."""
        with self._news:
            return self._over or (self._streams and self._has_part())

    def wait(self, seconds: float) -> bool:
        """Until it is ``ready``, at most so long; tells whether it is."""
        with self._news:
            return self._news.wait_for(self.ready, seconds)

    def silence(self) -> float:
        """Seconds for which the engine has been at work without giving sound; 0 before it begins."""
        with self._news:
            return time.monotonic() - self._last_sign if self._last_sign and not self._over else 0.0

    def take(self) -> tuple[Speech, bool]:
        """The next part, and whether it is the last; the words of the utterance come with the last.

        Raises what the utterance failed with, once the parts before are taken.
        """
        with self._news:
            whole = join(self._chunks) if self._chunks else None
            if whole is not None and self._streams and self._has_part():
                end = self._given + round(PART * whole.sample_rate)
                part = Speech(whole.between(self._given, end), whole.sample_rate)
                self._given = end
                return part, False
            if self._error:
                raise self._error
            assert whole is not None  # noqa: S101 an engine that gave no sound has failed
            rest = replace(whole, pcm=whole.between(self._given, whole.size))
            self._given = whole.size
            return rest, True

    def _has_part(self) -> bool:
        rate = self._chunks[0].sample_rate if self._chunks else 1
        waiting = sum(chunk.size for chunk in self._chunks) - self._given
        return waiting >= round((PART + REST) * rate)
