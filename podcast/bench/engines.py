"""What each voice costs by itself: the engine alone, in a process of its own, with one thread.

    python -m podcast.bench.engines VOICE ROUNDS

is that process. A few sentences are spoken in turn, after one that is not counted.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from podcast.bench.plan import Findings, Plan
from podcast.bench.process import CommandFailed, run
from podcast.bench.results import Missing, Run
from podcast.types import Engine, Voice

NAME = "engines"
ENGINE = "engine alone"
SENTENCES = (
    "Le conseil a voté mardi soir un budget en hausse, sans augmenter les impôts de la commune.",
    "Hier soir, le pont des Arches a rouvert après cent vingt jours de travaux.",
    "Qui aurait cru que la halle aux grains attirerait tant de visiteurs ?",
)
BURST = 3.0
"""Seconds of work for the uncounted sentence above which it is spoken only once more."""


def measure(plan: Plan) -> Findings:
    """For each sentence ``first``, ``wall``, ``cpu`` and ``audio``; for each voice ``load``, ``memory``
    and ``size`` (bytes of its files).

    ``load`` is from the start of a process until the engine is open; ``memory`` the most that the
    process held.
    """
    for name, voice in plan.known().items():
        plan.tell(f"{NAME}: {voice.key}")
        try:
            cost = run([sys.executable, "-m", "podcast.bench.engines", name, str(plan.rounds)])
        except CommandFailed as error:
            yield Missing(NAME, voice.key, ENGINE, str(error))
            continue
        told = json.loads(cost.stdout.splitlines()[-1])
        yield Run(NAME, voice.key, ENGINE, {**told["whole"], "size": size(voice)})
        for number, figures in enumerate(told["sentences"], start=1):
            yield Run(NAME, voice.key, ENGINE, figures, number)


def size(voice: Voice) -> int:
    """Bytes of what a voice is made of."""
    model = Path(voice.model)
    if voice.engine == "piper":
        return model.stat().st_size
    folder = model if model.is_dir() else model.parent
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Speak, and print what it took as JSON."""
    import resource

    from podcast import speech

    name, rounds = sys.argv[1], int(sys.argv[2])
    engine = speech.open_engine(speech.find_voice(name))
    load = time.time() - _started()
    sentences = _rounds(engine, rounds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    told = {"whole": {"load": load, "memory": memory}, "sentences": sentences}
    sys.stdout.write(f"\n{json.dumps(told)}\n")
    sys.stdout.flush()
    os._exit(0)  # what the engines' own threads make of the end is not measured


def _rounds(engine: Engine, rounds: int) -> list[dict[str, float]]:
    if _speak(engine, SENTENCES[0])["wall"] > BURST:
        return [_speak(engine, SENTENCES[0])]
    return [_speak(engine, text) for _ in range(rounds) for text in SENTENCES]


def _speak(engine: Engine, text: str) -> dict[str, float]:
    heard = first = 0.0
    began, burnt = time.perf_counter(), time.process_time()
    for chunk in engine.stream(text):
        first = first or time.perf_counter() - began
        heard += len(chunk.samples) / chunk.sample_rate
    return {
        "first": first,
        "wall": time.perf_counter() - began,
        "cpu": time.process_time() - burnt,
        "audio": heard,
    }


def _started() -> float:
    """When this process began, in seconds of the epoch."""
    try:
        ticks = int(Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19])
        uptime = float(Path("/proc/uptime").read_text(encoding="utf-8").split()[0])
    except OSError:  # not Linux: a little later
        return time.time() - time.process_time()
    return time.time() - uptime + ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
