"""Peak memory of ``podcast generate`` against the length of what it makes.

Proportional set size (PSS) of the whole family of processes, sampled every
0.1 s: pages that processes share are counted once. With the first voice alone.
"""

from __future__ import annotations

import sys
import threading
from importlib.util import find_spec

from podcast.bench.contenders import OURS, PODCAST
from podcast.bench.plan import Findings, Plan, workshop
from podcast.bench.results import Missing, Run

NAME = "memory"
PERIOD = 0.1


def measure(plan: Plan) -> Findings:
    """``memory``, ``wall`` and ``audio``; ``at`` is the minutes that were asked."""
    name, voice = next(iter(plan.known().items()))
    if find_spec("psutil") is None or sys.platform != "linux":
        yield Missing(NAME, voice.key, OURS, "it takes Linux and psutil: pip install 'podcast[bench]'")
        return
    for minutes in plan.lengths:
        plan.tell(f"{NAME}: {voice.key}: {minutes:g} min")
        with workshop(voice, name, minutes) as job, Watch() as watch:
            made = PODCAST.make(job())
        yield Run(NAME, voice.key, OURS, {**made.figures(), "memory": watch.peak}, at=minutes)


class Watch:
    """Samples how much memory the descendants of this process hold, from a thread."""

    def __init__(self) -> None:
        self.peak = 0.0
        """Bytes."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(PERIOD):
            self.peak = max(self.peak, _descendants())


def _descendants() -> float:
    import psutil

    size = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            size += process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return size
