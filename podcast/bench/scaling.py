"""Speed against cores: the same episode on one core, on two, up to all that there are."""

from __future__ import annotations

import os
from collections.abc import Callable

from podcast.bench.contenders import OURS, PEERS, PODCAST, Contender, Job
from podcast.bench.plan import Findings, Plan, workshop
from podcast.bench.process import CommandFailed, on_cores
from podcast.bench.results import Missing, Run
from podcast.render import cores
from podcast.types import Voice

NAME = "cores"
SHARE = 10
"""The episode is that part of a whole one: one core must make it too."""


def measure(plan: Plan) -> Findings:
    """``wall``, ``cpu`` and ``audio`` with the Piper voices; ``at`` is the number of cores."""
    for name, voice in plan.first_pipers():
        if not hasattr(os, "sched_setaffinity"):
            yield Missing(NAME, voice.key, OURS, "this system does not keep a process to some of its cores")
            return
        contenders, peer = [PODCAST], PEERS["piper"]
        if lacks := peer.lacks():
            yield Missing(NAME, voice.key, peer.name, lacks)
        else:
            contenders.append(peer)
        with workshop(voice, name, plan.minutes / SHARE) as job:
            for count in counts(cores()):
                yield from _made(plan, voice, contenders, job, count)


def _made(
    plan: Plan, voice: Voice, contenders: list[Contender], job: Callable[[], Job], count: int
) -> Findings:
    """By each of them on so many cores; a peer that fails is left out from then on, and why is kept."""
    for contender in list(contenders):
        plan.tell(f"{NAME}: {voice.key}: {contender.name} on {count}")
        try:
            with on_cores(count):
                figures = contender.figures(job())
            yield Run(NAME, voice.key, contender.name, figures, at=count)
        except CommandFailed as error:
            if contender is PODCAST:
                raise
            contenders.remove(contender)
            yield Missing(NAME, voice.key, contender.name, str(error))


def counts(most: int) -> list[int]:
    """1, 2, 4 … and all of them: 1, 2, 3 tell no more than that."""
    return sorted({most, *(2**power for power in range(most.bit_length()))})
