"""What makes sound of drawn envelopes says the same when written anew; graphs of another kind stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from podcast.speech.piper import open_session
from podcast.speech.vocoder import NotAVocoder, drawn, folded, hasten_file
from podcast.speech.vocoder.formula import Formula, Formulas
from podcast.speech.vocoder.lifted import lift
from podcast.types import Voice

CLOSE = 1e-4
"""Of full scale: the waves of the bundled voice are stored in half precision."""

Change = Callable[[onnx.ModelProto], None]


@pytest.fixture(scope="module")
def hastened(bundled: Voice, tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("hastened") / "voice.onnx"
    assert hasten_file(bundled.model, target)
    return str(target)


def said(model: str, count: int, liveliness: float = 0.667, slowness: float = 1.0) -> list[NDArray[Any]]:
    """Samples and lengths of phonemes drawn by lot."""
    ids = np.random.default_rng(count).integers(1, 150, (1, count))
    scales = np.array([liveliness, slowness, 0.8], np.float32)
    given = {"input": ids, "input_lengths": np.array([count]), "scales": scales}
    found: list[NDArray[Any]] = open_session(model).run(None, given)
    return found


@pytest.mark.parametrize(
    ("count", "liveliness", "slowness"),
    [
        (1, 0.667, 1.0),  # a few frames
        (2, 0.0, 1.0),  # without noise
        (40, 1.0, 1.0),
        (90, 0.3, 0.7),
        (60, 0.667, 8.0),  # longer than the noise whose spectra are stored
    ],
)
def test_the_bundled_voice_says_the_same(
    bundled: Voice, hastened: str, count: int, liveliness: float, slowness: float
) -> None:
    (wanted, lengths), (found, others) = (
        said(model, count, liveliness, slowness) for model in (bundled.model, hastened)
    )
    assert np.array_equal(lengths, others)
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() < CLOSE
    assert slowness < 8.0 or wanted.size > folded.KEPT * 128


def test_it_has_fewer_products(bundled: Voice, hastened: str) -> None:
    """Two by waves are left of three, with half of the weights; the third is for the end of the noise."""
    assert waved(bundled.model) == 6 * 256 * 257
    (there, more), (back, middle), last = (2 * 128 * 257, 257), (2 * 128 * 257, 257), 2 * 256 * 257
    assert waved(hastened) == there + more + back + middle + last
    assert "ReduceSum" not in kinds(hastened)


def test_lengths_and_melody_are_made_as_before(bundled: Voice, hastened: str) -> None:
    """Images are made for the envelopes alone, in six of sixteen blocks."""
    convolutions = [node for node in onnx.load(hastened).graph.node if node.op_type == "Conv"]
    sizes = [len(onnx.helper.get_node_attr_value(node, "kernel_shape")) for node in convolutions]
    assert (sizes.count(1), sizes.count(2)) == (10, 6)
    assert kinds(bundled.model).count("Conv") == 16


def test_pulses_that_are_made_in_another_way_are_left_so(bundled: Voice, tmp_path: Path) -> None:
    model = onnx.load(bundled.model)
    found = drawn.find(model.graph)
    assert found is not None
    assert found.train
    next(
        node for node in model.graph.node if node.op_type == "Less" and "Abs" in node.input[0]
    ).op_type = "LessOrEqual"
    found = drawn.find(model.graph)
    assert found is not None
    assert not found.train
    onnx.save(model, tmp_path / "before.onnx")
    hasten_file(str(tmp_path / "before.onnx"), tmp_path / "after.onnx")
    assert "Expand" in kinds(str(tmp_path / "after.onnx"))
    wanted, made = (said(str(tmp_path / f"{name}.onnx"), 40)[0] for name in ("before", "after"))
    assert np.abs(made - wanted).max() < CLOSE


def waved(model: str) -> int:
    """Weights of the products that have to do with bins, but for those of bands and of turns."""
    graph = onnx.load(model).graph
    sizes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    sizes |= {
        node.output[0]: sizes[node.input[0]]
        for node in graph.node
        if node.op_type == "Cast" and node.input[0] in sizes
    }
    found = [
        sizes[node.input[1]] for node in graph.node if node.op_type == "MatMul" and node.input[1] in sizes
    ]
    return sum(
        rows * columns
        for rows, columns in found
        if {rows, columns} & {128, 129, 257} and not {rows, columns} & {3, 32, 64}
    )


def kinds(model: str) -> list[str]:
    return [node.op_type for node in onnx.load(model).graph.node]


def stored(model: onnx.ModelProto, end: str) -> onnx.TensorProto:
    found: onnx.TensorProto = next(
        tensor for tensor in model.graph.initializer if tensor.name.endswith(f"{end}_half")
    )
    return found


def other_waves(model: onnx.ModelProto) -> None:
    tensor = stored(model, "cosines")
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) * np.float16(1.01), tensor.name))


def another_window(model: onnx.ModelProto) -> None:
    tensor = stored(model, "from_imaginary")
    values = numpy_helper.to_array(tensor)
    tensor.CopyFrom(numpy_helper.from_array(values[:, ::-1].copy(), tensor.name))


def no_phase(model: onnx.ModelProto) -> None:
    next(node for node in model.graph.node if node.op_type == "Cos").op_type = "Sin"


def noise_that_is_given(model: onnx.ModelProto) -> None:
    next(node for node in model.graph.node if node.op_type == "Tile").input[0] = "scales"


def listened_to(model: onnx.ModelProto) -> None:
    """A frame on its way to sound is an output too."""
    name = next(node for node in model.graph.node if node.op_type == "ReduceSum").output[0]
    model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))


@pytest.mark.parametrize("other", [other_waves, another_window, no_phase, noise_that_is_given, listened_to])
def test_an_end_of_another_kind_is_not_found(bundled: Voice, tmp_path: Path, other: Change) -> None:
    model = onnx.load(bundled.model)
    assert drawn.find(model.graph)
    other(model)
    assert drawn.find(model.graph) is None
    onnx.save(model, tmp_path / "other.onnx")
    with pytest.raises(NotAVocoder):
        hasten_file(str(tmp_path / "other.onnx"), tmp_path / "target.onnx")


def graph_of(*nodes: onnx.NodeProto, **stored: Any) -> onnx.ModelProto:
    """A model from "given" (1, frames, 8) to "made"."""
    graph = helper.make_graph(
        [*nodes],
        "graph",
        [helper.make_tensor_value_info("given", TensorProto.FLOAT, [1, "frames", 8])],
        [helper.make_tensor_value_info("made", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


SUM = [
    helper.make_node("Mul", ["given", "two"], ["twice"]),
    helper.make_node("Add", ["given", "twice"], ["sum"]),
    helper.make_node("Sub", ["twice", "given"], ["difference"]),
    helper.make_node("Div", ["sum", "difference"], ["made"]),
]


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("x", {"x": "made"}),
        (("Div", "x", "y"), {"x": "sum", "y": "difference"}),
        (("Div", ("Add", "x", "y"), ("Sub", "x", "y")), {"x": "twice", "y": "given"}),
        (("Div", ("Add", "x", "y"), ("Sub", "y", "x")), {"x": "given", "y": "twice"}),
        (("Div", ("Add", ("Mul", "=two", "x"), "x")), {"=two": "two", "x": "given"}),
        (("Div", ("Add", ("Mul", "=two", "x"), "=two")), None),
        (("Div", "x", "x"), None),
        (("Sub", "x", "y"), None),
        (("Div", "x", "y", "z"), None),
    ],
)
def test_a_graph_is_read_as_a_formula(formula: Formula, found: dict[str, str] | None) -> None:
    formulas = Formulas(graph_of(*SUM, two=np.array(2.0, np.float32)).graph)
    assert formulas.read("made", formula) == found


def block(name: str, given: str, made: str) -> list[onnx.NodeProto]:
    """A block of ConvNeXt with a single product."""
    lines: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Transpose", [given], "turned", {"perm": [0, 2, 1]}),
        ("Conv", [f"{name}turned", "mix", "bias"], "mixed", {"group": 8, "pads": [1, 1]}),
        ("Transpose", [f"{name}mixed"], "back", {"perm": [0, 2, 1]}),
        ("LayerNormalization", [f"{name}back", "scale", "bias"], "even", {"axis": -1}),
        ("MatMul", [f"{name}even", "narrow"], "product", {}),
        ("Add", ["bias", f"{name}product"], "sum", {}),
        ("Mul", ["scale", f"{name}sum"], "scaled", {}),
    ]
    nodes = [helper.make_node(kind, names, [name + end], **more) for kind, names, end, more in lines]
    return [*nodes, helper.make_node("Add", [given, f"{name}scaled"], [made])]


def weights() -> dict[str, NDArray[Any]]:
    draw = np.random.default_rng(3).standard_normal
    sizes = {"mix": (8, 1, 3), "bias": (8,), "scale": (8,), "narrow": (8, 8)}
    return {name: draw(size).astype(np.float32) for name, size in sizes.items()}


@pytest.mark.parametrize(
    ("left_alone", "turns"),
    [((), [4, 4, 4, 4]), (("between",), [3, 3, 4, 4]), (("made",), [3, 3, 3, 3])],
)
def test_blocks_are_images_from_the_first_to_the_last(
    tmp_path: Path, left_alone: tuple[str, ...], turns: list[int]
) -> None:
    model = graph_of(*block("a ", "given", "between"), *block("b ", "between", "made"), **weights())
    onnx.save(model, tmp_path / "before.onnx")
    lift(model.graph, left_alone)
    onnx.save(model, tmp_path / "after.onnx")
    perms = [node.attribute[0].ints for node in model.graph.node if node.op_type == "Transpose"]
    assert [len(perm) for perm in perms] == turns
    rises = [node.op_type for node in model.graph.node if node.op_type in ("Unsqueeze", "Squeeze")]
    assert rises == (["Unsqueeze", "Squeeze"] if 4 in turns else [])
    frames = np.random.default_rng(4).standard_normal((1, 17, 8)).astype(np.float32)
    wanted, found = (
        open_session(str(tmp_path / f"{name}.onnx")).run(None, {"given": frames})[0]
        for name in ("before", "after")
    )
    assert np.allclose(found, wanted, atol=1e-5)


@given(size=st.sampled_from([8, 64, 512]), seed=st.integers(0, 99))
def test_there_and_back_gives_the_frame_with_its_weights(size: int, seed: int) -> None:
    """The waves are a transform: what is even and what is odd about the middle comes back."""
    frame = np.random.default_rng(seed).standard_normal(size + 1)
    frame[[0, -1]] = 0.0
    half = size // 2
    rising, falling = frame[1 : half + 1], frame[size - 1 : half - 1 : -1]
    weight = drawn.window(size)
    once = np.where(np.arange(half) == half - 1, 0.5, 1.0)
    cosines, sines = drawn.waves(size)
    real, imaginary = ((rising + falling) * weight * once) @ cosines, ((rising - falling) * weight) @ sines
    back = drawn.there_and_back(size)
    even, odd = (real * back) @ cosines.T, (imaginary * back) @ sines.T
    assert np.allclose(even + odd, rising * weight / 2, atol=1e-9)
    assert np.allclose(even - odd, falling * weight / 2, atol=1e-9)
