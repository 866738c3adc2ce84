"""A vocoder that computes the same in less time: as images of height 1, in an order that runtimes like.

Convolutions over time become convolutions over an image, for which runtimes
have better kernels. The last one, which has a single channel to make, makes
sixteen samples of each place instead. That much is good for every runtime.

ONNX Runtime has its best kernels for channels in blocks, and rearranges its
tensors wherever they are given to anything else: what can be a convolution is
made one, so that they stay in blocks from the first to the last. A leaky ReLU
follows a convolution of each channel by 1, with which it is fused; a
transposed convolution becomes a plain one for each sample that it makes of a
place (its phases), whose results are then read in the order of time.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from math import gcd
from typing import Any

import numpy as np

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.ending import Ending, NotAVocoder, channels
from podcast.speech.vocoder.file import array
from podcast.speech.vocoder.pen import Pen

TOGETHER = 16
"""Samples that the last convolution makes of a place, at most: the channels of a block."""

HEIGHT = [2]
"""The axis that is added."""


def raise_vocoder(graph: Any, ending: Ending, hops: Mapping[str, int], *, blocked: bool = False) -> None:
    """Write the vocoder of a graph anew, in place; ``blocked``: for ONNX Runtime on x86.

    ``hops`` tells of each tensor in the vocoder into how many places a frame
    is divided there. Raises ``NotAVocoder`` for what only looks like one.
    """
    _Raising(graph, ending, hops, blocked=blocked).write()


class _Raising:
    """One vocoder that is being raised."""

    def __init__(self, graph: Any, ending: Ending, hops: Mapping[str, int], *, blocked: bool) -> None:
        self._graph, self._ending, self._hops, self._blocked = graph, ending, hops, blocked
        self._weights, self._makers = graphs.constants(graph), graphs.makers(graph)
        self._readers = graphs.readers(graph)
        self._pen = Pen(graph, "raised")
        self._raised: dict[str, str] = {}
        self._channels = {name: channels(name, ending.nodes, graphs.weights(graph)) for name in ending.inputs}

    def write(self) -> None:
        inside = {node.output[0] for node in self._ending.nodes}
        given = {value.name for value in self._graph.output}
        given.update(*(graphs.given(node) for node in self._graph.node if node.output[0] not in inside))
        if given & (inside - {self._ending.end}):
            raise NotAVocoder("what it makes on its way is used elsewhere")
        for node in self._graph.node:
            if node.output[0] in inside:
                self._raised[node.output[0]] = self._written(node)
            else:
                self._pen.keep(node)
            if node.output[0] == self._ending.end:
                height = self._pen.constant(HEIGHT)
                self._pen.node("Squeeze", self._raised[node.output[0]], height, output=node.output[0])
        self._pen.done()

    def _written(self, node: Any) -> str:
        """Write a node with a height; gives the name of what it makes."""
        if node.op_type == "Conv":
            return self._convolved(node)
        if node.op_type == "ConvTranspose":
            return self._phases(node) if self._blocked else self._transposed(node)
        name = node.output[0]
        self._channels[name] = max(self._channels.get(given, 0) for given in node.input)
        given = [self._given(name) for name in node.input]
        if self._blocked and node.op_type == "Div" and node.input[1] in self._weights:
            return self._each_channel(node.input[0], 1 / float(self._value(node.input[1]).item()))
        if self._blocked and node.op_type == "LeakyRelu" and not self._will_be_fused(node):
            given = [self._each_channel(node.input[0], 1.0)]
        return self._pen.again(node, *given)

    def _given(self, name: str) -> str:
        """A tensor with a height, or a number."""
        if name in self._weights:
            if self._value(name).size != 1:
                raise NotAVocoder("it counts with more than numbers")
            return name
        if name not in self._raised:
            self._raised[name] = self._pen.node("Unsqueeze", name, self._pen.constant(HEIGHT))
        return self._raised[name]

    def _value(self, name: str) -> Any:
        return array(self._weights[name])

    def _will_be_fused(self, node: Any) -> bool:
        """Whether it alone follows a convolution, or what becomes one."""
        maker = self._makers.get(node.input[0])
        alone = len(self._readers[node.input[0]]) == 1
        return alone and maker is not None and maker.op_type in ("Conv", "Div")

    def _each_channel(self, name: str, factor: float) -> str:
        """Multiply by a factor, in blocks."""
        count = self._channels[name]
        ones = self._pen.constant(np.full((count, 1, 1, 1), factor, np.float32))
        return self._pen.node("Conv", self._given(name), ones, group=count)

    def _convolved(self, node: Any) -> str:
        weight = np.expand_dims(self._value(node.input[1]), 2)
        self._channels[node.output[0]] = len(weight)
        together = gcd(self._hops[node.output[0]], TOGETHER)
        dilations = _of(node, "dilations", [1])
        if len(weight) == 1 and dilations == [1] and together > 1:
            return self._many_at_once(node, weight, together)
        return self._with_height(node, weight, dilations=[1, *dilations])

    def _transposed(self, node: Any) -> str:
        weight = np.expand_dims(self._value(node.input[1]), 2)
        self._channels[node.output[0]] = weight.shape[1]
        strides, more = _of(node, "strides", [1]), _of(node, "output_padding", [0])
        return self._with_height(node, weight, strides=[1, *strides], output_padding=[0, *more])

    def _with_height(self, node: Any, weight: Any, **numbers: list[int]) -> str:
        first, last = _of(node, "pads", [0, 0])
        given = (self._given(node.input[0]), self._pen.constant(weight), *node.input[2:])
        plain = {"dilations": [1, 1], "strides": [1, 1], "pads": [0, first, 0, last]}
        return self._pen.again(node, *given, **{**plain, **numbers}, kernel_shape=weight.shape[2:])

    def _many_at_once(self, node: Any, weight: Any, count: int) -> str:
        """A convolution to one channel that makes so many samples of each place, one in each channel."""
        size, (first, last) = weight.shape[3], _of(node, "pads", [0, 0])
        wide = np.zeros((count, weight.shape[1], 1, size + count - 1), np.float32)
        for sample in range(count):
            wide[sample, :, :, sample : sample + size] = weight[0]
        biases = [self._pen.constant(np.repeat(self._value(name), count)) for name in node.input[2:]]
        made = self._pen.node(
            "Conv",
            self._given(node.input[0]),
            self._pen.constant(wide),
            *biases,
            strides=[1, count],
            pads=[0, first, 0, last],
        )
        return self._in_order(made, [1, 1, 1, -1])

    def _phases(self, node: Any) -> str:
        """A transposed convolution as a plain one, whose channels are first those of its first sample."""
        weight = self._value(node.input[1])
        count = weight.shape[1]
        self._channels[node.output[0]] = count
        stride, before = _of(node, "strides", [1])[0], _of(node, "pads", [0, 0])[0]

        def places(phase: int) -> tuple[int, int]:
            """The first and the last place that have a part in the sample, counted from its own."""
            return -((weight.shape[2] - 1 - phase - before) // stride), (phase + before) // stride

        made = []
        for (first, last), group in groupby(range(stride), places):
            phases = [*group]
            plain = np.zeros((len(phases), count, len(weight), 1, last - first + 1), np.float32)
            for number, phase in enumerate(phases):
                for place in range(first, last + 1):
                    plain[number, :, :, 0, place - first] = weight[:, :, phase + before - stride * place].T
            biases = [self._pen.constant(np.tile(self._value(name), len(phases))) for name in node.input[2:]]
            made.append(
                self._pen.node(
                    "Conv",
                    self._given(node.input[0]),
                    self._pen.constant(plain.reshape(-1, *plain.shape[2:])),
                    *biases,
                    pads=[0, -first, 0, last],
                )
            )
        whole = self._pen.node("Concat", *made, axis=1) if len(made) > 1 else made[0]
        in_order = self._in_order(whole, [1, 1, -1, count])
        flat = self._pen.node("Transpose", in_order, perm=[0, 3, 1, 2])
        ones = self._pen.constant(np.ones((count, 1, 1, 1), np.float32))
        return self._pen.node("Conv", flat, ones, group=count)  # in blocks for all who read it

    def _in_order(self, made: str, shape: list[int]) -> str:
        """Samples that lie in the channels of their place, one after the other."""
        turned = self._pen.node("Transpose", made, perm=[0, 2, 3, 1])
        return self._pen.node("Reshape", turned, self._pen.constant(shape))


def _of(node: Any, name: str, default: list[int]) -> list[int]:
    return graphs.numbers(node).get(name, default)
