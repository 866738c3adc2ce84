"""Convolutions over time as convolutions over an image of height 1.

The same numbers, for which runtimes have better kernels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.ending import CONVOLUTIONS, Ending, NotAVocoder

HEIGHT = "height"
"""Name of the axis that is added."""


def raise_vocoder(graph: Any, ending: Ending) -> None:
    """Give every convolution of a vocoder a height of 1, in place.

    Raises ``NotAVocoder`` when that would change the rest of the graph.
    """
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

    weights = graphs.weights(graph)
    convolutions = [node for node in graph.node if node.output[0] in inside and node.op_type in CONVOLUTIONS]
    used = {name for node in graph.node if node.output[0] not in inside for name in node.input}
    if used & {node.input[1] for node in convolutions}:
        raise NotAVocoder("weights of it are used elsewhere")
    for node in convolutions:
        given = {
            "dilations": [1],
            "strides": [1],
            "pads": [0, 0],
            "output_padding": [0],
            **graphs.numbers(node),
        }
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
