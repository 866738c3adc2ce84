"""Where the vocoder of a Piper model is, and how far it sees.

It is HiFi-GAN: convolutions, and what acts on each sample alone, up to a tanh.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any

from podcast.speech.vocoder import graph as graphs

INSIDE = {"Conv", "ConvTranspose", "LeakyRelu", "Add", "Div", "Mul", "Tanh"}
"""What a vocoder is made of; Mul by a constant only."""

AFTER = {"Unsqueeze", "Squeeze", "Reshape", "Identity"}
"""What may come after its last Tanh, without changing a sample."""

CONVOLUTIONS = {"Conv": 1, "ConvTranspose": 0}
"""Each with the axis of its weights that counts the channels coming in."""


class NotAVocoder(ValueError):  # noqa: N818 a fact, not a fault
    """The model does not end as the VITS models of Piper do."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The vocoder of a graph."""

    nodes: list[Any]
    """In the order of the graph."""
    inputs: list[str]
    """The tensors that it is given."""
    end: str
    """The tensor that it makes."""


def find(graph: Any) -> Ending:
    """The vocoder at the end of a graph. Raises ``NotAVocoder`` when there is none of this kind."""
    fixed = graphs.constants(graph)
    end = _tanh(graph.output[0].name, graphs.makers(graph))

    def inside(node: Any) -> bool:
        gated = node.op_type == "Mul" and not any(name in fixed for name in node.input)
        return node.op_type in INSIDE and not gated  # such as frames by their mask

    nodes, inputs = graphs.walk_back(graph, end, inside)
    return Ending(nodes, inputs, end)


def _tanh(audio: str, makers: dict[str, Any]) -> str:
    name = audio
    while (node := makers.get(name)) is not None and node.op_type in AFTER:
        name = node.input[0]
    if node is None or node.op_type != "Tanh":
        raise NotAVocoder("there is no Tanh at its end")
    return name


def channels(name: str, nodes: Iterable[Any], weights: dict[str, Any]) -> int:
    """Of a tensor that comes into a convolution. Raises ``NotAVocoder`` when it comes into none."""
    for node in nodes:
        if name == node.input[0] and node.op_type in CONVOLUTIONS and node.input[1] in weights:
            return int(weights[node.input[1]].dims[CONVOLUTIONS[node.op_type]])
    raise NotAVocoder(f"{name} comes into no convolution")


def extent(ending: Ending, weights: dict[str, Any]) -> tuple[dict[str, int], int]:
    """Into how many places a frame is divided in each tensor, and how many frames reach one sample.

    Followed through the vocoder, tensor by tensor. Raises ``NotAVocoder``
    where a convolution is none over time, or changes the number of frames.
    """
    known = dict.fromkeys(ending.inputs, (1, 0.0))
    for node in ending.nodes:
        given = [known[name] for name in node.input if name in known]
        hop, reach = max(up for up, _ in given), max(frames for _, frames in given)
        if node.op_type in CONVOLUTIONS:
            places, stride = _plain(node, weights)
            reach += places / hop
            hop *= stride
        known[node.output[0]] = (hop, reach)
    hops = {name: hop for name, (hop, _) in known.items()}
    return hops, ceil(known[ending.end][1])


def _plain(node: Any, weights: dict[str, Any]) -> tuple[int, int]:
    """How many places a convolution sees to either side, at most, and how many it makes of one."""
    if node.input[1] not in weights or len(weights[node.input[1]].dims) != 3:
        raise NotAVocoder(f"{node.name} is no plain convolution over time")
    numbers = {"strides": [1], "dilations": [1], "pads": [0, 0], "output_padding": [0]} | graphs.numbers(node)
    (stride,), (dilation,), pads = numbers["strides"], numbers["dilations"], numbers["pads"]
    size, up = int(weights[node.input[1]].dims[2]), node.op_type == "ConvTranspose"
    wide = (size - 1) * dilation
    more = stride - 1 - numbers["output_padding"][0] if up else 0
    strange = graphs.number(node, "group", 1) > 1 or (dilation > 1 or size < stride if up else stride > 1)
    if strange or wide != sum(pads) + more:
        raise NotAVocoder(f"{node.name} makes other frames than it is given")
    if up:
        return max((wide - pads[0]) // stride, (stride - 1 + pads[0]) // stride), stride
    return max(pads), 1
