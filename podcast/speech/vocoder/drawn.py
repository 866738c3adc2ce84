"""Where a model makes sound of envelopes: pulses and noise, frame by frame, through filters.

The voices of ``voices/training`` end so (``synthesis.py`` there): frames of
pulses and of noise overlap by three quarters, are weighted with the root of
Hann's window, taken to spectra, multiplied by what was drawn for them, and
taken back. The transforms are products with matrices, halved by their
symmetry: cosines see only what is even about the middle of a frame, sines
only what is odd.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from podcast.speech.vocoder.formula import Formulas, Found
from podcast.speech.vocoder.pulses import Train
from podcast.speech.vocoder.pulses import find as find_train

PARTS = 4
"""Steps of a frame."""

CLOSE = 1e-3
"""By how much a stored wave may differ from a wave: they are stored in half precision."""

MAGNITUDE = ("Exp", ("Add", ("MatMul", "harmonic", "=shapes"), "=gain"))
PHASE = ("Add", ("MatMul", "harmonic", "=phases"), "=delay")
REAL, IMAGINARY = ("Mul", MAGNITUDE, ("Cos", PHASE)), ("Mul", MAGNITUDE, ("Sin", PHASE))
GRAIN = ("Exp", ("Add", ("MatMul", "noise", "=noise shapes"), "=noise gain"))
PULSE_REAL = ("MatMul", ("Add", "rising", "falling"), "=cosines")
PULSE_IMAGINARY = ("MatMul", ("Sub", "rising", "falling"), "=sines")
HISS_REAL = ("MatMul", ("Add", "hiss rising", "hiss falling"), "=cosines")
HISS_IMAGINARY = ("MatMul", ("Sub", "hiss rising", "hiss falling"), "=sines")
EVEN = (
    *("MatMul", ("Add", ("Sub", ("Mul", PULSE_REAL, REAL), ("Mul", PULSE_IMAGINARY, IMAGINARY)),
                 ("Mul", HISS_REAL, GRAIN))),
    "=from real",
)  # fmt: skip
ODD = (
    *("MatMul", ("Add", ("Add", ("Mul", PULSE_REAL, IMAGINARY), ("Mul", PULSE_IMAGINARY, REAL)),
                 ("Mul", HISS_IMAGINARY, GRAIN))),
    "=from imaginary",
)  # fmt: skip
FALLING = ("Sub", EVEN, ODD)
"""The later half of a frame of sound, backwards: all that is wanted is in it."""

HISS = ("Mul", ("Unsqueeze", ("Slice", ("Tile", "table"))), "liveliness")

FRAMING = {"Concat", "Slice", "Reshape", "Pad"}
"""What makes frames of samples."""

OVERLAPPING = {
    *("Add", "Sub", "Split", "Pad", "Unsqueeze", "Concat", "ReduceSum", "Flatten", "Reshape", "Slice"),
    *("Shape", "Gather"),
}
"""What makes samples of frames."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Such an end of a graph. Tensors are named; S is the number of steps."""

    pulses: str
    """(1, S * step) samples."""
    train: Train | None
    """What the pulses are made of, if it is known."""
    hiss: str
    """(1, S * step) samples: the table, round and round, by the liveliness."""
    liveliness: str
    """A number."""
    harmonic: str
    """(1, S, bands)."""
    noise: str
    """(1, S, bands)."""
    sound: str
    """(1, S * step) samples, made of all these."""
    table: Array
    """Samples of noise."""
    step: int
    """Samples from a frame to the next."""
    values: dict[str, Array]
    """The constants of ``EVEN`` and ``ODD``."""

    @property
    def sung(self) -> list[str]:
        """What melody is known by: where it changes by a bit, there may be another number of harmonics."""
        train = self.train
        return [train.begun, train.pitch, train.glide, train.harmonics] if train else [self.pulses]


def find(graph: Any) -> Drawn | None:
    """The end of a graph that is of this kind; None when there is none."""
    formulas = Formulas(graph)
    for node in graph.node:
        if node.op_type == "Sub" and (found := formulas.read(node.output[0], FALLING)):
            return _drawn(graph, formulas, found, [*node.input])
    return None


def _drawn(graph: Any, formulas: Formulas, found: Found, halves: list[str]) -> Drawn | None:
    pulses, hiss = (formulas.source(found[name], FRAMING) for name in ("rising", "hiss rising"))
    made = formulas.read(hiss, HISS)
    table = formulas.value(formulas.source(made["table"], {"Expand"})) if made else None
    values = {name[1:]: value for name in found if (value := formulas.value(found[name])) is not None}
    step = len(values["cosines"]) // (PARTS // 2)
    sound = _sound(graph, halves)
    if made is None or table is None or not sound or not _are_waves(values, step * PARTS):
        return None
    return Drawn(
        pulses=pulses,
        train=find_train(formulas, pulses),
        hiss=hiss,
        liveliness=made["liveliness"],
        harmonic=found["harmonic"],
        noise=found["noise"],
        sound=sound,
        table=table,
        step=step,
        values=values,
    )


def waves(size: int) -> tuple[Array, Array]:
    """Cosines and sines (``size // 2``, bins) of samples 1 to the middle of a frame that is not weighted."""
    angle = 2 * np.pi * np.outer(np.arange(1, size // 2 + 1), np.arange(size // 2 + 1)) / size
    return np.cos(angle), -np.sin(angle)


def window(size: int) -> Array:
    """The root of Hann's window, from sample 1 to the middle."""
    found: Array = np.sin(np.pi * np.arange(1, size // 2 + 1) / size)
    return found


def there_and_back(size: int) -> Array:
    """What each bin is to be multiplied by on the way back; the first and the last have no mirror image."""
    twice = np.full(size // 2 + 1, 2.0)
    twice[[0, -1]] = 1.0
    return twice / size / (PARTS / 2)


def _are_waves(values: dict[str, Array], size: int) -> bool:
    weight = window(size)[:, None]
    weight[-1] /= 2.0  # the middle is its own mirror image
    cosines, sines = (wave * weight for wave in waves(size))
    back = there_and_back(size)[:, None]
    wanted = {
        "cosines": cosines,
        "sines": sines,
        "from real": cosines.T * back,
        "from imaginary": sines.T * back,
    }
    return all(
        values[name].shape == wave.shape and np.abs(values[name] - wave).max() < CLOSE * np.abs(wave).max()
        for name, wave in wanted.items()
    )


def _sound(graph: Any, halves: list[str]) -> str:
    """What is made of the two halves of frames, laid over one another; empty where that is no one tensor."""
    inside = set(halves)
    for node in graph.node:
        if node.op_type in OVERLAPPING and inside.intersection(node.input):
            inside.update(node.output)
    wanted = {value.name for value in graph.output}
    wanted.update(*(node.input for node in graph.node if not inside.intersection(node.output)))
    ends = inside & wanted
    return ends.pop() if len(ends) == 1 else ""
