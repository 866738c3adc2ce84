"""What is not done twice: the same article once more, and after an edit.

An article of twenty paragraphs is made with an empty cache, then again as it
is, then with another paragraph in the place of one.
"""

from __future__ import annotations

from dataclasses import replace

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
    """``wall``, ``cpu`` and ``audio`` of the three, with the Piper voices."""
    for name, voice in plan.first_pipers():
        with workshop(voice, name, 1.0) as job:
            for number in plan.numbered():
                plan.tell(f"{NAME}: {voice.key}: round {number}")
                fresh: Job = job(cached=True)
                fresh = replace(fresh, environment={"PODCAST_CACHE": str(fresh.folder / "cache")})
                lines = [TITLE, *paragraphs(PARAGRAPHS, plan.sentences)]
                for who in (FIRST, SAME, EDITED):
                    if who == EDITED:
                        lines[CHANGED] = paragraphs(PARAGRAPHS + 1, plan.sentences)[-1]
                    fresh.text.write_text("\n\n".join(lines), encoding="utf-8")
                    yield Run(NAME, voice.key, who, PODCAST.make(fresh).figures(), number)
