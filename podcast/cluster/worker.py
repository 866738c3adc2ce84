"""What a worker of the cluster does: it takes its place, and speaks one article after the other."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, cast

from distributed import WorkerPlugin, get_worker

from podcast import __version__, speaking, speech
from podcast.cluster.clips import SharedClips
from podcast.cluster.handover import Handover, ThroughStore
from podcast.cluster.luggage import Luggage, unpack
from podcast.cluster.voice import OwnVoice
from podcast.errors import ConfigError, PodcastError
from podcast.memory import keep_what_is_freed
from podcast.run.make import Spoken, speak
from podcast.settings import Settings
from podcast.types import Article

if TYPE_CHECKING:
    from distributed import Worker

logger = logging.getLogger(__name__)

LUGGAGE = "luggage"
CLIPS = "clips"
"""Parts of the store."""


@dataclass(frozen=True, slots=True)
class Order:
    """What every worker is told once; values, but for the place where episodes are handed over."""

    settings: Settings = field(repr=False)
    handover: Handover
    sign: str
    """What the client left at that place; names this order too."""
    luggage: Luggage = field(default_factory=Luggage, repr=False)
    share_clips: bool = False
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Given:
    """An episode that a worker has handed over."""

    spoken: Spoken
    name: str
    """Of its folder."""
    cpu: float
    """Seconds of one core."""


class Desk:
    """A worker's place: its voice is loaded, and it knows where to leave what it makes."""

    def __init__(self, order: Order, scratch: Path) -> None:
        if order.version != __version__:
            raise ConfigError(
                f"the worker has version {__version__} of podcast, the client {order.version}",
                remedy="install the same on all machines",
            )
        if not order.handover.meets(order.sign):
            raise ConfigError(
                "the worker does not see what the client put there",
                where=getattr(order.handover, "url", ""),
                remedy="give --through a bucket, or a folder that all machines share",
            )
        settings, through = order.settings, order.handover
        if isinstance(through, ThroughStore):
            settings = unpack(order.luggage, settings, through.store(LUGGAGE), scratch / LUGGAGE)
        keep_what_is_freed()
        self._order = order
        self._settings = replace(settings, output=through.workshop(scratch))
        self._voice = self._pool(order)
        for voice in speaking.everybody(settings):
            self._voice.load(voice)
        self._lock = Lock()

    def speak(self, article: Article, guid: str) -> Given:
        """Make the episode of an article and hand it over; one at a time, however many threads ask."""
        name = f"{guid}-{secrets.token_hex(4)}"  # a lost worker's twin may be at it too
        with self._lock:
            cpu = time.process_time()
            spoken = speak(article, guid, self._settings, name=name, pool=self._voice)
            self._order.handover.give(spoken.folder)
            return Given(spoken, name, time.process_time() - cpu)

    def close(self) -> None:
        """Free the voice, once it is silent."""
        with self._lock:
            self._voice.close()

    def _pool(self, order: Order) -> OwnVoice:
        own = speaking.clip_cache(self._settings)
        if own is None:
            return OwnVoice(speech.open_engine)
        if order.share_clips and isinstance(order.handover, ThroughStore):
            clips = SharedClips(own, order.handover.store(CLIPS))
            return OwnVoice(speech.open_engine, clips.keep, clips.find)
        return OwnVoice(speech.open_engine, own.store)


class Speaker(WorkerPlugin):
    """Sets up a desk in each worker that there is, and in each that comes later.

    A worker that cannot take its place says why when it is asked; raising
    here would end it, and with it whatever else the cluster is used for.
    """

    def __init__(self, order: Order) -> None:
        self.name = f"podcast-{order.sign}"
        self.order = order
        self.desk: Desk | None = None
        self.fault: Exception | None = None

    async def setup(self, worker: Worker) -> None:
        """Load the voice, beside the loop that answers the scheduler."""
        try:
            self.desk = await asyncio.to_thread(Desk, self.order, Path(worker.local_directory))
        except PodcastError as error:
            self.fault = type(error)(
                error.what, where=f"{worker.address}: {error.where}", remedy=error.remedy
            )
        except Exception as error:
            logger.debug("the worker cannot take its place", exc_info=True)
            self.fault = ConfigError(f"the worker cannot speak: {error!r}", where=worker.address)

    async def teardown(self, worker: Worker) -> None:
        """Free the voice; an article that nobody waits for any more is spoken to its end."""
        del worker
        if self.desk:
            await asyncio.to_thread(self.desk.close)

    def ready(self) -> Desk:
        """The desk; raises the ``PodcastError`` for which there is none."""
        if self.desk is None:
            raise self.fault or ConfigError("the worker has not taken its place yet", remedy="run it again")
        return self.desk


def speak_article(name: str, article: Article, guid: str) -> Given:
    """The task: speak an article at the desk that the plug-in ``name`` has set up."""
    return _speaker(name, get_worker()).ready().speak(article, guid)


def be_ready(name: str, dask_worker: Worker) -> None:
    """The question: raises the ``PodcastError`` for which the worker cannot speak."""
    _speaker(name, dask_worker).ready()


def _speaker(name: str, worker: Worker) -> Speaker:
    return cast("Speaker", worker.plugins[name])
