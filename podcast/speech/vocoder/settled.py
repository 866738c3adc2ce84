"""Tensors that are the same whatever a model is given, though it computes them each time.

Such as the amounts of a padding, which are exported as a list that is joined,
cut, turned around and cast.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.file import array
from podcast.speech.vocoder.formula import Formulas

Array = npt.NDArray[Any]

MOST = 8
"""Operations one after the other; more are not looked at."""


def settled(formulas: Formulas, name: str, most: int = MOST) -> Array | None:
    """The numbers of a tensor; None where they depend on anything, or come of other operations."""
    value = formulas.value(name)
    node = formulas.maker(name)
    if value is not None or node is None or node.op_type not in KNOWN or not most:
        return value
    given = [settled(formulas, one, most - 1) for one in node.input if one]
    known = [one for one in given if one is not None]
    return KNOWN[node.op_type](node, *known) if len(known) == len(given) else None


def _sliced(_node: Any, value: Array, *where: Array) -> Array:
    starts, ends, axes, *steps = (numbers.tolist() for numbers in where)
    places = [slice(None)] * value.ndim
    for number, axis in enumerate(axes):
        end = ends[number] if ends[number] >= -value.shape[axis] else None
        places[axis] = slice(starts[number], end, steps[0][number] if steps else 1)
    return value[tuple(places)]


def _constant(node: Any, shape: Array) -> Array:
    value = next((array(attribute.t) for attribute in node.attribute), np.zeros(1, np.float32))
    return np.full(shape.tolist(), value.item(), value.dtype)


KNOWN: dict[str, Any] = {
    "Concat": lambda node, *parts: np.concatenate(parts, graphs.number(node, "axis", 0)),
    "Reshape": lambda _, value, shape: value.reshape(shape.tolist()),
    "Slice": _sliced,
    "Transpose": lambda node, value: value.transpose(graphs.numbers(node).get("perm")),
    "Cast": lambda _, value: value,
    "ConstantOfShape": _constant,
    "Unsqueeze": lambda _, value, axes: np.expand_dims(value, tuple(axes.tolist())),
}
