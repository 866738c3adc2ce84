"""The cluster: a scheduler somewhere, or worker processes of this machine."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import Protocol

import dask
from distributed import Client, LocalCluster
from distributed.comm.core import connect
from distributed.security import Security

from podcast.errors import ConfigError, PublishError

logger = logging.getLogger(__name__)

LOCAL = {
    "distributed.scheduler.allowed-failures": 2,
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.http.routes": [],
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.tick.interval": "1s",
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.worker.profile.enabled": False,
    "distributed.deploy.lost-worker-timeout": "1000h",
}
"""An article is tried three times; nothing waits at a worker that may die of what it is at. What Dask
measures in order to draw it, where nobody looks, took as long as all that the client does. A worker that
died is started again, however often: 15 s after a death, Dask would give up one that was being started
for the second time just then."""

DASK = ("distributed", "distributed.client", "bokeh")
"""The loggers to which Dask gives levels of their own."""


class ClusterError(PublishError):
    """There is no cluster, or not any more: episodes cannot be made now."""

    exit_code = 75


class Cluster(Protocol):
    """Where workers are."""

    @property
    def remote(self) -> bool:
        """They are on other machines."""
        ...

    def connect(self) -> AbstractContextManager[Client]:
        """Be its client; raises ``ClusterError``."""
        ...


@dataclass(frozen=True, slots=True)
class LocalWorkers:
    """So many processes of this machine, for as long as the client lives."""

    count: int
    remote: bool = False

    @contextmanager
    def connect(self) -> Iterator[Client]:
        """Start them, with one thread each; one that dies is replaced."""
        with (
            _hushed(),
            dask.config.set(LOCAL),
            _started(self.count) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client


@dataclass(frozen=True, slots=True)
class RemoteScheduler:
    """Workers that somebody else started: ``dask scheduler``, and ``dask worker --nthreads 1`` everywhere."""

    address: str
    timeout: float = 20.0
    """Seconds for the scheduler to answer, and then for the first worker to be there."""
    remote: bool = True

    @contextmanager
    def connect(self) -> Iterator[Client]:
        """Reach the scheduler, and make sure that there is a worker."""
        with _hushed(), _reached(self.address, self.timeout) as client:
            try:
                client.wait_for_workers(1, timeout=self.timeout)
            except TimeoutError as error:
                raise ClusterError(
                    "the scheduler has no worker", where=self.address, remedy="start dask worker --nthreads 1"
                ) from error
            yield client


@contextmanager
def _hushed() -> Iterator[None]:
    """Dask's own log for those only who look for faults: what concerns an article, the run says.

    Handlers that its loggers have of others are taken from them meanwhile: a cluster that
    starts silences its handlers, and with them would silence all that these others log.
    """
    loggers = [logging.getLogger(name) for name in DASK]
    before = [(one.level, one.handlers, one.propagate) for one in loggers]
    for one in loggers:
        one.handlers, one.propagate = [], True
        if not logger.isEnabledFor(logging.DEBUG):
            one.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for one, (level, one.handlers, one.propagate) in zip(loggers, before, strict=True):
            one.setLevel(level)


def _started(count: int) -> LocalCluster:
    """The workers; Ctrl-C in the terminal does not reach them, nor those that replace them.

    They are started by a thread that begins here, and inherit from it that the signal waits.
    """
    resource_tracker.ensure_running()  # it would let the signal through when it is started later
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        )
    except (RuntimeError, OSError) as error:
        raise ClusterError(
            f"the workers cannot be started: {error}", remedy="try fewer of them, --local 1"
        ) from error
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _reached(address: str, timeout: float) -> Client:
    """A client; a scheduler that is not there is found out before, which a client takes long to get over."""
    try:
        asyncio.run(_knock(address, timeout))
        return Client(address, timeout=timeout, set_as_default=False)
    except OSError as error:  # a TimeoutError is one
        raise ClusterError(
            "the scheduler does not answer", where=address, remedy="check the address, and that it runs"
        ) from error
    except (ValueError, TypeError, ImportError) as error:
        what = f"is not the address of a scheduler: {error}"
        raise ConfigError(what, where=address, remedy="write it as tcp://host:8786") from error


async def _knock(address: str, timeout: float) -> None:
    comm = await connect(address, timeout=timeout, **Security().get_connection_args("client"))
    await comm.close()
