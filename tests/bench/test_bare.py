"""Sessions alone: each of the three speaks every sentence once, on every core, from what it says it does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.bench import bare
from podcast.bench.process import CommandFailed
from podcast.settings import DEFAULT_VOICE
from podcast.speech import find_voice
from podcast.types import Voice
from tests.speech.vits import FRAMES, vits_like
from tests.speech.voices import HOP, RATE, random_voice

SENTENCES = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=30), max_size=20)
SAID = [[1, 9, 8, 7, 2], [1, 5, 2], [1, 4, 4, 2]]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what is made of models is kept; nothing is there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def in_bfloat16(tmp_path: Path) -> Voice:
    """A small voice that asks for bfloat16, where there is any."""
    openvino = pytest.importorskip("openvino", reason="podcast[fast] is not installed")
    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        pytest.skip("this processor has no bfloat16")
    return replace(vits_like(tmp_path), settings={"arithmetic": "bfloat16"})


@given(SENTENCES, st.integers(1, 5))
def test_sentences_are_dealt_out_evenly(sentences: list[list[int]], count: int) -> None:
    dealt = bare.shares(sentences, count)
    assert len(dealt) == count
    assert sorted(sentence for share in dealt for sentence in share) == sorted(sentences)
    work = [sum(map(len, share)) for share in dealt]
    assert max(work) - min(work) <= max(map(len, sentences), default=0)


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({}, [bare.NAME, bare.ALONE]),
        ({"arithmetic": "float32"}, [bare.NAME, bare.ALONE]),
        ({"arithmetic": "int8"}, [bare.NAME, bare.ALONE]),
        ({"arithmetic": "bfloat16"}, [bare.NAME, bare.IN_BFLOAT16, bare.ALONE]),
    ],
)
def test_a_voice_has_the_limits_of_its_arithmetic(
    settings: dict[str, str | int | float | bool], names: list[str]
) -> None:
    assert bare.asked_of(Voice("anne", "piper", "", "", RATE, settings=settings)) == names


@pytest.mark.parametrize("who", [bare.NAME, bare.ALONE])
@pytest.mark.parametrize("processes", [1, 2])
def test_all_is_spoken(tmp_path: Path, processes: int, who: str) -> None:
    voice = random_voice(tmp_path)
    sentences = bare.phoneme_ids(["Trois ponts seront élargis.", "Pourquoi attendre ?", "Non."], voice)
    figures = bare.speak(sentences, voice, processes, who)
    assert figures["audio"] * RATE == pytest.approx(HOP * sum(map(len, sentences)))
    assert figures["wall"] > 0
    assert figures["cpu"] > 0


@pytest.mark.parametrize("who", [bare.NAME, bare.IN_BFLOAT16, bare.ALONE])
def test_all_is_spoken_in_bfloat16(in_bfloat16: Voice, who: str) -> None:
    figures = bare.speak(SAID, in_bfloat16, 2, who)
    assert figures["audio"] * RATE == pytest.approx(8 * FRAMES * sum(map(len, SAID)))


@pytest.mark.parametrize("arithmetic", ["float32", "int8"])
def test_ours_alone_reads_what_is_kept(tmp_path: Path, kept: Path, arithmetic: str) -> None:
    """The bare model keeps nothing and needs the file that was published; ours needs what was kept of it."""
    folder = Path(shutil.copytree(Path(find_voice(DEFAULT_VOICE).model).parent, tmp_path / "voice"))
    voice = replace(find_voice(str(folder)), settings={"arithmetic": arithmetic})
    assert bare.speak(SAID, voice, 1, bare.NAME)["audio"] > 0
    assert not kept.exists()
    assert bare.speak(SAID, voice, 1, bare.ALONE)["audio"] > 0
    assert list(kept.rglob("*.onnx"))
    spoil(voice)
    assert bare.speak(SAID, voice, 1, bare.ALONE)["audio"] > 0
    with pytest.raises(CommandFailed, match=bare.NAME):
        bare.speak(SAID, voice, 1, bare.NAME)


def test_ours_alone_reads_what_is_kept_in_bfloat16(in_bfloat16: Voice, kept: Path) -> None:
    for who in (bare.NAME, bare.IN_BFLOAT16):
        assert bare.speak(SAID, in_bfloat16, 1, who)["audio"] > 0
        assert not kept.exists()
    assert bare.speak(SAID, in_bfloat16, 1, bare.ALONE)["audio"] > 0
    assert list(kept.rglob("*.blob"))
    spoil(in_bfloat16)
    assert bare.speak(SAID, in_bfloat16, 1, bare.ALONE)["audio"] > 0
    for who in (bare.NAME, bare.IN_BFLOAT16):
        with pytest.raises(CommandFailed, match=f"^{who}: "):
            bare.speak(SAID, in_bfloat16, 1, who)


def spoil(voice: Voice) -> None:
    """Leave as many bytes of a model, and no model."""
    model = Path(voice.model)
    size = model.stat().st_size
    model.unlink()
    model.write_bytes(bytes(size))


def test_openvino_is_asked_for_bfloat16_on_one_thread(in_bfloat16: Voice) -> None:
    from openvino import Type

    compiled = bare.published_in_bfloat16(in_bfloat16)
    assert compiled.get_property("INFERENCE_PRECISION_HINT") == Type.bf16
    assert compiled.get_property("INFERENCE_NUM_THREADS") == 1
    assert compiled.get_property("NUM_STREAMS") == 1
    assert not compiled.get_property("ENABLE_CPU_PINNING")


def test_why_there_is_no_bfloat16_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "openvino.py").write_text("raise ImportError('not here')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(CommandFailed, match="needs OpenVINO"):
        bare.speak(SAID, random_voice(tmp_path), 1, bare.IN_BFLOAT16)


def test_a_voice_speaks_in_the_manner_that_its_settings_ask_for() -> None:
    voice = find_voice(DEFAULT_VOICE)
    slow = replace(voice, settings={**voice.settings, "length_scale": 2.0})
    usual, longer = (bare.Speaker(one, bare.NAME).speak(SAID[0] * 5) for one in (voice, slow))
    assert longer == pytest.approx(2 * usual, rel=0.1)


def test_a_model_that_cannot_be_loaded_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "none.onnx").write_bytes(b"")
    voice = Voice("none", "piper", str(tmp_path / "none.onnx"), "", RATE)
    for who in (bare.NAME, bare.ALONE):
        with pytest.raises(CommandFailed, match=r"none\.onnx"):
            bare.speak([[1, 2]], voice, 1, who)


def test_a_session_that_is_not_told_to_go_says_nothing(tmp_path: Path) -> None:
    told = json.dumps([asdict(random_voice(tmp_path)), bare.NAME, SAID])
    command = [sys.executable, "-m", "podcast.bench.bare"]
    result = subprocess.run(command, input=f"{told}\n", capture_output=True, text=True, check=True)
    assert result.stdout == "{}\n"
