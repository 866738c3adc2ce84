"""What changes nothing in a Piper model goes: masks of ones, what adds zeros, what multiplies by 1.

A model is always asked for one sentence, where no place is filled up for the
sake of a longer one: the mask of its phonemes is one everywhere, and so is that
of its frames. A voice of one speaker adds zeros where another adds what it
knows of the speaker, and its flow multiplies by the exponential of zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.file import array
from podcast.speech.vocoder.formula import Formulas
from podcast.speech.vocoder.pen import Pen
from podcast.speech.vocoder.settled import settled

MASK = ("Less", ("Unsqueeze", ("Range", "=first", "end", "=step")), ("Unsqueeze", "lengths"))
"""Of the places up to an end, those before the lengths."""
LONGEST = ("ReduceMax", "lengths")

AXES = 3
"""Of tensors (1, channels, frames), and of masks that are as long as these."""

SHAPED = {"Unsqueeze", "Cast", "Identity", "Transpose"}
"""What makes ones of ones."""


def strip(graph: Any) -> dict[str, str]:
    """Leave out what changes nothing, in place. Gives the tensors that went, and what is the same."""
    return _Stripping(graph).write()


class _Stripping:
    """One graph that is being written; sets of tensors by what they are everywhere."""

    def __init__(self, graph: Any) -> None:
        self._graph, self._formulas, self._pen = graph, Formulas(graph), Pen(graph, "plain")
        self._given = {value.name for value in graph.input}
        self._ones: dict[str, int] = {}  # with how many axes
        self._never: set[str] = set()
        self._zeros: set[str] = set()
        self._same: dict[str, str] = {}

    def write(self) -> dict[str, str]:
        kept = {value.name for value in self._graph.output}
        kept.update(
            *(graphs.given(node).difference(node.input) for node in self._graph.node)
        )  # within others
        for node in self._graph.node:
            self._judge(node)
            if (same := self._unchanged(node)) and node.output[0] not in kept:
                self._same[node.output[0]] = self._same.get(same, same)
                continue
            for place, name in enumerate(node.input):
                if name in self._same:
                    node.input[place] = self._same[name]
            self._pen.keep(node)
        self._pen.done()
        return self._same

    def _judge(self, node: Any) -> None:
        """Whether it makes ones, zeros, or falsehood everywhere."""
        name, kind = node.output[0], node.op_type
        if kind == "Less" and (found := self._formulas.read(name, MASK)):
            longest = self._formulas.read(found["end"], LONGEST)
            whole = longest and longest["lengths"] == found["lengths"]
            if whole or found["lengths"] in self._given:
                self._ones[name] = AXES - 1
        elif kind in SHAPED and node.input[0] in self._ones:
            self._ones[name] = self._ones[node.input[0]] + (kind == "Unsqueeze")
        elif kind in SHAPED and node.input[0] in self._never:
            self._never.add(name)
        elif kind == "Mul" and self._ones.keys() >= {*node.input}:
            self._ones[name] = max(self._ones[one] for one in node.input)
        elif kind == "Equal" and node.input[0] in self._ones and self._is_nothing(node.input[1]):
            self._never.add(name)
        elif (kind == "ConstantOfShape" and self._makes_zeros(node)) or (
            kind == "Neg" and node.input[0] in self._zeros
        ):
            self._zeros.add(name)
        elif kind == "Exp" and node.input[0] in self._zeros:
            self._ones[name] = AXES

    def _is_nothing(self, name: str) -> bool:
        value = settled(self._formulas, name)
        return value is not None and not value.any()

    def _makes_zeros(self, node: Any) -> bool:
        """As many as some tensor (1, channels, frames) has, in float32."""
        shape = self._formulas.maker(node.input[0])
        value = next((array(attribute.t) for attribute in node.attribute), np.zeros(1, np.float32))
        return (
            shape is not None and shape.op_type == "Shape" and value.dtype == np.float32 and not value.any()
        )

    def _unchanged(self, node: Any) -> str:
        """The tensor that comes out of a node as it goes in; empty where there is none."""
        if node.op_type == "Where" and node.input[0] in self._never:
            return str(node.input[2])
        if node.op_type == "Mul":
            others = [name for name in node.input if self._ones.get(name) != AXES]
        elif node.op_type == "Add":
            others = [name for name in node.input if name not in self._zeros]
        else:
            return ""
        alone = len(others) == 1 and len(node.input) == 2
        return others[0] if alone and settled(self._formulas, others[0]) is None else ""
