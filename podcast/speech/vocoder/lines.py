"""What decides on words, lengths and melody in a Piper model, with the channels of a frame side by side.

The text encoder and the duration predictor of VITS norm the channels of each
frame, multiply them by matrices, and let them meet those of other frames now
and then. As they are published, channels come before frames: each norm is a
dozen operations between two transpositions, each product a convolution by one.
Here a tensor (1, channels, frames) becomes *lines* (1, 1, frames, channels):
a norm is one operation, and a product a product. What sees other frames is an
*image* (1, channels, 1, frames), for which ONNX Runtime has its best kernels,
and which it makes of lines in the same go.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder import attention, spline, winograd
from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.formula import Formulas
from podcast.speech.vocoder.pen import Pen
from podcast.speech.vocoder.settled import settled

TO_IMAGE, FROM_IMAGE = [0, 3, 1, 2], [0, 2, 3, 1]
TURN = [0, 2, 1]

CENTRED = ("Sub", "lines", ("ReduceMean", "lines"))
NORMED = ("Div", CENTRED, ("Sqrt", ("Add", ("ReduceMean", ("Pow", CENTRED, "=two")), "=least")))
NORM = ("Add", ("Mul", NORMED, "=gain"), "=bias")

EACH_PLACE = {"Add", "Sub", "Mul", "Div", "Pow", "Relu", "Erf", "Tanh", "Sigmoid", "Exp", "Neg", "Sqrt"}
"""What makes a number of the numbers at the same place."""

Array = npt.NDArray[Any]


def write_lines(graph: Any, wanted: Collection[str]) -> set[str]:
    """Write what has a part in the ``wanted`` tensors anew, in place, as far as it is known.

    The rest stays as it is. Gives the tensors that convolutions make which ``winograd.py`` can write anew.
    """
    return _Writing(graph, wanted).write()


class _Writing:
    """One graph that is being written; of each tensor known by its lines, its image, or with them turned."""

    def __init__(self, graph: Any, wanted: Collection[str]) -> None:
        self._graph, self._formulas, self._pen = graph, Formulas(graph), Pen(graph, "lines")
        self._inside = graphs.ancestors(graph.node, wanted)
        self._lines: dict[str, str] = {}
        self._images: dict[str, str] = {}
        self._turned: dict[str, str] = {}  # tensors (1, frames, channels), as the lines that they are
        self._lowered: set[str] = set()
        self._wide: set[str] = set()
        self._attention = attention.Writer(self._pen)

    def write(self) -> set[str]:
        for node in self._graph.node:
            if not self._inside.intersection(node.output) or not self._write(node):
                self._keep(node)
        for value in self._graph.output:
            self._lower(value.name)
        self._pen.done()
        return self._wide

    def _keep(self, node: Any) -> None:
        for name in graphs.given(node):
            self._lower(name)
        self._lowered.update(node.output)
        self._pen.keep(node)

    def _is_known(self, name: str) -> bool:
        return name in self._lines or name in self._images

    def _fixed(self, name: str) -> Array | None:
        return settled(self._formulas, name)

    # What there is of a tensor

    def _line(self, name: str) -> str:
        if name not in self._lines:
            self._lines[name] = self._pen.node("Transpose", self._image(name), perm=FROM_IMAGE)
        return self._lines[name]

    def _image(self, name: str) -> str:
        if name not in self._images and name in self._lines:
            self._images[name] = self._pen.node("Transpose", self._lines[name], perm=TO_IMAGE)
        elif name not in self._images:
            self._lower(name)
            self._images[name] = self._pen.node("Unsqueeze", name, self._pen.constant([2]))
        return self._images[name]

    def _lower(self, name: str) -> None:
        """Write a tensor itself that somebody wants as it was."""
        if name in self._lowered:
            return
        if name in self._turned:
            self._pen.node("Squeeze", self._turned[name], self._pen.constant([1]), output=name)
        elif self._is_known(name):
            self._pen.node("Squeeze", self._image(name), self._pen.constant([2]), output=name)
        else:
            return
        self._lowered.add(name)

    # Nodes

    def _write(self, node: Any) -> bool:
        """Write what a node makes, if that is known."""
        name = node.output[0]
        given = [*node.input]
        if node.op_type == "Shape" and self._is_known(given[0]) and not node.attribute:
            shape = self._pen.node("Shape", self._line(given[0]))
            self._pen.node("Gather", shape, self._pen.constant([0, 3, 2]), axis=0, output=name)
        elif node.op_type == "Transpose" and graphs.numbers(node).get("perm") == TURN:
            return self._turn(name, given[0])
        elif node.op_type == "Add" and (found := self._formulas.read(name, NORM)):
            return self._norm(name, found)
        elif node.op_type == "Conv":
            return self._convolve(node, given[0])
        elif node.op_type == "Reshape" and (parts := attention.find(self._formulas, name)):
            return self._attend(name, parts)
        elif node.op_type == "ScatterND" and (curve := spline.find(self._formulas, name)):
            made, heights = self._line(curve.made), self._line(curve.given)
            self._lines[name] = spline.write(self._pen, curve, made, heights)
        elif node.op_type == "Split":
            return self._split(node, given[0])
        else:
            return self._each_place(node, given)
        return True

    def _turn(self, name: str, given: str) -> bool:
        if given in self._turned:
            self._lines[name] = self._turned[given]
        elif self._is_known(given):
            self._turned[name] = self._line(given)
        else:
            return False
        return True

    def _norm(self, name: str, found: dict[str, str]) -> bool:
        gain, bias, least, two = (self._fixed(found[one]) for one in ("=gain", "=bias", "=least", "=two"))
        if gain is None or bias is None or least is None or two is None:
            return False
        if found["lines"] not in self._turned or gain.ndim != 1 or bias.ndim != 1 or two != 2:
            return False
        self._turned[name] = self._pen.node(
            "LayerNormalization",
            self._turned[found["lines"]],
            self._pen.constant(gain),
            self._pen.constant(bias),
            axis=-1,
            epsilon=float(least),
        )
        return True

    def _convolve(self, node: Any, given: str) -> bool:
        weights = self._fixed(node.input[1])
        numbers = {"strides": [1], "dilations": [1], "pads": [0, 0], **graphs.numbers(node)}
        if weights is None or weights.ndim != 3 or numbers["strides"] != [1] or _words(node, b"NOTSET"):
            return False
        biases = [value for one in node.input[2:] if (value := self._fixed(one)) is not None]
        if len(biases) < len(node.input) - 2:
            return False
        if weights.shape[2] == 1 and graphs.number(node, "group", 1) == 1 and not any(numbers["pads"]):
            made = self._pen.node("MatMul", self._line(given), self._pen.constant(weights[:, :, 0].T))
            for bias in biases:
                made = self._pen.node("Add", made, self._pen.constant(bias))
            self._lines[node.output[0]] = made
            return True
        padded, (before, after) = self._padded(given)
        first, last = numbers["pads"]
        pads = [first + before, last + after]
        if winograd.is_wide(weights.shape, {**numbers, "pads": pads}):
            self._lower(padded)
            self._pen.again(node, padded, *node.input[1:], output=node.output[0], pads=pads)
            self._wide.add(node.output[0])
            self._lowered.add(node.output[0])
            self._image(node.output[0])
            return True
        self._images[node.output[0]] = self._pen.again(
            node,
            self._image(padded),
            self._pen.constant(np.expand_dims(weights, 2)),
            *node.input[2:],
            kernel_shape=[1, weights.shape[2]],
            pads=[0, pads[0], 0, pads[1]],
            strides=[1, 1],
            dilations=[1, *numbers["dilations"]],
        )
        return True

    def _padded(self, name: str) -> tuple[str, tuple[int, int]]:
        """What zeros are added to, and how many before and after."""
        node = self._formulas.maker(name)
        if node is not None and node.op_type == "Pad" and not _words(node, b"constant"):
            pads, *values = (self._fixed(one) for one in node.input[1:3] if one)
            zeros = all(value is not None and not value.any() for value in values)
            if zeros and pads is not None and pads.size == 6 and not pads[[0, 1, 3, 4]].any():
                return node.input[0], (int(pads[2]), int(pads[5]))
        return name, (0, 0)

    def _attend(self, name: str, parts: attention.Parts) -> bool:
        given = (parts.query, parts.key, parts.value)
        if not all(map(self._is_known, given)):
            return False
        self._lines[name] = self._attention.write(parts, *map(self._line, given))
        return True

    def _split(self, node: Any, given: str) -> bool:
        if graphs.number(node, "axis", 0) != 1 or given not in self._lines:
            return False
        sizes = self._fixed(node.input[1]) if len(node.input) > 1 else None
        if sizes is None:
            return False
        start = 0
        for name, size in zip(node.output, map(int, sizes), strict=True):
            ends = (self._pen.constant([place]) for place in (start, start + size, 3))
            self._lines[name] = self._pen.node("Slice", self._lines[given], *ends)
            start += size
        return True

    def _each_place(self, node: Any, given: list[str]) -> bool:
        numbers = [self._fixed(name) for name in given]
        tensors = [name for name, value in zip(given, numbers, strict=True) if value is None]
        if node.op_type not in EACH_PLACE or any(value is not None and value.size > 1 for value in numbers):
            return False
        if not tensors or not all(self._is_known(name) for name in tensors):
            return False
        image = not any(name in self._lines for name in tensors)
        written = self._image if image else self._line
        known = [
            written(name) if value is None else self._pen.constant(value.reshape(()))
            for name, value in zip(given, numbers, strict=True)
        ]
        (self._images if image else self._lines)[node.output[0]] = self._pen.again(node, *known)
        return True


def _words(node: Any, usual: bytes) -> bool:
    """Whether a node has an attribute that is a word, other than the usual one."""
    return any(attribute.s not in (b"", usual) for attribute in node.attribute)
