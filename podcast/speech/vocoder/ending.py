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


def extent(ending: Ending, weights: dict[str, Any]) -> tuple[int, int]:
    """Samples of a frame, and the frames that reach one; followed through the vocoder, tensor by tensor.

    Raises ``NotAVocoder`` where a convolution is none over time.
    """
    known = dict.fromkeys(ending.inputs, (1, 0.0))
    for node in ending.nodes:
        given = [known[name] for name in node.input if name in known]
        hop, reach = max(up for up, _ in given), max(frames for _, frames in given)
        if node.op_type in CONVOLUTIONS:
            if node.input[1] not in weights or len(weights[node.input[1]].dims) != 3:
                raise NotAVocoder(f"{node.name} is no plain convolution over time")
            attributes = graphs.numbers(node)
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
