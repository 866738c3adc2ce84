"""Engines that stream are heard while they speak: in one process here, so that nothing hangs on the clock."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count

import pytest

from podcast.episode import EpisodeStream
from podcast.render import delivery
from podcast.render.speech import quantise
from podcast.speech import open_engine
from podcast.types import Clip, Engine, Utterance, Voice

TEXT = "Le conseil a voté le budget, et les travaux de la digue commenceront avant la fin de l'été."
UTTERANCE = Utterance(0, 0, (0, len(TEXT)), TEXT, 0.3)


@pytest.mark.parametrize("voice", ["tiny-pocket", "tiny-xtts", "served"], indirect=True)
def test_the_first_chunk_is_encoded_before_the_engine_has_made_the_last(
    voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PART", 0.05)  # these voices say little
    monkeypatch.setattr(delivery, "REST", 0.01)
    assert voice.streams
    engine, sink = open_engine(voice), io.BytesIO()
    made: list[int] = []
    encoded: list[tuple[int, int]] = []
    stream = EpisodeStream(
        speaking(engine, made),
        sink,
        fmt="wav",
        keep=lambda *_: encoded.append((len(sink.getvalue()), len(made))),
    )
    list(stream)
    engine.close()
    size, chunks = encoded[0]
    assert size > 1000
    assert chunks < len(made)


def speaking(engine: Engine, made: list[int]) -> Iterator[Clip]:
    """The parts of the utterance, each as soon as it can be had; ``made`` counts the engine's chunks."""
    spoken, numbers = delivery.Delivery(streams=True), count()
    spoken.begin()
    for chunk in engine.stream(TEXT):
        made.append(len(chunk.samples))
        spoken.add(quantise(chunk, 0.0))
        while spoken.ready():
            yield part(spoken, next(numbers))
    spoken.finish()
    while not (rest := part(spoken, next(numbers))).last:
        yield rest
    yield rest


def part(spoken: delivery.Delivery, number: int) -> Clip:
    speech, last = spoken.take()
    return Clip(UTTERANCE, speech, speech.sample_rate, 0.0, False, (), number, last)
