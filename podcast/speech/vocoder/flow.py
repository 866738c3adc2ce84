"""The flow of a Piper model: what turns the drawn prior of each frame into what the vocoder is given.

It is a pile of WaveNets that work at the rate of frames, after all that
decides on words and lengths and after the noise, so that it can be run apart.
Before each convolution that sees other frames it multiplies by a mask: frames
beyond the last one, where the mask is 0, change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.file import array

INSIDE = {
    *("Conv", "Add", "Sub", "Mul", "Neg", "Exp", "Tanh", "Sigmoid", "Identity"),
    *("Slice", "Split", "Concat", "Shape", "ConstantOfShape"),
}
"""What a flow is made of; it splits, joins and turns around channels only."""

NOISE = {"RandomNormalLike", "RandomNormal"}
MIXING = {"Add", "Mul"}
"""How noise comes to the prior: scaled, then added."""

FOREVER = 2**31 - 1
"""Where a slice ends, at least, that takes all the frames."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of a graph. A frame has as many channels before it as after it."""

    nodes: list[Any]
    """In the order of the graph."""
    drawn: str
    """The tensor of frames that it is given."""
    mask: str
    """The tensor with one channel that is 1 in its frames."""
    others: list[str]
    """What comes into convolutions besides: a speaker."""
    end: str
    """The tensor of frames that it makes."""

    @property
    def inputs(self) -> list[str]:
        """All that it is given."""
        return [self.drawn, self.mask, *self.others]


def find(graph: Any, frames: str) -> Flow | None:
    """What makes these frames of the drawn prior; None where there is no flow of this kind."""
    drawn, fixed = _drawn(graph), graphs.constants(graph)

    def inside(node: Any) -> bool:
        return node.op_type in INSIDE and node.output[0] not in drawn and _by_channel(node, fixed)

    nodes, inputs = graphs.walk_back(graph, frames, inside)
    starts = [name for name in inputs if name in drawn]
    rest = [name for name in inputs if name not in drawn]
    masks = [name for name in rest if all(node.op_type == "Mul" for node in _readers(nodes, name))]
    others = [name for name in rest if all(node.op_type == "Conv" for node in _readers(nodes, name))]
    if (len(starts), len(masks)) != (1, 1) or len(masks) + len(others) != len(rest):
        return None
    masked = {node.output[0] for node in _readers(nodes, masks[0])}
    wide = [node for node in nodes if node.op_type == "Conv" and _sees_others(node, fixed)]
    if not wide or not all(node.input[0] in masked for node in wide):
        return None
    return Flow(nodes, starts[0], masks[0], others, frames)


def _drawn(graph: Any) -> set[str]:
    """What noise has been added to, each time that this is done in a graph."""
    read_by = graphs.readers(graph)
    found = set()
    for node in graph.node:
        if node.op_type in NOISE:
            name = node.output[0]
            while len(read_by.get(name, ())) == 1 and read_by[name][0].op_type in MIXING:
                name = read_by[name][0].output[0]
            found.add(name)
    return found


def _readers(nodes: list[Any], name: str) -> list[Any]:
    return [node for node in nodes if name in node.input]


def _by_channel(node: Any, fixed: dict[str, Any]) -> bool:
    """Whether it leaves frames where they are."""
    if node.op_type in ("Split", "Concat"):
        return graphs.number(node, "axis", 0) == 1
    return node.op_type != "Slice" or _takes_all_frames(node, fixed)


def _takes_all_frames(node: Any, fixed: dict[str, Any]) -> bool:
    if len(node.input) < 4 or not all(fixed.get(name) for name in node.input[1:]):
        return False
    starts, ends, axes, *steps = (array(fixed[name]).tolist() for name in node.input[1:])
    pieces = zip(starts, ends, axes, *(steps or [[1] * len(axes)]), strict=True)
    return all(axis == 1 or ((start, step) == (0, 1) and end >= FOREVER) for start, end, axis, step in pieces)


def _sees_others(node: Any, fixed: dict[str, Any]) -> bool:
    weight = fixed.get(node.input[1])
    return weight is None or weight.dims[2] > 1
