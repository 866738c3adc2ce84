"""Spoken sentences that all workers share, beside the cache that each machine has of its own."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from podcast.cluster.handover import KIND
from podcast.errors import PublishError
from podcast.publish.store import Store
from podcast.render import ClipCache, Task
from podcast.render.blobs import sealed, unsealed
from podcast.render.cache import pack, task_key, unpack
from podcast.render.speech import Speech

logger = logging.getLogger(__name__)

SUFFIX = ".clip"
LINE = b"\n"
"""Between heading and samples: JSON has none within."""


class SharedClips:
    """A store with the clips of all machines, under the names that they have in their caches.

    A store that fails is reported once and then left alone: it saves work, and none depends on it.
    """

    def __init__(self, own: ClipCache, store: Store) -> None:
        self._own = own
        self._store = store
        self._works = True

    def find(self, task: Task) -> Speech | None:
        """What another machine spoke for this task; it is in the cache of this one then."""
        key = task_key(task)
        whole = unsealed(key, self._fetched(key))
        if whole is None:
            return None
        head, _, body = whole.partition(LINE)
        self._own.memo.store(key, body, head)
        return unpack(head, body)

    def keep(self, task: Task, speech: Speech) -> None:
        """Keep what this machine has spoken, for all."""
        key, (head, body) = task_key(task), pack(speech)
        self._own.memo.store(key, body, head)
        if not self._works:
            return
        try:
            self._store.put(_name(key), sealed(key, head + LINE + body), **KIND)
        except PublishError as error:
            self._give_up(error)

    def _fetched(self, key: str) -> bytes:
        """What the store has under a key; nothing where it has none."""
        if not self._works:
            return b""
        try:
            with tempfile.TemporaryDirectory(prefix="podcast-") as scratch:
                part = Path(scratch, key)
                return part.read_bytes() if self._store.get(_name(key), part) else b""
        except (OSError, PublishError) as error:
            self._give_up(error)
            return b""

    def _give_up(self, error: Exception) -> None:
        self._works = False
        logger.warning("spoken sentences are not shared any more: %s", error)


def _name(key: str) -> str:
    """In folders, so that each of them stays short."""
    return f"{key[:2]}/{key}{SUFFIX}"
