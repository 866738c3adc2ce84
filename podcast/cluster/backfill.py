"""`podcast run` with many workers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from podcast import speaking
from podcast.cluster.connection import Cluster
from podcast.cluster.fleet import Fleet
from podcast.cluster.handover import Handover, InPlace, ThroughStore
from podcast.cluster.luggage import Luggage, pack
from podcast.cluster.tally import Tally
from podcast.cluster.worker import LUGGAGE, Order
from podcast.errors import ConfigError
from podcast.run import Outcome, Plan, run
from podcast.run.make import WORK
from podcast.run.work import OnLook


def backfill(
    plan: Plan,
    cluster: Cluster,
    *,
    through: str = "",
    share_clips: bool = False,
    on_given: Callable[[Tally], None] = lambda _tally: None,
    on_look: OnLook = lambda _done, _of: None,
) -> tuple[Outcome, Tally]:
    """Do what ``run`` does, with the workers of ``cluster`` to speak the articles.

    ``through`` is where workers of other machines leave episodes: a folder that
    all of them see, or a bucket of which ``plan.options`` are the client's
    options. With ``share_clips`` they keep each spoken sentence there too.
    ``on_given`` is told of each episode that comes, ``on_look`` as ``run`` tells it.

    Raises what ``run`` raises, ``ClusterError`` when there is no cluster, or not
    any more, and the ``VoiceError`` or ``ConfigError`` of a worker that cannot
    take its place.
    """
    if cluster.remote and not through:
        raise ConfigError(
            "workers on other machines need a place to leave episodes",
            where="--through",
            remedy="give a bucket, or a folder that all machines share",
        )
    speaking.everybody(plan.settings)
    handover: Handover = InPlace(plan.library / WORK)
    luggage = Luggage()
    with cluster.connect() as client:
        if through:
            handover = ThroughStore(plan.library / WORK, _whole(through), plan.options)
            luggage = pack(plan.settings, handover.store(LUGGAGE))
        order = Order(plan.settings, handover, secrets.token_hex(8), luggage, share_clips)
        with Fleet(client, order, on_given=on_given) as fleet:
            outcome = run(plan, maker=fleet, on_look=on_look)
    return outcome, fleet.tally


def _whole(place: str) -> str:
    """The workers of other machines, or of other folders of this one, must find it too."""
    return place if "://" in place else str(Path(place).expanduser().absolute())
