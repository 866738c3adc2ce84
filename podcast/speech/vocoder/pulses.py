"""Trains of pulses (``pulses`` in ``voices/training/synthesis.py``), written in fewer operations.

A pulse of N harmonics is sin((N + 1/2) a) / (2 sin(a/2)) - 1/2, where a is the
angle since the last one, and N where that is small. The angle of a sample is
linear in what its step begins with, its pitch and its glide: one product with
a matrix. The halves are left to whoever reads the pulses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder.formula import Formulas
from podcast.speech.vocoder.pen import Pen

GLIDING = ("Add", ("Mul", "pitch", "=places"), ("Mul", "glide", "=squares"))
TURN = ("Add", "begun", ("Div", GLIDING, "=rate"))
ANGLE = ("Mul", ("Sub", TURN, ("Floor", ("Add", TURN, "=half"))), "=circle")
SMALL = ("Less", ("Abs", ANGLE), "=small")
ABOVE = ("Sin", ("Mul", ("Add", "harmonics", "=half"), ANGLE))
BELOW = ("Mul", ("Sin", ("Mul", ANGLE, "=half")), "=two")
PULSE = ("Sub", ("Div", ABOVE, ("Where", SMALL, "ones", BELOW)), "=half")
TRAIN = ("Flatten", ("Where", SMALL, ("Expand", "harmonics"), PULSE))

NUMBERS = {"half": 0.5, "two": 2.0, "circle": 2 * np.pi}


@dataclass(frozen=True, slots=True)
class Train:
    """A train of pulses; each name is of a tensor (1, S, 1), for S steps."""

    begun: str
    pitch: str
    glide: str
    harmonics: str
    turns: npt.NDArray[Any]
    """What makes turns of the first three: (3, samples of a step)."""
    small: float
    """Below this angle a pulse is as high as it has harmonics."""


def find(formulas: Formulas, pulses: str) -> Train | None:
    """What pulses are made of; None where they are made in another way."""
    found = formulas.read(pulses, TRAIN)
    if not found:
        return None
    values = {name[1:]: formulas.constant(found[name]) for name in found if name.startswith("=")}
    if any(
        values[name].size != 1 or not np.isclose(values[name], wanted) for name, wanted in NUMBERS.items()
    ):
        return None
    places, squares = (values[name].reshape(-1) / values["rate"] for name in ("places", "squares"))
    return Train(
        begun=found["begun"],
        pitch=found["pitch"],
        glide=found["glide"],
        harmonics=found["harmonics"],
        turns=np.stack([np.ones_like(places), places, squares]),
        small=float(values["small"]),
    )


def write_doubled(pen: Pen, train: Train) -> str:
    """Write the pulses, twice as high; gives their name."""
    known = pen.node("Concat", train.begun, train.pitch, train.glide, axis=2)
    turn = pen.node("MatMul", known, pen.constant(train.turns))
    near = pen.node("Sub", turn, pen.node("Floor", pen.node("Add", turn, pen.constant(0.5))))
    halves = pen.node("Add", train.harmonics, pen.constant(0.5))
    above = pen.node("Sin", pen.node("Mul", near, pen.node("Mul", halves, pen.constant(2 * np.pi))))
    below = pen.node("Sin", pen.node("Mul", near, pen.constant(np.pi)))
    small = pen.node("Less", pen.node("Abs", near), pen.constant(train.small / (2 * np.pi)))
    twice = pen.node("Mul", train.harmonics, pen.constant(2.0))
    pulse = pen.node("Sub", pen.node("Div", above, below), pen.constant(1.0))
    return pen.node("Flatten", pen.node("Where", small, twice, pulse), axis=1)
