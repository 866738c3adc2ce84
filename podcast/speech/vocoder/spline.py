"""The splines of a duration predictor, for all phonemes at once.

The flow that draws lengths is made of monotonic splines of rational quadratic
pieces (C. Durkan and others: Neural Spline Flows, 2019), which are gone back:
from a height to the place of it. As published, the phonemes within the
bounds are first collected and in the end put back, and each knot and slope is
put into place by an operation of its own: three hundred for one spline, each of
which takes longer to be begun than to be done. Here what is beyond the bounds
is computed as if it were on them, and passed over in the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

from podcast.speech.vocoder.formula import Formula, Formulas, Found
from podcast.speech.vocoder.pen import Pen


def _chosen(name: str) -> Formula:
    """Of the piece that a height lies in."""
    return ("Gather", ("GatherElements", name))


GIVEN = ("GatherND", "given")
ABOVE = ("Sub", GIVEN, _chosen("bottoms"))
SLOPE, BEFORE, HEIGHT = (_chosen(name) for name in ("slopes", "before", "heights"))
BENT = ("Mul", ABOVE, ("Sub", ("Add", BEFORE, _chosen("after")), ("Mul", SLOPE, "=two")))
SQUARE = ("Add", BENT, ("Mul", HEIGHT, ("Sub", SLOPE, BEFORE)))
LINEAR = ("Sub", ("Mul", HEIGHT, BEFORE), BENT)
CONSTANT = ("Mul", ("Neg", SLOPE), ABOVE)
ROOT = ("Sqrt", ("Sub", ("Pow", LINEAR, "=two"), ("Mul", ("Mul", SQUARE, "=four"), CONSTANT)))
PART = ("Div", ("Mul", CONSTANT, "=two"), ("Sub", ("Neg", LINEAR), ROOT))
PLACE = ("Add", ("Mul", PART, _chosen("widths")), _chosen("lefts"))
BEYOND = ("ScatterND", "zeros", "outside", ("Slice", ("Reshape", GIVEN)))
SPLINE = ("ScatterND", BEYOND, "inside", ("Slice", ("Reshape", PLACE)))

SIZES = ("Sub", ("Slice", "knots"), ("Slice", "knots"))
FREE = ("Softmax", ("GatherND", ("Div", ("Slice", "table", "=start", "=end"), "=root")))
SHARES = ("Add", ("Mul", ("Sub", "=one", ("Mul", "count", "=least")), FREE), "=least")
KNOTS = ("ScatterND", ("ScatterND", ("Add", ("Mul", ("Pad", ("CumSum", SHARES)), "=span"), "=begin")))
NUDGED = ("ScatterND", ("ScatterND", "knots"))
"""The last knot a little higher, so that nothing is beyond it."""

LEARNT = ("ScatterND", ("ScatterND", ("Pad", ("Slice", "table", "=start", "=end"))))
SLANTS = ("Add", ("Softplus", ("GatherND", LEARNT)), "=least")
TABLE = ("Transpose", ("Reshape", "made"))


@dataclass(frozen=True, slots=True)
class Spline:
    """Splines; of each phoneme one, with so many ``pieces`` from ``begin`` on, both ways."""

    given: str
    """Heights: (1, 1, phonemes)."""
    made: str
    """What is learnt of widths, heights and slopes: (1, 3 pieces - 1, phonemes)."""
    pieces: int
    begin: float
    span: float
    root: float
    """By which widths and heights are divided before they are weighed."""
    least: float
    """Part of the whole that a piece has at least."""
    flattest: float
    """The least slope."""


def find(formulas: Formulas, name: str) -> Spline | None:
    """The splines that make a tensor (1, 1, phonemes); None where it is made in another way."""
    found = formulas.read(name, SPLINE)
    if not found:
        return None
    widths, heights = (_pieces(formulas, found[one]) for one in ("widths", "heights"))
    bottoms, slants = formulas.read(found["bottoms"], NUDGED), formulas.read(found["before"], SLANTS)
    slopes = formulas.read(found["slopes"], ("Div", "heights", "widths"))
    if not (widths and heights and bottoms and slants and slopes):
        return None
    joined = formulas.read(found["after"], ("Slice", "before")) or {"before": ""}
    agree = (
        found["lefts"] == widths["knots"]
        and bottoms["knots"] == heights["knots"]
        and slopes == {one: found[one] for one in ("heights", "widths")}
        and joined["before"] == found["before"]
        and widths["table"] == heights["table"] == slants["table"]
    )
    made = formulas.read(widths["table"], TABLE)
    values = [
        {one: formulas.constant(read[one]).item() for one in read if one.startswith("=")}
        for read in (found, widths, heights, slants)
        if all(formulas.constant(read[one]).size == 1 for one in read if one.startswith("="))
    ]
    if not agree or made is None or len(values) < 4:
        return None
    numbers, wide, high, flat = values
    pieces = wide["=end"]
    same = all(wide[one] == high[one] for one in ("=root", "=least", "=span", "=begin"))
    cuts = wide["=start"], high["=start"], high["=end"], flat["=start"]
    if not same or cuts != (0, pieces, 2 * pieces, 2 * pieces):
        return None
    if (numbers["=two"], numbers["=four"], wide["=one"]) != (2, 4, 1):
        return None
    return Spline(
        given=found["given"],
        made=made["made"],
        pieces=pieces,
        begin=wide["=begin"],
        span=wide["=span"],
        root=wide["=root"],
        least=wide["=least"],
        flattest=flat["=least"],
    )


def _pieces(formulas: Formulas, name: str) -> Found | None:
    """What the sizes of pieces are made of."""
    sizes = formulas.read(name, SIZES)
    knots = formulas.read(sizes["knots"], KNOTS) if sizes else None
    return {**knots, **sizes} if sizes and knots else None


def write(pen: Pen, spline: Spline, made: str, given: str) -> str:
    """From lines (1, 1, phonemes, 3 pieces - 1) and (1, 1, phonemes, 1) to lines (1, 1, phonemes, 1)."""
    count, begin, end = spline.pieces, spline.begin, spline.begin + spline.span

    def sliced(name: str, start: int, stop: int, axis: int = 3) -> str:
        return pen.node("Slice", name, *(pen.constant([number]) for number in (start, stop, axis)))

    def padded(name: str, before: int, after: int, value: float) -> str:
        return pen.node("Pad", name, pen.constant([0, 0, 0, before, 0, 0, 0, after]), pen.constant(value))

    def combined(kind: str, one: str, other: str) -> str:
        return pen.node(kind, one, other)

    # Knots of widths and of heights, each (1, 1, phonemes, pieces + 1): sums of shares, from the first on.
    sums = np.triu(np.ones((count, count - 1))) * (1 - spline.least * count) * spline.span
    even = np.arange(1, count) * spline.least * spline.span + begin
    knots, sizes = [], []
    for start in (0, count):
        free = pen.node("Mul", sliced(made, start, start + count), pen.constant(1 / spline.root))
        shares = pen.node("MatMul", pen.node("Softmax", free, axis=-1), pen.constant(sums))
        inner = pen.node("Add", shares, pen.constant(even))
        knots.append(padded(padded(inner, 1, 0, begin), 0, 1, end))
        sizes.append(combined("Sub", sliced(knots[-1], 1, count + 1), sliced(knots[-1], 0, count)))
    steep = log(exp(1 - spline.flattest) - 1)  # beyond the bounds a height is its own place: a slope of 1
    learnt = padded(sliced(made, 2 * count, 3 * count - 1), 1, 1, steep)
    slants = pen.node("Add", pen.node("Softplus", learnt), pen.constant(spline.flattest))

    # The piece that each height lies in, and what is known of it.
    within = pen.node("Min", pen.node("Max", given, pen.constant(begin)), pen.constant(end))
    passed = pen.node("Less", sliced(knots[1], 1, count), within)
    passed = pen.node("MatMul", pen.node("Cast", passed, to=1), pen.constant(np.ones((count - 1, 1))))
    piece = pen.node("Cast", passed, to=7)
    tables = (sliced(knots[0], 0, count), sliced(knots[1], 0, count), *sizes)
    tables = (*tables, sliced(slants, 0, count), sliced(slants, 1, count + 1))
    left, bottom, width, height, before, after = (
        pen.node("GatherElements", table, piece, axis=3) for table in tables
    )

    # Where a rational quadratic curve is as high as that.
    slope, above = combined("Div", height, width), combined("Sub", within, bottom)
    twice = pen.node("Mul", slope, pen.constant(2.0))
    bent = combined("Mul", above, combined("Sub", combined("Add", before, after), twice))
    square = combined("Add", bent, combined("Mul", height, combined("Sub", slope, before)))
    linear = combined("Sub", combined("Mul", height, before), bent)
    lacking = pen.node("Mul", combined("Mul", slope, above), pen.constant(2.0))
    root = combined("Mul", linear, linear)
    root = combined("Add", root, combined("Mul", pen.node("Mul", square, pen.constant(2.0)), lacking))
    part = combined("Div", lacking, combined("Add", linear, pen.node("Sqrt", root)))
    place = combined("Add", combined("Mul", part, width), left)
    return pen.node("Where", pen.node("Equal", given, within), place, given)
