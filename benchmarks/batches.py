"""Whether a Piper voice is faster when it is given several sentences at once, on one core.

    python -m benchmarks.batches MODEL.onnx [--sentences 16] [--rounds 5]

The published model is asked for the same sentences alone and in batches, in
turn. At best they have one length; in an article they have not, and those of a
batch are filled up to the longest, which is computed like the rest. Sentences
are of random phonemes: what they cost is all that counts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.bench.bare import published

BATCHES = (1, 2, 4, 8)
PHONEMES = 20
"""Kinds of them: fewer than any voice has."""
SHORT, LONG = 40, 240
"""Ids of a sentence, pauses between phonemes included."""
Ids = npt.NDArray[np.int64]


def sentences(count: int, shortest: int, seed: int = 9) -> list[Ids]:
    """So many of them, of any length from ``shortest`` to ``LONG``."""
    dice = np.random.default_rng(seed)
    lengths = dice.integers(shortest, LONG, count, endpoint=True)
    return [dice.integers(1, PHONEMES, length) for length in lengths]


def cpu_seconds(session: Any, given: Sequence[Ids], size: int) -> float:
    """Of speaking all of them, ``size`` at once."""
    began = time.process_time()
    for start in range(0, len(given), size):
        batch = given[start : start + size]
        lengths = np.array([ids.size for ids in batch])
        ids = np.zeros((len(batch), lengths.max()), np.int64)
        for row, sentence in zip(ids, batch, strict=True):
            row[: sentence.size] = sentence
        told = {"input": ids, "input_lengths": lengths, "scales": np.array([0.667, 1.0, 0.8], np.float32)}
        audio = session.run(None, told)[0]
        if len(audio) != len(batch):
            raise SystemExit(f"the model gives {len(audio)} sentences for {len(batch)}: it takes no batches")
    return time.process_time() - began


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("--sentences", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    session = published(arguments.model)
    print("| sentences at once | of one length, CPU | of many lengths, CPU |\n|---|---|---|")
    kinds = [sentences(arguments.sentences, shortest) for shortest in (LONG, SHORT)]
    ratios: dict[int, list[list[float]]] = {size: [[], []] for size in BATCHES}
    for _ in range(arguments.rounds):
        for kind, given in enumerate(kinds):
            took = {size: cpu_seconds(session, given, size) for size in BATCHES}
            for size in BATCHES:
                ratios[size][kind].append(took[size] / took[1])
    for size in BATCHES:
        print(
            f"| {size} | " + " | ".join(f"× {statistics.median(found):.2f}" for found in ratios[size]) + " |"
        )


if __name__ == "__main__":
    main()
