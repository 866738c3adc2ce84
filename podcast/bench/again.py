"""What is not done twice: the same article once more, and after an edit.

An article of twenty paragraphs, shorter or longer ones, is made with an empty
cache, then again as it is, then with another paragraph in the place of one in
the middle, then of the first, from which the gain of all is found, then of one
in the middle again, as a page of HTML, which is read in another way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from podcast.bench.contenders import PODCAST, Job
from podcast.bench.plan import Findings, Plan, workshop
from podcast.bench.results import Run
from podcast.bench.texts import TITLE, page, paragraphs

NAME = "again"
FIRST, SAME, EDITED = "first time", "again, unchanged", "one paragraph of twenty changed"
OPENING = "the first paragraph changed"
IN_HTML = "one paragraph changed, a page of HTML"
PARAGRAPHS = 20
CHANGES = {EDITED: 11, OPENING: 1, IN_HTML: 11}
"""The line of the text that is replaced; line 0 is the title."""


def measure(plan: Plan) -> Findings:
    """``wall``, ``cpu`` and ``audio`` of the five, with the Piper voices, by sentences in a paragraph."""
    for (name, voice), sentences in product(plan.first_pipers(), plan.sentences):
        with workshop(voice, name, 1.0) as job:
            for number in plan.numbered():
                plan.tell(f"{NAME}: {voice.key}: {sentences} sentences: round {number}")
                fresh: Job = job(cached=True)
                fresh = replace(fresh, environment={"PODCAST_CACHE": str(fresh.folder / "cache")})
                for who, text, suffix in _versions(sentences):
                    fresh = replace(fresh, text=fresh.text.with_suffix(suffix))
                    fresh.text.write_text(text, encoding="utf-8")
                    yield Run(NAME, voice.key, who, PODCAST.make(fresh).figures(), number, sentences)


def _versions(sentences: int) -> Iterator[tuple[str, str, str]]:
    """By what is done with them, the texts and their suffixes; what is new in one is in no other."""
    said = paragraphs(PARAGRAPHS + len(CHANGES), sentences)
    lines = [TITLE, *said[:PARAGRAPHS]]
    yield from ((who, "\n\n".join(lines), ".txt") for who in (FIRST, SAME))
    for (who, at), new in zip(CHANGES.items(), said[PARAGRAPHS:], strict=True):
        changed = [*lines[:at], new, *lines[at + 1 :]]
        yield (who, page(changed), ".html") if who == IN_HTML else (who, "\n\n".join(changed), ".txt")
