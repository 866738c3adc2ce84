"""Whether a model that was written anew says what it said before."""

from __future__ import annotations

from typing import Any

import numpy as np

TRIALS, NOISY_TRIALS = (12, 240), (3, 60)
"""Phonemes: hardly one, a word, a breath, and more than that, where noise from a table begins anew."""

SYMBOLS = 30
"""Phonemes that every voice has."""

SCALES = (0.5, 1.0, 0.8)
SILENT = (0.0, 1.0, 0.0)
"""Without noise, where it is drawn anew each time."""


def alike(one: Any, other: Any, most: float, *, noisy: bool) -> bool:
    """Whether two sessions of Piper models make the same tensors, within ``most`` (of their greatest number).

    ``noisy``: of models that draw noise; they are asked for none.
    """
    for count in NOISY_TRIALS if noisy else TRIALS:
        given = {
            "input": 1 + np.arange(count, dtype=np.int64)[None] * 37 % SYMBOLS,
            "input_lengths": np.array([count], dtype=np.int64),
            "scales": np.array(SILENT if noisy else SCALES, dtype=np.float32),
            "sid": np.zeros(1, dtype=np.int64),
        }
        feeds = {value.name: given[value.name] for value in one.get_inputs()}
        for wanted, found in zip(one.run(None, feeds), other.run(None, feeds), strict=True):
            if wanted.shape != found.shape:
                return False
            if not np.abs(wanted - found).max() <= most * max(1.0, np.abs(wanted).max()):
                return False
    return True
