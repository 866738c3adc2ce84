"""Speed, first sound and memory of each engine at the size of its published models.

    python -m benchmarks.engines [NAME…] [--repeat 3]

Prints the table of docs/voices.md. It needs every extra, and ``onnx``. Weights
are random but for the bundled voice: they say nothing, and cost what the
published ones cost, whose architecture they have. A stream is heard for as
long as the bundled voice takes for the same sentence, then closed.

Each engine runs in a process of its own, with one thread for each operation.
*load*: seconds from the start of that process until the engine is open;
*first*: seconds until the first chunk of a sentence; *RTF*: seconds of work
for a second of sound; *CPU*: of processor time, likewise; *memory*: the most
that the process held in RAM. Medians over the sentences and ``--repeat``
rounds, after one that is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from podcast.speech import find_voice, open_engine
from podcast.types import Engine, Voice

SENTENCES = (
    ("Le conseil a voté mardi soir un budget en hausse, sans augmenter les impôts de la commune.", 4.6),
    ("Hier soir, le pont des Arches a rouvert après cent vingt jours de travaux.", 3.8),
    ("Qui aurait cru que la halle aux grains attirerait tant de visiteurs ?", 3.0),
)
"""What is spoken, and the seconds that the bundled voice takes."""

XTTS_V2 = {
    "gpt_num_audio_tokens": 1026,
    "gpt_start_audio_token": 1024,
    "gpt_stop_audio_token": 1025,
    "gpt_use_perceiver_resampler": True,
}
"""What the ``config.json`` of XTTS v2 changes of the defaults."""


def bundled(_folder: Path) -> Voice:
    return find_voice("fr_FR-gazette-draft")


def piper_medium(folder: Path) -> Voice:
    from benchmarks import random_voice

    warnings.simplefilter("ignore")  # the exporter's
    random_voice.main(folder)
    return find_voice(str(folder))


def vits(folder: Path) -> Voice:
    from tests.speech.tiny_models import tiny_vits

    voice = replace(tiny_vits(folder, sizes={"init_discriminator": False}), settings={"trim_silence": False})
    engine = open_engine(voice)
    text, seconds = SENTENCES[0]
    spoken = sum(len(chunk.samples) for chunk in engine.stream(text)) / engine.sample_rate
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["model_args"]["length_scale"] = seconds / spoken
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return voice


def xtts(folder: Path) -> Voice:
    from tests.speech.tiny_models import tiny_xtts

    return tiny_xtts(folder, endless=True, sizes=XTTS_V2, tokens=6681)


def pocket(folder: Path, published: str = "french") -> Voice:
    from pocket_tts.utils.config import CONFIGS_DIR, load_config

    from tests.speech.tiny_models import tiny_pocket

    sizes = load_config(CONFIGS_DIR / f"{published}.yaml").model_dump()
    return tiny_pocket(folder, endless=True, sizes=sizes, tokens=4000)


def pocket_24l(folder: Path) -> Voice:
    return pocket(folder, "french_24l")


MODELS: dict[str, tuple[str, Callable[[Path], Voice]]] = {
    "bundled": ("Piper, the bundled draft (true weights)", bundled),
    "piper": ("Piper, medium", piper_medium),
    "vits": ("Coqui VITS", vits),
    "pocket": ("pocket-tts, French", pocket),
    "pocket-24l": ("pocket-tts, French, 24 layers", pocket_24l),
    "xtts": ("Coqui XTTS v2", xtts),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MODELS))
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    print("| engine and model | size, MB | load, s | first, s | RTF | CPU | memory, MB |", flush=True)
    print("|---|---|---|---|---|---|---|")
    for name in options.names or MODELS:
        with tempfile.TemporaryDirectory() as folder:
            call("make", name, folder)
            told = json.loads(call("measure", folder, str(options.repeat)))
        print(
            f"| {MODELS[name][0]} | {told['size']:.0f} | {told['load']:.1f} | {told['first']:.2f}",
            f"| {told['rtf']:.2f} | {told['cpu']:.2f} | {told['memory']:.0f} |",
            flush=True,
        )


def call(*arguments: str) -> str:
    """What a process of its own prints last: making a model must not count in the memory of using it."""
    code = f"from benchmarks import engines; engines.{arguments[0]}(*{arguments[1:]!r})"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()[-1] if done.stdout else ""


def make(name: str, folder: str) -> None:
    """Write a model, and the voice that uses it beside it."""
    model = Path(folder, "model")
    model.mkdir()
    voice = MODELS[name][1](model)
    Path(folder, "voice.json").write_text(json.dumps(asdict(voice)), encoding="utf-8")


def measure(folder: str, repeat: str) -> None:
    """Print what a voice costs, as JSON."""
    voice = Voice(**json.loads(Path(folder, "voice.json").read_text(encoding="utf-8")))
    engine = open_engine(voice)
    load = time.time() - started()
    rounds = [speak(engine, *sentence) for _ in range(int(repeat) + 1) for sentence in SENTENCES]
    firsts, rtfs, cpus = zip(*rounds[len(SENTENCES) :], strict=True)
    model = Path(voice.model)
    files = (
        model.rglob("*") if model.is_dir() else [model] if voice.engine == "piper" else model.parent.iterdir()
    )
    print(
        json.dumps(
            {
                "size": sum(file.stat().st_size for file in files) / 1e6,
                "load": load,
                "first": statistics.median(firsts),
                "rtf": statistics.median(rtfs),
                "cpu": statistics.median(cpus),
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
            }
        )
    )


def speak(engine: Engine, text: str, seconds: float) -> tuple[float, float, float]:
    """Seconds to the first chunk; of work and of processor time for a second of sound."""
    heard, first = 0.0, 0.0
    began, burnt = time.perf_counter(), time.process_time()
    with closing(engine.stream(text)) as stream:  # type: ignore[type-var]
        for chunk in stream:
            first = first or time.perf_counter() - began
            heard += len(chunk.samples) / chunk.sample_rate
            if heard >= seconds:
                break
    return first, (time.perf_counter() - began) / heard, (time.process_time() - burnt) / heard


def started() -> float:
    """When this process began, in seconds of the epoch."""
    import psutil

    return float(psutil.Process(os.getpid()).create_time())


if __name__ == "__main__":
    main()
