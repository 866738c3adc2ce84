"""Speed against cores: the same episode on one core, on two, up to all that there are."""

from __future__ import annotations

import os
from itertools import product

from podcast.bench.contenders import OURS, PEERS, PODCAST
from podcast.bench.plan import Findings, Plan, Way, attempt, workshop
from podcast.bench.process import on_cores
from podcast.bench.results import Missing
from podcast.render import cores

NAME = "cores"
SHARE = 10
"""The episode is that part of a whole one: one core must make it too."""


def measure(plan: Plan) -> Findings:
    """``wall``, ``cpu`` and ``audio`` with the Piper voices; ``at`` is the number of cores."""
    for name, voice in plan.first_pipers():
        if not hasattr(os, "sched_setaffinity"):
            yield Missing(NAME, voice.key, OURS, "this system does not keep a process to some of its cores")
            return
        ways: dict[str, Way] = {OURS: PODCAST.figures}
        peer = PEERS["piper"]
        if lacks := peer.lacks():
            yield Missing(NAME, voice.key, peer.name, lacks)
        else:
            ways[peer.name] = peer.figures
        with workshop(voice, name, plan.minutes / SHARE) as job:
            for count, who in product(counts(cores()), list(ways)):
                if who in ways:
                    plan.tell(f"{NAME}: {voice.key}: {who} on {count}")
                    with on_cores(count):
                        found = attempt(NAME, voice, who, ways, job(), at=count)
                    yield found


def counts(most: int) -> list[int]:
    """1, 2, 4 … and all of them: 1, 2, 3 tell no more than that."""
    return sorted({most, *(2**power for power in range(most.bit_length()))})
