"""How long a listener waits for the first sound of ``podcast say``, from a cold start.

    python benchmarks/first_audio.py [--voice KEY] [--repeat 5]

A new process each time, the clip cache off; the clock stops when the first
kilobyte of MP3 (less than 0.1 s of sound) has come through the pipe. Also
prints what ``podcast --help`` takes. Seconds: median, then slowest.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

TEXT = (
    "Le conseil municipal a voté hier soir la réouverture du pont. Les riverains, qui l'attendaient depuis "
    "trois ans, ont applaudi. Les travaux commenceront au printemps, si la région donne son accord."
)
ENOUGH = 1000


def first_sound(voice: str) -> float:
    command = [sys.executable, "-m", "podcast", "say", TEXT, "-o", "-", "--no-cache", "--voice", voice]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        received = len(process.stdout.read(ENOUGH))
        seconds = time.perf_counter() - began
        process.stdout.read()
    if received < ENOUGH or process.returncode:
        raise SystemExit("podcast say failed")
    return seconds


def help_text() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "podcast", "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--voice", default="fr_FR-gazette-draft")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    report("first sound", [first_sound(options.voice) for _ in range(options.repeat)], goal=2.5)
    report("--help", [help_text() for _ in range(options.repeat)], goal=0.5)


def report(name: str, seconds: list[float], *, goal: float) -> None:
    print(f"{name:12} {statistics.median(seconds):.2f} {max(seconds):.2f}   goal {goal}")


if __name__ == "__main__":
    main()
