"""The limit: the bare sessions of a Piper voice on every core, and nothing around them.

    python -m podcast.bench.bare

speaks what it is told on stdin and tells what it took on stdout; ``speak``
starts one such process for each core. Phonemes are made beforehand and the
models are loaded and have spoken when the clock starts, so no program that
uses these sessions can be faster. This module alone measures Piper without
our own engine between, but for the arithmetic that the voice asks for.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from podcast.bench.process import CommandFailed
from podcast.types import Voice

NAME = "the bare model"
PUBLISHED = "the bare model in float32"
"""Of a voice that asks for another arithmetic: the limit of whoever runs the model as it is."""
Ids = list[int]


def phoneme_ids(texts: Sequence[str], voice: Voice) -> list[Ids]:
    """What the model of a voice is given for these texts, sentence by sentence."""
    from piper import PiperConfig, PiperVoice

    config = PiperConfig.from_dict(json.loads(Path(f"{voice.model}.json").read_text(encoding="utf-8")))
    piper = PiperVoice(session=cast("Any", None), config=config)
    return [
        piper.phonemes_to_ids(sentence) for text in texts for sentence in piper.phonemize(text) if sentence
    ]


def speak(sentences: Sequence[Ids], voice: Voice, processes: int) -> dict[str, float]:
    """Figures (``wall``, ``cpu``, ``audio``) of speaking them on so many one-thread sessions.

    Raises ``CommandFailed``.
    """
    with ExitStack() as stack:
        speakers = [stack.enter_context(_start()) for _ in range(processes)]
        for speaker, share in zip(speakers, shares(sentences, processes), strict=True):
            _tell(speaker, [asdict(voice), share])
        for speaker in speakers:
            _hear(speaker)
        began = time.perf_counter()
        for speaker in speakers:
            _tell(speaker, "go")
        told = [_hear(speaker) for speaker in speakers]
        wall = time.perf_counter() - began
    return {
        "wall": wall,
        "cpu": sum(one["cpu"] for one in told),
        "audio": sum(one["samples"] for one in told) / voice.sample_rate,
    }


def shares(sentences: Sequence[Ids], count: int) -> list[list[Ids]]:
    """Dealt out so that all have about the same work, the longest first."""
    dealt: list[list[Ids]] = [[] for _ in range(count)]
    work = [0] * count
    for sentence in sorted(sentences, key=len, reverse=True):
        least = work.index(min(work))
        dealt[least].append(sentence)
        work[least] += len(sentence)
    return dealt


def _start() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "podcast.bench.bare"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _tell(speaker: subprocess.Popen[str], message: object) -> None:
    stdin = cast("IO[str]", speaker.stdin)
    with suppress(BrokenPipeError):  # it has ended: its answer will be missed
        stdin.write(json.dumps(message) + "\n")
        stdin.flush()


def _hear(speaker: subprocess.Popen[str]) -> dict[str, float]:
    line = cast("IO[str]", speaker.stdout).readline()
    if not line:
        raise CommandFailed("a bare session ended too soon", where=NAME, remedy="see its errors above")
    return cast("dict[str, float]", json.loads(line))


class Session:
    """A model with one thread."""

    def __init__(self, voice: Voice) -> None:
        self._session = _faster(voice) or _open_session(voice.model)
        config = json.loads(Path(f"{voice.model}.json").read_text(encoding="utf-8"))
        manner = config.get("inference", {})
        scales = [
            manner.get("noise_scale", 0.667),
            manner.get("length_scale", 1.0),
            manner.get("noise_w", 0.8),
        ]
        self._manner = {"scales": np.array(scales, np.float32)}
        if config.get("num_speakers", 1) > 1:
            self._manner["sid"] = np.array([0], np.int64)

    def speak(self, ids: Ids) -> int:
        """How many samples a sentence gives."""
        given = {"input": np.array([ids], np.int64), "input_lengths": np.array([len(ids)], np.int64)}
        return int(self._session.run(None, given | self._manner)[0].size)


def _open_session(model: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_mem_pattern = False  # no two sentences have the same shape
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def is_plain(voice: Voice) -> bool:
    """Whether it is computed in the arithmetic in which it was published."""
    return voice.settings.get("arithmetic", "float32") == "float32"


def _faster(voice: Voice) -> Any:
    """The session of a voice that asks for another arithmetic: that alone is ours."""
    if is_plain(voice):
        return None
    from podcast.speech.piper import session_of

    return session_of(voice)


def main() -> None:
    """Serve ``speak`` at the other end of stdin and stdout."""
    told: tuple[dict[str, Any], list[Ids]] = json.loads(sys.stdin.readline())
    session, sentences = Session(Voice(**told[0])), told[1]
    for ids in sentences[:2]:
        session.speak(ids)
    _answer({})
    sys.stdin.readline()
    began = time.process_time()
    samples = sum(session.speak(ids) for ids in sentences)
    _answer({"samples": samples, "cpu": time.process_time() - began})


def _answer(message: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
