"""What changes nothing goes, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from podcast.speech.vocoder.plain import strip

LINE = tuple[str, str, str]
"""A kind of operation, what it is given, and what it makes."""

SENTENCE = [
    ("Range", "zero count one", "places"),
    ("Unsqueeze", "places first", "row"),
    ("Unsqueeze", "lengths second", "column"),
    ("Less", "row column", "before"),
    ("Unsqueeze", "before second", "apart"),
    ("Cast", "apart", "mask"),
]
"""The mask of as many places as ``count`` says, of which the first ``lengths`` are."""

CASES: list[tuple[list[LINE], str]] = [
    ([("Shape", "given", "size"), ("ConstantOfShape", "size", "none"), ("Add", "given none", "end")], ""),
    ([("Shape", "given", "size"), ("ConstantOfShape", "size", "none"), ("Add", "none given", "end")], ""),
    ([("Shape", "given", "size"), ("ConstantOfShape", "size", "none"), ("Sub", "none given", "end")], "Sub"),
    ([("Shape", "given", "size"), ("ConstantOfShape", "size", "none"), ("Mul", "none given", "end")], "Mul"),
    (
        [
            ("Shape", "given", "size"),
            ("ConstantOfShape", "size", "none"),
            ("Neg", "none", "less"),
            ("Exp", "less", "ones"),
            ("Mul", "given ones", "end"),
        ],
        "",
    ),
    ([("ConstantOfShape", "three", "wide"), ("Add", "given wide", "end")], "Add"),
    ([*SENTENCE, ("Mul", "given mask", "end")], ""),
    ([*SENTENCE, ("Mul", "mask given", "end")], ""),
    ([*SENTENCE, ("Add", "mask given", "end")], "Add"),
    ([*SENTENCE, ("Unsqueeze", "mask first", "wide"), ("Mul", "given wide", "end")], "Mul"),
    ([*SENTENCE, ("Equal", "mask nought", "never"), ("Where", "never far given", "end")], ""),
    ([*SENTENCE, ("Equal", "mask unit", "ever"), ("Where", "ever far given", "end")], "Where"),
    ([*SENTENCE[:3], ("Less", "column row", "before"), *SENTENCE[4:], ("Mul", "given mask", "end")], "Mul"),
]

STORED: dict[str, Any] = {
    "zero": 0,
    "one": 1,
    "first": [0],
    "second": [1],
    "three": [1, 2, 3],
    "nought": np.float32(0),
    "unit": np.float32(1),
    "far": np.float32(-9),
}


@pytest.mark.parametrize(("lines", "stays"), CASES)
def test_what_changes_nothing_goes(lines: list[LINE], stays: str) -> None:
    nodes = [helper.make_node(kind, names.split(), [made]) for kind, names, made in lines]
    for node in nodes:
        if node.op_type == "Cast":
            node.attribute.append(helper.make_attribute("to", TensorProto.FLOAT))
    nodes.append(helper.make_node("Tanh", ["end"], ["made"]))
    inputs = [
        helper.make_tensor_value_info("given", TensorProto.FLOAT, [1, 2, 3]),
        helper.make_tensor_value_info("count", TensorProto.INT64, []),
        helper.make_tensor_value_info("lengths", TensorProto.INT64, [1]),
    ]
    made = helper.make_tensor_value_info("made", TensorProto.FLOAT, None)
    stored = [numpy_helper.from_array(np.array(value), name) for name, value in STORED.items()]
    graph = helper.make_graph(nodes, "case", inputs, [made], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)

    wanted = run(model)
    same = strip(model.graph)
    assert (same == {"end": "given"}) == (not stays)
    assert [node.op_type for node in model.graph.node][-2:] == ([stays, "Tanh"] if stays else ["Tanh"])
    assert np.array_equal(run(model), wanted)


def run(model: Any) -> Any:
    given = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    feeds = {"given": given, "count": np.array(3), "lengths": np.array([3])}
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, feeds)[0]
