"""Peak memory of ``podcast generate``, all processes together, for a short and a long text.

    python benchmarks/memory.py [--voice KEY] [--jobs N] [--minutes 10 180]

Proportional set size (PSS): pages that processes share are counted once. It is
sampled every 0.1 s over the whole family of processes. Goal: the long text at
most 1.2 times the short one, and at most 600 MB.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from podcast.bench.texts import article

PERIOD = 0.1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--voice", default="fr_FR-gazette-draft")
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--minutes", type=float, nargs=2, default=(10.0, 180.0))
    options = parser.parse_args()
    peaks = []
    for minutes in options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            peak, seconds, wall = generate(minutes, options.voice, options.jobs, Path(folder))
        print(f"{seconds / 60:6.1f} min of audio in {wall:5.1f} s: {peak / 1e6:4.0f} MB")
        peaks.append(peak)
    print(f"ratio {peaks[1] / peaks[0]:.2f}, goal 1.20")


def generate(minutes: float, voice: str, jobs: int, folder: Path) -> tuple[int, float, float]:
    """Peak in bytes, seconds of audio, wall seconds."""
    text = folder / "article.txt"
    text.write_text(article(minutes * 60), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "podcast",
        "generate",
        str(text),
        "--output",
        str(folder / "out"),
        "--json",
    ]
    command += ["--no-cache", "--voice", voice, "--jobs", str(jobs)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, family_size(process.pid))
        time.sleep(PERIOD)
    out, _err = process.communicate()
    return peak, json.loads(out)["duration"], time.perf_counter() - began


def family_size(pid: int) -> int:
    """Proportional set size of a process and its descendants, in bytes."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    size = 0
    for process in family:
        try:
            size += process.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return size


if __name__ == "__main__":
    main()
