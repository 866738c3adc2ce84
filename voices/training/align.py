"""The teacher's phonemes laid over Piper's: how long every phoneme id lasts.

Both come from the same espeak-ng, so the teacher's labels, decomposed, spell
Piper's code points but for spaces and punctuation. The two lists are walked
together; what the teacher has as a pause goes to the punctuation that stands
there. A sentence that does not walk through is not used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from voices.training.recipe import HOP
from voices.training.teacher import Uttered

PUNCTUATION = frozenset(",.;:!?")
BLANK = frozenset(" ")
STRESS = frozenset("ˈˌ")
MARKS = frozenset("ˈˌː\u0303-\u0327\u0329\u032a\u032f\u031d\u030aʲˑʰʷ˞")
"""Code points that change a sound or its stress: they own no time."""

UNSTRESSED = str.maketrans(dict.fromkeys(STRESS, ""))

LEAD = 512
TAIL = 1792
"""Samples of silence before and after, owned by ``^`` and by the closing punctuation (or ``$``)."""

SILENT = 1e-7
"""Mean square, over ``WINDOW`` samples, under which the teacher has ended."""

WINDOW = 220

Durations = npt.NDArray[np.float64]
"""Samples for each token, with ``^`` first and ``$`` last."""


class MismatchError(Exception):
    """The teacher says something else than Piper writes."""


def durations(tokens: Sequence[str], uttered: Sequence[Uttered], length: int) -> Durations:
    """Samples that each of ``^``, ``tokens``, ``$`` lasts; they add up to ``length``.

    Raises ``MismatchError`` when the two do not say the same.
    """
    walk = _Walk(tokens)
    walk.lasting[0] = uttered[0].start if uttered else length
    ends = [*(item.start for item in uttered[1:]), length]
    for (start, ipa), end in zip(uttered, ends, strict=True):
        pause = not ipa or re.fullmatch(
            r"\([^)]{1,9}\)", ipa
        )  # (en) tells of another language, not of a sound
        if pause:
            walk.rest(end - start)
        else:
            # Where stress falls, the teacher's voice and Piper's may differ.
            walk.say(unicodedata.normalize("NFD", ipa).translate(UNSTRESSED), end - start)
    walk.finish()
    return np.array(walk.lasting)


class _Walk:
    """One pass over the tokens of a sentence."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self.lasting = [0.0] * (len(tokens) + 2)
        self._next = 0  # first token not yet reached
        self._last = 0  # place in ``lasting`` of the sound that was said last
        self._label = ""

    def rest(self, samples: int) -> None:
        """A pause: to the punctuation around here, else to a space, else to the last sound."""
        around = [*self._gap(self._next, 1)] or [*self._gap(self._next - 1, -1)]
        marks = [i for i in around if self._tokens[i] in PUNCTUATION]
        here = (marks or around or [self._last - 1])[0]
        self.lasting[here + 1] += samples

    def say(self, label: str, samples: int) -> None:
        """A sound; a diphthong's time is shared by its vowels."""
        self._skip(STRESS | PUNCTUATION | BLANK)
        if not self._matches(label):
            if label == self._label or MARKS.issuperset(label):  # a doubled consonant, a mark on its own
                self.lasting[self._last] += samples
                return
            self._skip(MARKS | PUNCTUATION | BLANK)
            if not self._matches(label):
                raise MismatchError(f"{label!r} at token {self._next} of {''.join(self._tokens)}")
        self._label = label
        sounds = [self._next + i + 1 for i, character in enumerate(label) if character not in MARKS]
        for place in sounds:
            self.lasting[place] += samples / len(sounds)
        self._last = sounds[-1] if sounds else self._last
        if not sounds:
            self.lasting[self._last] += samples
        self._next += len(label)

    def finish(self) -> None:
        """Nothing that sounds may be left over."""
        rest = set(self._tokens[self._next :])
        if rest - PUNCTUATION - MARKS - BLANK:
            raise MismatchError(f"unsaid: {''.join(self._tokens[self._next :])}")

    def _matches(self, label: str) -> bool:
        return list(self._tokens[self._next : self._next + len(label)]) == list(label)

    def _skip(self, kinds: frozenset[str]) -> None:
        while self._next < len(self._tokens) and self._tokens[self._next] in kinds:
            self._next += 1

    def _gap(self, start: int, step: int) -> list[int]:
        """The spaces and punctuation that follow one another from ``start``."""
        found = []
        while 0 <= start < len(self._tokens) and (self._tokens[start] in PUNCTUATION | BLANK):
            found.append(start)
            start += step
        return found


def framed(
    samples: npt.NDArray[np.float64], tokens: Sequence[str], lasting: Durations
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int16]]:
    """The sound between ``LEAD`` and ``TAIL`` samples of silence, and whole frames for every token.

    Raises ``MismatchError`` when there is no sound.
    """
    lasting = lasting.copy()
    energy = np.convolve(samples**2, np.ones(WINDOW) / WINDOW, "same")
    loud = np.flatnonzero(energy > SILENT)
    if not len(loud):
        raise MismatchError("silence")
    closing = len(tokens) if tokens[-1] in PUNCTUATION else len(tokens) + 1
    lasting[closing] = 0.0
    excess = lasting.sum() - min(len(samples), loud[-1] + 60)
    final = int(np.flatnonzero(lasting)[-1])
    lasting[final] -= min(max(excess, 0.0), 0.7 * lasting[final])
    speech = samples[: int(lasting.sum())]
    lasting[0] += LEAD
    lasting[closing] = TAIL
    bounds = np.round(np.cumsum(lasting) / HOP).astype(int)
    frames = np.array([end - start for start, end in pairwise([0, *bounds])], np.int16)
    sound = np.zeros(int(bounds[-1]) * HOP)
    end = min(len(sound), LEAD + len(speech))
    sound[LEAD:end] = speech[: end - LEAD]
    return sound, frames
