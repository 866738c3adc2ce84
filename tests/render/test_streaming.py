"""A voice that streams is heard while it speaks."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.episode import EpisodeStream
from podcast.errors import SynthesisError
from podcast.render import ClipCache, Rendering, render
from podcast.render.delivery import PART, REST, Delivery
from podcast.render.pool import Pool
from podcast.render.speech import Speech, join
from podcast.types import Clip, Samples, Utterance, WordTiming
from tests import kept
from tests.render import scripted
from tests.render.conftest import workers
from tests.render.scripted import RATE, utterances


def perform(*texts: str, jobs: int = 1, cache: ClipCache | None = None, timeout: float = 60.0) -> Rendering:
    return render(
        utterances(*texts),
        voices={"": scripted.STREAMING},
        open_engine=scripted.open_engine,
        jobs=jobs,
        cache=cache,
        timeout=timeout,
    )


def sound(clips: Sequence[Clip]) -> Samples:
    return np.concatenate([clip.samples for clip in clips])


# While it speaks


def test_the_first_part_is_encoded_before_the_utterance_is_finished(tmp_path: Path) -> None:
    counter, sink = tmp_path / "chunks", io.BytesIO()
    encoded: list[tuple[int, int]] = []
    clips = perform(f"slow 40 0.1 {counter}")
    stream = EpisodeStream(
        clips, sink, keep=lambda *_: encoded.append((len(counter.read_bytes()), len(sink.getvalue())))
    )
    (moment,) = stream
    chunks, size = encoded[0]
    assert chunks < 30
    assert size > 500
    assert moment.end == pytest.approx(4.0, abs=0.1)


def test_closing_stops_the_engine_within_a_chunk(tmp_path: Path) -> None:
    counter = tmp_path / "chunks"
    clips = perform(f"slow 10000 0.02 {counter}")
    next(clips)
    clips.close()
    stopped = len(counter.read_bytes())
    assert not workers()
    time.sleep(0.2)
    assert len(counter.read_bytes()) == stopped < 5000


def test_parts_are_numbered_and_make_up_the_utterances() -> None:
    clips = list(perform("tone 35", "a", "tone 12", jobs=2))
    assert [(clip.utterance.index, clip.part, clip.last) for clip in clips] == [
        (0, 0, False), (0, 1, False), (0, 2, False), (0, 3, True), (1, 0, True), (2, 0, True),
    ]  # fmt: skip
    whole = np.concatenate([scripted.tone(200.0 + number) for number in range(35)])
    assert np.abs(sound(clips[:4]) - whole).max() <= 0.5 / 32768
    assert all(clip.synthesis_time > 0 for clip in clips if clip.last)


def test_words_come_with_the_last_part() -> None:
    voice = replace(scripted.STREAMING, speaks_ipa=True)
    told = Utterance(0, 0, (0, 0), "oui " * 20, 0.1, phonemic="tone 20")
    clips = list(render([told], voices={"": voice}, open_engine=scripted.open_engine, jobs=1))
    assert [len(clip.words) for clip in clips] == [0, 20]
    assert clips[-1].words[-1] == ("oui", 1.9, 1.95)


# From the cache


def test_the_cache_plays_the_same_parts_to_the_bit(tmp_path: Path) -> None:
    cache = ClipCache(tmp_path, 10**9)
    texts = ["tone 27", "a", "tone 13"]
    fresh, kept = list(perform(*texts, cache=cache)), list(perform(*texts, cache=cache))
    assert {clip.cached for clip in fresh} == {False}
    assert {clip.cached for clip in kept} == {True}
    for one, other in zip(fresh, kept, strict=True):
        assert (one.utterance, one.part, one.last, one.words) == (
            other.utterance, other.part, other.last, other.words,
        )  # fmt: skip
        assert np.array_equal(one.samples, other.samples)


def test_what_was_not_finished_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(SynthesisError):
        list(perform("die later", cache=ClipCache(tmp_path, 10**9)))
    assert not kept.clips(tmp_path)


# Failures


def test_no_second_try_once_sound_has_left() -> None:
    clips = perform("die later", "a")
    first = next(clips)
    assert (first.part, first.last, first.samples.size) == (0, False, RATE)
    with pytest.raises(SynthesisError, match="in the middle of a sentence") as caught:
        next(clips)
    assert "die later" in str(caught.value)


def test_a_process_that_dies_before_sound_has_left_is_replaced(tmp_path: Path) -> None:
    clips = list(perform("a", f"die once {tmp_path / 'died'}", "b"))
    assert [clip.utterance.index for clip in clips] == [0, 1, 2]


@pytest.mark.parametrize("texts", [["sleep 60"], ["a", "sleep 60"], ["sleep 60", "a"]])
def test_an_engine_that_hangs_is_given_up_and_ended(texts: list[str]) -> None:
    began = time.perf_counter()
    with pytest.raises(SynthesisError, match="no sound for 1 s") as caught:
        list(perform(*texts, jobs=2, timeout=1))
    assert "sleep 60" in caught.value.where
    assert time.perf_counter() - began < 10
    assert not workers()


def test_what_hangs_holds_up_nobody_else_in_a_pool_that_stays() -> None:
    """Its listener has left; the next one frees the speaker."""
    voices = {"": scripted.STREAMING}
    with Pool(scripted.open_engine, 1) as pool:
        left = render(utterances("a", "sleep 60"), voices=voices, open_engine=scripted.open_engine, pool=pool)
        next(left)
        time.sleep(0.5)
        left.close()
        began = time.perf_counter()
        after = render(utterances("b"), voices=voices, open_engine=scripted.open_engine, pool=pool, timeout=1)
        assert [clip.utterance.text for clip in after] == ["b"]
        assert time.perf_counter() - began < 10


def test_an_engine_that_speaks_slowly_does_not_hang(tmp_path: Path) -> None:
    clips = list(perform(f"slow 6 0.4 {tmp_path / 'chunks'}", timeout=1.5))
    assert sound(clips).size == 6 * RATE // 10


# Where an utterance is cut

pcm = st.lists(st.integers(1, 40_000), min_size=1, max_size=8)


def chunks_of(lengths: Sequence[int], *, words: bool = False) -> list[Speech]:
    random = np.random.default_rng(len(lengths))
    timing = (WordTiming("mot", 0.1, 0.2),) if words else ()
    sounds = [random.integers(-9, 9, length, dtype=np.int16).tobytes() for length in lengths]
    return [Speech(sound, 8000, timing, 0.5) for sound in sounds]


def parts_of(chunks: Sequence[Speech], *, streams: bool, eager: bool) -> list[tuple[Speech, bool]]:
    delivery, parts = Delivery(streams=streams), []
    delivery.begin()
    for chunk in chunks:
        delivery.add(chunk)
        while eager and delivery.ready():
            parts.append(delivery.take())
    delivery.finish()
    while not parts or not parts[-1][1]:
        parts.append(delivery.take())
    return parts


@given(pcm, pcm)
def test_parts_follow_from_the_sound_alone(lengths: list[int], others: list[int]) -> None:
    """Neither from the chunks nor from when they came."""
    chunks = chunks_of(lengths, words=True)
    whole = join(chunks)
    bounds = sorted({0, whole.size, *(at % whole.size for at in others)})
    rechunked = [Speech(whole.between(a, b), 8000) for a, b in pairwise(bounds)]
    eager, late = (parts_of(chunks, streams=True, eager=eager) for eager in (True, False))
    other = parts_of(rechunked, streams=True, eager=True)
    assert b"".join(part.pcm for part, _ in eager) == whole.pcm
    assert [part.size for part, _ in eager] == [part.size for part, _ in late]
    assert [part.size for part, _ in eager] == [part.size for part, _ in other]
    assert [last for _, last in eager] == [False] * (len(eager) - 1) + [True]
    assert eager[-1][0].words == whole.words
    assert eager[-1][0].seconds == whole.seconds
    assert all(part.size == PART * 8000 for part, last in eager if not last)
    assert len(eager) == 1 or eager[-1][0].size >= REST * 8000


@given(pcm)
def test_a_voice_that_does_not_stream_is_one_part(lengths: list[int]) -> None:
    chunks = chunks_of(lengths)
    ((part, last),) = parts_of(chunks, streams=False, eager=True)
    assert last
    assert part.pcm == join(chunks).pcm


def test_an_error_comes_after_the_parts_before_it() -> None:
    delivery = Delivery(streams=True)
    assert delivery.begin()
    delivery.add(chunks_of([20_000])[0])
    delivery.fail(SynthesisError("late"))
    assert [delivery.take()[0].size for _ in range(2)] == [8000, 8000]
    assert not delivery.begin()
    with pytest.raises(SynthesisError, match="late"):
        delivery.take()
