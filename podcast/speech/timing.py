"""When each word is heard, from the groups of phonemes that an engine speaks.

espeak-ng writes one group per word, but not always: it joins « parce que »
and splits « MoDem ». When the counts differ, words and groups are matched by
their length and their closing punctuation.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from podcast.types import WordTiming

STEPS = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (1, 4), (1, 5), (1, 6))
"""How many words may meet how many groups."""

SLACK = 3
BAND = 12
"""How far the counts may run apart on the way: ``SLACK`` more than at the end, at most ``BAND``."""

STOPS = tuple(",.;:!?…")

STRESS = str.maketrans("", "", "ˈˌːʲ")
"""Marks of IPA that Python takes for letters."""

Times = tuple[float, float]
"""Start and end, in seconds."""


class WordClock:
    """Gives the words of a text their times, as its groups of phonemes are heard.

    Words that share a group share its time by their letters; so a lone « ? »
    lasts no time. No word gets a time when words and groups cannot be matched.
    """

    def __init__(self, text: str, groups: Sequence[str]) -> None:
        self._words = deque(text.split())
        self._steps = deque(match([word for word in self._words if _letters(word)], groups))
        self._heard: deque[Times] = deque()

    def hear(self, groups: Sequence[Times]) -> tuple[WordTiming, ...]:
        """The words that these next groups complete."""
        self._heard.extend(groups)
        timings: list[WordTiming] = []
        while self._steps and self._steps[0][1] <= len(self._heard):
            of_words, of_groups = self._steps.popleft()
            times = [self._heard.popleft() for _ in range(of_groups)]
            timings += _share(self._take(of_words), times[0][0], times[-1][1])
        return tuple(timings)

    def _take(self, count: int) -> list[str]:
        """The next ``count`` words and the lone punctuation around them."""
        taken: list[str] = []
        while self._words and (count or not _letters(self._words[0])):
            taken.append(self._words.popleft())
            count -= _letters(taken[-1]) > 0
        return taken


def match(words: Sequence[str], groups: Sequence[str]) -> list[tuple[int, int]]:
    """Words and groups walked together, as steps of ``STEPS``; none when there is no way through.

    Of all ways the cheapest is taken (dynamic programming over a diagonal band).
    """
    if len(words) == len(groups):
        return [(1, 1)] * len(words)
    said, heard = _Outline(words), _Outline(groups)
    band = min(BAND, abs(len(words) - len(groups)) + SLACK)
    best: dict[tuple[int, int], tuple[int, tuple[int, int]]] = {(0, 0): (0, (0, 0))}
    for i in range(1, len(words) + 1):
        for j in range(max(1, i - band), min(len(groups), i + band) + 1):
            arrivals = [
                (best[i - a, j - b][0] + _cost(said, i - a, i, heard, j - b, j), (a, b))
                for a, b in STEPS
                if (i - a, j - b) in best
            ]
            if arrivals:
                best[i, j] = min(arrivals)
    place = len(words), len(groups)
    steps: list[tuple[int, int]] = []
    while place in best and place != (0, 0):
        steps.append(best[place][1])
        place = place[0] - steps[-1][0], place[1] - steps[-1][1]
    return steps[::-1]


class _Outline:
    """What can be compared: how many letters and stops come before each token, and how each opens."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.letters = [0, *accumulate(map(_letters, tokens))]
        self.stops = [0, *accumulate(token.endswith(STOPS) for token in tokens)]
        self.openings = [*map(_opening, tokens)]


def _cost(said: _Outline, i: int, k: int, heard: _Outline, j: int, m: int) -> int:
    """How unlike words ``i:k`` and groups ``j:m`` are, in letters; a missing stop weighs as much as three."""
    letters = said.letters[k] - said.letters[i] - heard.letters[m] + heard.letters[j]
    stops = said.stops[k] - said.stops[i] - heard.stops[m] + heard.stops[j]
    opening = said.openings[i] != heard.openings[j]
    return abs(letters) + 3 * abs(stops) + opening + 2 * (k - i + m - j - 2)


def _share(words: Sequence[str], start: float, end: float) -> Iterator[WordTiming]:
    shares = [0, *accumulate(map(_letters, words))]
    for word, (before, after) in zip(words, pairwise(shares), strict=True):
        first, last = (start + (end - start) * share / shares[-1] for share in (before, after))
        yield WordTiming(word, first, last)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text.translate(STRESS)))


def _opening(text: str) -> str:
    """The first letter, bare of accents."""
    bare = unicodedata.normalize("NFD", text.casefold().translate(STRESS))
    return next(filter(str.isalnum, bare), "")
