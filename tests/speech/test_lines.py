"""What decides on words, lengths and melody, written anew, decides the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from podcast.speech.piper import open_session
from podcast.speech.trial import alike
from podcast.speech.vocoder import attention, cut_file, hasten_file, hasten_front, spline, winograd
from podcast.speech.vocoder.formula import Formulas
from podcast.speech.vocoder.pen import Pen
from podcast.speech.vocoder.settled import settled
from tests.speech.published import KINDS, export

COUNTS = (1, 2, 3, 4, 5, 9, 40)
"""Phonemes: fewer than attention reaches, as many, more."""

Array = NDArray[Any]


@pytest.fixture(scope="module", params=KINDS)
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(request.param, tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export("medium", tmp_path_factory.mktemp("medium"))


def hastened(model: Path) -> Path:
    target = model.with_name("hastened.onnx")
    hasten_file(str(model), target)
    return target


def said(session: Any, count: int) -> list[Array]:
    """What a model makes of so many phonemes, with as much noise as a voice has, or more."""
    given = {
        "input": np.random.default_rng(count).integers(1, 150, (1, count)),
        "input_lengths": np.array([count]),
        "scales": np.array([0.667, 1.0, 1.2], np.float32),
        "sid": np.array([2]),
    }
    found: list[Array] = session.run(None, {value.name: given[value.name] for value in session.get_inputs()})
    return found


def agree(model: Path, other: Path, most: float = 1e-5) -> bool:
    """Whether two models say the same, of the same noise."""
    sessions = open_session(str(model)), open_session(str(other))
    for count in COUNTS:
        (wanted, *_), (found, *_) = (said(session, count) for session in sessions)
        if wanted.shape != found.shape or np.abs(wanted - found).max() > most * np.abs(wanted).max():
            return False
    return True


def kinds(model: Path) -> list[str]:
    return [node.op_type for node in onnx.load(model).graph.node]


@pytest.fixture(params=[2, winograd.LEAST_CHANNELS], ids=["wide", "narrow"])
def wide(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the convolutions of a small model are wide, as those of a model of the usual size."""
    monkeypatch.setattr(winograd, "LEAST_CHANNELS", request.param)
    return bool(request.param == 2)


@pytest.mark.usefixtures("wide")
def test_a_published_model_says_the_same(published: Path) -> None:
    assert agree(published, hastened(published))


def test_its_front_finds_the_same(published: Path, wide: bool) -> None:
    whole, front, other = (published.with_name(f"{name}.onnx") for name in ("whole", "front", "other"))
    cut_file(str(published), whole, other, other)
    hasten_front(whole, front)
    sessions = open_session(str(whole)), open_session(str(front))
    for count in COUNTS:
        for wanted, found in zip(*(said(session, count) for session in sessions), strict=True):
            assert found.shape == wanted.shape
            assert np.abs(found - wanted).max() < 1e-4 * max(1.0, np.abs(wanted).max())
    after = kinds(front)
    assert "ScatterND" in kinds(whole)
    assert not {"ScatterND", "ReduceMean"} & {*after}, "splines and norms are all known"
    assert after.count("LayerNormalization") == 28, "two of each layer, six of each of four small networks"
    assert wide or len(after) < 0.25 * len(kinds(whole))


def first(graph: Any, kind: str, number: int = 0) -> Any:
    return [node for node in graph.node if node.op_type == kind][number]


def with_constant(graph: Any, node: Any, place: int, value: Array) -> None:
    name = f"another {node.input[place]}"
    graph.initializer.append(numpy_helper.from_array(value, name))
    node.input[place] = name


def another_slope(graph: Any) -> None:
    """The least slope of splines, in one place."""
    softplus = first(graph, "Softplus").output[0]
    node = next(node for node in graph.node if softplus in node.input)
    with_constant(graph, node, 1, np.array(0.1, np.float32))


def no_root(graph: Any) -> None:
    """Of the deviations in a norm."""
    first(graph, "Sqrt").op_type = "Softplus"


def half_of_the_phonemes(graph: Any) -> None:
    """A mask that is no mask of the whole sentence."""
    lengths = first(graph, "Less").input
    half = helper.make_node("Div", [lengths[1], "two"], ["half"])
    graph.initializer.append(numpy_helper.from_array(np.array(2), "two"))
    place = [node.op_type for node in graph.node].index("Less")
    graph.node.insert(place, half)
    graph.node[place + 1].input[1] = "half"


def far_phonemes_alone(graph: Any) -> None:
    """Attended to where a mask is 1, not 0."""
    equals = [node for node in graph.node if node.op_type == "Equal"]
    mask = next(node for node in equals if "attn" in node.output[0])
    with_constant(graph, mask, 1, np.array(1.0, np.float32))


CHANGES = [another_slope, no_root, half_of_the_phonemes, far_phonemes_alone]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_a_little_different_says_what_it_says(
    medium: Path, tmp_path: Path, change: Callable[[Any], None]
) -> None:
    model = onnx.load(medium)
    change(model.graph)
    other = tmp_path / "other.onnx"
    onnx.save(model, other)
    assert not agree(medium, other, 1e-3), "the change is one"
    assert agree(other, hastened(other))


def test_what_is_wanted_on_the_way_is_made(medium: Path, tmp_path: Path) -> None:
    """Of any tensor: of lines, of images, and of what is the same as another."""
    model = onnx.load(medium)
    names = [
        node.output[0] for node in model.graph.node if node.op_type in ("Conv", "Relu", "Transpose", "Erf")
    ]
    names = [name for name in names if "enc_p/encoder/norm" in name or "conv" in name or "dp/" in name]
    names = [name for name in names if "attn" not in name and "dec" not in name][:60]
    for name in names:
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    other = tmp_path / "other.onnx"
    onnx.save(model, other)
    sessions = open_session(str(other)), open_session(str(hastened(other)))
    for wanted, found in zip(*(said(session, 9) for session in sessions), strict=True):
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() < 1e-4 * max(1.0, np.abs(wanted).max())


def test_a_trial_tells_models_apart(medium: Path, tmp_path: Path) -> None:
    session = open_session(str(medium))
    assert alike(session, open_session(str(hastened(medium))), 1e-4, noisy=True)
    model = onnx.load(medium)
    no_root(model.graph)
    onnx.save(model, tmp_path / "other.onnx")
    assert not alike(session, open_session(str(tmp_path / "other.onnx")), 1e-4, noisy=True)


# Attention and splines by themselves


def run(write: Callable[[Pen], str], **given: Array) -> Array:
    """What a pen writes makes of tensors."""
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape) for name, value in given.items()
    ]
    made = helper.make_tensor_value_info("result", TensorProto.FLOAT, None)
    nothing = [helper.make_node("Identity", [next(iter(given))], ["result"])]
    model = helper.make_model(
        helper.make_graph(nothing, "one", inputs, [made]),
        opset_imports=[helper.make_opsetid("", 15)],
        ir_version=8,
    )
    pen = Pen(model.graph, "test")
    pen.node("Identity", write(pen), output="result")
    pen.done()
    import onnxruntime

    found: Array = onnxruntime.InferenceSession(model.SerializeToString()).run(None, given)[0]
    return found


@settings(deadline=None, max_examples=30)
@given(count=st.integers(1, 12), reach=st.integers(1, 4), heads=st.integers(1, 3), seed=st.integers(0, 99))
def test_attention_minds_the_distance(count: int, reach: int, heads: int, seed: int) -> None:
    draw = np.random.default_rng(seed).standard_normal
    size = 4
    query, key, value = draw((3, heads, count, size)).astype(np.float32)
    keys, values = draw((2, 2 * reach + 1, size)).astype(np.float32)
    parts = attention.Parts("query", "key", "value", keys, values, 2.0, heads)
    lines = [part.transpose(1, 0, 2).reshape(1, 1, count, -1) for part in (query, key, value)]
    names = ("query", "key", "value")
    found = run(
        lambda pen: attention.Writer(pen).write(parts, *names), **dict(zip(names, lines, strict=True))
    )

    wanted = np.zeros((count, heads, size))
    for head in range(heads):
        scores = query[head] @ key[head].T / 2
        near = {
            (one, other): other - one + reach
            for one in range(count)
            for other in range(count)
            if abs(one - other) <= reach
        }
        for pair, distance in near.items():
            scores[pair] += query[head, pair[0]] @ keys[distance] / 2
        weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        wanted[:, head] = weights @ value[head]
        for (one, other), distance in near.items():
            wanted[one, head] += weights[one, other] * values[distance]
    assert np.allclose(found, wanted.reshape(1, 1, count, -1), atol=1e-5)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 99), pieces=st.integers(2, 12))
def test_a_spline_is_gone_back(seed: int, pieces: int) -> None:
    """Of a place the forward curve makes a height, of which the spline makes the place."""
    draw = np.random.default_rng(seed)
    curve = spline.Spline("given", "made", pieces, -5.0, 10.0, 2.0, 0.001, 0.001)
    made = draw.standard_normal((20, 3 * pieces - 1))
    places = draw.uniform(-7, 7, 20)
    heights = np.array([forwards(place, row, curve) for place, row in zip(places, made, strict=True)])
    given = {"made": made[None, None], "given": heights[None, None, :, None]}
    found = run(
        lambda pen: spline.write(pen, curve, "made", "given"),
        **{name: value.astype(np.float32) for name, value in given.items()},
    )
    assert np.allclose(found.reshape(-1), places, atol=1e-3)
    beyond = np.abs(places) > 5
    assert np.array_equal(found.reshape(-1)[beyond], places[beyond].astype(np.float32))


def forwards(place: float, made: Array, curve: spline.Spline) -> float:
    """Equation 4 of Neural Spline Flows."""
    end, count = curve.begin + curve.span, curve.pieces
    if not curve.begin <= place <= end:
        return place

    def knots(free: Array) -> Array:
        shares = np.exp(free / curve.root) / np.exp(free / curve.root).sum()
        shares = curve.least + (1 - curve.least * count) * shares
        return curve.begin + curve.span * np.concatenate([[0.0], np.cumsum(shares)])

    across, up = knots(made[:count]), knots(made[count : 2 * count])
    slopes = np.concatenate([[1.0], curve.flattest + np.log1p(np.exp(made[2 * count :])), [1.0]])
    piece = min(int(np.searchsorted(across, place, "right")) - 1, count - 1)
    width, height = across[piece + 1] - across[piece], up[piece + 1] - up[piece]
    part, slope = (place - across[piece]) / width, height / width
    inner = part * (1 - part)
    above = height * (slope * part**2 + slopes[piece] * inner)
    return float(up[piece] + above / (slope + (slopes[piece + 1] + slopes[piece] - 2 * slope) * inner))


# What is the same whatever is given

NODES = {
    "joined": helper.make_node("Concat", ["one", "two"], ["joined"], axis=0),
    "turned": helper.make_node("Transpose", ["table"], ["turned"], perm=[1, 0]),
    "cut": helper.make_node("Slice", ["table", "last", "before", "zero", "last"], ["cut"]),
    "flat": helper.make_node("Reshape", ["turned", "last"], ["flat"]),
    "more": helper.make_node("Unsqueeze", ["one", "zero"], ["more"]),
    "none": helper.make_node("ConstantOfShape", ["one"], ["none"]),
    "moved": helper.make_node("Add", ["one", "given"], ["moved"]),
    "partly": helper.make_node("Concat", ["one", "given"], ["partly"], axis=0),
}
SETTLED: list[tuple[str, Any]] = [
    ("one", [2]),
    ("joined", [2, 3, 4]),
    ("turned", [[1, 3], [2, 4]]),
    ("cut", [[3, 4], [1, 2]]),
    ("flat", [1, 3, 2, 4]),
    ("more", [[2]]),
    ("none", [0, 0]),
    ("moved", None),
    ("partly", None),
    ("given", None),
]


@pytest.mark.parametrize(("name", "wanted"), SETTLED)
def test_what_is_settled(name: str, wanted: Any) -> None:
    values = {"one": [2], "two": [3, 4], "table": [[1, 2], [3, 4]], "last": [-1], "zero": [0]}
    values["before"] = [-(2**63) + 1]
    tensors = [numpy_helper.from_array(np.array(value), key) for key, value in values.items()]
    given = helper.make_tensor_value_info("given", TensorProto.INT64, [1])
    graph = helper.make_graph([*NODES.values()], "settled", [given], [], tensors)
    found = settled(Formulas(graph), name)
    assert found is None if wanted is None else found is not None and found.tolist() == wanted
