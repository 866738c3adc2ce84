"""A vocoder that computes the same in less time: as images of height 1, in an order that runtimes like.

Convolutions over time become convolutions over an image, for which runtimes
have better kernels. The last one, which has a single channel to make, makes
sixteen samples of each place instead. That much is good for every runtime.

ONNX Runtime has its best kernels for channels in blocks, and rearranges its
tensors wherever they are given to anything else: what can be a convolution is
made one, so that they stay in blocks from the first to the last. A leaky ReLU
follows a convolution of each channel by 1, with which it is fused; a
transposed convolution becomes a plain one for each sample that it makes of a
place (its phases), whose results are then read in the order of time. What is
added to a convolution is given to it as what it begins with, and a mean is
left to the weights that come after it: neither then needs a way through all
samples of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from math import gcd
from typing import Any

import numpy as np

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.ending import CONVOLUTIONS, Ending, NotAVocoder, channels
from podcast.speech.vocoder.file import array
from podcast.speech.vocoder.pen import ORT, Pen

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
        self._factors: dict[str, float] = {}  # by which a tensor is still to be multiplied
        self._absorbed = self._parts_of_sums() if blocked else set()
        self._done: set[str] = set()  # what a sum before it did at its end

    def write(self) -> None:
        inside = {node.output[0] for node in self._ending.nodes}
        given = {value.name for value in self._graph.output}
        given.update(*(graphs.given(node) for node in self._graph.node if node.output[0] not in inside))
        if given & (inside - {self._ending.end}):
            raise NotAVocoder("what it makes on its way is used elsewhere")
        for node in self._graph.node:
            if node.output[0] in self._absorbed:
                continue
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
        if self._is_sum(node):
            return self._summed(node)
        name = node.output[0]
        self._channels[name] = max(self._channels.get(given, 0) for given in node.input)
        given = [self._given(name) for name in node.input]
        if self._blocked and node.op_type == "Div" and node.input[1] in self._weights:
            if not self._left_to_weights(node):
                return self._each_channel(node.input[0], self._factor(node))
            self._factors[name] = self._factor(node)
            return given[0]
        if node.op_type == "LeakyRelu" and node.input[0] in self._factors:
            self._factors[name] = self._factors[node.input[0]]
        if name in self._done:
            return given[0]
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

    def _left_to_weights(self, node: Any) -> float:
        """The factor of a mean that a leaky ReLU alone reads, for convolutions: these can have it; or 0."""
        readers = self._readers[node.output[0]]
        if node.op_type != "Div" or node.input[1] not in self._weights or len(readers) != 1:
            return 0.0
        after = self._readers[readers[0].output[0]] if readers[0].op_type == "LeakyRelu" else [node]
        fit = all(reader.op_type in CONVOLUTIONS for reader in after)
        return max(0.0, self._factor(node)) if fit else 0.0

    def _factor(self, node: Any) -> float:
        return 1 / float(self._value(self._given(node.input[1])).item())

    # Sums that end in convolutions

    def _is_sum(self, node: Any) -> bool:
        """Whether it adds tensors of the same shape: a speaker is added where a frame is one place."""
        whole = self._hops.get(node.output[0], 1) > 1 and self._weights.keys().isdisjoint(node.input)
        return self._blocked and node.op_type == "Add" and whole

    def _parts_of_sums(self) -> set[str]:
        """What is made for one sum alone, as a sum or a convolution."""
        return {
            name
            for node in self._ending.nodes
            if self._is_sum(node)
            for name in node.input
            if len(self._readers[name]) == 1 and name in self._makers
            if self._is_sum(self._makers[name]) or self._makers[name].op_type == "Conv"
        }

    def _addends(self, name: str) -> list[str]:
        """What is added in the end; of two, the one that is no convolution comes first."""
        node = self._makers.get(name)
        if node is None or name not in self._absorbed or node.op_type == "Conv":
            return [name]
        return self._both(node)

    def _both(self, node: Any) -> list[str]:
        one, other = (self._addends(name) for name in node.input)
        return [*other, *one] if one[0] in self._absorbed else [*one, *other]

    def _summed(self, node: Any) -> str:
        """A sum in which each convolution begins with what comes before it."""
        first, *rest = self._both(node)
        whole = self._given(first) if first not in self._absorbed else self._convolved(self._makers[first])
        for name in rest:
            if name not in self._absorbed:
                whole = self._pen.node("Add", whole, self._given(name))
            elif name == rest[-1]:
                whole = self._convolved(self._makers[name], whole, **self._at_its_end(node))
            else:
                whole = self._convolved(self._makers[name], whole)
        self._channels[node.output[0]] = max(self._channels[name] for name in (first, *rest))
        return whole

    def _at_its_end(self, node: Any) -> dict[str, Any]:
        """What the last convolution of a sum does with it: a leaky ReLU that comes alone, or after a mean."""
        readers = self._readers[node.output[0]]
        if len(readers) == 1 and self._left_to_weights(readers[0]):
            readers = self._readers[readers[0].output[0]]
        if len(readers) != 1 or readers[0].op_type != "LeakyRelu":
            return {}
        self._done.add(readers[0].output[0])
        alpha = next((attribute.f for attribute in readers[0].attribute if attribute.name == "alpha"), 0.01)
        return {"activation": "LeakyRelu", "activation_params": [alpha]}

    def _each_channel(self, name: str, factor: float) -> str:
        """Multiply by a factor, in blocks."""
        count = self._channels[name]
        ones = self._pen.constant(np.full((count, 1, 1, 1), factor, np.float32))
        return self._pen.node("Conv", self._given(name), ones, group=count)

    def _convolved(self, node: Any, begun: str = "", **more: Any) -> str:
        """A convolution; added to what is ``begun``, where something is."""
        weight = np.expand_dims(self._weight(node), 2)
        self._channels[node.output[0]] = len(weight)
        together = gcd(self._hops[node.output[0]], TOGETHER)
        dilations = _of(node, "dilations", [1])
        if len(weight) == 1 and dilations == [1] and together > 1 and not begun:
            return self._many_at_once(node, weight, together)
        return self._with_height(node, weight, begun, dilations=[1, *dilations], **more)

    def _transposed(self, node: Any) -> str:
        weight = np.expand_dims(self._weight(node), 2)
        self._channels[node.output[0]] = weight.shape[1]
        strides, more = _of(node, "strides", [1]), _of(node, "output_padding", [0])
        return self._with_height(node, weight, strides=[1, *strides], output_padding=[0, *more])

    def _weight(self, node: Any) -> Any:
        return self._value(node.input[1]) * np.float32(self._factors.get(node.input[0], 1.0))

    def _with_height(self, node: Any, weight: Any, begun: str = "", **numbers: Any) -> str:
        first, last = _of(node, "pads", [0, 0])
        given = [self._given(node.input[0]), self._pen.constant(weight), *node.input[2:]]
        plain = {"dilations": [1, 1], "strides": [1, 1], "pads": [0, first, 0, last]}
        numbers = {**plain, **numbers, "kernel_shape": weight.shape[2:]}
        if begun:
            given += [""] * (3 - len(given)) + [begun]
            return self._pen.node("FusedConv", *given, domain=ORT, **numbers)
        return self._pen.again(node, *given, **numbers)

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
        weight = self._weight(node)
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
