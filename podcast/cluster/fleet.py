"""The client's side: articles go out, some ahead of the one that is waited for, and episodes come back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from functools import partial

from distributed import CancelledError, Client, KilledWorker
from distributed import Future as Task
from distributed.comm.core import CommClosedError

from podcast.cluster.connection import ClusterError
from podcast.cluster.tally import Tally
from podcast.cluster.worker import Given, Order, Speaker, be_ready, speak_article
from podcast.errors import SynthesisError
from podcast.publish.entry import Entry
from podcast.run.make import Speaking, Spoken
from podcast.types import Article

logger = logging.getLogger(__name__)

AHEAD = 4
"""Articles in hand for each worker: an article that is much longer than others holds nobody up."""
COUNTING = 5.0
"""Seconds between two looks at how many workers there are."""
WAITING = 30.0
"""Seconds after which one that waits says so when there is no worker."""
PATIENCE = 600.0
"""Seconds without a worker after which the client gives up: a cluster that grows by itself takes less."""


@dataclass(slots=True)
class Fleet:
    """The workers of a cluster, as a ``Maker``. Use it as a context manager."""

    client: Client
    order: Order
    tally: Tally = field(default_factory=Tally)
    on_given: Callable[[Tally], None] = lambda _tally: None
    patience: float = PATIENCE
    _speaker: Speaker = field(init=False)
    _in_hand: set[Task[Given]] = field(default_factory=set)
    _workers: set[str] = field(default_factory=set)
    """Their addresses."""
    _looked: float = float("-inf")

    def __post_init__(self) -> None:
        self._speaker = Speaker(self.order)

    def __enter__(self) -> Fleet:
        """Have every worker take its place; raises the first ``PodcastError`` of one that cannot."""
        self.order.handover.open(self.order.sign)
        self.client.register_plugin(self._speaker)
        try:
            self.client.run(be_ready, self._speaker.name)
        except BaseException:
            self.__exit__()
            raise
        self._count_workers()
        return self

    def __exit__(self, *_: object) -> None:
        """Take back what is not finished, and free the workers."""
        try:
            self.client.cancel(list(self._in_hand), force=True)
            self.client.unregister_worker_plugin(self._speaker.name)
        except Exception as error:  # the scheduler is gone, or a worker: there is nobody to tell
            logger.debug("the workers could not be told to stop: %r", error)

    @property
    def ahead(self) -> int:
        """Articles that may be begun while an earlier one is waited for."""
        if time.monotonic() - self._looked > COUNTING:
            self._count_workers()
        return AHEAD * max(self.tally.workers, 1)

    def begin(self, article: Article, entry: Entry) -> Speaking:
        """Give an article to the cluster; a worker that dies of it is replaced by another, within bounds."""
        self.tally.begin()
        task = self.client.submit(speak_article, self._speaker.name, article, entry.guid, pure=False)
        given: Future[Given] = Future()
        self._in_hand.add(task)
        task.add_done_callback(partial(_bring, given))
        return partial(self._finish, task, given, entry)

    def _finish(self, task: Task[Given], given: Future[Given], entry: Entry) -> Spoken:
        began = time.monotonic()
        try:
            done = self._wait(given)
        except KilledWorker as error:
            self.tally.lost += 1
            raise SynthesisError(
                f"{error.allowed_failures + 1} workers died of it",
                where=entry.address,
                remedy="see their logs",
            ) from error
        except (CancelledError, CommClosedError, asyncio.CancelledError) as error:
            raise ClusterError(
                "the scheduler is gone", remedy="run it again: it goes on from there"
            ) from error
        finally:
            self.tally.waited += time.monotonic() - began
            self._in_hand.discard(task)
        spoken = done.spoken
        place = self.order.handover.take(done.name, spoken.files)
        self.tally.add(audio=spoken.episode.duration, cpu=done.cpu, busy=spoken.seconds)
        self.on_given(self.tally)
        return replace(spoken, folder=place)

    def _wait(self, given: Future[Given]) -> Given:
        """Until an episode is there; raises what its worker raised."""
        alone = 0.0
        while not wait([given], timeout=WAITING).done:
            alone = 0.0 if self._count_workers() else alone + WAITING
            if alone >= self.patience:
                raise ClusterError("all workers are gone", remedy="start some and run it again")
            if alone:
                logger.warning("no worker is there: waiting for one")
        return given.result()

    def _count_workers(self) -> int:
        there = set(self.client.nthreads())
        for address in self._workers - there:
            logger.warning("the worker at %s is gone: its article is given to another", address)
        self._workers, self._looked = there, time.monotonic()
        self.tally.count_workers(len(there))
        return len(there)


def _bring(given: Future[Given], task: Task[Given]) -> None:
    """Fetch what a worker has to say as soon as it is there: it would be lost with the worker."""
    try:
        given.set_result(task.result())
    except BaseException as error:  # also that the task was cancelled
        given.set_exception(error)
    finally:
        task.release()
