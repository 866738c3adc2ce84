"""A graph read as formulas: does this tensor come of such a sum of products, and of what?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.file import array

Formula = str | tuple[Any, ...]
"""An operation and what it is given, as formulas; or a name, for any tensor, the same wherever it stands.

A name that begins with "=" stands for a constant, which may be stored twice. Inputs at the end that do not
matter are left out.
"""

Found = dict[str, str]
"""The tensor for which each name stands."""

EITHER_WAY = {"Add", "Mul"}
TRANSPARENT = {"Identity", "Cast"}
"""What changes no number, in the formulas that are asked for here."""


class Formulas:
    """The formulas of one graph."""

    def __init__(self, graph: Any) -> None:
        self._makers = graphs.makers(graph)
        self._fixed = graphs.constants(graph)
        self._values: dict[str, npt.NDArray[Any] | None] = {}

    def read(self, name: str, formula: Formula) -> Found | None:
        """What the names of a formula stand for when it makes this tensor; None when it does not."""
        return next(self._readings(name, formula, {}), None)

    def value(self, name: str) -> npt.NDArray[Any] | None:
        """A constant, with the casts that a model stores in half precision; None for anything else."""
        if name not in self._values:
            self._values[name] = self._valued(name)
        return self._values[name]

    def constant(self, name: str) -> npt.NDArray[Any]:
        """The same of what is known to be one; else a ``TypeError``."""
        value = self.value(name)
        if value is None:
            raise TypeError(f"{name} is no constant")
        return value

    def maker(self, name: str) -> Any:
        """The node that makes a tensor; None when it is given or stored."""
        return self._makers.get(name)

    def source(self, name: str, through: set[str]) -> str:
        """The tensor at the beginning of a line of operations that pass on their first input."""
        while (node := self._makers.get(name)) is not None and node.op_type in through | TRANSPARENT:
            name = node.input[0]
        return name

    def _readings(self, name: str, formula: Formula, found: Found) -> Iterator[Found]:
        if isinstance(formula, str):
            name = self.source(name, set())
            if self._may_be(name, formula, found.get(formula, name)):
                yield {**found, formula: name}
            return
        kind, *parts = formula
        node = self._makers.get(self.source(name, set()))
        if node is None or node.op_type != kind or len(node.input) < len(parts):
            return
        yield from self._each(node.input, parts, found)
        if kind in EITHER_WAY:
            yield from self._each(node.input[::-1], parts, found)

    def _may_be(self, name: str, formula: str, before: str) -> bool:
        """Whether a name can stand for a tensor when it stood for another ``before``."""
        if not formula.startswith("="):
            return name == before
        value, other = self.value(name), self.value(before)
        return value is not None and other is not None and np.array_equal(value, other)

    def _each(self, names: Sequence[str], parts: Sequence[Formula], found: Found) -> Iterator[Found]:
        if not parts:
            yield found
            return
        for first in self._readings(names[0], parts[0], found):
            yield from self._each(names[1:], parts[1:], first)

    def _valued(self, name: str) -> npt.NDArray[Any] | None:
        if (tensor := self._fixed.get(name)) is not None:
            return array(tensor)
        node = self._makers.get(name)
        if node is None or node.op_type not in TRANSPARENT or (given := self.value(node.input[0])) is None:
            return None
        return given.astype(np.float32) if given.dtype == np.float16 else given
