"""The clip cache: bit-identical, bounded, and never in the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podcast import speech
from podcast.errors import SynthesisError
from podcast.render import ClipCache, Rendering, render
from podcast.render import cache as clips
from podcast.render.cache import task_key
from podcast.render.protocol import Task
from podcast.render.speech import Speech
from podcast.types import Clip, WordTiming
from tests import kept
from tests.render import scripted
from tests.render.conftest import workers
from tests.render.scripted import utterances

LARGE = 10**9
TASK = Task("Le pont est fermé.", scripted.VOICE)
ARTICLE = ["Le pont est fermé.", "Qui passera ?", "Personne, dit la mairie."]


def noise(length: int = 4000, seed: int = 0) -> Speech:
    pcm = np.random.default_rng(seed).integers(-32768, 32768, length, dtype=np.int16)
    return Speech(pcm.tobytes(), 22050, (WordTiming("Été", 0.1, 1 / 3),))


def same(one: Speech | None, other: Speech) -> bool:
    return bool(one and (one.pcm, one.sample_rate, one.words) == (other.pcm, other.sample_rate, other.words))


@pytest.fixture
def cache(tmp_path: Path) -> ClipCache:
    return ClipCache(tmp_path / "clips", LARGE)


# Rendering with a cache


def reading(texts: Sequence[str], cache: ClipCache, *, ahead: int = 0) -> Rendering:
    return render(
        utterances(*texts),
        voices={"": speech.find_voice("fr_FR-gazette-draft")},
        open_engine=speech.open_engine,
        cache=cache,
        jobs=2,
        ahead=ahead,
    )


def read(texts: Sequence[str], cache: ClipCache) -> list[Clip]:
    return list(reading(texts, cache))


def test_a_second_render_speaks_nothing_and_is_the_same_to_the_bit(cache: ClipCache) -> None:
    fresh, kept = read(ARTICLE, cache), read(ARTICLE, cache)
    assert [clip.cached for clip in fresh] == [False] * 3
    assert [clip.cached for clip in kept] == [True] * 3
    for one, other in zip(fresh, kept, strict=True):
        assert np.array_equal(one.samples, other.samples)
        assert one.samples.dtype == other.samples.dtype
        assert (one.words, one.sample_rate, one.utterance) == (
            other.words,
            other.sample_rate,
            other.utterance,
        )
        assert one.synthesis_time > 0
        assert other.synthesis_time == 0


def test_with_all_in_the_cache_no_process_is_started(cache: ClipCache) -> None:
    read(ARTICLE, cache)
    for _clip in reading(ARTICLE, cache):
        assert not workers()


@pytest.mark.parametrize("ahead", [0, 3])
def test_what_is_new_is_spoken_while_what_is_known_leaves(cache: ClipCache, ahead: int) -> None:
    """Unless somebody listens, who is not to wait until all is read."""
    read(ARTICLE, cache)
    clips = reading([*ARTICLE, "Et demain ?"], cache, ahead=ahead)
    assert next(clips).cached
    patience = time.monotonic() + (10 if ahead else 0.2)
    while not workers() and time.monotonic() < patience:
        time.sleep(0.01)
    assert bool(workers()) is bool(ahead)
    assert [clip.cached for clip in clips] == [True, True, False]


@pytest.mark.parametrize("known", ["tone 1", "tone 9"])
def test_a_paragraph_that_was_corrected_takes_one_process(
    cache: ClipCache, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one would be there when all is spoken; for a new article it comes at once."""
    monkeypatch.setattr("podcast.render.stream.CORRECTING", 60.0)
    play = partial(render, voices={"": scripted.VOICE}, open_engine=scripted.open_engine, cache=cache)
    list(play(utterances(known)))
    clips = play(utterances("tone 1", *(f"sleep 0.{number}1" for number in range(1, 5))), jobs=2, ahead=9)
    most = max(len(workers()) for _clip in clips)
    assert most == (1 if known == "tone 1" else 2)


def test_a_known_clip_is_decoded_when_it_is_wanted(cache: ClipCache, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long it is, when its words are said and what it is called are known before."""
    fresh, decoded = read(ARTICLE, cache), list[Task]()
    load = ClipCache.load

    def watched(self: ClipCache, task: Task) -> Speech | None:
        decoded.append(task)
        return load(self, task)

    monkeypatch.setattr(ClipCache, "load", watched)
    kept = read(ARTICLE, cache)
    for one, other in zip(fresh, kept, strict=True):
        assert (one.audio.size, one.audio.digest) == (other.audio.size, other.audio.digest)
        assert one.seconds == other.seconds > 0
    assert len({clip.audio.digest for clip in kept}) == len(ARTICLE)
    assert not decoded
    assert kept[1].samples.size == kept[1].audio.size
    assert len(decoded) == 1


def test_a_clip_that_vanishes_before_it_is_decoded_is_an_error(cache: ClipCache) -> None:
    read(ARTICLE, cache)
    clip = read(ARTICLE, cache)[0]
    kept.forget(cache.folder)
    with pytest.raises(SynthesisError, match="vanished") as caught:
        _ = clip.samples
    assert caught.value.remedy


def test_only_a_changed_sentence_is_spoken_again(cache: ClipCache) -> None:
    read(ARTICLE, cache)
    changed = read([ARTICLE[0], "Qui passera demain ?", ARTICLE[2]], cache)
    assert [clip.cached for clip in changed] == [True, False, True]


def test_clips_are_kept_even_when_the_listener_leaves(cache: ClipCache) -> None:
    clips = reading(ARTICLE, cache)
    next(clips)
    clips.close()
    assert read(ARTICLE[:1], cache)[0].cached


def test_a_failed_sentence_is_not_kept(cache: ClipCache) -> None:
    with pytest.raises(Exception, match="the script says so"):
        list(
            render(
                utterances("late"),
                voices={"": scripted.VOICE},
                open_engine=scripted.open_engine,
                cache=cache,
            )
        )
    assert not kept.clips(cache.folder)


# What is kept


@given(st.integers(1, 70_000), st.sampled_from([8000, 16000, 22050, 24000, 44100, 48000]), st.integers())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_speech_comes_back_to_the_bit(cache: ClipCache, length: int, rate: int, seed: int) -> None:
    spoken = replace(noise(length, abs(seed)), sample_rate=rate)
    cache.store(TASK, spoken)
    assert same(cache.load(TASK), spoken)


words = st.lists(st.builds(WordTiming, st.text(), st.floats(0, 1e6), st.floats(0, 1e6)), max_size=60)


@given(words)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_come_back(cache: ClipCache, timings: list[WordTiming]) -> None:
    spoken = replace(noise(100), words=tuple(timings))
    cache.store(TASK, spoken)
    assert same(cache.load(TASK), spoken)


CHANGES: list[dict[str, Any]] = [
    {"key": "other"},
    {"engine": "pocket"},
    {"model_hash": "1" * 64},
    {"speaker": "Anne"},
    {"sample_rate": 16000},
    {"settings": {"length_scale": 1.1}},
    {"settings": {"length_scale": 1.2}},
]


def test_whatever_changes_the_sound_changes_the_key() -> None:
    voices = [scripted.VOICE, *(replace(scripted.VOICE, **change) for change in CHANGES)]
    keys = {task_key(Task(text, voice)) for voice in voices for text in ("oui", "Oui", "oui ", "\udce9")}
    assert len(keys) == 4 * len(voices)


def test_another_version_of_the_engine_speaks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = set()
    for version in ("1.8.0", "1.8.1"):
        monkeypatch.setattr(clips, "version", lambda _package, told=version: told)
        keys.add(task_key(TASK))
    assert len(keys) == 2


@pytest.mark.parametrize(
    "change", [{"model": "/elsewhere"}, {"licence": "CC0"}, {"attribution": "x"}, {"loudness": -20.0}]
)
def test_what_does_not_change_the_sound_leaves_the_key(change: dict[str, Any]) -> None:
    assert task_key(Task("oui", replace(scripted.VOICE, **change))) == task_key(Task("oui", scripted.VOICE))


def test_the_order_of_settings_leaves_the_key() -> None:
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    keys = {task_key(Task("oui", replace(scripted.VOICE, settings=table))) for table in (one, other)}  # type: ignore[arg-type]
    assert len(keys) == 1


# Damage

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: data[:0],
    "half": lambda data: data[: len(data) // 2],
    "last byte gone": lambda data: data[:-1],
    "head gone": lambda data: data[100:],
    "zeros": lambda data: bytes(len(data)),
    "text": lambda data: b"not audio at all" * len(data),
}


@pytest.mark.parametrize("part", ["head", "body"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_clip_is_a_miss_and_is_removed(cache: ClipCache, damage: str, part: str) -> None:
    cache.store(TASK, noise())
    ((data,),) = kept.change(cache.folder, f"SELECT {part} FROM blobs")
    kept.change(cache.folder, f"UPDATE blobs SET {part} = ?", DAMAGES[damage](data))
    assert cache.load(TASK) is None
    assert damage == "empty" or not kept.names(cache.folder)
    cache.store(TASK, noise())
    assert same(cache.load(TASK), noise())


@pytest.mark.parametrize("part", ["head", "body"])
@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_is_damage(cache: ClipCache, part: str, data: st.DataObject) -> None:
    cache.store(TASK, noise(300))
    ((clip,),) = kept.change(cache.folder, f"SELECT {part} FROM blobs")
    flipped = bytearray(clip)
    flipped[data.draw(st.integers(0, len(clip) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    kept.change(cache.folder, f"UPDATE blobs SET {part} = ?", bytes(flipped))
    assert cache.load(TASK) is None


def test_what_is_known_of_a_clip_is_known_before_it_is_read(cache: ClipCache) -> None:
    cache.store(TASK, noise())
    kept.change(cache.folder, "UPDATE blobs SET body = x'00'")
    found = cache.find(TASK)
    assert found
    assert (found[0].size, found[0].sample_rate, found[0].digest) == (4000, 22050, noise().digest)
    assert found[1] == noise().words
    with pytest.raises(SynthesisError, match="vanished"):
        _ = found[0].samples


def test_a_folder_that_cannot_be_written_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "clips").write_text("a file is in the way")
    clips = read(ARTICLE, ClipCache(tmp_path / "clips", LARGE))
    assert [clip.cached for clip in clips] == [False] * 3
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 1
    assert str(tmp_path / "clips") in caplog.text
