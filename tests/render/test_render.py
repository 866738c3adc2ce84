"""Rendering: in order, lazily, with every failure in its place and no process left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from podcast import speech
from podcast.errors import ConfigError, PodcastError, SynthesisError, VoiceError
from podcast.render import Rendering, render
from podcast.render.stream import LOOK_AHEAD
from podcast.types import Clip, Utterance
from tests.render import scripted
from tests.render.conftest import workers
from tests.render.scripted import utterances

VOICES = {"": scripted.VOICE}
SENTENCES = ["Le pont est fermé.", "Qui passera par la digue ?", "Personne, dit la mairie."] * 4


def perform(*texts: str, jobs: int = 2) -> Rendering:
    return render(utterances(*texts), voices=VOICES, open_engine=scripted.open_engine, jobs=jobs)


def play(*texts: str, jobs: int = 2) -> list[Clip]:
    return list(perform(*texts, jobs=jobs))


class Asked:
    """Utterances that know how many of them have been asked for."""

    def __init__(self, *texts: str) -> None:
        self.count = 0
        self._utterances = utterances(*texts)

    def __iter__(self) -> Iterator[Utterance]:
        for utterance in self._utterances:
            self.count += 1
            yield utterance


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_clips_come_in_order_and_sound_as_the_bare_engine_in_16_bit_steps(jobs: int) -> None:
    voice = speech.find_voice("fr_FR-gazette-draft")
    engine = speech.open_engine(voice)
    clips = list(
        render(utterances(*SENTENCES), voices={"": voice}, open_engine=speech.open_engine, jobs=jobs)
    )
    assert [clip.utterance for clip in clips] == utterances(*SENTENCES)
    for clip in clips:
        bare = np.concatenate([chunk.samples for chunk in engine.stream(clip.utterance.text)])
        assert clip.samples.dtype == np.float32
        assert np.array_equal(clip.samples, np.rint(bare * 32768) / 32768)
        assert clip.sample_rate == voice.sample_rate
        assert clip.synthesis_time > 0
        assert not clip.cached
        assert [word.text for word in clip.words] == clip.utterance.text.split()


def test_chunks_are_joined_with_their_words() -> None:
    (clip,) = play("tone 3")
    assert len(clip.samples) == 3 * scripted.RATE // 10
    whole = np.concatenate([scripted.tone(hertz) for hertz in (200.0, 201.0, 202.0)])
    assert np.abs(clip.samples - whole).max() <= 0.5 / 32768


def test_nothing_is_asked_or_started_before_the_first_next() -> None:
    asked = Asked("a", "b")
    clips = render(asked, voices=VOICES, open_engine=scripted.open_engine)
    assert asked.count == 0
    assert not workers()
    clips.close()
    assert asked.count == 0


@pytest.mark.parametrize("jobs", [1, 2])
def test_clips_leave_before_the_last_utterance_is_asked_for(
    jobs: int,
) -> None:
    asked = Asked(*["a"] * 100)
    clips = render(asked, voices=VOICES, open_engine=scripted.open_engine, jobs=jobs)
    for given, _clip in enumerate(islice(clips, 50), 1):
        assert given <= asked.count <= given + jobs * LOOK_AHEAD
        time.sleep(0.002)
    clips.close()
    assert asked.count <= 50 + jobs * LOOK_AHEAD


def test_a_slow_sentence_holds_back_those_behind_it_but_not_their_speaking() -> None:
    began = time.perf_counter()
    clips = play("a", "sleep 0.5", "sleep 0.5", "b", jobs=2)
    assert time.perf_counter() - began < 2
    assert [clip.utterance.text for clip in clips] == ["a", "sleep 0.5", "sleep 0.5", "b"]


def test_a_voice_that_keeps_up_is_not_given_every_process() -> None:
    clips = perform(*["a"] * 30, jobs=8)
    for _clip in clips:
        time.sleep(0.02)
    assert len(workers()) < 8


def test_a_slow_voice_is_given_all_of_them() -> None:
    clips = perform(*["sleep 0.6"] * 8, jobs=3)
    next(clips)
    next(clips)
    assert len(workers()) == 3
    clips.close()


def test_a_voice_that_is_a_little_slow_is_given_help_in_the_end() -> None:
    """No wait is long, but there are many."""
    clips = perform(*["sleep 0.05"] * 60, jobs=2)
    for _ in range(40):
        next(clips)
    assert len(workers()) == 2
    clips.close()


def test_closing_stops_the_workers_in_the_middle_of_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    clips = perform("a", "sleep 60", "sleep 60", jobs=2)
    next(clips)
    began = time.perf_counter()
    clips.close()
    assert time.perf_counter() - began < 2
    assert not workers()
    assert not caplog.records


def test_what_the_source_raises_passes_and_stops_the_workers() -> None:
    def failing() -> Iterator[Utterance]:
        yield from utterances("sleep 60")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        next(render(failing(), voices=VOICES, open_engine=scripted.open_engine))


ERRORS = [
    ("fail", SynthesisError, "the script says so"),
    ("late", SynthesisError, "late"),
    ("bug", SynthesisError, "ZeroDivisionError"),
    ("mute", SynthesisError, "no audio"),
    ("nan", SynthesisError, "not audio"),
    ("die", SynthesisError, "signal 9"),
    ("die late", SynthesisError, "signal 9"),
]


@pytest.mark.parametrize(("text", "error", "said"), ERRORS)
def test_an_error_comes_in_its_place_after_the_clips_before_it(
    text: str, error: type[PodcastError], said: str
) -> None:
    clips = perform("a", "sleep 0.3", text, "b", jobs=2)
    assert [clip.utterance.text for clip in islice(clips, 2)] == ["a", "sleep 0.3"]
    with pytest.raises(error, match=said) as caught:
        next(clips)
    assert text.split()[0] in str(caught.value)
    assert list(clips) == []


def test_an_error_keeps_its_remedy_and_the_workers_traceback() -> None:
    with pytest.raises(SynthesisError) as caught:
        play("fail")
    assert (caught.value.what, caught.value.where, caught.value.remedy) == (
        "the script says so",
        "fail",
        "write another",
    )
    assert "scripted.py" in "".join(caught.value.__notes__)


def test_a_sentence_whose_process_dies_is_given_once_more_to_a_fresh_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    texts = ["a", f"die once {tmp_path / 'died'}", "b"]
    assert [clip.utterance.text for clip in play(*texts, jobs=1)] == texts
    assert "signal 9" in caplog.text


def test_a_process_killed_from_outside_costs_nothing() -> None:
    texts = ["a", *["sleep 0.2"] * 6]
    clips = perform(*texts, jobs=2)
    spoken = [next(clips)]
    for worker in workers():
        worker.kill()
    spoken += clips
    assert [clip.utterance.text for clip in spoken] == texts


def test_what_an_engine_prints_does_not_disturb(capfd: pytest.CaptureFixture[str]) -> None:
    assert len(play("print", "a", jobs=1)) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "careless" in err


def test_a_voice_that_cannot_be_opened_is_a_voice_error() -> None:
    voices = {"": replace(scripted.VOICE, speaker="nobody")}
    with pytest.raises(VoiceError, match="no such speaker"):
        list(render(utterances("a"), voices=voices, open_engine=scripted.open_engine))


def test_each_utterance_is_spoken_by_its_own_voice() -> None:
    bundled = speech.find_voice("fr_FR-gazette-draft")
    slow = replace(bundled, key="slow", settings={"length_scale": 2.0})
    cast = [
        Utterance(0, 0, (0, 0), "Le pont est fermé.", 0.1),
        Utterance(1, 0, (0, 0), "Le pont est fermé.", 0.1, voice="slow"),
        Utterance(2, 0, (0, 0), "Le pont est fermé.", 0.1),
    ]
    voices = {"": bundled, "slow": slow}
    first, second, third = render(cast, voices=voices, open_engine=speech.open_engine, jobs=1)
    assert np.array_equal(first.samples, third.samples)
    assert len(second.samples) == pytest.approx(2 * len(first.samples), rel=0.15)


def test_an_utterance_of_an_unknown_voice_is_a_voice_error() -> None:
    stranger = Utterance(0, 0, (0, 0), "a", 0.1, voice="stranger")
    with pytest.raises(VoiceError, match="stranger"):
        list(render([stranger], voices=VOICES, open_engine=scripted.open_engine))


@pytest.mark.parametrize(("speaks_ipa", "hertz"), [(True, 201.0), (False, 200.0)])
def test_ipa_is_sent_to_voices_that_speak_it(speaks_ipa: bool, hertz: float) -> None:
    voice = replace(scripted.VOICE, speaks_ipa=speaks_ipa)
    utterance = Utterance(0, 0, (0, 0), "tone 1", 0.1, phonemic="tone 2")
    (clip,) = render([utterance], voices={"": voice}, open_engine=scripted.open_engine, jobs=1)
    assert np.abs(clip.samples[-800:] - scripted.tone(hertz)).max() <= 0.5 / 32768


def test_words_are_named_as_in_the_text_not_as_in_ipa() -> None:
    voice = speech.find_voice("fr_FR-gazette-draft")
    text, phonemic = "Monsieur West parle.", "Monsieur [[wˈɛst]] parle."
    told = Utterance(0, 0, (0, 0), text, 0.1, phonemic=phonemic)
    (clip,) = render([told], voices={"": voice}, open_engine=speech.open_engine, jobs=1)
    assert [word.text for word in clip.words] == text.split()


def test_words_that_cannot_be_named_are_not_given() -> None:
    """Three timings for two words."""
    (clip,) = play("tone 3")
    assert clip.words == ()


def test_a_negative_number_of_jobs_is_refused() -> None:
    with pytest.raises(ConfigError):
        play("a", jobs=-1)


def test_nothing_to_say_is_no_clip() -> None:
    assert play() == []


def test_it_may_be_consumed_from_another_thread() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(len(play("a", "b"))))
    thread.start()
    thread.join(30)
    assert found == [2]


def test_the_voice_of_a_worker_is_loaded_once() -> None:
    """Its process stays the same from sentence to sentence."""
    clips = play(*["pid"] * 5, jobs=1)
    assert len({clip.samples[0] for clip in clips}) == 1
