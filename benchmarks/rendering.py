"""How near the renderer comes to the bare model.

    python benchmarks/rendering.py [--voice KEY] [--minutes 5] [--repeat 3]

Speaks the same sentences with the bare ONNX session on phonemes made
beforehand, one process, and with the renderer on 1, 2, … workers up to the
number of cores. Wall seconds per second of audio, best of ``--repeat``; the
workers' start is in it. ``limit`` is the bare time divided by the workers.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence

from benchmarks.texts import SPEECH_RATE, sentences
from podcast import speech
from podcast.render import render
from podcast.speech.piper import PiperEngine
from podcast.types import Utterance, Voice


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--voice", default="fr_FR-gazette-draft")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    voice = speech.find_voice(options.voice)
    utterances = list(enough(options.minutes * 60))
    bare, seconds = min(bare_session(voice, utterances) for _ in range(options.repeat))
    print(f"{voice.key}: {len(utterances)} sentences, {seconds:.0f} s of audio, {os.cpu_count()} cores")
    print(f"bare session        {bare / seconds:.5f}")
    for jobs in range(1, (os.cpu_count() or 1) + 1):
        wall = min(rendered(voice, utterances, jobs) for _ in range(options.repeat))
        print(f"renderer, {jobs:2} jobs   {wall / seconds:.5f}   {wall / (bare / jobs):.2f} × limit")


def enough(seconds: float) -> Iterator[Utterance]:
    length = 0
    for index, text in enumerate(sentences()):
        if length > seconds * SPEECH_RATE:
            return
        length += len(text)
        yield Utterance(index, 0, (0, len(text)), text, 0.3)


def bare_session(voice: Voice, utterances: Sequence[Utterance]) -> tuple[float, float]:
    """Wall seconds of the model alone, and the seconds of audio that it made."""
    piper = PiperEngine(voice)._piper
    ids = [
        piper.phonemes_to_ids(sentence)
        for utterance in utterances
        for sentence in piper.phonemize(utterance.text)
    ]
    began = time.perf_counter()
    samples = sum(len(piper.phoneme_ids_to_audio(sentence)) for sentence in ids)
    return time.perf_counter() - began, samples / voice.sample_rate


def rendered(voice: Voice, utterances: Sequence[Utterance], jobs: int) -> float:
    began = time.perf_counter()
    for _clip in render(utterances, voices={"": voice}, open_engine=speech.open_engine, jobs=jobs):
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
