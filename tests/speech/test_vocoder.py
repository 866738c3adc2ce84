"""The later parts of a Piper model, written anew, say the same; a model of another kind stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from onnx import TensorProto, helper, numpy_helper

from podcast.speech.piper import open_session
from podcast.speech.vocoder import NotAVocoder, cut, hasten_file, winograd
from podcast.types import Samples
from tests.speech.vits import feeds, vits_like

COUNTS = (1, 2, 3, 7, 40)
"""Phonemes, of 5 frames each: less than a tile of four and its neighbours, and every remainder."""


@pytest.fixture(autouse=True)
def few_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the small flow of a test is written anew."""
    monkeypatch.setattr(winograd, "LEAST_CHANNELS", 1)


def hastened(model: str) -> str:
    target = Path(model).with_name("hastened.onnx")
    hasten_file(model, target)
    return str(target)


def said(model: str, count: int, speaker: int | None = None) -> list[Samples]:
    found: list[Samples] = open_session(model).run(None, feeds(count, speaker))
    return found


def kinds(model: str) -> list[str]:
    return [node.op_type for node in onnx.load(model).graph.node]


@given(
    size=st.sampled_from([3, 5]),
    numbers=st.lists(st.floats(-1000, 1000), min_size=13, max_size=13),
)
def test_fewer_products_give_the_same_sums(size: int, numbers: list[float]) -> None:
    after, weighing, before = winograd.matrices(size)
    frames, weights = np.array(numbers[: len(before)]), np.array(numbers[8 : 8 + size])
    wanted = sliding_window_view(frames, size) @ weights
    assert np.allclose(after @ ((weighing @ weights) * (before @ frames)), wanted, rtol=1e-9, atol=1e-6)
    assert len(before) == len(wanted) + size - 1


@pytest.mark.parametrize("speakers", [0, 2])
@pytest.mark.parametrize("flow", [False, True])
def test_a_hastened_model_says_the_same(folder: Path, speakers: int, flow: bool) -> None:
    voice = vits_like(folder, speakers=speakers, flow=flow)
    new = hastened(voice.model)
    for count in COUNTS:
        speaker = 1 if speakers else None
        (wanted,), (found,) = said(voice.model, count, speaker), said(new, count, speaker)
        assert found.shape == wanted.shape
        assert np.abs(found - wanted).max() < 1e-6 * max(1.0, np.abs(wanted).max())


def test_a_hastened_model_is_another_one(folder: Path) -> None:
    """The wide convolutions of its flow have become products, and no convolution is transposed."""
    voice = vits_like(folder)
    before, after = kinds(voice.model), kinds(hastened(voice.model))
    assert (before.count("ConvTranspose"), after.count("ConvTranspose")) == (2, 0)
    assert (before.count("MatMul"), after.count("MatMul")) == (0, 2 * 4)


def test_what_comes_before_the_flow_is_the_same_to_the_bit(folder: Path) -> None:
    voice = vits_like(folder)
    model = onnx.load(voice.model)
    noise = next(node for node in model.graph.node if node.op_type == "RandomNormalLike")
    mixed = next(node for node in model.graph.node if noise.output[0] in node.input)
    drawn = next(node for node in model.graph.node if mixed.output[0] in node.input).output[0]
    also = helper.make_node("Identity", [drawn], ["also"])
    model.graph.node.append(also)
    model.graph.output.append(helper.make_tensor_value_info("also", TensorProto.FLOAT, None))
    onnx.save(model, voice.model)
    for count in COUNTS:
        assert np.array_equal(said(hastened(voice.model), count)[1], said(voice.model, count)[1])


def test_weights_that_the_rest_of_a_model_uses_too_stay_as_they_are(folder: Path) -> None:
    voice = vits_like(folder)
    model = onnx.load(voice.model)
    shared = [node.input[1] for node in model.graph.node if node.op_type == "Conv"]
    for place, name in enumerate(shared):
        model.graph.node.append(helper.make_node("Identity", [name], [f"also {place}"]))
        model.graph.output.append(helper.make_tensor_value_info(f"also {place}", TensorProto.FLOAT, None))
    onnx.save(model, voice.model)
    wanted, found = said(voice.model, 7), said(hastened(voice.model), 7)
    assert np.abs(found[0] - wanted[0]).max() < 1e-6
    for one, other in zip(found[1:], wanted[1:], strict=True):
        assert np.array_equal(one, other)


def test_what_a_graph_within_a_graph_takes_from_outside_stays(folder: Path) -> None:
    voice = vits_like(folder)
    model = onnx.load(voice.model)
    name = first(model, "Conv").input[1]
    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, None)
    inner = helper.make_graph([helper.make_node("Identity", [name], ["found"])], "inner", [], [found])
    model.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
    model.graph.node.append(helper.make_node("If", ["yes"], ["also"], then_branch=inner, else_branch=inner))
    model.graph.output.append(helper.make_tensor_value_info("also", TensorProto.FLOAT, None))
    onnx.save(model, voice.model)
    assert np.array_equal(said(hastened(voice.model), 3)[1], said(voice.model, 3)[1])


def first(model: onnx.ModelProto, kind: str) -> onnx.NodeProto:
    found: onnx.NodeProto = next(node for node in model.graph.node if node.op_type == kind)
    return found


def last_convolution(model: onnx.ModelProto) -> onnx.NodeProto:
    found: onnx.NodeProto = [node for node in model.graph.node if node.op_type == "Conv"][-1]
    return found


def change(node: onnx.NodeProto, name: str, value: object) -> None:
    kept = [attribute for attribute in node.attribute if attribute.name != name]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute(name, value)])


def fewer_frames(model: onnx.ModelProto) -> None:
    change(first(model, "ConvTranspose"), "pads", [1, 1])


def more_frames(model: onnx.ModelProto) -> None:
    change(first(model, "ConvTranspose"), "output_padding", [1])


def skipping(model: onnx.ModelProto) -> None:
    change(last_convolution(model), "strides", [2])


def narrower(model: onnx.ModelProto) -> None:
    change(last_convolution(model), "pads", [0, 0])


def a_number_for_each_channel(model: onnx.ModelProto) -> None:
    change(first(model, "Constant"), "value", numpy_helper.from_array(np.full((4, 1), 2.0, np.float32)))


def another_end(model: onnx.ModelProto) -> None:
    model.graph.node[-2].op_type = "Sin"


@pytest.mark.parametrize(
    "other",
    [
        *(fewer_frames, more_frames, skipping, narrower),
        *(a_number_for_each_channel, another_end),
    ],
)
def test_a_model_that_only_looks_like_one_is_refused(
    folder: Path, other: Callable[[onnx.ModelProto], None]
) -> None:
    voice = vits_like(folder)
    model = onnx.load(voice.model)
    other(model)
    onnx.save(model, voice.model)
    with pytest.raises(NotAVocoder):
        hastened(voice.model)
    with pytest.raises(NotAVocoder):
        cut(model)


def test_a_vocoder_that_is_listened_to_on_its_way_is_left_alone(folder: Path) -> None:
    voice = vits_like(folder)
    model = onnx.load(voice.model)
    name = first(model, "ConvTranspose").output[0]
    model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    onnx.save(model, voice.model)
    with pytest.raises(NotAVocoder):
        hastened(voice.model)
