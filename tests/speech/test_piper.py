"""What is particular to Piper voices."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from podcast.errors import ConfigError, PodcastError, VoiceError
from podcast.speech import open_engine, phonemes
from podcast.types import Samples, Voice, WordTiming
from tests.speech.voices import HOP, RATE, random_voice


def speak(voice: Voice, text: str) -> tuple[Samples, list[WordTiming]]:
    engine = open_engine(voice)
    chunks = list(engine.stream(text))
    engine.close()
    words = [word for chunk in chunks for word in chunk.words]
    return np.concatenate([chunk.samples for chunk in chunks]), words


def test_phonemes_are_what_espeak_makes_of_french(bundled: Voice) -> None:
    assert phonemes("Le pont est fermé.", bundled) == "lə- pˈɔ̃t ɛ fɛʁmˈe."


def test_words_are_timed_to_the_sample(folder: Path) -> None:
    """A phoneme of the random voice lasts HOP samples, and so does each pad between two."""
    _samples, words = speak(random_voice(folder), "[[ab ste, a.]]")
    sounds = [(2, 5), (8, 13), (18, 19)]
    assert [(round(word.start * RATE / HOP), round(word.end * RATE / HOP)) for word in words] == sounds


def test_silence_of_a_comma_lies_between_words(bundled: Voice) -> None:
    samples, words = speak(bundled, "Marseille, Bordeaux, Grenoble.")
    energy = np.abs(samples)

    def loudness(start: float, end: float) -> float:
        return float(energy[round(start * bundled.sample_rate) : round(end * bundled.sample_rate)].mean())

    for word, following in pairwise(words):
        assert loudness(word.end, following.start) < 0.1 * loudness(word.start, word.end)


def test_a_voice_that_tells_no_durations_has_no_word_timings(folder: Path) -> None:
    samples, words = speak(random_voice(folder, durations=False), "Le pont est fermé.")
    assert len(samples)
    assert words == []


def test_a_speaker_is_chosen_by_name(folder: Path) -> None:
    voice = random_voice(folder, speakers=("Anne", "Jean"))
    anne, jean, first = (speak(replace(voice, speaker=name), "Oui.")[0] for name in ("Anne", "Jean", ""))
    assert not np.array_equal(anne, jean)
    assert np.array_equal(anne, first)
    with pytest.raises(VoiceError, match="Anne, Jean"):
        open_engine(replace(voice, speaker="Paul"))


def test_length_scale_slows_the_voice_down(bundled: Voice) -> None:
    text = "Le conseil se réunit à huis clos."
    slow = replace(bundled, settings={"length_scale": 1.5})
    assert len(speak(slow, text)[0]) == pytest.approx(1.5 * len(speak(bundled, text)[0]), rel=0.1)


def test_levels_are_the_models_own(bundled: Voice) -> None:
    """Piper's own peak normalisation would bring every sentence to 1."""
    assert np.abs(speak(bundled, "Oui.")[0]).max() < 0.9


MISTAKES: list[tuple[dict[str, Any], type[PodcastError], str]] = [
    ({"settings": {"speed": 1.0}}, ConfigError, "speed"),
    ({"settings": {"length_scale": "fast"}}, ConfigError, "length_scale"),
    ({"settings": {"length_scale": True}}, ConfigError, "length_scale"),
    ({"speaker": "Anne"}, VoiceError, "Anne"),
    ({"sample_rate": 44100}, VoiceError, "44100"),
    ({"model": "/nowhere/model.onnx"}, VoiceError, "/nowhere/model.onnx"),
]


@pytest.mark.parametrize(("change", "error", "named"), MISTAKES)
def test_a_wrong_voice_is_told_when_it_is_opened(
    bundled: Voice, change: dict[str, Any], error: type[PodcastError], named: str
) -> None:
    with pytest.raises(error, match=named):
        open_engine(replace(bundled, **change))


BROKEN = ["", "[]", "{}", '{"audio": 3}', "\xff", '{"audio": {"sample_rate": 16000}}']


@pytest.mark.parametrize("config", BROKEN)
def test_a_broken_description_is_a_voice_error(folder: Path, config: str) -> None:
    voice = random_voice(folder)
    Path(f"{voice.model}.json").write_text(config, encoding="latin-1")
    with pytest.raises(VoiceError):
        open_engine(voice)


@pytest.mark.parametrize("size", [0, 100, 4000])
def test_a_truncated_model_is_a_voice_error(folder: Path, size: int) -> None:
    voice = random_voice(folder)
    model = Path(voice.model)
    model.write_bytes(model.read_bytes()[:size])
    with pytest.raises(VoiceError) as caught:
        open_engine(voice)
    assert caught.value.where == voice.model
