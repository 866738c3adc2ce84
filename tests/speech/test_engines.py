"""The contract of ``podcast.types.Engine``, held by every engine."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from podcast.errors import SynthesisError
from podcast.speech import open_engine, phonemes
from podcast.types import Engine, Samples, Voice

SENTENCE = "Le marché de la place Carnot ouvrira samedi, à neuf heures."
SENTENCES = "Le pont est fermé. Qui passera par la digue ? Personne !"
LOUD_ENOUGH = 0.01


@pytest.fixture(scope="module")
def engine(voice: Voice) -> Iterator[Engine]:
    engine = open_engine(voice)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def phonemic_engine(phonemic_voice: Voice) -> Iterator[Engine]:
    engine = open_engine(phonemic_voice)
    yield engine
    engine.close()


def whole(engine: Engine, text: str) -> Samples:
    return np.concatenate([chunk.samples for chunk in engine.stream(text)])


def test_a_sentence_is_one_or_more_chunks_of_mono_float_audio(engine: Engine, voice: Voice) -> None:
    chunks = list(engine.stream(SENTENCE))
    assert chunks
    for chunk in chunks:
        assert chunk.samples.ndim == 1
        assert len(chunk.samples)
        assert chunk.samples.dtype == np.float32
        assert np.isfinite(chunk.samples).all()
        assert LOUD_ENOUGH < np.abs(chunk.samples).max() <= 1
        assert chunk.sample_rate == engine.sample_rate == voice.sample_rate


def test_the_first_chunk_comes_before_the_rest_is_spoken(engine: Engine) -> None:
    stream = engine.stream(SENTENCES)
    first = next(iter(stream))
    assert len(first.samples) < len(whole(engine, SENTENCES))


def test_nothing_is_done_before_the_first_next(engine: Engine) -> None:
    """Speaking this text fails; asking for it does not."""
    stream = engine.stream("…")
    with pytest.raises(SynthesisError):
        next(iter(stream))


def test_a_closed_stream_ends_and_leaves_the_engine_fit(engine: Engine) -> None:
    stream = engine.stream(SENTENCES)
    next(iter(stream))
    stream.close()  # type: ignore[attr-defined]
    assert list(stream) == []
    assert len(whole(engine, SENTENCE))


@pytest.mark.parametrize("text", ["", " ", "…", "« »", " . ", "!?", "—", "[[ ]]", "\n"])
def test_no_audio_is_an_error_that_quotes_the_text(engine: Engine, text: str) -> None:
    with pytest.raises(SynthesisError) as caught:
        list(engine.stream(text))
    assert caught.value.where
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["Coup\x00é", "\ud83d est seul", "\udce9"])
def test_what_the_vendor_cannot_take_is_an_error_and_never_cut(engine: Engine, text: str) -> None:
    with pytest.raises(SynthesisError) as caught:
        list(engine.stream(text))
    assert isinstance(caught.value.__cause__, Exception)


def test_the_engine_speaks_on_after_an_error(engine: Engine) -> None:
    before = whole(engine, SENTENCE)
    with pytest.raises(SynthesisError):
        list(engine.stream("…"))
    assert np.array_equal(whole(engine, SENTENCE), before)


def test_the_same_text_gives_the_same_audio_whatever_was_spoken_before(engine: Engine, voice: Voice) -> None:
    alone = open_engine(voice)
    expected = whole(alone, SENTENCE)
    alone.close()
    whole(engine, SENTENCES)
    assert np.array_equal(whole(engine, SENTENCE), expected)


def test_another_text_gives_other_audio(engine: Engine) -> None:
    assert not np.array_equal(whole(engine, "Le pont est ouvert."), whole(engine, "Le pont est fermé."))


def test_ipa_is_spoken_where_it_stands(phonemic_engine: Engine, phonemic_voice: Voice) -> None:
    """To speak the phonemes of a sentence is to speak the sentence."""
    engine, voice = phonemic_engine, phonemic_voice
    assert voice.speaks_ipa
    assert np.array_equal(whole(engine, f"[[{phonemes(SENTENCE, voice)}]]"), whole(engine, SENTENCE))
    assert len(whole(engine, "Le [[mˈɛʁ mˈɛʁ mˈɛʁ]] parle.")) > len(whole(engine, "Le [[mˈɛʁ]] parle."))


@pytest.mark.parametrize("text", [SENTENCE, SENTENCES, "Il dit [[ˈuɛst,]] parce que c'est ça.", "Ah ?"])
def test_words_are_those_of_the_text_and_follow_one_another(phonemic_engine: Engine, text: str) -> None:
    engine = phonemic_engine
    duration = len(whole(engine, text)) / engine.sample_rate
    words = [word for chunk in engine.stream(text) for word in chunk.words]
    assert [word.text for word in words] == text.split()
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= duration
