"""What holds for every engine of another's making."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from podcast.errors import SynthesisError, VoiceError
from podcast.render import render
from podcast.speech import open_engine, vendor
from podcast.types import Utterance, Voice

TEXT = "Le pont est fermé."


@pytest.mark.parametrize("engine", ["coqui", "pocket"])
def test_a_missing_extra_is_told_with_its_remedy(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    voice = Voice("absent", engine, "model", "0" * 64, 24000)  # type: ignore[arg-type]
    with pytest.raises(VoiceError) as caught:
        open_engine(voice)
    assert caught.value.remedy == f"pip install 'podcast[{engine}]'"
    assert caught.value.exit_code == 69
    assert "\n" not in str(caught.value)


def test_an_engine_that_cannot_be_imported_is_told_too() -> None:
    with pytest.raises(VoiceError, match="does not work here") as caught, vendor.installed("coqui"):
        raise AttributeError("a package of another version")
    assert caught.value.remedy == "pip install 'podcast[coqui]'"


def test_nothing_of_a_vendor_is_heard_but_the_voice(pocket: Voice, vits: Voice, xtts: Voice) -> None:
    """Opening and speaking leaves stdout and stderr empty, and the log without a handler."""
    code = (
        "import logging\n"
        "from podcast.speech import open_engine\n"
        "from podcast.types import Voice\n"
        f"for voice in {[pocket, vits, xtts]!r}:\n"
        f"    assert list(open_engine(voice).stream({TEXT!r}))\n"
        "assert not logging.getLogger().handlers\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_worker_processes_speak_what_the_engines_speak(pocket: Voice, vits: Voice) -> None:
    for voice in (pocket, vits):
        engine = open_engine(voice)
        expected = np.concatenate([chunk.samples for chunk in engine.stream(TEXT)])
        utterance = Utterance(0, 0, (0, len(TEXT)), TEXT, 0.3)
        clips = list(render([utterance], voices={"": voice}, open_engine=open_engine, jobs=1))
        samples = np.concatenate([clip.samples for clip in clips])
        assert np.abs(samples - expected).max() <= 1 / 32768


def test_a_worker_tells_of_a_missing_model(vits: Voice) -> None:
    voice = replace(vits, model="tts_models/fr/nobody/vits")
    utterance = Utterance(0, 0, (0, len(TEXT)), TEXT, 0.3)
    with pytest.raises(VoiceError, match="not installed"):
        list(render([utterance], voices={"": voice}, open_engine=open_engine, jobs=1))


def test_no_sound_is_an_error() -> None:
    for pieces in ([], [np.zeros(0)]):
        with pytest.raises(SynthesisError, match="no audio"):
            list(vendor.chunks("nobody", TEXT, (piece for piece in pieces), 24000))


def test_sound_is_mono_float_within_full_scale() -> None:
    samples = vendor.sound(np.array([[-3.0, 0.25, 3.0]]))
    assert samples.dtype == np.float32
    assert samples.tolist() == [-1.0, 0.25, 1.0]
