"""Attention that knows how far phonemes are apart, with the products that matter.

Of two phonemes at most ``reach`` apart it is learnt how much they mind their
distance (P. Shaw and others: Self-Attention with Relative Position
Representations, 2018). As published, what is learnt of these few distances is
filled up with zeros for all that there are in a sentence, multiplied, and
shifted into place. Here only what is learnt is multiplied: the products of
phoneme i with distance d = -reach … reach go to place i + d of row i. In rows of
``2 reach`` places more than there are phonemes they follow one another in the
same order as in rows of the distances alone, padded by one place more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from podcast.speech.vocoder.formula import Formula, Formulas
from podcast.speech.vocoder.pen import Pen

Array = npt.NDArray[Any]


def _learnt(name: str) -> Formula:
    return ("Unsqueeze", ("Slice", ("Pad", name)))


QUERY = ("Div", ("Transpose", ("Reshape", "query")), "=root")
NEAR = ("MatMul", QUERY, ("Transpose", _learnt("=keys")))
SHIFTED = ("Slice", ("Slice", ("Reshape", ("Pad", ("Reshape", ("Pad", NEAR))))))
SCORES = ("Add", ("MatMul", QUERY, ("Reshape", "key")), SHIFTED)
WEIGHTS = ("Softmax", SCORES)
FAR = ("MatMul", WEIGHTS, ("Transpose", ("Reshape", "value")))
BACK = ("Slice", ("Reshape", ("Pad", ("Reshape", ("Pad", WEIGHTS)))))
ATTENDED = ("Reshape", ("Transpose", ("Add", FAR, ("MatMul", BACK, _learnt("=values")))))


@dataclass(frozen=True, slots=True)
class Parts:
    """What an attention is made of; query, key and value are tensors (1, channels, phonemes)."""

    query: str
    key: str
    value: str
    keys: Array
    values: Array
    """Of each distance, from the nearest before to the farthest after: (distances, channels of a head)."""
    root: float
    heads: int


def find(formulas: Formulas, name: str) -> Parts | None:
    """The attention that makes a tensor (1, channels, phonemes); None where it is none of this kind."""
    found = formulas.read(name, ATTENDED)
    if not found:
        return None
    keys, values, root = (formulas.constant(found[one]) for one in ("=keys", "=values", "=root"))
    alike = keys.shape == values.shape and keys.ndim == 3 and len(keys) == 1  # the same for all heads
    maker = formulas.maker(found["query"])
    weights = formulas.value(maker.input[1]) if maker is not None and maker.op_type == "Conv" else None
    if not alike or keys.shape[1] % 2 != 1 or root.size != 1 or weights is None:
        return None
    names = (found["query"], found["key"], found["value"])
    return Parts(*names, keys[0], values[0], float(root.item()), len(weights) // keys.shape[2])


class Writer:
    """Writes all attentions of one encoder, whose phonemes are the same."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._shapes: dict[tuple[int, int], dict[str, str]] = {}

    def write(self, parts: Parts, query: str, key: str, value: str) -> str:
        """From lines (1, 1, phonemes, channels) to such lines."""
        pen, heads = self._pen, parts.heads
        distances, size = parts.keys.shape
        kind = heads, distances // 2
        if kind not in self._shapes:
            self._shapes[kind] = self._shaped(query, *kind)
        shapes = self._shapes[kind]
        apart = pen.constant([1, -1, heads, size])
        query, key, value = (
            pen.node("Transpose", pen.node("Reshape", one, apart), perm=perm)
            for one, perm in ((query, [0, 2, 1, 3]), (key, [0, 2, 3, 1]), (value, [0, 2, 1, 3]))
        )
        query = pen.node("Mul", query, pen.constant(1 / parts.root))
        near = pen.node("MatMul", query, pen.constant(parts.keys.T))
        scores = pen.node("Add", pen.node("MatMul", query, key), self._placed(near, shapes))
        weights = pen.node("Softmax", scores, axis=-1)
        near = pen.node("MatMul", self._taken(weights, shapes, distances), pen.constant(parts.values))
        made = pen.node("Add", pen.node("MatMul", weights, value), near)
        together = pen.constant([1, 1, -1, heads * size])
        return pen.node("Reshape", pen.node("Transpose", made, perm=[0, 2, 1, 3]), together)

    def _shaped(self, query: str, heads: int, reach: int) -> dict[str, str]:
        """What depends on how many phonemes there are, by its use."""
        pen = self._pen
        count = pen.node("Gather", pen.node("Shape", query), pen.constant([2]), axis=0)
        more = pen.node("Sub", count, pen.constant([reach]))
        less = pen.node("Sub", pen.constant([reach]), count)

        def listed(*parts: str | int) -> str:
            known = (part if isinstance(part, str) else pen.constant([part]) for part in parts)
            return pen.node("Concat", *known, axis=0)

        return {
            "count": count,
            "wide": listed(0, 0, 0, 0, 0, 0, 0, count),
            "later": listed(0, 0, -reach, 0, 0, less),
            "sooner": listed(0, 0, reach, 0, 0, more),
            "rows": listed(1, heads, count, -1),
            "flat": pen.constant([1, heads, -1]),
            "room": pen.constant([0, 0, 0, 0, 0, 0, 0, 2 * reach]),
        }

    def _placed(self, near: str, shapes: dict[str, str]) -> str:
        """From (1, heads, phonemes, distances) to (1, heads, phonemes, phonemes)."""
        pen = self._pen
        flat = pen.node("Reshape", pen.node("Pad", near, shapes["wide"]), shapes["flat"])
        rows = pen.node("Reshape", pen.node("Pad", flat, shapes["later"]), shapes["rows"])
        return pen.node("Slice", rows, pen.constant([0]), shapes["count"], pen.constant([3]))

    def _taken(self, weights: str, shapes: dict[str, str], distances: int) -> str:
        """The same the other way."""
        pen = self._pen
        flat = pen.node("Reshape", pen.node("Pad", weights, shapes["room"]), shapes["flat"])
        rows = pen.node("Reshape", pen.node("Pad", flat, shapes["sooner"]), shapes["rows"])
        return pen.node("Slice", rows, pen.constant([0]), pen.constant([distances]), pen.constant([3]))
