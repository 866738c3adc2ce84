"""Convolutions of each channel by itself, between steps that see each frame by itself, as images.

A block of ConvNeXt is a convolution over time in which channels do not meet,
and a small network at each frame; the frames are turned around before and
after the convolution. ONNX Runtime has better kernels for images whose
channels lie together, and turns them around on the way: the frames are made
an image of height 1 at the first block, and stay one to the last. The scale
at the end of a block is multiplied into its last weights.

The two products of a block may be counted in eight bits, where that is wanted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.formula import Formulas, Found
from podcast.speech.vocoder.pen import ORT, Pen

TINY = 1e-30

TURNED = [0, 2, 1]
Array = npt.NDArray[Any]
TO_IMAGE, FROM_IMAGE = [0, 3, 1, 2], [0, 2, 3, 1]
HEIGHT = [1]
"""The axis that is added to (1, frames, channels)."""

MIXED = ("Transpose", ("Conv", ("Transpose", "frames"), "=weights"))
WIDENED = ("MatMul", ("LayerNormalization", MIXED), "=wide")
SCALED = ("Mul", "=scale", ("Add", "=bias", ("MatMul", "inner", "=narrow")))

GREATEST = 63
"""Of a weight in eight bits. Processors without VNNI add two products of weights and numbers up to 255 in
sixteen bits, which do not overflow with these."""

EACH_FRAME = {"Add", "Mul", "Pow", "Tanh", "Cast"}


def lift(graph: Any, left_alone: Collection[str], *, coarse: bool = False) -> None:
    """Write such blocks anew, in place, but none that has a part in the tensors that are ``left_alone``.

    ``coarse``: with their products in eight bits, by operations of ``ORT``.
    """
    _Lifting(graph, left_alone, coarse=coarse).write()


class _Lifting:
    """One graph that is being written; ``_lifted`` has the images of tensors."""

    def __init__(self, graph: Any, left_alone: Collection[str], *, coarse: bool) -> None:
        self._graph, self._formulas, self._pen = graph, Formulas(graph), Pen(graph, "lifted")
        self._readers = graphs.readers(graph)
        valued = [node for node in graph.node if node.op_type != "Shape"]  # a shape has no part in numbers
        self._coarse = coarse
        self._needed = graphs.ancestors(valued, left_alone)
        self._lifted: dict[str, str] = {}
        self._lowered: set[str] = set()

    def write(self) -> None:
        for node in self._graph.node:
            if not self._write_lifted(node):
                for name in self._lifted.keys() & graphs.given(node):
                    self._lower(name)
                self._pen.keep(node)
        for value in self._graph.output:
            self._lower(value.name)
        self._pen.done()

    def _write_lifted(self, node: Any) -> bool:
        name = node.output[0]
        if name in self._needed:
            return False
        if frames := self._mixed(node):
            self._lifted[name] = self._convolved(node, frames)
        elif not self._acts_on_each(node):
            return False
        elif found := self._end_of_block(name):
            self._lifted[name] = self._scaled(found)
        elif found := self._formulas.read(name, WIDENED):
            self._lifted[name] = self._product(node.input[0], self._formulas.constant(found["=wide"]))
        else:
            self._lifted[name] = self._pen.again(node, *map(self._image, node.input))
        return True

    def _lower(self, name: str) -> None:
        """Write the frames again of an image that somebody wants as they were."""
        if name in self._lifted and name not in self._lowered:
            self._lowered.add(name)
            self._pen.node("Squeeze", self._lifted[name], self._pen.constant(HEIGHT), output=name)

    def _image(self, name: str) -> str:
        if self._formulas.value(name) is not None:
            return name
        if name not in self._lifted:
            self._lowered.add(name)
            self._lifted[name] = self._pen.node("Unsqueeze", name, self._pen.constant(HEIGHT))
        return self._lifted[name]

    def _mixed(self, node: Any) -> str:
        """The frames that are mixed over time by a convolution in which channels do not meet; else empty."""
        found = self._formulas.read(node.output[0], MIXED)
        if not found:
            return ""
        convolution = self._formulas.maker(node.input[0])
        before = self._formulas.maker(convolution.input[0])
        turns = all(graphs.numbers(turn).get("perm") == TURNED for turn in (before, node))
        alone = all(len(self._readers[turn.output[0]]) == 1 for turn in (before, convolution))
        weights = self._formulas.constant(convolution.input[1])
        apart = weights.ndim == 3 and weights.shape[1] == 1
        plain = not {"auto_pad"} & {attribute.name for attribute in convolution.attribute}
        own = apart and graphs.number(convolution, "group", 1) == len(weights)
        return found["frames"] if turns and alone and own and plain else ""

    def _convolved(self, node: Any, frames: str) -> str:
        convolution = self._formulas.maker(node.input[0])
        weights = self._formulas.constant(convolution.input[1])
        numbers = graphs.numbers(convolution)
        first, last = numbers.get("pads", [0, 0])
        image = self._pen.node("Transpose", self._image(frames), perm=TO_IMAGE)
        made = self._pen.again(
            convolution,
            image,
            self._pen.constant(np.expand_dims(weights, 2)),
            *convolution.input[2:],
            kernel_shape=[1, weights.shape[2]],
            pads=[0, first, 0, last],
            strides=[1, *numbers.get("strides", [1])],
            dilations=[1, *numbers.get("dilations", [1])],
        )
        return self._pen.node("Transpose", made, perm=FROM_IMAGE)

    def _acts_on_each(self, node: Any) -> bool:
        """Whether it makes an image of images, as it makes frames of frames."""
        fixed = [self._formulas.value(name) for name in node.input]
        if not any(name in self._lifted for name in node.input):
            return False
        if node.op_type == "MatMul":
            return fixed[0] is None and fixed[1] is not None and fixed[1].ndim == 2
        if node.op_type == "LayerNormalization":
            return graphs.number(node, "axis", -1) == -1
        flat = all(value is None or value.ndim < 2 for value in fixed)
        return node.op_type in EACH_FRAME and flat

    def _end_of_block(self, name: str) -> Found | None:
        """What the names in ``SCALED`` stand for, where each channel has a scale of its own."""
        found = self._formulas.read(name, SCALED)
        if not found or any(self._formulas.constant(found[one]).ndim != 1 for one in ("=scale", "=bias")):
            return None
        return found

    def _scaled(self, found: Found) -> str:
        scale, bias, narrow = (
            self._formulas.constant(found[name]) for name in ("=scale", "=bias", "=narrow")
        )
        product = self._product(found["inner"], narrow * scale)
        return self._pen.node("Add", product, self._pen.constant(bias * scale))

    def _product(self, given: str, weights: Array) -> str:
        if not self._coarse:
            return self._pen.node("MatMul", self._image(given), self._pen.constant(weights))
        steps = np.maximum(np.abs(weights).max(0), TINY) / GREATEST
        whole = self._pen.constant(np.rint(weights / steps).astype(np.int8))
        steps = self._pen.constant(steps)
        return self._pen.node("DynamicQuantizeMatMul", self._image(given), whole, steps, domain=ORT)
