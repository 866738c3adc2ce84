"""The text to learn from: what was written by hand, and what the grammar adds.

The sentences that measure the voice (``text/held-out.txt``) and those of the
training's own log are set apart before anything is combined. A text that has
a held-out sentence in it, or lies in one, is left out: compared on letters
and digits only, so that neither case nor punctuation hides a copy, and also
by runs of five words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from voices.training.grammar import TEXT, sentence
from voices.training.recipe import Text

RUN = 5
"""Words in a row that a training sentence may not share with a held-out one."""

LONGEST = 330
"""Characters: longer sentences would be more than about twenty seconds."""


class Line(NamedTuple):
    """One utterance of the corpus."""

    kind: str
    text: str


class Corpus(NamedTuple):
    """Three lists without a sentence in common."""

    training: list[Line]
    development: list[Line]
    held_out: list[Line]


def folded(text: str) -> str:
    """Letters and digits only, in lower case."""
    return "".join(character for character in text.casefold() if character.isalnum())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every ``RUN`` words in a row."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


class Fence:
    """Knows the sentences that nobody may train on."""

    def __init__(self, kept_out: Iterable[str]) -> None:
        texts = list(kept_out)
        self._folded = {folded(text) for text in texts}
        self._runs = set[tuple[str, ...]]().union(*map(runs, texts))

    def leaks(self, text: str) -> bool:
        """Whether ``text`` has a held-out sentence in it, is part of one, or shares ``RUN`` words."""
        flat = folded(text)
        return (
            flat in self._folded
            or any(kept in flat or (len(flat) > 12 and flat in kept) for kept in self._folded)
            or not self._runs.isdisjoint(runs(text))
        )


def written(path: Path) -> list[Line]:
    """The lines of a text file; a kind may stand before a tab, else the ending tells it."""
    lines = (
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    )
    return [Line(*line.split("\t")) if "\t" in line else Line(_kind(line), line) for line in lines]


def build(amount: Text) -> Corpus:
    """The whole corpus, the same for the same ``amount``."""
    held_out = written(TEXT / "held-out.txt")
    by_hand = written(TEXT / "sentences.txt")
    draw = random.Random(amount.seed)  # noqa: S311 - a corpus is no secret
    step = max(1, len(by_hand) // amount.development)
    development = by_hand[step // 2 :: step][: amount.development]
    kept = set(development)
    fence = Fence(line.text for line in (*held_out, *development))
    pool = [line for line in by_hand if line not in kept and not fence.leaks(line.text)]
    draw.shuffle(pool)
    training = [*pool[: amount.written], *generated(amount.counts, fence, draw)]
    draw.shuffle(training)
    measured = held_out[:: len(held_out) // (amount.held_out or len(held_out))]
    return Corpus(training, development, measured)


def generated(counts: dict[str, int], fence: Fence, draw: random.Random) -> Iterator[Line]:
    """What the grammar gives, each sentence once."""
    seen: set[str] = set()
    for kind, count in counts.items():
        for _ in range(count):
            text = sentence(kind, draw)
            while folded(text) in seen or len(text) > LONGEST or fence.leaks(text):
                text = sentence(kind, draw)
            seen.add(folded(text))
            yield Line(kind, text)


def _kind(line: str) -> str:
    return {"?": "question", "!": "exclamation"}.get(line[-1], "sentence" if line[-1] in ".»" else "title")
