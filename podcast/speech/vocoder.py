"""The vocoder of a Piper model: the part at its end that makes sound of what the rest found out.

The vocoder (HiFi-GAN) takes two thirds of the time, has only convolutions and
sees no further than a few frames, so that it can be run apart, in pieces, and
by another runtime. Its convolutions over time become convolutions over an
image of height 1: the same numbers, for which runtimes have better kernels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

INSIDE = {"Conv", "ConvTranspose", "LeakyRelu", "Add", "Div", "Mul", "Tanh"}
"""What a vocoder is made of; Mul by a constant only."""

AFTER = {"Unsqueeze", "Squeeze", "Reshape", "Identity"}
"""What may come after its last Tanh, without changing a sample."""

CONVOLUTIONS = {"Conv": 1, "ConvTranspose": 0}
"""Each with the axis of its weights that counts the channels coming in."""

HEIGHT = "height"
"""Name of the axis that is added."""


class NotAVocoder(ValueError):  # noqa: N818 a fact, not a fault
    """The model does not end as the VITS models of Piper do."""


@dataclass(frozen=True, slots=True)
class Halves:
    """Both halves as ONNX models, and how the second is used."""

    front: Any
    """Its outputs: ``inputs`` of the vocoder, then those of the model after the audio."""
    vocoder: Any
    inputs: tuple[str, ...]
    """Shape (1, channels, frames), or (1, channels, 1) for what holds for all frames (a speaker)."""
    hop: int
    """Samples of a frame."""
    reach: int
    """Frames before and after one that have an influence on it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the vocoder of a graph is."""

    nodes: list[Any]
    """In the order of the graph."""
    inputs: list[str]
    """The tensors that it is given."""
    end: str
    """The tensor that it makes."""


def raise_file(model: str, target: Path) -> None:
    """Write a model whose vocoder works on images, and which is otherwise the same.

    Raises ``NotAVocoder``, ``OSError``, and whatever onnx raises for a file that is no model.
    """
    import onnx

    whole = onnx.load(model)
    ending = _ending(whole.graph)
    _extent(ending, _weights(whole.graph))  # refuses all that is not plain
    _raise(whole.graph, ending)
    onnx.save(whole, target)


def cut_file(model: str, front: Path, vocoder: Path) -> Halves:
    """Cut a model file into two.

    Raises ``NotAVocoder``, ``OSError``, and whatever onnx raises for a file that is no model.
    """
    import onnx

    halves = cut(onnx.load(model))
    onnx.save(halves.front, front)
    onnx.save(halves.vocoder, vocoder)
    return halves


def cut(model: Any) -> Halves:
    """Cut an ``onnx.ModelProto`` before its vocoder.

    Raises ``NotAVocoder`` when it has none of this kind.
    """
    ending, weights = _ending(model.graph), _weights(model.graph)
    others = [output.name for output in model.graph.output][1:]
    channels = {name: _channels(name, ending.nodes, weights) for name in ending.inputs}
    hop, reach = _extent(ending, weights)
    front = _part(model, [value.name for value in model.graph.input], [*ending.inputs, *others])
    vocoder = _part(model, [], [ending.end], stop=channels)
    _raise(vocoder.graph, Ending(list(vocoder.graph.node), ending.inputs, ending.end))
    return Halves(front, vocoder, tuple(ending.inputs), hop, reach)


def _ending(graph: Any) -> Ending:
    makers = {name: node for node in graph.node for name in node.output}
    end = _tanh(graph.output[0].name, makers)
    inside, inputs = _walk_back(end, makers, _weights(graph))
    return Ending([node for node in graph.node if node.output[0] in inside], inputs, end)


def _weights(graph: Any) -> dict[str, Any]:
    return {tensor.name: tensor for tensor in graph.initializer}


def _tanh(audio: str, makers: dict[str, Any]) -> str:
    name = audio
    while (node := makers.get(name)) is not None and node.op_type in AFTER:
        name = node.input[0]
    if node is None or node.op_type != "Tanh":
        raise NotAVocoder("there is no Tanh at its end")
    return name


def _walk_back(end: str, makers: dict[str, Any], weights: Collection[str]) -> tuple[set[str], list[str]]:
    """The tensors that the vocoder makes, and those that it is given."""
    inside: set[str] = set()
    inputs: list[str] = []
    ahead = [end]
    while ahead:
        name = ahead.pop()
        node = makers.get(name)
        if name in inside or name in inputs or name in weights or (node and node.op_type == "Constant"):
            continue
        if node is not None and node.op_type in INSIDE and not _gated(node, makers, weights):
            inside.add(name)
            ahead += node.input
        else:
            inputs.append(name)
    return inside, inputs


def _gated(node: Any, makers: dict[str, Any], weights: Collection[str]) -> bool:
    """A product of two tensors, such as of the frames and their mask."""
    fixed = [name in weights or getattr(makers.get(name), "op_type", "") == "Constant" for name in node.input]
    return bool(node.op_type == "Mul" and not any(fixed))


def _channels(name: str, nodes: Iterable[Any], weights: dict[str, Any]) -> int:
    for node in nodes:
        if name == node.input[0] and node.op_type in CONVOLUTIONS and node.input[1] in weights:
            return int(weights[node.input[1]].dims[CONVOLUTIONS[node.op_type]])
    raise NotAVocoder(f"{name} comes into no convolution")


def _extent(ending: Ending, weights: dict[str, Any]) -> tuple[int, int]:
    """Samples of a frame, and the frames that reach one; followed through the vocoder, tensor by tensor."""
    known = dict.fromkeys(ending.inputs, (1, 0.0))
    for node in ending.nodes:
        given = [known[name] for name in node.input if name in known]
        hop, reach = max(up for up, _ in given), max(frames for _, frames in given)
        if node.op_type in CONVOLUTIONS:
            if node.input[1] not in weights or len(weights[node.input[1]].dims) != 3:
                raise NotAVocoder(f"{node.name} is no plain convolution over time")
            attributes = _attributes(node)
            size = weights[node.input[1]].dims[2]
            stride = attributes.get("strides", [1])[0]
            if node.op_type == "Conv":
                reach += (size - 1) / 2 * attributes.get("dilations", [1])[0] / hop
            else:
                reach += ceil(size / stride) / hop
                hop *= stride
        known[node.output[0]] = (hop, reach)
    hop, reach = known[ending.end]
    return hop, ceil(reach) + 1


def _attributes(node: Any) -> dict[str, list[int]]:
    return {attribute.name: list(attribute.ints) for attribute in node.attribute if attribute.ints}


def _part(model: Any, given: list[str], made: list[str], stop: dict[str, int] | None = None) -> Any:
    """The part of a model that makes some of its tensors.

    Its inputs are those ``given`` by the model, or ``stop``: names of inner tensors, each with its channels.
    """
    from onnx import TensorProto, helper

    graph, stops = model.graph, stop or {}
    needed, nodes = set(made), []
    for node in reversed(graph.node):
        if needed.intersection(node.output) and not stops.keys() & set(node.output):
            nodes.append(node)
            needed.update(name for name in node.input if name)
    inputs = [value for value in graph.input if value.name in given]
    inputs += [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, f"frames of {name}"])
        for name, channels in stops.items()
    ]
    outputs = {value.name: value for value in graph.output}
    part = helper.make_graph(
        nodes[::-1],
        graph.name,
        inputs,
        [outputs.get(name) or helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in made],
        [tensor for tensor in graph.initializer if tensor.name in needed],
    )
    return helper.make_model(part, opset_imports=model.opset_import, ir_version=model.ir_version)


def _raise(graph: Any, ending: Ending) -> None:
    """Give every convolution of a vocoder a height of 1, in place."""
    from onnx import helper, numpy_helper

    inside = {node.output[0] for node in ending.nodes}
    _raise_convolutions(graph, inside)
    raised = {name: f"{name} with {HEIGHT}" for name in (*ending.inputs, ending.end)}
    nodes, given = [], set[str]()
    for node in graph.node:
        if node.output[0] not in inside:
            nodes.append(node)
            continue
        for place, name in enumerate(node.input):
            if name in ending.inputs and name not in given:
                given.add(name)
                nodes.append(helper.make_node("Unsqueeze", [name, HEIGHT], [raised[name]]))
            node.input[place] = raised.get(name, name)
        nodes.append(node)
        if node.output[0] == ending.end:
            node.output[0] = raised[ending.end]
            nodes.append(helper.make_node("Squeeze", [raised[ending.end], HEIGHT], [ending.end]))
    del graph.node[:], graph.value_info[:]  # shapes that hold no longer
    graph.node.extend(nodes)
    graph.initializer.append(numpy_helper.from_array(np.array([2]), HEIGHT))


def _raise_convolutions(graph: Any, inside: Collection[str]) -> None:
    from onnx import helper, numpy_helper

    weights = _weights(graph)
    convolutions = [node for node in graph.node if node.output[0] in inside and node.op_type in CONVOLUTIONS]
    used = {name for node in graph.node if node.output[0] not in inside for name in node.input}
    if used & {node.input[1] for node in convolutions}:
        raise NotAVocoder("weights of it are used elsewhere")
    for node in convolutions:
        given = {"dilations": [1], "strides": [1], "pads": [0, 0], "output_padding": [0], **_attributes(node)}
        kept = [attribute for attribute in node.attribute if attribute.name not in {*given, "kernel_shape"}]
        del node.attribute[:]
        node.attribute.extend(kept)
        node.attribute.extend(
            helper.make_attribute(name, value) for name, value in _with_height(node.op_type, given)
        )
    for name in {node.input[1] for node in convolutions}:
        tensor = numpy_helper.to_array(weights[name])
        weights[name].CopyFrom(numpy_helper.from_array(np.expand_dims(tensor, 2), name))


def _with_height(kind: str, given: dict[str, list[int]]) -> Iterator[tuple[str, list[int]]]:
    yield "dilations", [1, *given["dilations"]]
    yield "strides", [1, *given["strides"]]
    yield "pads", [0, given["pads"][0], 0, given["pads"][1]]
    if kind == "ConvTranspose":
        yield "output_padding", [0, *given["output_padding"]]
