"""The renderer: a window of utterances is spoken ahead while clips leave in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial

from podcast.errors import ConfigError, VoiceError
from podcast.render.cache import ClipCache
from podcast.render.pool import Pool
from podcast.render.protocol import OpenEngine, Task
from podcast.render.speech import Speech
from podcast.types import Clip, Utterance, Voice, WordTiming

LOOK_AHEAD = 4
"""Utterances in hand for each worker: a long one then holds nobody up, and memory stays flat."""

PATIENCE = 0.25
"""Seconds that the listener waits before another worker is started, once more."""


def render(
    utterances: Iterable[Utterance],
    *,
    voices: Mapping[str, Voice],
    open_engine: OpenEngine,
    jobs: int = 0,
    cache: ClipCache | None = None,
) -> Generator[Clip, None, None]:
    """Speak utterances on up to ``jobs`` worker processes; 0 means one for each core.

    Lazy: nothing is asked of ``utterances`` before the first ``next``, and then
    only ``LOOK_AHEAD`` of them for each job beyond the clip that is given.
    Closing the generator stops the workers. ``voices`` maps ``Utterance.voice``
    to a voice; ``""`` is the narrator. ``open_engine`` is a function at the top
    of a module, which the workers import.

    A worker is started when the listener has to wait for speech, so that a fast
    voice takes no more processes, nor memory, than it needs.

    Raises, after the clips before it, ``SynthesisError`` (the engine failed on a
    sentence, or it cost two processes their life) and ``VoiceError`` (a voice
    cannot be opened); at once, ``VoiceError`` for an utterance that no voice is
    cast for and ``ConfigError`` for a negative number of jobs.
    """
    if jobs < 0:
        raise ConfigError(f"{jobs} is not a number of workers", where="jobs", remedy="0 means one per core")
    jobs = jobs or _cores()
    pending: deque[_Pending] = deque()
    with Pool(open_engine, jobs) as pool:
        for utterance in utterances:
            pending.append(_begin(utterance, _voice(voices, utterance), pool, cache))
            if len(pending) > jobs * LOOK_AHEAD or pending[0].spoken.done():
                yield _finish(pending.popleft(), pool)
        while pending:
            yield _finish(pending.popleft(), pool)


@dataclass(frozen=True, slots=True, eq=False)
class _Pending:
    utterance: Utterance
    spoken: Future[Speech]
    cached: bool


def _begin(utterance: Utterance, voice: Voice, pool: Pool, cache: ClipCache | None) -> _Pending:
    """Take an utterance from the cache, or give it to the pool."""
    task = Task(utterance.phonemic if voice.speaks_ipa and utterance.phonemic else utterance.text, voice)
    speech = cache.load(task) if cache else None
    if speech:
        spoken: Future[Speech] = Future()
        spoken.set_result(speech)
        return _Pending(utterance, spoken, cached=True)
    spoken = pool.submit(task)
    if cache:
        spoken.add_done_callback(partial(_keep, cache, task))
    return _Pending(utterance, spoken, cached=False)


def _keep(cache: ClipCache, task: Task, spoken: Future[Speech]) -> None:
    """Store what has been spoken, in the thread that has received it."""
    if not spoken.exception():
        cache.store(task, spoken.result())


def _finish(pending: _Pending, pool: Pool) -> Clip:
    """Wait for a clip; more workers help when it takes long."""
    while not pending.spoken.done():
        pool.grow()
        wait([pending.spoken], PATIENCE)
    speech = pending.spoken.result()
    return Clip(
        pending.utterance,
        speech.samples,
        speech.sample_rate,
        speech.seconds,
        pending.cached,
        _words(pending.utterance, speech.words),
    )


def _words(utterance: Utterance, words: tuple[WordTiming, ...]) -> tuple[WordTiming, ...]:
    """The timings under the words of ``Utterance.text``: a phonemic text has IPA in their place."""
    names = utterance.text.split()
    if len(names) != len(words):
        return ()
    return tuple(word._replace(text=name) for word, name in zip(words, names, strict=True))


def _voice(voices: Mapping[str, Voice], utterance: Utterance) -> Voice:
    try:
        return voices[utterance.voice]
    except KeyError:
        raise VoiceError(
            f"no voice is cast as {utterance.voice or 'the narrator'!r}",
            where=f"sentence {utterance.index}",
            remedy="name one in the settings",
        ) from None


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
