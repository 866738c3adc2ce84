"""What is particular to pocket-tts."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from podcast.errors import ConfigError, PodcastError, SynthesisError, VoiceError
from podcast.speech import open_engine
from podcast.speech.pocket import PocketEngine
from podcast.types import Samples, Voice
from tests.speech.tiny_models import tiny_pocket

LONG = "Le conseil municipal se réunit jeudi soir à la salle des fêtes"
FRAME = 1920
"""Samples in 80 ms."""


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    return tiny_pocket(tmp_path_factory.mktemp("endless"), endless=True)


def speak(voice: Voice, text: str) -> Samples:
    engine = open_engine(voice)
    samples = np.concatenate([chunk.samples for chunk in engine.stream(text)])
    engine.close()
    return samples


def test_each_frame_is_a_chunk(pocket: Voice) -> None:
    chunks = list(open_engine(pocket).stream("Le pont est fermé."))
    assert len(chunks) > 5
    assert {len(chunk.samples) for chunk in chunks} == {FRAME}


def test_a_text_that_comes_to_no_end_is_an_error(endless: Voice) -> None:
    """The vendor cuts it off with a line in the log."""
    with pytest.raises(SynthesisError, match="EOS") as caught:
        list(open_engine(endless).stream("Le pont est fermé."))
    assert "Le pont est fermé." in caught.value.where


def test_closing_stops_the_work_within_a_chunk(endless: Voice) -> None:
    engine = PocketEngine(endless)
    steps: list[int] = []
    engine._model.flow_lm.out_eos.register_forward_hook(lambda *_: steps.append(1))
    whole = engine._model._estimate_max_gen_len(len(LONG))
    before = threading.active_count()
    stream = engine.stream(LONG)
    next(stream)
    seen = len(steps)
    stream.close()
    assert len(steps) <= seen + 2 < whole
    assert threading.active_count() == before


def test_an_abandoned_stream_leaves_the_next_one_alone(pocket: Voice) -> None:
    expected = speak(pocket, LONG)
    engine = open_engine(pocket)
    for _ in range(3):
        next(iter(engine.stream(LONG)))
    assert np.array_equal(np.concatenate([chunk.samples for chunk in engine.stream(LONG)]), expected)


def test_weights_with_an_architecture_of_the_package(pocket: Voice) -> None:
    """The published French model is what is expected then, so the tiny one does not fit."""
    weights = str(Path(pocket.model).with_name("model.safetensors"))
    with pytest.raises(VoiceError, match="cannot be loaded"):
        open_engine(replace(pocket, model=weights, settings={"config": "french"}))
    with pytest.raises(VoiceError, match="no architecture") as caught:
        open_engine(replace(pocket, model=weights))
    assert "french" in caught.value.remedy


def test_a_recording_is_a_speaker(pocket: Voice) -> None:
    import soundfile

    noise = np.random.default_rng(2).uniform(-0.5, 0.5, 24000)
    soundfile.write(Path(pocket.model).with_name("voisin.wav"), noise, 24000)
    text = "Le pont est fermé."
    assert not np.array_equal(speak(replace(pocket, speaker="voisin"), text), speak(pocket, text))


MISTAKES: list[tuple[dict[str, Any], type[PodcastError], str]] = [
    ({"settings": {"speed": 1.0}}, ConfigError, "speed"),
    ({"settings": {"temp": "hot"}}, ConfigError, "temp"),
    ({"settings": {"temp": True}}, ConfigError, "temp"),
    ({"speaker": "estelle"}, VoiceError, "bruit|estelle"),
    ({"speaker": ""}, VoiceError, "speaker"),
    ({"sample_rate": 44100}, VoiceError, "24000"),
    ({"model": "/nowhere/model.safetensors"}, VoiceError, "/nowhere/model.safetensors"),
    ({"model": "french"}, VoiceError, "not installed"),
]


@pytest.mark.parametrize(("change", "error", "named"), MISTAKES)
def test_a_wrong_voice_is_told_when_it_is_opened(
    pocket: Voice, change: dict[str, Any], error: type[PodcastError], named: str
) -> None:
    with pytest.raises(error, match=named):
        open_engine(replace(pocket, **change))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "bruit.safetensors"])
def test_a_missing_or_truncated_file_is_a_voice_error(folder: Path, name: str) -> None:
    voice = tiny_pocket(folder)
    path = folder / name
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(VoiceError):
        open_engine(voice)
    path.unlink()
    with pytest.raises(VoiceError):
        open_engine(voice)


@pytest.mark.parametrize("config", ["", "[]", "{}", "mimi: 3", "\x00"])
def test_a_broken_architecture_is_a_voice_error(pocket: Voice, folder: Path, config: str) -> None:
    path = folder / "broken.yaml"
    path.write_text(config)
    with pytest.raises(VoiceError):
        open_engine(replace(pocket, model=str(path)))


def test_settings_reach_the_model(pocket: Voice) -> None:
    text = "Le pont est fermé."
    cold, hot = (replace(pocket, settings={"temp": temp}) for temp in (0, 0.9))
    assert not np.array_equal(speak(cold, text), speak(hot, text))
    assert json.loads(Path(pocket.model).read_text())["default_eos_threshold"] == -1e9
