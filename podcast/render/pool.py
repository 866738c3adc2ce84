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
from queue import SimpleQueue
from textwrap import shorten
from threading import Lock, Thread

from podcast.errors import SynthesisError
from podcast.render.delivery import Delivery
from podcast.render.process import WorkerDied, WorkerProcess
from podcast.render.protocol import OpenEngine, Task
from podcast.render.speech import Speech

logger = logging.getLogger(__name__)

ATTEMPTS = 2

Keep = Callable[[Task, Speech], None]
"""What is done with the whole speech of a task, in the thread that has received it."""


class Pool:
    """Up to ``jobs`` speakers for one queue of tasks.

    The first starts with the first task; ``grow`` adds another. Use it as a
    context manager: leaving it stops all of them.
    """

    def __init__(self, open_engine: OpenEngine, jobs: int, keep: Keep | None = None) -> None:
        self._open_engine = pickle.dumps(open_engine)
        self._jobs = jobs
        self._keep = keep
        self._tasks: SimpleQueue[tuple[Task, Delivery] | None] = SimpleQueue()
        self._speakers: list[tuple[Speaker, Thread]] = []

    def __enter__(self) -> Pool:
        atexit.register(self.close)  # for a pool never left: at exit threads still run, later they do not
        return self

    def __exit__(self, *_: object) -> None:
        atexit.unregister(self.close)
        self.close()

    def close(self) -> None:
        """Stop at once; what has not been spoken never will be."""
        for speaker, _thread in self._speakers:
            speaker.stop()
            self._tasks.put(None)
        for _speaker, thread in self._speakers:
            thread.join()

    def submit(self, task: Task) -> Delivery:
        """The speech of a task, or the ``PodcastError`` that it met, to come."""
        delivery = Delivery(streams=task.voice.streams)
        self._tasks.put((task, delivery))
        if not self._speakers:
            self.grow()
        return delivery

    def grow(self) -> None:
        """Add a speaker, unless there are enough or no task waits for one."""
        if len(self._speakers) < self._jobs and not self._tasks.empty():
            speaker = Speaker(self._open_engine)
            thread = Thread(target=self._serve, args=(speaker,), daemon=True)
            self._speakers.append((speaker, thread))
            thread.start()

    def _serve(self, speaker: Speaker) -> None:
        while job := self._tasks.get():
            task, delivery = job
            try:
                speaker.say(task, delivery)
            except Exception as error:
                delivery.fail(error)
            else:
                whole = delivery.finish()
                if self._keep:
                    self._keep(task, whole)
        speaker.close()


class Speaker:
    """A worker process, and those that replace it when it dies."""

    def __init__(self, open_engine: bytes) -> None:
        self._open_engine = open_engine
        self._process: WorkerProcess | None = None
        self._stopped = False
        self._lock = Lock()

    def say(self, task: Task, delivery: Delivery) -> None:
        """Speak a task into its delivery.

        Raises the ``PodcastError`` of the engine, and ``SynthesisError`` when
        the sentence costs the life of two processes, or of one in the middle
        of what is being heard.
        """
        deaths = 0
        while delivery.begin():
            process = self._started()
            try:
                for chunk in process.speak(task):
                    delivery.add(chunk)
            except WorkerDied as death:
                self._process, cause, deaths = None, death, deaths + 1
                if not self._stopped:
                    logger.warning("a speaking process died (%s)", death)
            else:
                return
            if deaths == ATTEMPTS:
                break
        when = "twice" if deaths == ATTEMPTS else "in the middle of a sentence"
        raise SynthesisError(
            f"the speaking process died {when} ({cause})",
            where=f"« {shorten(task.text, 100, placeholder='…')} »",
            remedy="was there memory enough? try fewer jobs",
        ) from cause

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

    def _started(self) -> WorkerProcess:
        with self._lock:
            if self._stopped:
                raise SynthesisError("the rendering was stopped")
            self._process = self._process or WorkerProcess(self._open_engine)
            return self._process
