"""Wide convolutions in Winograd's way: four frames together, with 8 products in place of 20, or 6 of 12.

A convolution with ``size`` weights that makes ``FRAMES`` frames is a product
of polynomials, which is known from their values at ``FRAMES + size - 1`` points
(Toom and Cook; A. Lavin, S. Gray: Fast Algorithms for Convolutional Neural
Networks, 2015). Values of the weights are taken once, here. With these points
nothing grows by much on its way: what is made differs by less than 1e-6 of
its greatest value, which is what float32 does anyway.

It needs ONNX operations around the products, which are worth it where a frame
has many channels and there are few frames: in a text encoder and a flow, not in
a vocoder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.file import array
from podcast.speech.vocoder.pen import Pen

FRAMES = 4
"""Made together."""

POINTS = tuple(Fraction(text) for text in ("0", "1", "-1", "2", "-2", "1/2", "-1/2"))
"""Where polynomials are taken, besides infinity."""

LEAST_CHANNELS = 32
"""With fewer, the operations around the products take more time than they save."""

FOREVER = 2**62

Matrix = list[list[Fraction]]


def matrices(size: int) -> tuple[npt.NDArray[np.float64], ...]:
    """The sums of frames ``d`` by weights ``g`` are ``after @ ((weighing @ g) * (before @ d))``.

    Shapes (``FRAMES``, points), (points, ``size``) and (points, points).
    """
    count = FRAMES + size - 1
    points = POINTS[: count - 1]
    after = [[row[frame] for row in _values(points, FRAMES)] for frame in range(FRAMES)]
    weighing = _values(points, size)
    inverse = _inverse(_values(points, count))
    before = [[inverse[column][row] for column in range(count)] for row in range(count)]
    for row in range(count):
        greatest = max(abs(value) for value in before[row])
        before[row] = [value / greatest for value in before[row]]
        weighing[row] = [value * greatest for value in weighing[row]]
    return tuple(np.array(matrix, dtype=np.float64) for matrix in (after, weighing, before))


def _values(points: Iterable[Fraction], count: int) -> Matrix:
    """What takes a polynomial of so many coefficients to its values at points, and at infinity."""
    last = [Fraction(0)] * (count - 1) + [Fraction(1)]
    return [[point**power for power in range(count)] for point in points] + [last]


def _inverse(matrix: Matrix) -> Matrix:
    """Gauss and Jordan's."""
    count = len(matrix)
    rows = [
        row + [Fraction(int(place == number)) for place in range(count)] for number, row in enumerate(matrix)
    ]
    for column in range(count):
        pivot = next(number for number in range(column, count) if rows[number][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for number in range(count):
            if number != column:
                factor = rows[number][column]
                pairs = zip(rows[number], rows[column], strict=True)
                rows[number] = [value - factor * other for value, other in pairs]
    return [row[count:] for row in rows]


def hasten_wide(graph: Any, part: str, inside: Collection[str]) -> None:
    """Write wide convolutions anew, in place: those that make tensors ``inside`` some ``part`` of a graph.

    All of them see equally many frames.
    """
    weights = graphs.weights(graph)
    pen, lengths = Pen(graph, f"winograd {part}"), _Lengths()
    for node in graph.node:
        if node.output[0] in inside and _is_wide(node, weights):
            _write(pen, node, weights, lengths)
        else:
            pen.keep(node)
    pen.done()


def _is_wide(node: Any, weights: dict[str, Any]) -> bool:
    if node.op_type != "Conv" or node.input[1] not in weights:
        return False
    numbers = {"dilations": [1], "strides": [1], "pads": [0, 0], **graphs.numbers(node)}
    return is_wide(weights[node.input[1]].dims, numbers)


def is_wide(shape: Sequence[int], numbers: Mapping[str, list[int]]) -> bool:
    """Whether a convolution with weights of this shape and such ``numbers`` can be written anew."""
    channels, given, *sizes = shape
    if len(sizes) != 1 or sizes[0] not in (3, 5) or min(channels, given) < LEAST_CHANNELS:
        return False
    plain = (numbers["dilations"], numbers["strides"]) == ([1], [1])
    return plain and [*numbers["pads"]] == [sizes[0] // 2] * 2


class _Lengths:
    """How many frames a flow is given, and what follows from it; the same for all of its convolutions."""

    def __init__(self) -> None:
        self._frames = ""
        self._pads: dict[int, str] = {}

    def frames(self, pen: Pen, given: str) -> str:
        self._frames = self._frames or pen.node("Gather", pen.node("Shape", given), pen.constant([2]), axis=0)
        return self._frames

    def pads(self, pen: Pen, given: str, size: int) -> str:
        """What is added before the first and after the last frame, for whole tiles and one more."""
        if size not in self._pads:
            frames, four = self.frames(pen, given), pen.constant([FRAMES])
            tiles = pen.node("Div", pen.node("Add", frames, pen.constant([2 * FRAMES - 1])), four)
            wanted = pen.node("Sub", pen.node("Mul", tiles, four), pen.constant([size // 2]))
            missing = pen.node("Sub", wanted, frames)
            self._pads[size] = pen.node("Concat", pen.constant([0, 0, size // 2, 0, 0]), missing, axis=0)
        return self._pads[size]


def _write(pen: Pen, node: Any, weights: dict[str, Any], lengths: _Lengths) -> None:
    weight = array(weights[node.input[1]])
    channels, given, size = weight.shape
    after, weighing, before = matrices(size)
    count = len(before)

    padded = pen.node("Pad", node.input[0], lengths.pads(pen, node.input[0], size))
    tiles = _tiles(pen, padded, given, count)
    values = pen.node("MatMul", pen.constant(np.float32(before)), tiles)
    products = pen.node(
        "Conv",
        pen.node("Reshape", values, pen.constant([1, count * given, 1, -1])),
        pen.constant(np.einsum("ps,ocs->poc", weighing, weight).reshape(count * channels, given, 1, 1)),
        group=count,
    )
    sums = pen.node("Reshape", products, pen.constant([count, -1]))
    made = pen.node("Transpose", pen.node("MatMul", pen.constant(np.float32(after)), sums), perm=[1, 0])
    frames = pen.node("Reshape", made, pen.constant([1, channels, -1]))
    ends = lengths.frames(pen, node.input[0])
    right = pen.node("Slice", frames, pen.constant([0]), ends, pen.constant([2]))
    bias = [array(weights[name]).reshape(-1, 1) for name in node.input[2:]]
    pen.node("Add", right, pen.constant(bias[0] if bias else 0.0), output=node.output[0])


def _tiles(pen: Pen, padded: str, channels: int, count: int) -> str:
    """So many frames of each tile, as rows; a row has the tiles of one channel after the other."""
    turned = pen.node("Transpose", pen.node("Reshape", padded, pen.constant([-1, FRAMES])), perm=[1, 0])
    frames = pen.node("Reshape", turned, pen.constant([FRAMES, channels, -1]))
    own = pen.node("Slice", frames, pen.constant([0]), pen.constant([-1]), pen.constant([2]))
    following = pen.node(
        "Slice",
        frames,
        pen.constant([0, 1]),
        pen.constant([count - FRAMES, FOREVER]),
        pen.constant([0, 2]),
    )
    return pen.node("Reshape", pen.node("Concat", own, following, axis=0), pen.constant([count, -1]))
