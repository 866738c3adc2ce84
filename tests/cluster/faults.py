"""What may befall a worker, on request: a plug-in of the tests', in every worker process."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from distributed import WorkerPlugin

POISON = "empoisonné"
"""A worker dies of an article with this in its title."""
SLOW = "interminable"
"""Such an article takes some seconds more."""


class Faults(WorkerPlugin):
    """Writes each article that a worker begins into a file, and lets some of them do harm."""

    name = "faults"

    def __init__(self, log: Path) -> None:
        self.log = log

    def setup(self, worker: object) -> None:
        """Stand before the pipeline of this process."""
        del worker
        from podcast import pipeline

        make_episode = pipeline.make_episode

        def watched(article: Any, *args: Any, **kwargs: Any) -> Any:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{os.getpid()} {article.title}\n")
            if POISON in article.title:
                os.kill(os.getpid(), signal.SIGKILL)
            if SLOW in article.title:
                time.sleep(3)
            return make_episode(article, *args, **kwargs)

        pipeline.make_episode = watched
