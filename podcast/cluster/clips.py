"""Spoken sentences that all workers share, beside the cache that each machine has of its own."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from podcast.cluster.handover import KIND
from podcast.errors import PublishError
from podcast.publish.store import Store
from podcast.render import ClipCache, Task
from podcast.render.cache import clip_name
from podcast.render.speech import Speech

logger = logging.getLogger(__name__)


class SharedClips:
    """A store with the files of the clip caches of all machines, under the same names.

    A store that fails is reported once and then left alone: it saves work, and none depends on it.
    """

    def __init__(self, own: ClipCache, store: Store) -> None:
        self._own = own
        self._store = store
        self._works = True

    def find(self, task: Task) -> Speech | None:
        """What another machine spoke for this task; it is in the cache of this one then."""
        place = self._place(task)
        part = place.with_name(f".{secrets.token_hex(4)}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if not self._works or not self._store.get(self._name(task), part):
                return None
            part.replace(place)
        except (OSError, PublishError) as error:
            self._give_up(error)
            return None
        finally:
            part.unlink(missing_ok=True)
        return self._own.load(task)

    def keep(self, task: Task, speech: Speech) -> None:
        """Keep what this machine has spoken, for all."""
        self._own.store(task, speech)
        place = self._place(task)
        if not self._works or not place.is_file():
            return
        try:
            self._store.put(self._name(task), place, **KIND)
        except PublishError as error:
            self._give_up(error)

    def _place(self, task: Task) -> Path:
        return self._own.files.path(clip_name(task))

    def _name(self, task: Task) -> str:
        """As the file lies in the cache."""
        return self._place(task).relative_to(self._own.folder).as_posix()

    def _give_up(self, error: Exception) -> None:
        self._works = False
        logger.warning("spoken sentences are not shared any more: %s", error)
