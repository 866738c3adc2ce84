"""A peer that cannot make an episode: a stand-in, since those that are installed can."""

from __future__ import annotations

import pytest

from podcast.bench.contenders import PEERS, Contender, Job, Made
from podcast.bench.process import CommandFailed


def failing_peer(patch: pytest.MonkeyPatch, name: str, why: str) -> list[Job]:
    """Take the place of ``piper``; gives the jobs that it has been given since."""
    tries: list[Job] = []

    def fail(job: Job) -> Made:
        tries.append(job)
        raise CommandFailed(why, where=name)

    patch.setitem(PEERS, "piper", Contender(name, fail, "podcast"))
    return tries
