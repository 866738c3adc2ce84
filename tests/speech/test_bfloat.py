"""A voice in bfloat16 says what it says in float32, to the sample and almost to the bit."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import ConfigError, VoiceError
from podcast.speech import bfloat, open_engine
from podcast.speech.piper import open_session
from podcast.types import Samples, Voice
from tests.speech.vits import feeds, vits_like
from tests.speech.voices import random_voice

FAST: dict[str, str | int | float | bool] = {"arithmetic": "bfloat16"}
PHONEMES = (1, 7, 50, 51, 52, 60, 100, 333)
"""Of 5 frames each: less than a window, a little more, many."""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("openvino", reason="podcast[fast] is not installed")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "podcast" / "models"


def has_bfloat() -> bool:
    openvino = pytest.importorskip("openvino")
    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def noise(found: Samples, wanted: Samples) -> float:
    """In dB under the sound."""
    return float(10 * np.log10(np.square(wanted).sum() / np.square(found - wanted).sum()))


@given(frames=st.integers(1, 5000), reach=st.integers(1, 40))
def test_windows_cover_all_frames_and_see_enough(frames: int, reach: int) -> None:
    done = 0
    for window, kept in bfloat.windows(frames, reach):
        assert kept.start == done < kept.stop
        assert 0 <= window.start <= max(0, kept.start - reach) or window.start == 0
        assert window.stop >= min(frames, kept.stop + reach)
        assert window.stop <= frames
        done = kept.stop
    assert done == frames


@given(frames=st.integers(1, 5000), reach=st.integers(1, 40))
def test_windows_are_of_few_lengths(frames: int, reach: int) -> None:
    most = max(bfloat.WINDOW, 4 * reach)
    lengths = {window.stop - window.start for window, _ in bfloat.windows(frames, reach)}
    assert max(lengths) < most + bfloat.STEP
    assert max(lengths) - min(lengths) in (0, bfloat.STEP)
    assert all(length % bfloat.STEP == 0 for length in lengths) or frames < 2 * reach + 2 * bfloat.STEP


@given(frames=st.integers(1, 5000), reach=st.integers(1, 40))
def test_windows_do_not_overlap_more_than_they_must(frames: int, reach: int) -> None:
    found = list(bfloat.windows(frames, reach))
    seen = sum(window.stop - window.start for window, _ in found)
    assert seen < frames + (len(found) - 1) * 2 * reach + bfloat.STEP


@pytest.mark.parametrize("count", PHONEMES)
@pytest.mark.parametrize("speakers", [0, 2])
@pytest.mark.parametrize("flow", [False, True])
def test_windows_leave_no_seam(folder: Path, count: int, speakers: int, flow: bool) -> None:
    """In float32, which any processor has, a voice that is cut and played in windows is the whole voice."""
    voice = vits_like(folder, speakers=speakers, flow=flow)
    given = feeds(count, 1 if speakers else None)
    (wanted,) = open_session(voice.model).run(None, given)
    (found,) = bfloat.BfloatSession(voice, open_session, precision="f32").run(None, given)
    assert np.abs(found - wanted.squeeze()).max() < 1e-5


def test_bfloat16_is_a_little_noise_under_the_voice(folder: Path) -> None:
    if not has_bfloat():
        pytest.skip("this processor has no bfloat16")
    voice = vits_like(folder)
    given = feeds(200, None)
    (wanted,) = open_session(voice.model).run(None, given)
    (found,) = bfloat.BfloatSession(voice, open_session).run(None, given)
    assert 30 < noise(found, wanted.squeeze()) < 80


def test_an_engine_takes_it_as_a_setting(folder: Path) -> None:
    if not has_bfloat():
        pytest.skip("this processor has no bfloat16")
    voice = vits_like(folder)
    spoken = []
    for one in (voice, replace(voice, settings=FAST)):
        engine = open_engine(one)
        spoken.append(np.concatenate([chunk.samples for chunk in engine.stream("Le pont est fermé.")]))
        engine.close()
    assert noise(spoken[1], spoken[0]) > 30


def test_a_voice_is_cut_once(folder: Path, cache: Path) -> None:
    voice = vits_like(folder)
    for _ in range(2):
        bfloat.BfloatSession(voice, open_session, precision="f32")
        Path(voice.model).write_bytes(b"never read again")
    (kept,) = cache.iterdir()
    assert sorted(file.name for file in kept.iterdir()) == [
        *("flow.blob", "front.onnx"),
        *("plan.json", "vocoder.blob"),
    ]


def test_what_another_version_cut_goes(folder: Path, cache: Path) -> None:
    voice = vits_like(folder)
    bfloat.BfloatSession(voice, open_session, precision="f32")
    (made,) = cache.iterdir()
    older = made.rename(made.with_name(made.name.replace("-onnx", "-onnx0.")))
    others = {
        cache / made.name.replace("0" * 32, "1" * 32),
        cache / made.name.replace(made.name.split("-")[2], "another processor"),
    }
    for other in others:
        other.mkdir()
    bfloat.BfloatSession(voice, open_session, precision="f32")
    assert {*cache.iterdir()} == {made, *others}
    assert not older.exists()


@pytest.mark.parametrize("part", ["front", "flow", "vocoder"])
@pytest.mark.parametrize("length", [0, 100, -100])
def test_what_was_damaged_is_made_again(folder: Path, cache: Path, part: str, length: int) -> None:
    voice = vits_like(folder)
    given = feeds(100, None)
    (wanted,) = bfloat.BfloatSession(voice, open_session, precision="f32").run(None, given)
    (file,) = cache.glob(f"*/{part}.*")
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:length])
    (found,) = bfloat.BfloatSession(voice, open_session, precision="f32").run(None, given)
    assert np.array_equal(found, wanted)
    assert len(file.read_bytes()) == len(content)


def test_what_is_not_installed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(VoiceError, match=r"needs OpenVINO") as error:
        bfloat.BfloatSession(vits_like(folder), open_session, precision="f32")
    assert "podcast[fast]" in str(error.value)


@pytest.mark.parametrize("kind", ["Softplus", "Identity"])
def test_a_flow_of_another_kind_stays_where_it_was(folder: Path, cache: Path, kind: str) -> None:
    """Of other operations, or without the mask that makes more frames harmless."""
    voice = vits_like(folder)
    model = onnx.load(voice.model)
    for node in model.graph.node:
        if node.op_type == "Mul" and node.input[0].startswith("Add"):
            node.op_type, kept = kind, node.input[0]
            node.input[:] = [kept]
    onnx.save(model, voice.model)
    (wanted,) = open_session(voice.model).run(None, feeds(100, None))
    session = bfloat.BfloatSession(voice, open_session, precision="f32")
    assert np.abs(session.run(None, feeds(100, None))[0] - wanted.squeeze()).max() < 1e-5
    (made,) = cache.iterdir()
    assert sorted(file.name for file in made.iterdir()) == ["front.onnx", "plan.json", "vocoder.blob"]


def test_two_processes_may_cut_it_at_once(folder: Path, cache: Path) -> None:
    voice = vits_like(folder)
    code = f"""
from podcast.speech import bfloat
from podcast.speech.piper import open_session
from podcast.types import Voice
bfloat.BfloatSession(Voice{(voice.key, voice.engine, voice.model, voice.model_hash, voice.sample_rate)},
    open_session, precision="f32")
"""
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(list(cache.iterdir())) == 1


def test_a_model_of_another_kind_is_refused(folder: Path, bundled: Voice) -> None:
    for voice in (random_voice(folder), bundled):
        with pytest.raises(VoiceError, match="bfloat16"):
            bfloat.BfloatSession(voice, open_session, precision="f32")


def test_an_unknown_arithmetic_is_told(bundled: Voice) -> None:
    with pytest.raises(ConfigError, match="float32 or bfloat16"):
        open_engine(replace(bundled, settings={"arithmetic": "int4"}))


def test_a_cache_that_cannot_be_written_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(VoiceError, match="prepared"):
        bfloat.BfloatSession(vits_like(folder), open_session, precision="f32")


def test_a_damaged_model_is_a_voice_error(folder: Path) -> None:
    voice = vits_like(folder)
    Path(voice.model).write_bytes(Path(voice.model).read_bytes()[:500])
    with pytest.raises(VoiceError):
        bfloat.BfloatSession(voice, open_session, precision="f32")


def test_nobody_is_told_that_it_is_used(folder: Path) -> None:
    """What OpenVINO's telemetry would send leaves from a forked process, once it is imported."""
    voice = vits_like(folder)
    code = f"""
import sys
from podcast.speech import bfloat
from podcast.speech.piper import open_session
from podcast.types import Voice
bfloat.BfloatSession(Voice{(voice.key, voice.engine, voice.model, voice.model_hash, voice.sample_rate)},
    open_session, precision="f32")
print(sorted(name for name in sys.modules if "telemetry" in name and sys.modules[name]))
"""
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "openvino_telemetry" not in told.stdout
    assert "telemetry_stub" in told.stdout
