"""What an archive costs: `podcast backfill` measured with few workers, and a model for many.

    python -m benchmarks.backfill measure --articles 200 --workers 1 2 -o results.json
    python -m benchmarks.backfill model results.json

``measure`` makes one archive again and again with 1, 2 and 4 workers of this
machine, turn about, each time from nothing and in a process of its own.
``model`` plays the same archive through a simulation of the client and its
workers, whose figures come from the runs with one worker alone, and says how
far it is from the others; then it plays larger clusters and a million articles.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from podcast.bench import machine, texts
from podcast.cluster.fleet import AHEAD

CONFIG = """[[sources]]
folder = "articles"
[storage]
url = "https://podcast.example.org/"
"""
FIRST = 1_600_000_000
"""Unix time of the oldest article."""
SECONDS = 120.0
"""Of sound that articles are written for. A piece of news has 400 to 800 words, which take two and a half
to five minutes; the shorter articles are, the more the client and the cluster have to do beside them."""
Result = dict[str, Any]

# Measuring


def write_archive(folder: Path, articles: int, seconds: float, seed: int = 9) -> None:
    """Articles of about so many seconds of sound, from half to twice as long; no sentence occurs twice."""
    (folder / "articles").mkdir(parents=True)
    (folder / "podcast.toml").write_text(CONFIG, encoding="utf-8")
    said, dice = texts.sentences(), random.Random(seed)
    for number in range(articles):
        wanted = seconds * texts.SPEECH_RATE * 2 ** dice.uniform(-1, 1)
        lines = [f"Une nouvelle numéro {number}"]
        while sum(map(len, lines)) < wanted:
            lines.append(" ".join(islice(said, 3)))
        path = folder / "articles" / f"{number:06}.txt"
        path.write_text("\n\n".join(lines), encoding="utf-8")
        os.utime(path, (FIRST + number, FIRST + number))


def measure(workers: int, articles: int, seconds: float) -> Result:
    """One backfill by so many workers, with nothing in the cache."""
    with tempfile.TemporaryDirectory(prefix="backfill-") as name:
        folder = Path(name)
        write_archive(folder, articles, seconds)
        command = [sys.executable, "-m", "podcast", "backfill", "--local", str(workers), "--json", "--quiet"]
        environment = {**os.environ, "PODCAST_CACHE": str(folder / "cache")}
        done = subprocess.run(
            [*command, "--config", str(folder / "podcast.toml")],
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        cluster: Result = json.loads(done.stdout)["cluster"]
        episodes = folder / "library" / "episodes"
        size = sum(path.stat().st_size for path in episodes.rglob("*") if path.is_file())
    return {**cluster, "episode_bytes": size / articles}


def campaign(arguments: argparse.Namespace) -> None:
    """All runs, turn about, and what they say."""
    runs: list[Result] = []
    for turn in range(arguments.rounds):
        order = arguments.workers if turn % 2 == 0 else arguments.workers[::-1]
        for workers in order:
            result = measure(workers, arguments.articles, arguments.seconds)
            runs.append({"round": turn, **result, "workers": workers})
            print(line(runs[-1]), flush=True)
    results: Result = {"machine": machine.describe(), "runs": runs}
    arguments.output.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    for workers in arguments.workers[1:]:
        print(compared(runs, arguments.workers[0], workers, results["machine"]["cores"]))


def line(run: Result) -> str:
    """One run in words."""
    each = run["articles"]
    return (
        f"{run['workers']} workers: {each} articles, {run['audio_hours']:.2f} h of sound in "
        f"{run['making_seconds']:.1f} s ({run['wall_seconds']:.1f} s in all); an article costs a worker "
        f"{run['busy_seconds'] / each:.3f} s ({run['cpu_seconds'] / each:.3f} s of a core), the client "
        f"{(run['making_seconds'] - run['waited_seconds']) / each:.3f} s "
        f"({run['client_cpu_seconds'] / each:.3f} s of a core)"
    )


def compared(runs: Sequence[Result], few: int, many: int, cores: int) -> str:
    """How much faster the same archive is with more workers, round by round, and in all."""

    def each(workers: int, cost: Callable[[Result], float]) -> dict[int, float]:
        return {run["round"]: cost(run) / run["articles"] for run in runs if run["workers"] == workers}

    slow, fast = (each(workers, lambda run: run["making_seconds"]) for workers in (few, many))
    ratios = [slow[turn] / fast[turn] for turn in slow]
    alone, used = each(few, lambda run: run["cpu_seconds"] / few), each(many, cpu_of_all)
    most = [min(many / few, cores * alone[turn] / used[turn]) for turn in alone]
    return (
        f"{many} workers against {few}: × {statistics.median(ratios):.2f} "
        f"({', '.join(f'{ratio:.2f}' for ratio in ratios)}); "
        f"by the processor's time at most × {statistics.median(most):.2f}"
    )


def cpu_of_all(run: Result) -> float:
    """Seconds of a core that workers and client took together."""
    return float(run["cpu_seconds"] + run["client_cpu_seconds"])


# The model


@dataclass(frozen=True, slots=True)
class Assumptions:
    """An archive and a cluster; seconds."""

    articles: int
    workers: int
    service: float
    """Of a worker, for an article of mean length."""
    gap: float
    """Between two articles of a worker: the scheduler and the network."""
    before: float
    """Of the client, for an article before it goes out."""
    after: float
    """Of the client, for an episode that has come."""
    spread: float = 2.0
    """Lengths are drawn between the mean divided and multiplied by it."""
    life: float = float("inf")
    """Of a worker, in the mean, until it is taken away; what it was at is lost."""
    restart: float = 15.0


def simulate(given: Assumptions, seed: int = 9) -> float:
    """Seconds from the first article to the last episode.

    The client is one line: it looks at an article and gives it out, ``AHEAD``
    for each worker at most, and takes episodes in the order of the articles.
    Workers take the oldest article that waits.
    """
    dice = random.Random(seed)
    lengths = _lengths(given, dice)
    free = [0.0] * given.workers
    in_hand: deque[float] = deque()
    now = 0.0
    for length in lengths:
        now += given.before
        begun = max(now, heapq.heappop(free))
        done = begun + given.gap + length + _lost(length, given, dice)
        heapq.heappush(free, done)
        in_hand.append(done)
        while len(in_hand) > AHEAD * given.workers:
            now = max(now, in_hand.popleft()) + given.after
    while in_hand:
        now = max(now, in_hand.popleft()) + given.after
    return now


def _lengths(given: Assumptions, dice: random.Random) -> list[float]:
    drawn: list[float] = [math.pow(given.spread, dice.uniform(-1, 1)) for _ in range(given.articles)]
    mean = sum(drawn) / len(drawn)
    return [given.service * length / mean for length in drawn]


def _lost(length: float, given: Assumptions, dice: random.Random) -> float:
    """A worker that is taken away had done half, in the mean, and another begins anew."""
    return length / 2 + given.restart if dice.random() < length / given.life else 0.0


def fitted(runs: Sequence[Result], workers: int, cpus: int) -> Assumptions:
    """What the runs with one worker say of ``workers`` of them on a machine of so many cores.

    Work that does not find a core waits for one: worker and client share them in
    proportion to what an article costs each.
    """
    alone = [run for run in runs if run["workers"] == 1]

    def each(name: str) -> float:
        return float(statistics.median(run[name] / run["articles"] for run in alone))

    service, client = each("busy_seconds"), each("making_seconds") - each("waited_seconds")
    gap = max(each("making_seconds") - service, 0.0)
    load = workers * (each("cpu_seconds") + each("client_cpu_seconds")) / (service + gap)
    crowd = max(1.0, load / cpus)
    return Assumptions(alone[0]["articles"], workers, service * crowd, gap, client / 2, client / 2)


def by_cpu(runs: Sequence[Result]) -> Assumptions:
    """What quiet cores and fast disks would need: the processor's time alone, which load hardly changes."""
    alone = [run for run in runs if run["workers"] == 1]
    service, client = (
        float(statistics.median(run[name] / run["articles"] for run in alone))
        for name in ("cpu_seconds", "client_cpu_seconds")
    )
    return Assumptions(alone[0]["articles"], 1, service, 0.01, client / 2, client / 2)


def model(arguments: argparse.Namespace) -> None:
    """The model against the runs, then for what cannot be run here."""
    results = json.loads(arguments.results.read_text(encoding="utf-8"))
    runs, cpus = results["runs"], results["machine"]["cores"]
    print("| workers | measured (s) | model (s) | off by |\n|---|---|---|---|")
    for workers in sorted({run["workers"] for run in runs}):
        measured = statistics.median(run["making_seconds"] for run in runs if run["workers"] == workers)
        played = simulate(fitted(runs, workers, cpus))
        print(f"| {workers} | {measured:.1f} | {played:.1f} | {played / measured - 1:+.1%} |")
    print()
    print(forecast(runs, arguments))


def forecast(runs: Sequence[Result], arguments: argparse.Namespace) -> str:
    """A million articles of ``arguments.sound`` seconds by ever more workers, as a table."""
    alone = [run for run in runs if run["workers"] == 1]
    base = by_cpu(runs) if arguments.cpu else fitted(runs, 1, 10**6)
    sound = statistics.median(run["audio_hours"] * 3600 / run["articles"] for run in alone)
    scale = arguments.sound / sound
    hours = arguments.articles * arguments.sound / 3600
    rows = [
        "| workers | days | worker-hours | € | € an hour of sound | workers at work |",
        "|---|" + "---|" * 5,
    ]
    for workers in arguments.workers:
        given = replace(
            base,
            articles=arguments.articles,
            workers=workers,
            service=base.service * scale,
            life=arguments.life * 3600,
        )
        seconds = simulate(given)
        paid = seconds / 3600 * workers
        share = arguments.articles * given.service / (seconds * workers)
        cost = paid * arguments.hourly_price
        row = (workers, f"{seconds / 86400:.2f}", f"{paid:,.0f}", f"{cost:,.0f}", f"{cost / hours:.4f}")
        rows.append(f"| {' | '.join(map(str, row))} | {share:.0%} |")
    return "\n".join(rows)


def main() -> None:
    """Take the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--articles", type=int, default=200)
    measuring.add_argument("--seconds", type=float, default=SECONDS, help="of sound, of an article")
    measuring.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    measuring.add_argument("--rounds", type=int, default=1)
    measuring.add_argument("-o", "--output", type=Path, default=Path("backfill.json"))
    measuring.set_defaults(act=campaign)
    modelling = commands.add_parser("model")
    modelling.add_argument("results", type=Path)
    modelling.add_argument("--articles", type=int, default=1_000_000)
    modelling.add_argument("--sound", type=float, default=180, help="seconds of an article")
    modelling.add_argument("--workers", type=int, nargs="+", default=[1, 2, 16, 64, 256, 1024])
    modelling.add_argument("--life", type=float, default=12, help="hours until a worker is taken away")
    modelling.add_argument("--hourly-price", type=float, default=0.04, help="€ of a worker")
    modelling.add_argument("--cpu", action="store_true", help="forecast by the processor's time alone")
    modelling.set_defaults(act=model)
    arguments = parser.parse_args()
    arguments.act(arguments)


if __name__ == "__main__":
    main()
