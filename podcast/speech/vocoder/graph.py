"""What is asked of an ONNX graph, and a part taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from podcast.speech.vocoder.file import FLOAT

Inside = Callable[[Any], bool]
"""Tells of a node whether a walk goes on through it."""


def weights(graph: Any) -> dict[str, Any]:
    """The tensors that are stored in a graph, by name."""
    return {tensor.name: tensor for tensor in graph.initializer}


def makers(graph: Any) -> dict[str, Any]:
    """The node that makes each tensor."""
    return {name: node for node in graph.node for name in node.output}


def readers(graph: Any) -> dict[str, list[Any]]:
    """The nodes that are given each tensor, in the order of the graph."""
    found: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in given(node):
            found.setdefault(name, []).append(node)
    return found


def given(node: Any) -> set[str]:
    """The tensors that a node is given, or that a graph within it takes from outside."""
    found = set(node.input)
    for attribute in node.attribute:
        for inner in (*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])):
            found.update(*map(given, inner.node))
            found.update(value.name for value in inner.output)
    return found - {""}


def ancestors(nodes: Sequence[Any], names: Iterable[str]) -> set[str]:
    """The tensors that have a part in some tensors, and these; ``nodes`` are in an order that can be run."""
    found = set(names)
    for node in reversed(nodes):
        if found.intersection(node.output):
            found |= given(node)
    return found


def numbers(node: Any) -> dict[str, list[int]]:
    """The attributes of a node that are lists of whole numbers."""
    return {attribute.name: list(attribute.ints) for attribute in node.attribute if attribute.ints}


def number(node: Any, name: str, default: int) -> int:
    """An attribute of a node that is a whole number."""
    return next((attribute.i for attribute in node.attribute if attribute.name == name), default)


def constants(graph: Any) -> dict[str, Any]:
    """Every tensor that is the same whatever the model is given: stored, or made by a ``Constant``."""
    found = weights(graph)
    for node in graph.node:
        if node.op_type == "Constant":
            value = next((attribute for attribute in node.attribute if attribute.name == "value"), None)
            found[node.output[0]] = value.t if value is not None else None
    return found


def walk_back(graph: Any, end: str, inside: Inside) -> tuple[list[Any], list[str]]:
    """The nodes that make a tensor, as far back as they are ``inside``, and the tensors that those are given.

    The nodes are in the order of the graph; constants are given by nobody.
    """
    made_by, fixed = makers(graph), constants(graph)
    seen: set[str] = set()
    inputs: list[str] = []
    ahead = [end]
    while ahead:
        name = ahead.pop()
        if not name or name in seen or name in fixed:
            continue
        seen.add(name)
        node = made_by.get(name)
        if node is not None and inside(node):
            ahead += node.input
        else:
            inputs.append(name)
    seen.difference_update(inputs)
    return [node for node in graph.node if seen.intersection(node.output)], inputs


def part(model: Any, taken: Sequence[str], made: Sequence[str], stop: Mapping[str, int] | None = None) -> Any:
    """The part of an ``onnx.ModelProto`` that makes some of its tensors.

    Its inputs are those ``taken`` of the model, or ``stop``: names of inner tensors, each with its channels.
    """
    graph, stops = model.graph, stop or {}
    needed, nodes = set(made), []
    for node in reversed(graph.node):
        if needed.intersection(node.output) and not stops.keys() & set(node.output):
            nodes.append(node)
            needed |= given(node)
    whole = type(model)(ir_version=model.ir_version, opset_import=model.opset_import)
    found, outputs = whole.graph, {value.name: value for value in graph.output}
    found.name = graph.name
    found.node.extend(nodes[::-1])
    found.initializer.extend(tensor for tensor in graph.initializer if tensor.name in needed)
    found.input.extend(value for value in graph.input if value.name in taken)
    for name, channels in stops.items():
        shape = _float(found.input.add(name=name)).shape
        for size in ({"dim_value": 1}, {"dim_value": channels}, {"dim_param": f"frames of {name}"}):
            shape.dim.add(**size)
    for name in made:
        if name in outputs:
            found.output.append(outputs[name])
        else:
            _float(found.output.add(name=name))
    return whole


def _float(value: Any) -> Any:
    """The type of a tensor of numbers in float32."""
    value.type.tensor_type.elem_type = FLOAT
    return value.type.tensor_type
