"""A pool of worker processes, each with a thread here that gives it tasks and takes its speech.

A process that dies takes only its sentence with it, which is given once more
to a fresh process, unless some of it has been heard already. Closing the pool
kills the processes: they hold nothing worth saving.
"""

from __future__ import annotations

import atexit
import logging
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from queue import PriorityQueue
from textwrap import shorten
from threading import Lock, Thread

from podcast.errors import SynthesisError
from podcast.render.delivery import Delivery
from podcast.render.process import WorkerDied, WorkerProcess
from podcast.render.protocol import OpenEngine, Task
from podcast.render.speech import Speech
from podcast.types import Voice

logger = logging.getLogger(__name__)

ATTEMPTS = 2
STOPPED = "the rendering was stopped"

WARMING = 60.0
"""Seconds between two looks at a speaker that starts."""

Keep = Callable[[Task, Speech], None]
"""What is done with the whole speech of a task, in a thread of its own: no speaker waits for it."""


_Turn = tuple[float, int, tuple[Task, Delivery] | Voice | None]
"""When it is due, a number of its own, and what is to be done; ``None`` ends a speaker."""


class Pool:
    """Up to ``jobs`` speakers for one queue of tasks: what is due first is spoken first.

    The first starts with the first task; ``grow`` adds another. Use it as a
    context manager: leaving it stops all of them. Several renderings, each in
    its thread, may share a pool.
    """

    def __init__(self, open_engine: OpenEngine, jobs: int, keep: Keep | None = None) -> None:
        self._open_engine = pickle.dumps(open_engine)
        self.jobs = jobs
        self._keep = keep
        self._keeper = ThreadPoolExecutor(1, "keeper")
        self._tasks: PriorityQueue[_Turn] = PriorityQueue()
        self._turns = count()
        self._speakers: list[tuple[Speaker, Thread]] = []
        self._growing = Lock()
        self._closed = False

    def __enter__(self) -> Pool:
        atexit.register(self.close)  # for a pool never left: at exit threads still run, later they do not
        return self

    def __exit__(self, *_: object) -> None:
        atexit.unregister(self.close)
        self.close()

    def close(self) -> None:
        """Stop at once; what has not been spoken never will be."""
        with self._growing:
            self._closed = True
        for speaker, _thread in self._speakers:
            speaker.stop()
            self._tasks.put((float("-inf"), next(self._turns), None))
        for _speaker, thread in self._speakers:
            thread.join()
        self._keeper.shutdown()
        while not self._tasks.empty():
            job = self._tasks.get()[-1]
            if isinstance(job, tuple):
                job[1].fail(SynthesisError(STOPPED))

    def prepare(self, voice: Voice) -> None:
        """Start the first speaker before there is a task, and let it load the model of this voice.

        What is wrong with the voice is told by the first task for it.
        """
        if not self._speakers:
            self._tasks.put((float("-inf"), next(self._turns), voice))
            self.grow()

    def submit(self, task: Task, due: float = 0.0) -> Delivery:
        """The speech of a task, or the ``PodcastError`` that it met, to come.

        ``due`` (``time.monotonic``) is when it will be missed: the earliest goes first.
        """
        delivery = Delivery(streams=task.voice.streams)
        with self._growing:
            if self._closed:
                raise SynthesisError(STOPPED)
            self._tasks.put((due, next(self._turns), (task, delivery)))
        if not self._speakers:
            self.grow()
        return delivery

    def grow(self) -> None:
        """Add a speaker, unless there are enough or no task waits for one."""
        with self._growing:
            if not self._closed and len(self._speakers) < self.jobs and not self._tasks.empty():
                speaker = Speaker(self._open_engine)
                thread = Thread(target=self._serve, args=(speaker,), daemon=True)
                self._speakers.append((speaker, thread))
                thread.start()

    def end_hanging(self, timeout: float) -> None:
        """Kill the processes that have been at work for so many seconds without giving sound."""
        for speaker, _thread in self._speakers:
            speaker.end_hanging(timeout)

    def warm(self, task: Task) -> None:
        """Start every speaker, and wait until each has spoken ``task``; raises the ``PodcastError`` of it."""
        deliveries = [self.submit(task) for _ in range(self.jobs)]
        for _ in deliveries:
            self.grow()
        for delivery in deliveries:
            while not delivery.wait(WARMING):
                pass
            while not delivery.take()[1]:
                pass

    def waiting(self) -> int:
        """How many tasks no speaker has taken yet."""
        return self._tasks.qsize()

    def _serve(self, speaker: Speaker) -> None:
        while job := self._tasks.get()[-1]:
            if isinstance(job, Voice):
                speaker.prepare(job)
                continue
            task, delivery = job
            if delivery.abandoned:
                continue
            try:
                speaker.say(task, delivery)
            except Exception as error:
                delivery.fail(error)
            else:
                whole = delivery.finish()
                if self._keep:
                    self._keeper.submit(self._keep, task, whole)
        speaker.close()


class Speaker:
    """A worker process, and those that replace it when it dies."""

    def __init__(self, open_engine: bytes) -> None:
        self._open_engine = open_engine
        self._process: WorkerProcess | None = None
        self._delivery: Delivery | None = None
        """What is being spoken."""
        self._hung = 0.0
        """Seconds of silence after which the process was killed."""
        self._stopped = False
        self._lock = Lock()

    def say(self, task: Task, delivery: Delivery) -> None:
        """Speak a task into its delivery.

        Raises the ``PodcastError`` of the engine, and ``SynthesisError`` when
        the sentence costs the life of two processes, of one in the middle of
        what is being heard, or of one that hangs.
        """
        deaths = 0
        while delivery.begin():
            process = self._started(delivery)
            try:
                for chunk in process.speak(task):
                    delivery.add(chunk)
                return
            except WorkerDied as death:
                self._process, cause, deaths = None, death, deaths + 1
                if not self._stopped:
                    logger.warning("a speaking process died (%s)", death)
            finally:
                with self._lock:
                    self._delivery = None
            if deaths == ATTEMPTS or self._hung:
                break
        raise self._lost(task, cause, deaths) from cause

    def prepare(self, voice: Voice) -> None:
        """Start the process and let it load a model; one that cannot be started will be missed later."""
        with suppress(SynthesisError):
            try:
                self._started(None).prepare(voice)
            except WorkerDied:
                self._process = None

    def end_hanging(self, timeout: float) -> None:
        """Kill the process if it hangs; may be called from any thread."""
        with self._lock:
            if self._process and self._delivery and self._delivery.silence() > timeout:
                self._hung = timeout
                self._process.kill()

    def stop(self) -> None:
        """Kill the process and start no other; may be called from any thread."""
        with self._lock:
            self._stopped = True
            if self._process:
                self._process.kill()

    def close(self) -> None:
        """Free what is left, once the last task is over."""
        if self._process:
            self._process.close()

    def _started(self, delivery: Delivery | None) -> WorkerProcess:
        with self._lock:
            if self._stopped:
                raise SynthesisError(STOPPED)
            self._process = self._process or WorkerProcess(self._open_engine)
            self._delivery, self._hung = delivery, 0.0
            return self._process

    def _lost(self, task: Task, death: WorkerDied, deaths: int) -> SynthesisError:
        where = f"« {shorten(task.text, 100, placeholder='…')} »"
        if self._hung:
            return SynthesisError(
                f"the engine has given no sound for {self._hung:g} s",
                where=where,
                remedy="it hangs, or this machine is too slow for the voice: try another voice or fewer jobs",
            )
        when = "twice" if deaths == ATTEMPTS else "in the middle of a sentence"
        remedy = "was there memory enough? try fewer jobs"
        return SynthesisError(f"the speaking process died {when} ({death})", where=where, remedy=remedy)
