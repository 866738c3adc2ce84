"""The renderer: a window of utterances is spoken ahead while clips leave in order.

A voice that streams is heard while it speaks: the sound of the utterance at
the head of the window leaves in parts, as soon as there is enough of it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from podcast.errors import ConfigError, VoiceError
from podcast.render.cache import ClipCache, Kept
from podcast.render.delivery import Delivery
from podcast.render.pool import Pool
from podcast.render.protocol import OpenEngine, Task
from podcast.render.spawn import cores
from podcast.types import Clip, Utterance, Voice, WordTiming

LOOK_AHEAD = 4
"""Utterances in hand for each worker: a long one then holds nobody up, and memory stays flat."""

SPEED = 15.0
"""Characters that are spoken in a second, to tell when a listener will need a sentence."""

PATIENCE = 0.03
"""Seconds that a listener waits, all in all, for each further worker: so little that the second starts while
the first one does, if there is more than one sentence to speak, and both are there when sound is wanted."""

CORRECTING = 0.3
"""The same where the first sentence is in the cache: what is new may be a paragraph, which one worker has
spoken before another one is there."""

TIMEOUT = 300.0
"""Seconds without sound after which an engine hangs: loading the largest model, or speaking a whole
utterance at once at twenty times its duration, takes less."""


def render(
    utterances: Iterable[Utterance],
    *,
    voices: Mapping[str, Voice],
    open_engine: OpenEngine,
    jobs: int = 0,
    cache: ClipCache | None = None,
    timeout: float = TIMEOUT,
    pool: Pool | None = None,
    ahead: int = 0,
) -> Rendering:
    """Speak utterances on up to ``jobs`` worker processes; 0 means one for each core.

    Lazy: nothing is asked of ``utterances`` before the first ``next`` (but see ``pool``),
    and then only ``LOOK_AHEAD`` of them for each job beyond the clip that is given.
    An utterance is one clip, or several parts when its voice ``streams``. To close
    what is given stops the workers. ``voices`` maps ``Utterance.voice`` to a
    voice; ``""`` is the narrator. ``open_engine`` is a function at the top of a
    module, which the workers import.

    Another worker is started each time that the listener has waited for
    ``PATIENCE`` and a sentence waits for a worker: so what is in the cache, or a
    text of a sentence, takes no more processes, nor memory, than it needs.

    A ``pool`` that stays (its engines loaded, its speech kept as it was told)
    takes the place of ``open_engine`` and ``jobs``; it serves several renderings,
    each of which is given in time what its listener hears next. It is given the first
    utterances at once, and speaks while who called gets ready for the clips.

    Where nobody listens, ``ahead`` utterances are asked for before the first that
    is in the cache leaves: those that are not are then spoken meanwhile.

    Of what is in the cache its length and words are found at once, and its samples
    are read when somebody wants them.

    Raises, after the clips before it, ``SynthesisError`` (the engine failed on a
    sentence, was silent on it for ``timeout`` seconds, or it cost two processes
    their life) and ``VoiceError`` (a voice cannot be opened); at once,
    ``VoiceError`` for an utterance that no voice is cast for and ``ConfigError``
    for a negative number of jobs.
    """
    if jobs < 0:
        raise ConfigError(f"{jobs} is not a number of workers", where="jobs", remedy="0 means one per core")
    speakers = pool or Pool(open_engine, jobs or cores(), cache.store if cache else None)
    window = _Window(iter(utterances), voices, speakers, cache, ahead)
    clips = _heard(window, _Waiting(speakers, timeout), nullcontext() if pool else speakers)
    rendering = Rendering(window, clips)
    if pool:
        rendering.begin()
    return rendering


class Rendering(Iterator[Clip]):
    """Clips in the order of their utterances, for as long as somebody wants them."""

    def __init__(self, window: _Window, clips: Generator[Clip, None, None]) -> None:
        self._window = window
        self._clips = clips

    def begin(self) -> None:
        """Give the first utterances to the pool, before anybody asks for a clip."""
        try:
            self._window.fill()
        except BaseException:
            self._window.abandon()
            raise

    def __next__(self) -> Clip:
        return next(self._clips)

    def close(self) -> None:
        """Nobody wants what has not been heard."""
        self._clips.close()
        self._window.abandon()


def _heard(
    window: _Window, waiting: _Waiting, own: AbstractContextManager[object]
) -> Generator[Clip, None, None]:
    """The clips of a window that moves on; ``own`` ends with them."""
    with own:
        try:
            if not window.pending:
                window.fill()
            if window.corrects():
                waiting.patience = CORRECTING
            while window.pending:
                yield from _clips(window.take(), waiting)
                window.fill()
        finally:
            window.abandon()


@dataclass(frozen=True, slots=True, eq=False)
class _Pending:
    utterance: Utterance
    known: tuple[Kept, tuple[WordTiming, ...]] | None
    """What is in the cache."""
    delivery: Delivery | None
    """Of what is spoken."""

    def ready(self) -> bool:
        """It can be taken without waiting."""
        return self.delivery is None or self.delivery.ready()


class _Window:
    """Utterances that are in hand: looked for in the cache, else given to the pool, and not heard yet."""

    def __init__(
        self,
        utterances: Iterator[Utterance],
        voices: Mapping[str, Voice],
        pool: Pool,
        cache: ClipCache | None,
        ahead: int,
    ) -> None:
        self._utterances = utterances
        self._voices = voices
        self._pool = pool
        self._cache = cache
        self._ahead = ahead
        self.pending: deque[_Pending] = deque()
        self._spoken = 0
        """Of them, those that were given to the pool."""
        self._due = time.monotonic()
        """When the next one will be missed."""

    def fill(self) -> None:
        """Ask for at least one more, until the first should leave."""
        for utterance in self._utterances:
            self._put(self._begun(utterance))
            self._due += len(utterance.text) / SPEED + utterance.pause_after
            if self._is_full():
                return

    def take(self) -> _Pending:
        """The first of them, which leaves."""
        first = self.pending.popleft()
        self._spoken -= first.delivery is not None
        return first

    def corrects(self) -> bool:
        """The very first utterance, while it is in hand, is in the cache."""
        return any(one.utterance.index == 0 and one.known for one in self.pending)

    def abandon(self) -> None:
        """Nobody waits for them any more."""
        for one in self.pending:
            if one.delivery:
                one.delivery.abandoned = True

    def _put(self, one: _Pending) -> None:
        self.pending.append(one)
        self._spoken += one.delivery is not None

    def _is_full(self) -> bool:
        first = self.pending[0]
        most = self._ahead if first.delivery is None else 0
        return self._spoken > self._pool.jobs * LOOK_AHEAD or (len(self.pending) > most and first.ready())

    def _begun(self, utterance: Utterance) -> _Pending:
        """Given to the pool, unless it is in the cache."""
        voice = _voice(self._voices, utterance)
        task = Task(utterance.phonemic if voice.speaks_ipa and utterance.phonemic else utterance.text, voice)
        known = self._cache.find(task) if self._cache else None
        return _Pending(utterance, known, None if known else self._pool.submit(task, self._due))


class _Waiting:
    """What is done while a listener waits: more workers come, and those that hang are ended."""

    def __init__(self, pool: Pool, timeout: float) -> None:
        self._pool = pool
        self._timeout = timeout
        self.patience = PATIENCE
        self._waited = 0.0
        """Seconds since the last worker was added."""

    def for_(self, delivery: Delivery) -> None:
        """Until a part of it can be taken."""
        ready = False
        while not ready:
            began = time.monotonic()
            ready = delivery.wait(max(0.0, self.patience - self._waited))
            self._waited += time.monotonic() - began
            if self._waited >= self.patience:
                self._waited = 0.0
                self._pool.grow()
                self._pool.end_hanging(self._timeout)


def _clips(pending: _Pending, waiting: _Waiting) -> Iterator[Clip]:
    """Of the cache, or as they are spoken."""
    utterance, known, delivery = pending.utterance, pending.known, pending.delivery
    if delivery:
        yield from _parts(utterance, delivery, waiting, cached=False)
    elif known:
        kept, words = known
        if kept.task.voice.streams:
            yield from _parts(utterance, Delivery.of(kept.speech(), streams=True), waiting, cached=True)
        else:
            yield Clip(utterance, kept, kept.sample_rate, 0.0, True, _words(utterance, words))


def _parts(utterance: Utterance, delivery: Delivery, waiting: _Waiting, *, cached: bool) -> Iterator[Clip]:
    """Wait for each part of an utterance."""
    last, part = False, 0
    while not last:
        waiting.for_(delivery)
        speech, last = delivery.take()
        words = _words(utterance, speech.words)
        yield Clip(utterance, speech, speech.sample_rate, speech.seconds, cached, words, part, last)
        part += 1


def _words(utterance: Utterance, words: tuple[WordTiming, ...]) -> tuple[WordTiming, ...]:
    """The timings under the words of ``Utterance.text``: a phonemic text has IPA in their place."""
    names = utterance.text.split()
    if len(names) != len(words):
        return ()
    return tuple(WordTiming(name, start, end) for name, (_, start, end) in zip(names, words, strict=True))


def _voice(voices: Mapping[str, Voice], utterance: Utterance) -> Voice:
    try:
        return voices[utterance.voice]
    except KeyError:
        raise VoiceError(
            f"no voice is cast as {utterance.voice or 'the narrator'!r}",
            where=f"sentence {utterance.index}",
            remedy="name one in the settings",
        ) from None
