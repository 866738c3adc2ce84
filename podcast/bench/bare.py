"""The limits: sessions of a Piper voice alone, one with one thread for each core, and nothing around them.

    python -m podcast.bench.bare

speaks what it is told on stdin and tells what it took on stdout; ``speak``
starts one such process for each core. Phonemes are made beforehand and the
models are loaded and have spoken when the clock starts.

There are three of them. *The bare model* is the file as it was published, in
float32 in ONNX Runtime: what whoever runs it can reach with that runtime. *The
bare model in bfloat16* is the same file in the arithmetic that a voice asks
for, in a runtime that has it, OpenVINO: nothing of ours is in these two. *Our
sessions alone* are what this program makes of the file, in the arithmetic that
the voice asks for: how far ``podcast`` is above them is what everything else in
it costs. For int8 there is no second one: no runtime computes a published file
in eight bits as it is, it must be written anew first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from podcast.bench.process import CommandFailed, last_line
from podcast.types import Voice

NAME = "the bare model"
IN_BFLOAT16 = "the bare model in bfloat16"
ALONE = "our sessions alone"

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
"""Before its import, as ``podcast.speech.piper`` does: what is measured has nothing else to do."""

Ids = list[int]
Feeds = Mapping[str, npt.NDArray[Any]]
Model = Callable[[Feeds], npt.NDArray[Any]]
"""What makes sound of the inputs of a Piper model."""

UNCOUNTED = 2
"""Sentences that each process speaks before the clock starts."""


def asked_of(voice: Voice) -> list[str]:
    """Which of the three there are of a voice, in the order of the tables."""
    in_bfloat16 = voice.settings.get("arithmetic") == "bfloat16"
    return [name for name in MODELS if name != IN_BFLOAT16 or in_bfloat16]


def phoneme_ids(texts: Sequence[str], voice: Voice) -> list[Ids]:
    """What the model of a voice is given for these texts, sentence by sentence."""
    from piper import PiperVoice

    piper = PiperVoice(session=cast("Any", None), config=_config(voice))
    return [
        piper.phonemes_to_ids(sentence) for text in texts for sentence in piper.phonemize(text) if sentence
    ]


def speak(sentences: Sequence[Ids], voice: Voice, processes: int, who: str) -> dict[str, float]:
    """Figures (``wall``, ``cpu``, ``audio``) of speaking them on so many one-thread sessions.

    ``who`` is one of ``asked_of``. Raises ``CommandFailed``, with the reason of a session that cannot speak.
    """
    with ExitStack() as stack:
        speakers = [stack.enter_context(_start()) for _ in range(processes)]
        for speaker, share in zip(speakers, shares(sentences, processes), strict=True):
            _tell(speaker, [asdict(voice), who, share])
        for speaker in speakers:
            _hear(speaker, who)
        began = time.perf_counter()
        for speaker in speakers:
            _tell(speaker, "go")
        told = [_hear(speaker, who) for speaker in speakers]
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


def _hear(speaker: subprocess.Popen[str], who: str) -> dict[str, float]:
    line = cast("IO[str]", speaker.stdout).readline()
    if not line:
        raise CommandFailed("a session ended too soon", where=who, remedy="see its errors above")
    told = json.loads(line)
    if "failed" in told:
        raise CommandFailed(told["failed"], where=who)
    return cast("dict[str, float]", told)


def published(model: str) -> Any:
    """An ONNX Runtime session of the file as it is, in the float32 of its weights, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_mem_pattern = False  # no two sentences have the same shape
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def published_in_bfloat16(voice: Voice) -> Any:
    """The same file, as OpenVINO compiles it. Raises ``VoiceError`` where that or the arithmetic is missing.

    Its noise has a wider spread than that of ONNX Runtime: where a voice draws the lengths of its phonemes,
    the sound is longer, by a sixth with random weights. Kernels are made for each new number of frames, in
    a few per cent of the time; neither a larger cache of them (``CPU_RUNTIME_CACHE_CAPACITY``), nor
    ``CPU_DENORMALS_OPTIMIZATION``, nor another ``PERFORMANCE_HINT`` takes less.
    """
    from podcast.speech.bfloat import on_one_core, open_core  # OpenVINO as ours has it, or why there is none

    return open_core(voice, "bf16").compile_model(voice.model, "CPU", on_one_core("bf16"))


def _published(voice: Voice) -> Model:
    session = published(voice.model)
    return lambda feeds: cast("npt.NDArray[Any]", session.run(None, feeds)[0])


def _published_in_bfloat16(voice: Voice) -> Model:
    request = published_in_bfloat16(voice).create_infer_request()
    return lambda feeds: cast(
        "npt.NDArray[Any]", request.infer(feeds, share_inputs=True, share_outputs=True)[0]
    )


def _ours(voice: Voice) -> Model:
    from podcast.speech.piper import session_of

    session = session_of(voice)
    return lambda feeds: cast("npt.NDArray[Any]", session.run(None, feeds)[0])


MODELS: dict[str, Callable[[Voice], Model]] = {
    NAME: _published,
    IN_BFLOAT16: _published_in_bfloat16,
    ALONE: _ours,
}


class Speaker:
    """One of them, and what it is given with each sentence."""

    def __init__(self, voice: Voice, who: str) -> None:
        self._model = MODELS[who](voice)
        config, settings = _config(voice), voice.settings
        manner = [
            settings.get("noise_scale", config.noise_scale),
            settings.get("length_scale", config.length_scale),
            settings.get("noise_w_scale", config.noise_w_scale),
        ]
        self._manner = {"scales": np.array(manner, np.float32)}
        if config.num_speakers > 1:
            self._manner["sid"] = np.array([config.speaker_id_map.get(voice.speaker, 0)], np.int64)

    def speak(self, ids: Ids) -> int:
        """How many samples a sentence gives."""
        given = {"input": np.array([ids], np.int64), "input_lengths": np.array([len(ids)], np.int64)}
        return int(self._model(given | self._manner).size)


def _config(voice: Voice) -> Any:
    """The ``PiperConfig`` beside a model."""
    from piper import PiperConfig

    return PiperConfig.from_dict(json.loads(Path(f"{voice.model}.json").read_text(encoding="utf-8")))


def main() -> None:
    """Serve ``speak`` at the other end of stdin and stdout."""
    told: tuple[dict[str, Any], str, list[Ids]] = json.loads(sys.stdin.readline())
    sentences = told[2]
    try:
        speaker = Speaker(Voice(**told[0]), told[1])
        for ids in sentences[:UNCOUNTED]:
            speaker.speak(ids)
    except Exception as error:  # of whatever runtime: who has asked will tell
        _answer({"failed": last_line(f"{error}") or repr(error)})
        return
    _answer({})
    if not sys.stdin.readline():
        return  # another one has failed
    began = time.process_time()
    samples = sum(speaker.speak(ids) for ids in sentences)
    _answer({"samples": samples, "cpu": time.process_time() - began})


def _answer(message: Mapping[str, float | str]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
