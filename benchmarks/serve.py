"""How soon, and at what cost, articles are heard over HTTP.

    python -m benchmarks.serve [--voice KEY] [--repeat 20] [--renders 500]

Starts ``podcast serve`` with an empty store and no clip cache to help it
(every article differs), and prints:

first audio   seconds from POST to the first byte of sound: median, worst; short and very long articles
no stall      the least lead of the sound received over a listener who plays from the first byte, in seconds
8 at once     seconds until the last of 8 articles asked for together has begun
listeners     CPU seconds of the server and its workers for 50 listeners of one rendering ÷ for one
memory        MB of the server and of its workers after 50 renderings, and after ``--renders``
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

import psutil

from podcast.bench.server import Server, serving

SENTENCES = (
    "Le conseil municipal a voté hier soir la réouverture du pont, fermé depuis trois ans.",
    "Les riverains, qui l'attendaient, ont applaudi, et la fanfare du lycée a joué sous les platanes.",
    "Les travaux ont coûté 2,4 millions d'euros, dont la région a payé la moitié.",
    "La circulation reprendra le 8 juillet à 7 h 30, d'abord sur une seule voie.",
)
BYTES_PER_SECOND = 12_000
"""MP3 at 96 kb/s."""
number = itertools.count(1)


def article(characters: int) -> str:
    """A text like no other: nothing of it is in the clip cache."""
    mark = f"Article numéro {next(number)}"
    lines, length = [mark], 0
    while length < characters:
        lines.append(" ".join(f"{sentence} C'était le jour {next(number)}." for sentence in SENTENCES))
        length += len(lines[-1])
    return "\n\n".join(lines)


class Watched(Server):
    """A running ``podcast serve``, with its listeners and its processes."""

    def hear(self, path: str) -> int:
        """Listen to the end; bytes."""
        connection, response = self.request("GET", f"{path}/audio.mp3")
        with closing(connection):
            return len(response.read())

    def least_lead(self, path: str) -> float:
        """Seconds of sound ahead of a listener who plays from the first byte on."""
        connection, response = self.request("GET", f"{path}/audio.mp3")
        with closing(connection):
            received = len(response.read1(65536))
            began, least = time.perf_counter(), float("inf")
            while data := response.read1(65536):
                # What was there before these bytes came is all that could be played until now.
                least = min(least, received / BYTES_PER_SECOND - (time.perf_counter() - began))
                received += len(data)
            return least

    def processes(self) -> list[psutil.Process]:
        """The server and its workers."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds that they have taken."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())

    def memory(self) -> tuple[float, float]:
        """MB that the server holds, and that its workers hold."""
        server, *workers = (float(process.memory_info().rss) / 1e6 for process in self.processes())
        return server, sum(workers)


@contextmanager
def watched(voice: str) -> Iterator[Watched]:
    """A server of this voice, as ``podcast.bench.server`` starts it."""
    with serving(voice) as server:
        yield Watched(server.process, server.port)


def first_audio(server: Watched, repeat: int) -> None:
    for characters in (1_000, 10_000, 100_000):
        seconds = []
        for _ in range(repeat):
            seconds.append(server.first_audio(article(characters)))
            server.settled()
        report(
            f"first audio, {characters} characters", statistics.median(seconds), max(seconds), goal="≤ 0.3"
        )


def together(server: Watched) -> None:
    seconds: list[float] = []
    texts = [article(10_000) for _ in range(8)]
    threads = [Thread(target=lambda text=text: seconds.append(server.first_audio(text))) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.settled()
    report("8 at once", statistics.median(seconds), max(seconds), goal="≤ 2.5")


def listeners(server: Watched) -> None:
    def cost(count: int) -> float:
        path, before = server.post(article(10_000)), server.cpu()
        threads = [Thread(target=server.hear, args=(path,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.settled()
        return server.cpu() - before

    one, fifty = (statistics.median(cost(count) for _ in range(3)) for count in (1, 50))
    report("50 listeners ÷ one (CPU)", fifty / one, goal="≤ 1.3")


def memory(server: Watched, renders: int) -> None:
    early = late = 0.0, 0.0
    for count in range(1, renders + 1):
        server.hear(server.post(article(300)))
        if count == 50:
            early = server.memory()
    late = server.memory()
    for who, before, after in zip(("server", "workers"), early, late, strict=True):
        report(f"memory of the {who} after 50, {renders}", before, after, goal="± 10 %")


def report(name: str, *values: float, goal: str) -> None:
    print(f"{name:36} {'  '.join(f'{value:.2f}' for value in values):16} goal {goal}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--voice", default="fr_FR-gazette-draft")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--renders", type=int, default=500, help="0 leaves the memory out")
    options = parser.parse_args()
    with watched(options.voice) as server:
        first_audio(server, options.repeat)
        report("no stall: least lead", server.least_lead(server.post(article(20_000))), goal="> 0")
        together(server)
        listeners(server)
        if options.renders:
            memory(server, options.renders)


if __name__ == "__main__":
    main()
