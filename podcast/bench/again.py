"""What is not done twice: the same article once more, and after an edit.

An article of twenty paragraphs, shorter or longer ones, is made with an empty
cache, then again as it is, then with another paragraph in the place of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from podcast.bench.contenders import PODCAST, Job
from podcast.bench.plan import Findings, Plan, workshop
from podcast.bench.results import Run
from podcast.bench.texts import TITLE, paragraphs

NAME = "again"
FIRST, SAME, EDITED = "first time", "again, unchanged", "one paragraph of twenty changed"
PARAGRAPHS = 20
CHANGED = 11
"""The line of the text that is replaced; line 0 is the title."""


def measure(plan: Plan) -> Findings:
    """``wall``, ``cpu`` and ``audio`` of the three, with the Piper voices, by sentences in a paragraph."""
    for (name, voice), sentences in product(plan.first_pipers(), plan.sentences):
        with workshop(voice, name, 1.0) as job:
            for number in plan.numbered():
                plan.tell(f"{NAME}: {voice.key}: {sentences} sentences: round {number}")
                fresh: Job = job(cached=True)
                fresh = replace(fresh, environment={"PODCAST_CACHE": str(fresh.folder / "cache")})
                for who, text in _versions(sentences):
                    fresh.text.write_text(text, encoding="utf-8")
                    yield Run(NAME, voice.key, who, PODCAST.make(fresh).figures(), number, sentences)


def _versions(sentences: int) -> Iterator[tuple[str, str]]:
    """The texts, by what is done with them."""
    lines = [TITLE, *paragraphs(PARAGRAPHS, sentences)]
    first = "\n\n".join(lines)
    lines[CHANGED] = paragraphs(PARAGRAPHS + 1, sentences)[-1]
    yield from ((FIRST, first), (SAME, first), (EDITED, "\n\n".join(lines)))
