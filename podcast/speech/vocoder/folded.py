"""Sound of envelopes with a third of the products: what ``drawn.py`` finds, written anew.

The noise comes from a table and begins anew with every sentence, so its
spectra are always the same: those of the first ``KEPT`` frames are stored, and
only frames after those are transformed. The last frame of a sentence is too,
because it sees that the noise ends.

The spectrum of a frame has half the products when its even and its odd bins
are kept apart (the first step of Cooley and Tukey's, 1965, in the real form):
a wave of an even number of half periods is the same forwards and backwards,
up to a sign, over half of a half frame, where an odd one has the other sign.
So four blocks of each frame, two of them backwards, are added and subtracted
first: of the samples n = 1 … step of a frame of four steps

    first   n             third    2 step + n
    second  2 step - n    fourth   4 step - n

and the middle of the frame, 2 step, goes its own way. What is constant for a
bin, such as gains, is multiplied into the waves.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from podcast.speech.vocoder.drawn import PARTS, Array, Drawn, window
from podcast.speech.vocoder.pen import Pen
from podcast.speech.vocoder.pulses import write_doubled

KEPT = 1536
"""Frames of noise whose spectra are stored, which takes 3 MB: nine seconds of the bundled voice."""

FOREVER = 2**62
PARITIES = (0, 1)


def fold(graph: Any, drawn: Drawn) -> None:
    """Write the end of a graph anew, in place."""
    pen = Pen(graph, "folded")
    for node in graph.node:
        if drawn.sound in node.output:
            _Folding(pen, drawn).write()
        else:
            pen.keep(node)
    pen.done()


class _Folding:
    """One end that is being written; spectra are pairs of tensors, of even and of odd bins."""

    def __init__(self, pen: Pen, drawn: Drawn) -> None:
        self._pen, self._drawn, self._step = pen, drawn, drawn.step
        weight = window(PARTS * drawn.step)
        outer, inner = weight[: self._step], _mirrored(weight)
        inner[-1] = 0.0  # which the outer one has
        self._weights = outer, inner
        self._outer, self._inner = pen.constant(outer), pen.constant(inner)

    def write(self) -> None:
        pulses, hiss, grains = self._pulses(), self._hiss(), self._grains()
        sums = []
        for parity in PARITIES:
            (real, imaginary), (cosine, sine) = pulses[parity], self._filter(parity)
            hissed = [self._pen.node("Mul", part, grains[parity]) for part in hiss[parity]]
            across, along = self._times(real, cosine), self._times(imaginary, sine)
            even = self._plus(self._pen.node("Sub", across, along), hissed[0])
            turned = self._plus(self._times(real, sine), self._times(imaginary, cosine))
            sums.append((even, self._plus(turned, hissed[1])))
        self._overlapped(sums)

    def _plus(self, one: str, other: str) -> str:
        return self._pen.node("Add", one, other)

    def _times(self, one: str, other: str) -> str:
        return self._pen.node("Mul", one, other)

    def _product(self, given: str, matrix: Array) -> str:
        return self._pen.node("MatMul", given, self._pen.constant(np.float32(matrix)))

    def _slice(self, name: str, start: int, end: int, axis: int, step: int = 1) -> str:
        numbers = (self._pen.constant([number]) for number in (start, end, axis, step))
        return self._pen.node("Slice", name, *numbers)

    def _value(self, name: str, parity: int = 0, apart: int = 1) -> Array:
        value: Array = self._drawn.values[name].astype(np.float64)[..., parity::apart]
        return value

    def _folded(self, waves: Array, sign: float) -> Array:
        """Waves (step, bins) that are not weighted, from weighted ones over half a frame.

        Both halves of a wave tell of it: where they are rounded, the best that both can say.
        """
        outer, inner = (weight[:, None] for weight in self._weights)
        signs = np.where(np.arange(waves.shape[1]) % 2, -sign, sign)
        both = outer * waves[: self._step] + inner * signs * _mirrored(waves)
        found: Array = both / (outer**2 + inner**2)
        return found

    # The way there

    def _blocks(self, padded: str) -> tuple[str, str]:
        """Blocks of a step: those that begin one sample later, and those that end one sooner, backwards.

        ``padded`` has one sample more than its blocks.
        """
        shape = self._pen.constant([1, -1, self._step])
        later = self._pen.node("Reshape", self._slice(padded, 1, FOREVER, 1), shape)
        plain = self._pen.node("Reshape", self._slice(padded, 0, -1, 1), shape)
        return later, plain

    def _padded(self, samples: str) -> str:
        half = 2 * self._step
        return self._pen.node("Pad", samples, self._pen.constant([0, half, 0, half + 1]))

    def _pulses(self) -> list[tuple[str, str]]:
        train = self._drawn.train
        samples = write_doubled(self._pen, train) if train else self._drawn.pulses
        later, plain = self._blocks(self._padded(samples))
        backwards = self._slice(plain, -1, -FOREVER, 2, -1)
        first, third = (self._slice(later, block, block - PARTS, 1) for block in (0, 2))
        second, fourth = (self._slice(backwards, block, block - PARTS, 1) for block in (1, 3))
        numbers = [self._pen.constant(value) for value in ([2, 0], [-2, 1], [1, 2])]
        middle = self._pen.node("Slice", plain, *numbers)
        outer = [self._times(self._pen.node(kind, first, fourth), self._outer) for kind in ("Add", "Sub")]
        inner = [self._times(self._pen.node(kind, second, third), self._inner) for kind in ("Add", "Sub")]
        stored = self._value("cosines")
        cosines, sines = self._folded(stored, 1.0), self._folded(self._value("sines"), -1.0)
        found = []
        for parity, (kind, other) in enumerate((("Add", "Sub"), ("Sub", "Add"))):
            gain = np.exp(self._value("gain", parity, 2)) * (0.5 if train else 1.0)
            seen = np.vstack([cosines, 2.0 * stored[-1]])[:, parity::2] * gain
            whole = self._pen.node("Concat", self._pen.node(kind, outer[0], inner[0]), middle, axis=2)
            odd = self._pen.node(other, outer[1], inner[1])
            found.append((self._product(whole, seen), self._product(odd, sines[:, parity::2] * gain)))
        return found

    def _hiss(self) -> list[list[str]]:
        steps = self._pen.node("Shape", self._drawn.noise, start=1, end=2)
        kept = self._pen.node(
            "Min", self._pen.node("Sub", steps, self._pen.constant([1])), self._pen.constant([KEPT])
        )
        begin = self._times(kept, self._pen.constant([self._step]))
        ends = (self._pen.constant([FOREVER]), self._pen.constant([1]))
        padded = self._pen.node("Slice", self._padded(self._plain_hiss()), begin, *ends)
        later, plain = self._blocks(padded)
        backwards = self._slice(plain, -1, -FOREVER, 2, -1)
        rising, falling = (
            self._pen.node("Concat", *(self._slice(blocks, i, i - PARTS, 1) for i in places), axis=2)
            for blocks, places in ((later, (0, 1)), (backwards, (3, 2)))
        )
        stored = _spectra(self._drawn)
        found: list[list[str]] = [[], []]
        for kind, name, table in zip(("Add", "Sub"), ("cosines", "sines"), stored, strict=True):
            frames = self._pen.node(kind, rising, falling)
            for parity in PARITIES:
                gain = np.exp(self._value("noise gain", parity, 2))
                head = self._pen.constant((table[None, :, parity::2] * gain).astype(np.float32))
                begun = self._pen.node("Slice", head, self._pen.constant([0]), kept, self._pen.constant([1]))
                rest = self._product(frames, self._value(name, parity, 2) * gain)
                found[parity].append(self._pen.node("Concat", begun, rest, axis=1))
        return found

    def _plain_hiss(self) -> str:
        """Without the liveliness, which the grains have."""
        steps = self._pen.node("Shape", self._drawn.noise, start=1, end=2)
        samples = self._times(steps, self._pen.constant([self._step]))
        length = len(self._drawn.table)
        rounds = self._pen.node("Div", self._plus(samples, self._pen.constant([length - 1])),
                                self._pen.constant([length]))  # fmt: skip
        tiled = self._pen.node("Tile", self._pen.constant(self._drawn.table), rounds)
        numbers = (self._pen.constant([0]), samples, self._pen.constant([0]))
        return self._pen.node("Unsqueeze", self._pen.node("Slice", tiled, *numbers), self._pen.constant([0]))

    # The filters

    def _filter(self, parity: int) -> tuple[str, str]:
        drawn = self._drawn.harmonic
        magnitude = self._pen.node("Exp", self._product(drawn, self._value("shapes", parity, 2)))
        turned = self._product(drawn, self._value("phases", parity, 2))
        phase = self._plus(turned, self._pen.constant(np.float32(self._value("delay", parity, 2))))
        cosine, sine = (self._times(magnitude, self._pen.node(kind, phase)) for kind in ("Cos", "Sin"))
        return cosine, sine

    def _grains(self) -> list[str]:
        return [
            self._times(
                self._pen.node(
                    "Exp", self._product(self._drawn.noise, self._value("noise shapes", parity, 2))
                ),
                self._drawn.liveliness,
            )
            for parity in PARITIES
        ]

    # The way back

    def _overlapped(self, sums: list[tuple[str, str]]) -> None:
        stored = self._value("from real").T
        cosines = self._folded(stored, 1.0).T
        sines = self._folded(self._value("from imaginary").T, -1.0).T
        (real, imaginary), (odd_real, odd_imaginary) = sums
        even = self._product(real, cosines[0::2]), self._product(odd_real, cosines[1::2])
        odd = self._product(imaginary, sines[0::2]), self._product(odd_imaginary, sines[1::2])
        outer = [self._times(self._plus(*pair), self._outer) for pair in (even, odd)]
        inner = [self._times(self._pen.node("Sub", *pair), self._inner) for pair in (even, odd[::-1])]
        first, fourth = self._plus(*outer), self._pen.node("Sub", *outer)
        second, third = self._plus(*inner), self._pen.node("Sub", *inner)
        # Of the blocks of all frames, those that are heard: two steps of silence come before the first.
        later = self._plus(self._shifted(first, -1, 2), self._shifted(third, 1, 0))
        backwards = self._plus(self._shifted(fourth, 1, -1), self._shifted(second, -1, 1))
        middles = 2.0 * stored[-1][:, None]
        middle = self._plus(self._product(real, middles[0::2]), self._product(odd_real, middles[1::2]))
        alone = self._pen.node("Pad", middle, self._pen.constant([0, 0, 0, 0, 0, self._step - 1]))
        forwards = self._plus(self._slice(backwards, -1, -FOREVER, 2, -1), alone)
        flat = self._pen.constant([1, -1])
        cut = self._pen.constant([0, 1 - self._step, 0, -1])
        self._pen.node(
            "Add",
            self._pen.node("Pad", self._pen.node("Reshape", later, flat), cut),
            self._pen.node("Reshape", forwards, flat),
            output=self._drawn.sound,
        )

    def _shifted(self, blocks: str, before: int, after: int) -> str:
        """With so many more blocks of silence, or fewer blocks, before and after."""
        return self._pen.node("Pad", blocks, self._pen.constant([0, before, 0, 0, after, 0]))


def _mirrored(half: Array) -> Array:
    """What lies as far before the middle of a frame as the first step of it lies after its beginning."""
    step = len(half) // 2
    found: Array = half[::-1][1 : step + 1].copy()
    return found


def _spectra(drawn: Drawn) -> tuple[Array, Array]:
    """Real and imaginary parts (``KEPT``, bins) of the first frames of the noise, as long as it goes on."""
    step = drawn.step
    samples = np.zeros((KEPT + PARTS) * step + 1)
    samples[2 * step :] = np.resize(drawn.table.astype(np.float64), len(samples) - 2 * step)
    places = np.arange(KEPT)[:, None] * step + np.arange(2 * step)
    rising, falling = samples[places + 1], samples[places[:, ::-1] + 2 * step]
    return (rising + falling) @ drawn.values["cosines"], (rising - falling) @ drawn.values["sines"]
