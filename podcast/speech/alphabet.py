"""The phonemes of Piper: which of them are the words, and when those sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, groupby, pairwise

from podcast.speech.timing import Times

SPACE = " "
SILENT = frozenset("_^$ ,.;:!?…-'\"()")
"""No sound of a word: padding, ends and punctuation."""


class Alphabet:
    """The phonemes that a voice knows; ``ids`` maps each to its model inputs."""

    def __init__(self, ids: Mapping[str, Sequence[int]]) -> None:
        self._known = frozenset(ids)
        self._space = frozenset(ids.get(SPACE, ()))
        self._silent = frozenset(number for phoneme in SILENT for number in ids.get(phoneme, ()))

    def words(self, sentence: Sequence[str]) -> list[str]:
        """The groups of phonemes, apart by spaces, in which the voice has something to say."""
        known = (phoneme for phoneme in sentence if phoneme in self._known)
        words = (list(group) for space, group in groupby(known, SPACE.__eq__) if not space)
        return ["".join(word) for word in words if not SILENT.issuperset(word)]

    def times(self, ids: Sequence[int], lengths: Sequence[float]) -> list[Times]:
        """Start and end of the sound of each of ``words``, in the unit of ``lengths``, one for each id."""
        # A sound starts where the one before ends, to the bit.
        bounds = pairwise(accumulate(lengths, initial=0.0))
        sounds = [(number, start, end) for number, (start, end) in zip(ids, bounds, strict=True)]
        times: list[Times] = []
        for space, group in groupby(sounds, key=lambda sound: sound[0] in self._space):
            audible = [(start, end) for number, start, end in group if number not in self._silent]
            if audible and not space:
                times.append((audible[0][0], audible[-1][1]))
        return times
