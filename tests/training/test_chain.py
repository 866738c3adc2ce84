"""The whole recipe, in its smallest preset, and the voice that comes of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from podcast.speech import open_engine
from podcast.speech.description import read_voice
from tests.training.conftest import ROOT, SMOKING
from tests.training.test_corpus import SOUNDS
from voices.training import recordings
from voices.training.dataset import Example, batches, example, symbols
from voices.training.evaluate import Speaker, load
from voices.training.export import ALIASES, SILENT, load_student
from voices.training.recipe import FULL, HOP, SAMPLE_RATE, SMOKE
from voices.training.stages import FIGURES, STAGES, Workshop
from voices.training.train import Training, learning_rate

pytestmark = pytest.mark.filterwarnings("ignore:pkg_resources", "ignore:.*setuptools.*")
TEXT = "Bonjour, comment va la voisine ?"


def examples(workshop: Workshop, part: str = "training") -> list[Example]:
    return [example(item) for item in recordings.load(workshop.shards(part))]


def test_every_stage_is_done_and_leaves_the_voice(workshop: Workshop) -> None:
    assert all((workshop.folder(stage.name) / "done").exists() for stage in STAGES)
    made = {path.name for path in (workshop.voices / SMOKE.key).iterdir()}
    assert {"voice.toml", "MODEL_CARD.md", "sample-news.mp3", "sample-question.mp3"} < made


def test_what_is_done_is_not_done_again(workshop: Workshop) -> None:
    before = {path: path.stat().st_mtime_ns for path in workshop.root.rglob("*")}
    command = [*SMOKING, "--work", str(workshop.root.parent)]
    report = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120).stderr
    assert report.count("done before") == len(STAGES)
    assert {path: path.stat().st_mtime_ns for path in workshop.root.rglob("*")} == before


def test_a_missing_shard_alone_is_made_again(workshop: Workshop, tmp_path: Path) -> None:
    lines = [item.line for item in recordings.load(workshop.shards("held_out"))]
    shutil.copytree(workshop.folder("record") / "held_out", tmp_path / "again")
    (tmp_path / "again" / "000.npz").unlink()
    (shard,) = recordings.make(lines, SMOKE.sound, tmp_path / "again", 1)
    for ours, theirs in zip(
        recordings.load([shard]), recordings.load(workshop.shards("held_out")), strict=True
    ):
        assert ours.tokens == theirs.tokens
        assert np.array_equal(ours.samples, theirs.samples)
        assert np.array_equal(ours.harmonic, theirs.harmonic)


def test_a_change_of_recipe_makes_only_what_depends_on_it() -> None:
    plain = Workshop(FULL, Path("w"), Path("v"))
    louder = Workshop(replace(FULL, gain=1.0), Path("w"), Path("v"))
    longer = Workshop(replace(FULL, waveform=replace(FULL.waveform, steps=9)), Path("w"), Path("v"))
    names = [stage.name for stage in STAGES]
    same = [plain.folder(name) == louder.folder(name) for name in names]
    assert same == [True, True, True, False, False, False]
    assert [plain.folder(name) == longer.folder(name) for name in names] == [True] + [False] * 5


def test_a_broken_off_training_ends_where_an_unbroken_one_would(workshop: Workshop, tmp_path: Path) -> None:
    """Stopped between two checkpoints of the second phase."""
    data, development = examples(workshop), examples(workshop, "development")

    class Interrupted(Training):
        def _follow(self) -> None:
            super()._follow()
            if self.step == 9:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Interrupted(SMOKE, data).run(tmp_path / "checkpoint.pt", development)
    resumed = Training(SMOKE, data).run(tmp_path / "checkpoint.pt", development)
    whole = workshop.folder("train") / "weights.pt"
    ours, theirs = (torch.load(path, weights_only=True) for path in (resumed, whole))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_step_sees_the_same_whenever_it_is_reached(workshop: Workshop) -> None:
    data = examples(workshop)
    from_start, later = batches(data, SMOKE.features, 1), batches(data, SMOKE.features, 1, 7)
    for _ in range(7):
        next(from_start)
    ours, theirs = next(from_start), next(later)
    assert torch.equal(ours.samples, theirs.samples)
    assert torch.equal(ours.ids, theirs.ids)


def test_crops_are_cut_from_their_recording(workshop: Workshop) -> None:
    """Samples, features and frames of a batch are of the same moment."""
    data = examples(workshop)
    batch = next(batches(data, SMOKE.features, 1))
    for row in range(len(batch.ids)):
        item = next(e for e in data if batch.ids[row, : len(e.ids)].tolist() == e.ids.tolist())
        heard = int(batch.heard[row].sum())
        bands = batch.features[row, :heard, :-1].numpy()
        whole = item.features.astype(np.float32)
        (start,) = [
            s for s in range(0, len(whole) - heard + 1, 2) if np.array_equal(whole[s : s + heard], bands)
        ]
        samples = item.samples[start * HOP // 2 : (start + heard) * HOP // 2] / np.float32(32768)
        assert np.allclose(batch.samples[row, : len(samples)].numpy(), samples)
        owners = batch.owner[row, batch.halo : batch.halo + heard // 2].numpy()
        assert owners.tolist() == item.owner[start // 2 : start // 2 + heard // 2].tolist()


def test_training_makes_the_student_better(workshop: Workshop) -> None:
    training = Training(SMOKE, examples(workshop))
    phase = replace(SMOKE.features, steps=30, rate=3e-3)
    source = batches(training.examples, phase, 1)
    totals = [sum(training._advance(next(source), phase, n, sound=False)) for n in range(1, 31)]
    assert sum(totals[-4:]) < 0.9 * sum(totals[:4])


def test_the_learning_rate_rises_then_falls() -> None:
    rates = [learning_rate(FULL.features, step) for step in range(1, FULL.features.steps + 1)]
    top = rates.index(max(rates)) + 1
    assert abs(top - FULL.features.warm_up) <= 1
    assert rates[-1] == pytest.approx(FULL.features.rate * 0.02, rel=0.01)


def test_plain_piper_speaks_it(workshop: Workshop) -> None:
    """Unmodified piper-tts loads it, is told durations that add up, and slows it down by length_scale."""
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(workshop.model)
    lengths = {}
    for scale in (1.0, 1.5):
        manner = SynthesisConfig(length_scale=scale, normalize_audio=False)
        (chunk,) = voice.synthesize(TEXT, manner, include_alignments=True)
        assert chunk.sample_rate == SAMPLE_RATE
        assert chunk.phoneme_id_samples is not None
        assert chunk.phoneme_id_samples.sum() == len(chunk.audio_float_array)
        assert np.isfinite(chunk.audio_float_array).all()
        lengths[scale] = len(chunk.audio_float_array)
    assert lengths[1.5] > 1.2 * lengths[1.0]  # a frame is the least of a sound, and this one is untrained


def test_the_program_speaks_it(workshop: Workshop) -> None:
    engine = open_engine(read_voice(workshop.voices / SMOKE.key))
    samples = np.concatenate([chunk.samples for chunk in engine.stream(TEXT)])
    again = np.concatenate([chunk.samples for chunk in engine.stream(TEXT)])
    assert np.array_equal(samples, again)


def test_no_sound_is_dropped(workshop: Workshop) -> None:
    """Untrained as it is, and hurried: a frame at least for every sound, none for what owns no time."""
    tokens = ["^", *"lə ʁˈa, dɔ\u0303k la mˈɛʁʲ.", "$"]
    for scale in (1.0, 0.2):
        frames = Speaker(workshop.model).speak(tokens, scale).frames
        assert all(count >= 1 for token, count in zip(tokens, frames, strict=True) if token not in SILENT)
        marks = [count for token, count in zip(tokens, frames, strict=True) if token in "ˈʲ\u0303"]
        assert marks == [0] * len(marks)


def test_the_graph_speaks_as_the_student_does(workshop: Workshop) -> None:
    """Frames of the ONNX voice are those that the student predicts, rounded as a running sum."""
    tokens = ["^", *"la vwazin.", "$"]
    ids = torch.tensor([[symbols()[token] for token in tokens]])
    student = load_student(SMOKE, workshop.folder("train") / "weights.pt")
    with torch.no_grad():
        _, timing = student.encode(ids)
    lasting = (timing[0].exp() - 1) * student.timed[ids[0]]
    lasting = torch.where(lasting < 0.35, 0.0, lasting)
    least = torch.tensor([1.001 if token not in SILENT or token == "^" else 0.0 for token in tokens])
    bounds = (torch.maximum(lasting, least).cumsum(0) + 0.5).floor()
    spoken = Speaker(workshop.model).speak(tokens)
    assert spoken.frames == torch.diff(bounds, prepend=torch.zeros(1)).int().tolist()
    assert len(spoken.samples) == sum(spoken.frames) * HOP


@pytest.mark.parametrize(("alias", "sound"), [("ɥ", "y"), ("r", "ʁ"), ("x", "ʁ"), ("ɫ", "l")])
def test_ipa_that_the_teacher_never_says_sounds_like_its_neighbour(
    alias: str, sound: str, workshop: Workshop
) -> None:
    speaker = Speaker(workshop.model)
    ours, theirs = (speaker.speak(["^", "a", one, "i", ".", "$"]).samples for one in (alias, sound))
    assert np.array_equal(ours, theirs)


def test_every_alias_is_unknown_to_the_corpus_and_its_sound_is_known() -> None:
    assert not set(ALIASES) & set("".join(SOUNDS))
    assert set(ALIASES.values()) <= set("".join(SOUNDS))


def test_silence_where_noise_is_asked_away(workshop: Workshop) -> None:
    """noise_scale 0: no hiss, no jitter, the same every time; the voice still speaks."""
    session = onnxruntime.InferenceSession(str(workshop.model), providers=["CPUExecutionProvider"])
    ids = np.array([[n for token in ["^", *"ava.", "$"] for n in (symbols()[token], 0)]], np.int64)

    def speak(noise: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        scales = np.array([noise, 1.0, 0.8], np.float32)
        sound, _ = session.run(
            None, {"input": ids, "input_lengths": np.array([ids.shape[1]]), "scales": scales}
        )
        return np.asarray(sound.squeeze())

    assert not np.array_equal(speak(0.0), speak(0.667))
    assert np.array_equal(speak(0.0), speak(0.0))


def test_the_card_says_what_was_measured(workshop: Workshop) -> None:
    card = (workshop.voices / SMOKE.key / "MODEL_CARD.md").read_text(encoding="utf-8")
    figures = load(workshop.folder("evaluate") / FIGURES)
    assert f"| {figures.overall:.2f} | {figures.teacher_overall:.2f} |" in card
    assert f"{figures.log_mel:.3f}" in card
    assert "$" not in card
    assert f"On {figures.sentences} sentences" in card


def test_the_description_names_the_files_as_they_are(workshop: Workshop) -> None:
    folder = workshop.voices / SMOKE.key
    text = (folder / "voice.toml").read_text(encoding="utf-8")
    for name, size in re.findall(r'name = "(.+)"\nsize = (\d+)', text):
        assert (folder / name).stat().st_size == int(size)
