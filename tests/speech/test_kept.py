"""A model that was kept as the runtime rewrote it says the same, to the bit, and is never needed."""

from __future__ import annotations

import fcntl
import platform
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from podcast.errors import VoiceError
from podcast.speech import kept, open_engine, vocoder
from podcast.speech.piper import open_session
from podcast.types import Samples, Voice
from tests.speech.vits import feeds, vits_like
from tests.speech.voices import random_voice

TEXT = "Le conseil se réunit à huis clos."


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "podcast" / "models"


@pytest.fixture(scope="module")
def bundled(bundled: Voice) -> Voice:
    """In float32; ``in_eight_bits`` it is as it comes."""
    return replace(bundled, settings={})


@pytest.fixture
def as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is written anew."""
    monkeypatch.setattr(kept, "PROCESSORS", set())


@pytest.fixture(scope="module")
def direct(bundled: Voice) -> Samples:
    """What the model itself says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "LEAST", 10**12)
        return said(bundled)


def said(voice: Voice) -> Samples:
    engine = open_engine(voice)
    samples = np.concatenate([chunk.samples for chunk in engine.stream(TEXT)])
    engine.close()
    return samples


@pytest.mark.usefixtures("as_it_is")
def test_what_is_kept_says_the_same_to_the_bit(bundled: Voice, models: Path, direct: Samples) -> None:
    assert np.array_equal(said(bundled), direct)
    (file,) = models.iterdir()
    made = file.stat()
    assert np.array_equal(said(bundled), direct)
    (file,) = models.iterdir()
    assert file.stat() == made, "it is made once"


def test_a_voice_that_is_written_anew_says_nearly_the_same(
    bundled: Voice, models: Path, direct: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PROCESSORS", {platform.machine()})
    found = said(bundled)
    assert found.shape == direct.shape
    assert 0.0 < np.abs(found - direct).max() < kept.ALIKE
    (file,) = models.iterdir()
    assert "hastened" in file.name


def test_a_voice_that_would_say_something_else_stays_as_it_is(
    bundled: Voice, models: Path, direct: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose frames do not overlap as they seem to: its pulses begin a sample later."""
    monkeypatch.setattr(kept, "PROCESSORS", {platform.machine()})
    monkeypatch.setattr(vocoder, "hasten_file", delaying(vocoder.hasten_file))
    assert np.array_equal(said(bundled), direct)
    assert models.is_dir()


def delaying(hasten_file: Callable[..., bool]) -> Callable[..., bool]:
    def hasten_wrongly(model: str, target: Path, *, earlier: bool) -> bool:
        done = hasten_file(model, target, earlier=earlier)
        other = onnx.load(target)
        pads = [node.input[1] for node in other.graph.node if node.op_type == "Pad"]
        for tensor in other.graph.initializer:
            if tensor.name in pads and [*numpy_helper.to_array(tensor)] == [0, 256, 0, 257]:
                later = np.array([0, 257, 0, 256])
                tensor.CopyFrom(numpy_helper.from_array(later, tensor.name))
        onnx.save(other, target)
        return done

    return hasten_wrongly


def test_a_kept_model_is_what_is_opened(bundled: Voice, models: Path) -> None:
    said(bundled)
    opened: list[tuple[str, bool]] = []

    def watched(model: str, *, keep: str = "", finished: bool = False) -> object:
        opened.append((model, finished))
        return open_session(model, keep=keep, finished=finished)

    (file,) = models.iterdir()
    kept.open_kept(bundled, file.stem.partition("-ort")[2], watched)
    assert opened == [(str(file), True)], "the runtime does nothing over again"


def test_what_is_kept_is_laid_out_for_the_processor(bundled: Voice, models: Path) -> None:
    """Its weights in blocks as wide as registers: that is what takes long, and ONNX has no name for it."""
    said(bundled)
    (file,) = models.iterdir()
    assert any(node.domain == "com.microsoft.nchwc" for node in onnx.load(file).graph.node)


def test_processors_of_two_kinds_keep_theirs_side_by_side(
    bundled: Voice, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a home that machines share; what an earlier version left, which told no kind, goes."""
    said(bundled)
    (one,) = models.iterdir()
    older = one.with_name(one.name.replace(f"{kept.FORMAT}hastened-{kept.processor()}", "7hastened"))
    older.touch()
    monkeypatch.setattr(kept, "processor", lambda: "another")
    said(bundled)
    assert one.is_file()
    assert len([*models.iterdir()]) == 2


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x08\x12\x07pytorch"])
def test_a_file_that_is_no_model_is_passed_over_and_goes(
    bundled: Voice, models: Path, direct: Samples, content: bytes
) -> None:
    said(bundled)
    (file,) = models.iterdir()
    file.write_bytes(content)
    assert np.array_equal(said(bundled), direct)
    assert not file.exists()


def test_no_place_to_keep_it_is_no_fault(bundled: Voice, models: Path, direct: Samples) -> None:
    models.parent.parent.mkdir()
    models.parent.write_text("a file where a folder should be")
    assert np.array_equal(said(bundled), direct)


def test_while_another_process_is_long_about_it_the_model_itself_is_opened(
    bundled: Voice, models: Path, direct: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(bundled)
    (file,) = models.iterdir()
    part = file.with_suffix(kept.PART)
    file.rename(part)
    monkeypatch.setattr(kept, "LOOKS", 2)
    with part.open("ab") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert np.array_equal(said(bundled), direct)
        assert [*models.iterdir()] == [part]
    said(bundled)
    assert [*models.iterdir()] == [file], "what a killed process left is taken up"


def test_workers_that_begin_together_open_the_same(bundled: Voice, models: Path) -> None:
    """The first makes it, and the others wait, so that an episode is of one piece."""
    opened: list[str] = []

    def watched(model: str, *, keep: str = "", finished: bool = False) -> object:
        opened.append(model)
        return open_session(model, keep=keep, finished=finished)

    with ThreadPoolExecutor(4) as pool:
        [*pool.map(lambda _: kept.open_kept(bundled, "1", watched), range(4))]
    (file,) = models.iterdir()
    assert opened.count(str(file)) == 4


def in_eight_bits(voice: Voice) -> Voice:
    return replace(voice, settings={"arithmetic": "int8"})


def test_eight_bits_say_nearly_the_same_and_the_same_each_time(
    bundled: Voice, models: Path, direct: Samples
) -> None:
    found = said(in_eight_bits(bundled))
    assert found.shape == direct.shape, "lengths are no matter of eight bits"
    noise = np.square(found - direct).mean()
    assert 1e-5 < noise / np.square(direct).mean() < 1e-3
    assert np.array_equal(said(in_eight_bits(bundled)), found)
    (file,) = models.iterdir()
    kinds = [node.op_type for node in onnx.load(file).graph.node]
    assert kinds.count("DynamicQuantizeMatMul") == 12


def test_eight_bits_and_more_are_kept_side_by_side(bundled: Voice, models: Path) -> None:
    found = [said(voice) for voice in (bundled, in_eight_bits(bundled), bundled)]
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])
    assert len([*models.iterdir()]) == 2


def test_what_a_disk_cut_is_made_again_in_eight_bits(bundled: Voice, models: Path) -> None:
    wanted = said(in_eight_bits(bundled))
    (file,) = models.iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    assert np.array_equal(said(in_eight_bits(bundled)), wanted)
    assert file.stat().st_size > kept.LEAST


def test_a_voice_that_does_not_bear_eight_bits_says_so(folder: Path, models: Path) -> None:
    with pytest.raises(VoiceError, match=r"cannot be computed in int8.*leave out its arithmetic"):
        open_engine(in_eight_bits(vits_like(folder)))
    assert not [*models.iterdir()]


def test_eight_bits_need_no_place_that_stays(
    bundled: Voice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = said(in_eight_bits(bundled))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("a file where a folder should be")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "moment"))
    with pytest.raises(VoiceError, match=r"cannot be prepared for int8.*temporary files"):
        open_engine(in_eight_bits(bundled))
    (tmp_path / "moment").mkdir()
    assert np.array_equal(said(in_eight_bits(bundled)), wanted)
    assert not [*(tmp_path / "moment").iterdir()]


def test_what_another_version_kept_goes(bundled: Voice, models: Path) -> None:
    said(bundled)
    (file,) = models.iterdir()
    older = file.rename(file.with_name(file.name.replace("-ort", "-ort0.")))
    other = models / "of-another-voice.onnx"
    other.touch()
    said(bundled)
    assert not older.exists()
    assert {*models.iterdir()} == {file, other}


def test_a_small_model_is_not_kept(tmp_path: Path, models: Path) -> None:
    said(random_voice(tmp_path))
    assert not models.exists()


def test_nothing_stays_of_a_model_that_cannot_be_opened(folder: Path, models: Path) -> None:
    voice = random_voice(folder)
    Path(voice.model).write_bytes(bytes(kept.LEAST))
    with pytest.raises(VoiceError):
        open_engine(voice)
    assert not [*models.iterdir()]


@pytest.mark.parametrize("speakers", [0, 2])
def test_a_vocoder_is_kept_with_a_height_and_says_the_same(
    folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch, speakers: int
) -> None:
    monkeypatch.setattr(kept, "PROCESSORS", {platform.machine()})
    voice = vits_like(folder, speakers=speakers, flow=False)
    given = feeds(90, 1 if speakers else None)
    (wanted,) = open_session(voice.model).run(None, given)
    monkeypatch.setattr(kept, "LEAST", 0)
    (found,) = kept.open_kept(voice, "1", open_session).run(None, given)
    assert np.abs(found - wanted).max() < 1e-6
    (file,) = models.iterdir()
    assert ranks(file) == {4}


@pytest.mark.parametrize("fault", ["Sin", "Unknown"])
def test_the_later_parts_are_written_anew_where_the_earlier_cannot_be(
    folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Because they say something else, or nothing."""
    hasten_file = vocoder.hasten_file

    def hasten_wrongly(model: str, target: Path, *, earlier: bool) -> bool:
        done = hasten_file(model, target, earlier=earlier)
        if earlier:
            other = onnx.load(target)
            next(node for node in other.graph.node if node.op_type == "Tanh").op_type = fault
            onnx.save(other, target)
        return done

    monkeypatch.setattr(vocoder, "hasten_file", hasten_wrongly)
    monkeypatch.setattr(kept, "PROCESSORS", {platform.machine()})
    monkeypatch.setattr(kept, "LEAST", 0)
    voice = vits_like(folder)
    (wanted,) = open_session(voice.model).run(None, feeds(9, None))
    (found,) = kept.open_kept(voice, "1", open_session).run(None, feeds(9, None))
    assert np.abs(found - wanted).max() < 1e-6
    (file,) = models.iterdir()
    assert 4 in ranks(file)


def test_what_is_written_anew_and_what_is_not_lie_side_by_side(
    folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that machines share, neither forgets the other."""
    voice = vits_like(folder, flow=False)
    monkeypatch.setattr(kept, "LEAST", 0)
    for processors in ({platform.machine()}, {"another"}):
        monkeypatch.setattr(kept, "PROCESSORS", processors)
        kept.open_kept(voice, "1", open_session)
    assert sorted(ranks(file) == {4} for file in models.iterdir()) == [False, True]


def test_a_model_is_written_anew_without_the_onnx_package(models: Path) -> None:
    """It is larger than all the rest, and only tests have it."""
    code = """
import sys
sys.modules["onnx"] = None
import platform
from podcast.speech import find_voice, kept, open_engine
kept.PROCESSORS = {platform.machine()}
open_engine(find_voice("fr_FR-gazette-draft"))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    (file,) = models.iterdir()
    assert "ReduceSum" not in {node.op_type for node in onnx.load(file).graph.node}


def test_on_other_processors_a_model_is_kept_as_it_is(
    folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "LEAST", 0)
    monkeypatch.setattr(kept, "PROCESSORS", {"another"})
    kept.open_kept(vits_like(folder, flow=False), "1", open_session)
    (file,) = models.iterdir()
    assert ranks(file) == {3}


def ranks(file: Path) -> set[int]:
    """Of the weights of convolutions."""
    graph = onnx.load(file).graph
    weights = {tensor.name: len(tensor.dims) for tensor in graph.initializer}
    return {
        weights[node.input[1]]
        for node in graph.node
        if node.op_type in ("Conv", "FusedConv", "ConvTranspose")
    }
