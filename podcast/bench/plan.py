"""What is to be measured, for how long, and where the files go meanwhile."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from podcast import speech
from podcast.bench.contenders import OURS, Job
from podcast.bench.process import CommandFailed
from podcast.bench.results import Missing, Run
from podcast.bench.texts import SENTENCES, article
from podcast.types import Voice

Tell = Callable[[str], None]
Findings = Iterator[Run | Missing]
"""What a section gives: each run as soon as it is over."""
Way = Callable[[Any], Mapping[str, float]]
"""Does something with what the section gives it; the figures of a ``Run``. Raises ``CommandFailed``."""

SLOW = 0.5
"""Minutes of sound that are made with the engines that need seconds for a second."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One ``podcast bench``."""

    voices: tuple[str, ...]
    """Keys, or paths of folders."""
    minutes: float = 30.0
    """Of sound, where much of it is made."""
    rounds: int = 5
    """Repetitions where a round is short; at least ``least`` where it is long."""
    least: int = 2
    patience: float = 100.0
    """Seconds after which no further round is begun, once ``least`` are done."""
    lengths: tuple[float, ...] = (10.0, 600.0)
    """Minutes of sound between which memory is compared."""
    sentences: tuple[int, ...] = (2, SENTENCES, 16)
    """In a paragraph of the articles that are made again."""
    articles: int = 10
    """Of the shortest of these, where many are made by one program."""
    tell: Tell = field(default=lambda _line: None, compare=False)
    """Hears what is going on."""

    @classmethod
    def quick(cls, voices: tuple[str, ...], tell: Tell) -> Plan:
        """A rough idea in half a minute or so: everything once, and short."""
        return cls(
            voices, minutes=0.5, rounds=1, least=1, lengths=(0.2, 1.0), sentences=(1,), articles=2, tell=tell
        )

    def known(self) -> dict[str, Voice]:
        """The voices by the names that were given. Raises ``VoiceError`` for one who cannot speak."""
        return {name: speech.find_voice(name) for name in self.voices}

    def first_pipers(self) -> list[tuple[str, Voice]]:
        """The first two Piper voices, with their names: for what takes long and tells no more with others."""
        known = self.known().items()
        return [(name, voice) for name, voice in known if voice.engine == "piper"][:2]

    def numbered(self) -> Iterator[int]:
        """The numbers of the rounds, as long as there is patience for another."""
        began = time.perf_counter()
        for number in range(1, self.rounds + 1):
            if number > self.least and time.perf_counter() - began > self.patience:
                return
            yield number

    def length(self, voice: Voice, minutes: float | None = None) -> float:
        """Minutes of sound for a voice: fewer where its engine is slow."""
        wanted = self.minutes if minutes is None else minutes
        return wanted if voice.engine == "piper" else min(wanted, SLOW)


def attempt(
    section: str, voice: Voice, who: str, ways: dict[str, Way], given: Any, number: int = 1, at: float = 0.0
) -> Run | Missing:
    """One run by one of those who have a way; whoever fails is left out from then on, and why is kept.

    Raises ``CommandFailed`` when it is ``podcast`` that fails.
    """
    try:
        return Run(section, voice.key, who, ways[who](given), number, at)
    except CommandFailed as error:
        if who.startswith(OURS):
            raise
        del ways[who]
        return Missing(section, voice.key, who, str(error))


@contextmanager
def workshop(voice: Voice, name: str, minutes: float) -> Iterator[Callable[..., Job]]:
    """Makes jobs of one text of that length, each in a folder of its own, which go when this ends."""
    with tempfile.TemporaryDirectory(prefix="podcast-bench-") as place:
        text = Path(place, "article.txt")
        text.write_text(article(minutes * 60), encoding="utf-8")
        environment = {"PODCAST_CACHE": str(Path(place, "cache"))}

        def job(**given: object) -> Job:
            folder = Path(tempfile.mkdtemp(dir=place))
            return Job(voice, name, text, folder, environment=environment, **given)  # type: ignore[arg-type]

        yield job
