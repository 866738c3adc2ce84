"""A graph that is written anew, node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.file import add_attribute, add_tensor

ORT = "com.microsoft"
"""The domain of operations that only ONNX Runtime has."""


class Pen:
    """Writes the nodes of a graph anew, in an order in which each finds what it is given."""

    def __init__(self, graph: Any, purpose: str) -> None:
        """``purpose`` is in the names of all that is new: two pens in one graph have two."""
        self._graph, self._purpose = graph, purpose
        self._sheet = type(graph)()  # where nodes come from
        self._nodes: list[Any] = []
        self._constants: dict[tuple[Any, ...], str] = {}

    def keep(self, node: Any) -> None:
        """Write a node as it was."""
        self._nodes.append(node)

    def node(self, kind: str, *given: str, output: str = "", domain: str = "", **attributes: Any) -> str:
        """Write a new one; gives the name of what it makes."""
        node = self._sheet.node.add(op_type=kind, input=given, domain=domain)
        for attribute, value in attributes.items():
            add_attribute(node, attribute, value)
        return self._write(node, output)

    def again(self, node: Any, *given: str, output: str = "", **changed: Any) -> str:
        """Write one as it was but for what it is given, and for some attributes."""
        other = self._sheet.node.add()
        other.CopyFrom(node)
        del other.input[:]
        other.input.extend(given)
        for attribute, value in changed.items():
            add_attribute(other, attribute, value)
        return self._write(other, output)

    def _write(self, node: Any, output: str = "") -> str:
        name = output or f"{self._purpose} {node.op_type} {len(self._nodes)}"
        del node.output[:]
        node.output.append(name)
        node.ClearField("name")
        self._nodes.append(node)
        return name

    def constant(self, value: npt.ArrayLike) -> str:
        """Store whole numbers, or others in float32; gives their name, the same for the same.

        Whole numbers have 64 bits, or 8 if they had.
        """
        array = np.ascontiguousarray(value)
        if array.dtype != np.int8:
            array = array.astype(np.int64 if array.dtype.kind == "i" else np.float32)
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = f"{self._purpose} constant {len(self._constants)}"
            add_tensor(self._graph.initializer, self._constants[key], array)
        return self._constants[key]

    def done(self) -> None:
        """Put what was written in place of what there was; what nobody is given any more goes."""
        graph = self._graph
        wanted = graphs.ancestors(self._nodes, [value.name for value in graph.output])
        self._nodes = [node for node in self._nodes if wanted.intersection(node.output)]
        del graph.node[:], graph.value_info[:]  # shapes that may hold no longer
        graph.node.extend(self._nodes)
        used = {value.name for value in graph.output}.union(*map(graphs.given, self._nodes))
        for place in reversed(range(len(graph.initializer))):
            if graph.initializer[place].name not in used:
                del graph.initializer[place]
