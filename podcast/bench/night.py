"""What is not done twice where one program makes many articles: the nights of a newsroom.

``podcast run`` over a folder of short articles with an empty cache, once more
unchanged, and with one paragraph of each replaced. ``again`` is a program that
starts for each.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from podcast.bench.again import CHANGES, EDITED, FIRST, PARAGRAPHS, SAME
from podcast.bench.contenders import Made
from podcast.bench.plan import Findings, Plan
from podcast.bench.process import run
from podcast.bench.results import Run
from podcast.bench.texts import TITLE, paragraphs

NAME = "night"
AGE = 60.0
"""Seconds since when the files have been there: ``run`` waits for one that was written a moment ago."""

CONFIG = """voice = {voice}
[[sources]]
folder = "articles"
[storage]
url = "https://podcast.example.org/"
"""


def measure(plan: Plan) -> Findings:
    """``wall``, ``cpu`` and ``audio`` of the three, with the Piper voices; ``at`` is how many articles."""
    count, sentences = plan.articles, plan.sentences[0]
    for name, voice in plan.first_pipers():
        for number in plan.numbered():
            plan.tell(f"{NAME}: {voice.key}: {count} articles: round {number}")
            with tempfile.TemporaryDirectory(prefix="podcast-bench-") as place:
                newsroom = Newsroom(Path(place), name)
                for who in (FIRST, SAME, EDITED):
                    if who != SAME:
                        newsroom.write(articles(count, sentences, edited=who == EDITED))
                    yield Run(NAME, voice.key, who, newsroom.night().figures(), number, count)


def articles(count: int, sentences: int, *, edited: bool) -> list[str]:
    """So many, none with a sentence of another; edited, a paragraph of each is a new one."""
    said = iter(paragraphs(count * (PARAGRAPHS + 1), sentences))
    made = []
    for number in range(1, count + 1):
        *own, other = islice(said, PARAGRAPHS + 1)
        lines = [f"{TITLE}, numéro {number}", *own]
        if edited:
            lines[CHANGES[EDITED]] = other
        made.append("\n\n".join(lines))
    return made


class Newsroom:
    """A folder of articles, the show that is made of them, and a cache of its own."""

    def __init__(self, folder: Path, voice: str) -> None:
        self._folder = folder
        self._audio = 0.0
        (folder / "podcast.toml").write_text(CONFIG.format(voice=json.dumps(voice)), encoding="utf-8")
        (folder / "articles").mkdir()

    def write(self, texts: Iterable[str]) -> None:
        """Put them into the folder, as if that had been a while ago."""
        for number, text in enumerate(texts):
            path = self._folder / "articles" / f"{number}.txt"
            path.write_text(text, encoding="utf-8")
            os.utime(path, (time.time() - AGE,) * 2)

    def night(self) -> Made:
        """``podcast run``, and the seconds of sound that the show has now. Raises ``CommandFailed``."""
        command = [sys.executable, "-m", "podcast", "run", "--quiet", "--json"]
        cost = run(command, folder=self._folder, environment={"PODCAST_CACHE": str(self._folder / "cache")})
        self._audio = sum(line["duration"] for line in json.loads(cost.stdout)["lines"]) or self._audio
        return Made(cost, self._audio)
