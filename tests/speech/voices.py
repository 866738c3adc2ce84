"""A tiny Piper voice for tests: every phoneme is the same 256 random samples wherever it occurs.

Its weights are random and it says nothing, but it runs the true path in milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

from podcast.types import Voice

HOP = 256
RATE = 16000


def random_voice(folder: Path, *, durations: bool = True, speakers: Sequence[str] = ()) -> Voice:
    """Write ``random.onnx`` and its description to ``folder``.

    ``durations`` gives it Piper's second output, how long each phoneme lasts;
    each of ``speakers`` shifts the phonemes by one.
    """
    model = folder / "random.onnx"
    onnx.save(_model(durations=durations, many=bool(speakers)), model)
    describe(model, speakers)
    return Voice("random", "piper", str(model), "0" * 64, RATE, speaks_ipa=True)


def describe(model: Path, speakers: Sequence[str] = ()) -> None:
    """Write what Piper wants to know of a model beside it."""
    config = {
        "audio": {"sample_rate": RATE},
        "espeak": {"voice": "fr"},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": 256,
        "num_speakers": max(1, len(speakers)),
        "speaker_id_map": {name: number for number, name in enumerate(speakers)},
        "hop_length": HOP,
    }
    Path(f"{model}.json").write_text(json.dumps(config), encoding="utf-8")


def _model(*, durations: bool, many: bool) -> onnx.ModelProto:
    table = np.random.default_rng(1).uniform(-0.5, 0.5, (300, HOP)).astype(np.float32)
    nodes = [
        helper.make_node("Add", ["input", "sid"], ["row"])
        if many
        else helper.make_node("Identity", ["input"], ["row"]),
        helper.make_node("Gather", ["table", "row"], ["frames"]),
        helper.make_node("Reshape", ["frames", "flat"], ["output"]),
        helper.make_node("Mul", ["input", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "one"], ["each_one"]),
        helper.make_node("Cast", ["each_one"], ["durations"], to=TensorProto.FLOAT),
    ]
    constants = {
        "table": table,
        "flat": np.array([1, 1, 1, -1]),
        "zero": np.array(0),
        "one": np.array(1),
    }
    ids = helper.make_tensor_value_info("input", TensorProto.INT64, [1, "phonemes"])
    lengths = helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1])
    scales = helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3])
    speaker = helper.make_tensor_value_info("sid", TensorProto.INT64, [1])
    audio = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])
    frames = helper.make_tensor_value_info("durations", TensorProto.FLOAT, [1, "phonemes"])
    graph = helper.make_graph(
        nodes if durations else nodes[:3],
        "random",
        [ids, lengths, scales, *([speaker] if many else [])],
        [audio, *([frames] if durations else [])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
