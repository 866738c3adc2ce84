"""A whole episode against the peers, and against sessions alone on every core.

In each round everybody makes the same text with the same voice, one after the
other, in turn first: what slows the machine down for a while slows all. The
text is the same file for all; ``podcast`` adds the closing line and its pauses.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial

from podcast import pipeline
from podcast.bench import bare
from podcast.bench.contenders import PEERS, PODCAST, Job
from podcast.bench.plan import Findings, Plan, Way, attempt, workshop
from podcast.bench.results import Missing
from podcast.render import cores
from podcast.settings import Settings
from podcast.types import Voice

NAME = "rendering"


def measure(plan: Plan) -> Findings:
    """``wall``, ``cpu`` and ``audio`` of every way, voice by voice; ``at`` is the minutes that were asked."""
    for name, voice in plan.known().items():
        minutes = plan.length(voice)
        with workshop(voice, name, minutes) as job:
            ways: dict[str, Way] = {PODCAST.name: PODCAST.figures}
            if peer := PEERS.get(voice.engine):
                if lacks := peer.lacks():
                    yield Missing(NAME, voice.key, peer.name, lacks)
                else:
                    ways[peer.name] = peer.figures
            if voice.engine == "piper":
                ways |= _limits(voice, job())
            yield from _rounds(plan, voice, ways, job, minutes)


def _rounds(
    plan: Plan, voice: Voice, ways: dict[str, Way], job: Callable[[], Job], minutes: float
) -> Findings:
    for number in plan.numbered():
        for who in turned(list(ways), number):
            plan.tell(f"{NAME}: {voice.key}: round {number}: {who}")
            place = job()
            yield attempt(NAME, voice, who, ways, place, number, minutes)
            shutil.rmtree(place.folder, ignore_errors=True)


def turned(names: list[str], number: int) -> list[str]:
    """The names in another order each round: each is first in its turn."""
    first = (number - 1) % len(names)
    return names[first:] + names[:first]


def _limits(voice: Voice, job: Job) -> dict[str, Way]:
    """Sessions alone, on what ``podcast`` would give its own."""
    settings = Settings(voice=job.name, force=True)
    article = pipeline.load(str(job.text), settings)
    utterances = pipeline.read(pipeline.script(article), settings)
    texts = [(voice.speaks_ipa and utterance.phonemic) or utterance.text for utterance in utterances]
    sentences = bare.phoneme_ids(texts, voice)
    bare.speak(sentences[:1], voice, 1, bare.ALONE)  # what a voice prepares once must not count
    return {who: partial(_speak, sentences, voice, who) for who in bare.asked_of(voice)}


def _speak(sentences: Sequence[bare.Ids], voice: Voice, who: str, _job: Job) -> dict[str, float]:
    return bare.speak(sentences, voice, cores(), who)
