"""A pool that stays: its workers are kept, what is due first comes first, nobody waits for ever."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from podcast.errors import ArticleError, SynthesisError, VoiceError
from podcast.render import Pool, Rendering, Task, render
from podcast.types import Utterance
from tests.render import scripted
from tests.render.conftest import workers

VOICES = {"": scripted.VOICE}


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(scripted.open_engine, 1) as pool:
        yield pool


def rendering(pool: Pool, *texts: str) -> Rendering:
    return render(scripted.utterances(*texts), voices=VOICES, open_engine=scripted.open_engine, pool=pool)


def until(look: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    """What there is to see as soon as there is something."""
    for _ in range(500):
        if seen := look():
            return seen
        time.sleep(0.01)
    raise AssertionError("there is nothing to see")


def pid(pool: Pool) -> float:
    (clip,) = rendering(pool, "pid")
    return float(clip.samples[0])


def test_a_worker_is_kept_from_one_rendering_to_the_next(pool: Pool) -> None:
    pool.warm(Task("a", scripted.VOICE))
    assert pid(pool) == pid(pool)


def test_a_prepared_worker_speaks_what_comes(pool: Pool) -> None:
    pool.prepare(scripted.VOICE)
    (before,) = until(workers)
    pool.prepare(scripted.VOICE)
    assert pid(pool)
    assert workers() == [before]


def test_preparing_says_nothing_of_a_voice_that_its_first_sentence_will_tell(pool: Pool) -> None:
    wrong = replace(scripted.VOICE, speaker="nobody")
    pool.prepare(wrong)
    delivery = pool.submit(Task("a", wrong))
    assert delivery.wait(60)
    with pytest.raises(VoiceError, match="no such speaker"):
        delivery.take()
    assert pid(pool), "it speaks with other voices"


def test_a_prepared_worker_that_is_killed_is_replaced(pool: Pool) -> None:
    pool.prepare(scripted.VOICE)
    (before,) = until(workers)
    before.kill()
    assert pid(pool)
    assert workers() != [before]


def test_a_pool_is_closed_while_it_prepares() -> None:
    with Pool(scripted.open_engine, 1) as pool:
        pool.prepare(scripted.VOICE)
    pool.prepare(scripted.VOICE)
    assert not workers()


def test_what_is_due_first_is_spoken_first(pool: Pool, tmp_path: Path) -> None:
    spoken = [tmp_path / name for name in ("late", "soon")]
    busy = pool.submit(Task("sleep 1", scripted.VOICE), due=0.0)
    late, soon = (
        pool.submit(Task(f"slow 1 0.2 {path}", scripted.VOICE), due)
        for path, due in zip(spoken, (2.0, 1.0), strict=True)
    )
    assert pool.waiting() >= 2
    assert soon.wait(60)
    assert busy.ready()
    assert not late.ready()
    assert late.wait(60)


def test_a_second_article_is_heard_although_a_long_one_was_asked_for_first(pool: Pool) -> None:
    pool.warm(Task("a", scripted.VOICE))
    long = rendering(pool, *["sleep 0.3"] * 20)
    next(long)
    began = time.monotonic()
    next(rendering(pool, "a"))
    assert time.monotonic() - began < 1.0


def test_closing_a_rendering_leaves_nothing_of_it_to_do(pool: Pool) -> None:
    clips = render(
        scripted.utterances(*["sleep 0.3"] * 20), voices=VOICES, open_engine=scripted.open_engine, pool=pool
    )
    next(clips)
    clips.close()
    began = time.monotonic()
    next(rendering(pool, "a"))
    assert time.monotonic() - began < 1.5
    assert not pool.waiting()


def test_the_first_sentence_is_spoken_before_a_clip_is_asked_for(pool: Pool, tmp_path: Path) -> None:
    """Whoever wants the clips may have to get ready for them."""
    spoken = tmp_path / "spoken"
    clips = rendering(pool, f"slow 1 0 {spoken}", "a")
    for _ in range(500):
        if spoken.exists():
            break
        time.sleep(0.01)
    assert spoken.exists()
    assert [clip.utterance.text for clip in clips] == [f"slow 1 0 {spoken}", "a"]


def test_what_nobody_asked_a_clip_of_is_given_up_when_it_is_closed(pool: Pool) -> None:
    pool.warm(Task("a", scripted.VOICE))
    rendering(pool, *["sleep 0.5"] * 9).close()
    began = time.monotonic()
    next(rendering(pool, "a"))
    assert time.monotonic() - began < 1.5


def test_what_was_begun_is_given_up_when_the_text_fails(pool: Pool) -> None:
    def failing() -> Iterator[Utterance]:
        yield from scripted.utterances(*["sleep 0.5"] * 3)
        raise ArticleError("cannot be read")

    pool.warm(Task("a", scripted.VOICE))
    with pytest.raises(ArticleError):
        render(failing(), voices=VOICES, open_engine=scripted.open_engine, pool=pool)
    began = time.monotonic()
    next(rendering(pool, "a"))
    assert time.monotonic() - began < 1.0


def test_closing_the_pool_ends_renderings_with_an_error() -> None:
    with Pool(scripted.open_engine, 1) as pool:
        clips = rendering(pool, "a", *["sleep 60"] * 3)
        next(clips)
    with pytest.raises(SynthesisError, match="stopped"):
        next(clips)
    with pytest.raises(SynthesisError, match="stopped"):
        pool.submit(Task("a", scripted.VOICE))


def test_warming_says_what_is_wrong_with_the_voice(pool: Pool) -> None:
    with pytest.raises(VoiceError):
        pool.warm(Task("a", replace(scripted.VOICE, speaker="nobody")))
