"""What is particular to the models of Coqui."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from podcast.errors import ConfigError, PodcastError, SynthesisError, VoiceError
from podcast.speech import open_engine
from podcast.speech.coqui import CoquiEngine
from podcast.types import Samples, Voice
from tests.speech.tiny_models import tiny_vits, tiny_xtts

TEXT = "Le pont est fermé."


def speak(voice: Voice, text: str = TEXT) -> Samples:
    engine = open_engine(voice)
    samples = np.concatenate([chunk.samples for chunk in engine.stream(text)])
    engine.close()
    return samples


SENTENCES = [
    ("Le pont est fermé.", 1),
    ("Le pont est fermé. Qui passera par la digue ? Personne !", 3),
    ("Qui ?! Lui… Elle.", 3),
    ("Le pont… fermé", 2),
    ("Ah ! … oui", 2),
    ("… oui", 1),
    ("… … oui. … non !", 2),
]


@pytest.mark.parametrize(("text", "count"), SENTENCES)
def test_vits_gives_a_chunk_for_each_sentence_without_the_vendors_silence(
    vits: Voice, text: str, count: int
) -> None:
    chunks = list(open_engine(vits).stream(text))
    assert len(chunks) == count
    assert all(np.abs(chunk.samples[-2000:]).max() > 0.01 for chunk in chunks)


def test_xtts_gives_its_sound_in_pieces_that_join(xtts: Voice) -> None:
    chunks = list(open_engine(xtts).stream(TEXT))
    assert len(chunks) == 2
    before, after = chunks[0].samples[-1], chunks[1].samples[0]
    assert abs(after - before) < 0.5 * np.abs(chunks[0].samples).max()


def test_xtts_that_comes_to_no_end_is_an_error(folder: Path) -> None:
    with pytest.raises(SynthesisError, match="end") as caught:
        list(open_engine(tiny_xtts(folder, endless=True)).stream(TEXT))
    assert TEXT in caught.value.where


def test_closing_xtts_stops_the_work_within_a_chunk(xtts: Voice) -> None:
    engine = CoquiEngine(xtts)
    decoded: list[int] = []
    engine._way._model.hifigan_decoder.register_forward_hook(lambda *_: decoded.append(1))  # type: ignore[union-attr]
    stream = engine.stream(TEXT)
    next(stream)
    stream.close()
    assert decoded == [1]


def test_xtts_speaks_like_one_of_its_own_or_like_a_recording(xtts: Voice) -> None:
    voices = (
        xtts,
        replace(xtts, speaker="Autre"),
        replace(xtts, speaker="", settings={"speaker_wav": "bruit.wav"}),
    )
    own, other, recorded = map(speak, voices)
    assert not np.array_equal(own, other)
    assert not np.array_equal(own, recorded)
    with pytest.raises(VoiceError, match="Bruit, Autre"):
        open_engine(replace(xtts, speaker=""))
    with pytest.raises(VoiceError):
        open_engine(replace(xtts, settings={"speaker_wav": "nobody.wav"}))


def test_speed_of_xtts(xtts: Voice) -> None:
    assert len(speak(replace(xtts, settings={"speed": 0.5}))) > 1.8 * len(speak(xtts))


def test_the_weights_are_left_as_they_were_published(xtts: Voice) -> None:
    """Coqui would write XTTS anew over them, without what is pickled there."""
    weights = Path(xtts.model, "model.pth")
    before = weights.stat()
    open_engine(xtts).close()
    assert weights.stat().st_mtime_ns == before.st_mtime_ns
    assert weights.stat().st_ino == before.st_ino


def test_a_speaker_is_chosen_by_name(folder: Path) -> None:
    """And ``speaker_ids.json`` is found, though its path is that of another machine."""
    voice = tiny_vits(folder, speakers=("Anne", "Jean"))
    assert not np.array_equal(speak(voice), speak(replace(voice, speaker="Jean")))
    for name in ("", "Paul"):
        with pytest.raises(VoiceError, match="Anne, Jean"):
            open_engine(replace(voice, speaker=name))


def test_silence_is_cut_off_where_the_voice_says_so(folder: Path) -> None:
    """All that this voice says is silence, nearly."""
    voice = tiny_vits(folder, loudness=0.001)
    long = TEXT[:-1] + ", le pont est fermé" * 4
    cut, whole = (replace(voice, settings={"trim_silence": cut}) for cut in (True, False))
    assert len(speak(cut, long)) < len(speak(whole, long))


def test_a_letter_that_the_model_does_not_know_is_told_once(
    vits: Voice, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(vits)
    for text in ("Łódź et Łomża.", "Łomża, Łódź."):
        list(engine.stream(text))
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert [message for message in told if "ł" in message.lower()] == [f"{vits.key} cannot say 'ł'"]


NAMES = ["", "model_file.pth"]


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_a_file_or_a_folder(vits: Voice, name: str) -> None:
    folder = Path(vits.model).parent
    assert np.array_equal(speak(replace(vits, model=str(folder / name))), speak(vits))


def test_a_model_by_its_id_is_the_one_that_coqui_has_downloaded(
    vits: Voice, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TTS_HOME", str(folder))
    by_id = replace(vits, model="tts_models/fr/css10/vits")
    with pytest.raises(VoiceError, match="not installed"):
        open_engine(by_id)
    shutil.copytree(Path(vits.model).parent, folder / "tts" / "tts_models--fr--css10--vits")
    assert np.array_equal(speak(by_id), speak(vits))


MISTAKES: list[tuple[dict[str, Any], type[PodcastError], str]] = [
    ({"settings": {"length_scale": 1.0}}, ConfigError, "length_scale"),
    ({"settings": {"trim_silence": 1}}, ConfigError, "trim_silence"),
    ({"settings": {"vocoder": "nowhere"}}, VoiceError, "nowhere"),
    ({"settings": {"speaker_wav": "nobody.wav"}}, VoiceError, "nobody.wav"),
    ({"speaker": "Anne"}, VoiceError, "Anne"),
    ({"sample_rate": 44100}, VoiceError, "22050"),
    ({"model": "/nowhere/model.pth"}, VoiceError, "/nowhere/model.pth"),
]


@pytest.mark.parametrize(("change", "error", "named"), MISTAKES)
def test_a_wrong_voice_is_told_when_it_is_opened(
    vits: Voice, change: dict[str, Any], error: type[PodcastError], named: str
) -> None:
    with pytest.raises(error, match=named):
        open_engine(replace(vits, **change))


def test_a_language_that_xtts_does_not_speak(xtts: Voice) -> None:
    with pytest.raises(VoiceError, match="br-FR"):
        open_engine(replace(xtts, language="br-FR"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"model": "nonsense"}', b"\xff\xfe"])
def test_a_broken_config_is_a_voice_error(folder: Path, content: bytes) -> None:
    voice = tiny_vits(folder)
    (folder / "config.json").write_bytes(content)
    with pytest.raises(VoiceError):
        open_engine(voice)


@pytest.mark.parametrize("size", [0, 100, 100_000])
def test_a_truncated_model_is_a_voice_error(folder: Path, size: int) -> None:
    voice = tiny_vits(folder)
    model = Path(voice.model)
    model.write_bytes(model.read_bytes()[:size])
    with pytest.raises(VoiceError) as caught:
        open_engine(voice)
    assert caught.value.where == voice.model


def test_a_model_that_needs_another_package_names_it(folder: Path) -> None:
    voice = tiny_vits(folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"use_phonemes": True, "phonemizer": "gruut", "phoneme_language": "fr-fr"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(VoiceError, match="gruut") as caught:
        open_engine(voice)
    assert caught.value.remedy == "install the package that it names"
