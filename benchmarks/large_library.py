"""A show with 10,000 episodes: how long a run without news takes, and how much memory.

    python -m benchmarks.large_library --episodes 10000

The episodes are records with files of a few bytes; everything else is the
true path, in a process of its own: `podcast run` and `podcast feed`.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from podcast.publish import record as records
from podcast.publish.entry import Newcomer
from podcast.publish.library import EPISODES
from podcast.publish.opening import open_library
from podcast.publish.record import Record
from podcast.types import Chapter

FILES = ("chapters.json", "cover.jpg", "episode.mp3", "index.html", "timeline.json", "transcript.vtt")
CONFIG = """[[sources]]
folder = "articles"
[storage]
url = "https://podcast.example.org/"
"""
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def fill(folder: Path, count: int) -> None:
    """A library of ``count`` episodes, with the files that they were read from."""
    (folder / "podcast.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "articles").mkdir()
    names = [f"articles/{number:05}.txt" for number in range(count)]
    for name in names:
        path = folder / name
        path.write_text(f"Article {name}\n", encoding="utf-8")
        os.utime(path, (1e9, 1e9))
    with open_library(folder / "library") as library:
        library.add(*(Newcomer(name, "articles") for name in names))
        entries = list(library.entries())
        made = [episode(folder, entry.guid, entry.address, entry.id) for entry in entries]
        stamp = f"{10**18}:{(folder / names[0]).stat().st_size}"
        library.save(
            *(
                replace(
                    entry,
                    state="ready",
                    title=one.title,
                    content_hash="c",
                    etag=stamp,
                    fingerprint="f",
                    record=one,
                )
                for entry, one in zip(entries, made, strict=True)
            )
        )


def episode(folder: Path, guid: str, address: str, number: int) -> Record:
    """One episode's folder and record."""
    name = f"le-titre-d-un-article-qui-est-assez-long-{number:08x}"
    place = folder / "library" / EPISODES / name
    place.mkdir(parents=True)
    for file in FILES:
        (place / file).write_bytes(f"{number} {file}".encode())
    moment = FIRST + timedelta(hours=number)
    return Record(
        guid=guid, address=address, source="articles", content_hash="c", number=number, folder=name,
        title=f"Le titre d'un article qui est assez long, numéro {number}",
        description="Un chapô de deux phrases. Il dit ce que l'article raconte.\n\nUne voix de synthèse.",
        link=f"https://gazette.example.org/{number}", authors=("Jeanne Ledoux",), first_published=moment,
        updated=moment, audio="episode.mp3", mime_type="audio/mpeg", duration=180.0, loudness=-16.0,
        chapters=tuple(Chapter(f"Intertitre {n}", n * 45.0, n * 45.0 + 45) for n in range(4)),
        files=records.stored_files(place),
    )  # fmt: skip


def measured(folder: Path, *arguments: str) -> tuple[float, float, str]:
    """Seconds, MB at the most, and the last line of `podcast …`."""
    command = [sys.executable, "-m", "podcast", *arguments, "--config", str(folder / "podcast.toml")]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return seconds, peak, done.stdout.splitlines()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--episodes", type=int, default=10_000)
    count = parser.parse_args().episodes
    with tempfile.TemporaryDirectory(prefix="podcast-large-") as name:
        folder = Path(name)
        fill(folder, count)
        for what, arguments in (
            ("first publication", ("run", "--quiet")),
            ("run without news", ("run", "--quiet")),
            ("feed rebuilt", ("feed",)),
        ):
            seconds, peak, said = measured(folder, *arguments)
            print(f"{what}: {seconds:.1f} s, at most {peak:.0f} MB so far; {said}")


if __name__ == "__main__":
    main()
