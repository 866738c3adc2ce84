"""An archive becomes episodes on many machines, with Dask.

    connection   a scheduler somewhere, or worker processes of this machine
    luggage      the files that the settings name go along to the workers
    worker       holds its voice for its whole life, and speaks one article after the other
    voice        … in its own process and thread: a worker is a core
    handover     finished episodes come back: through the library's folder, or through a store
    fleet        gives articles out, some ahead, and waits for them in their order
    backfill     `podcast run`, with the fleet as its maker

There is no second way from an article to an episode: the client does all that
`podcast run` does but for the speaking, which is `run.make.speak` on a worker.
The client alone writes to the library. So a lost worker costs the articles it
was at, which are given to another; a lost client costs nothing that is in the
library, and the next run goes on from there.
"""

from podcast.cluster.backfill import backfill
from podcast.cluster.connection import Cluster, LocalWorkers, RemoteScheduler
from podcast.cluster.tally import Tally

__all__ = ["Cluster", "LocalWorkers", "RemoteScheduler", "Tally", "backfill"]
