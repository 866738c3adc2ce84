"""The tune as a network: what it is given to learn, and that it learns it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from voices.training import recordings
from voices.training.align import PUNCTUATION
from voices.training.dataset import symbols
from voices.training.evaluate import Speaker, melody
from voices.training.export import load_tune
from voices.training.prosody import QUESTION_WORDS, contour
from voices.training.recipe import FULL, SMOKE, Melody, Source
from voices.training.recordings import Recording
from voices.training.songs import UNHEARD, Composer, Word, lessons, song, split
from voices.training.stages import Workshop
from voices.training.tune import Tune, distance, train

pytestmark = pytest.mark.filterwarnings("ignore:pkg_resources", "ignore:.*setuptools.*")

SOURCES: tuple[Source, ...] = get_args(Source)

SPLITS: tuple[tuple[str, list[str]], ...] = (
    ("^la mˈɛʁ.$", ["la", "mˈɛʁ"]),
    ("^ki? u, vˈɑ̃ !$", ["ki", "u", "vˈɑ̃"]),
    ("^a$", ["a"]),
    ("^.$", []),
)


@pytest.fixture(scope="module")
def said(workshop: Workshop) -> list[Recording]:
    return list(recordings.load(workshop.shards("training")))


@pytest.mark.parametrize(("tokens", "words"), SPLITS)
def test_words_are_cut_at_blanks_and_marks(tokens: str, words: list[str]) -> None:
    found = split(tokens, range(len(tokens)))
    assert ["".join(word.tokens) for word in found] == words
    assert all(tokens[i] == token for word in found for token, i in zip(*word, strict=True))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_put_together_is_a_sentence(said: list[Recording], seed: int) -> None:
    composer = Composer(said)
    tokens, frames = composer.compose(np.random.default_rng(seed))
    assert len(tokens) == len(frames)
    assert (tokens[0], tokens[-1]) == ("^", "$")
    assert min(frames) >= 0
    assert not any(a in PUNCTUATION | {" "} and b in PUNCTUATION for a, b in pairwise(tokens))
    assert tokens[1] not in PUNCTUATION | {" "}
    inner = {token for token, after in pairwise(tokens) if token in PUNCTUATION and after == " "}
    assert inner <= set(",:;")
    assert len(contour(tokens, frames)) == 2 * sum(frames)
    assert composer.compose(np.random.default_rng(seed)) == (tokens, frames)


def test_questions_of_both_kinds_are_put_together(said: list[Recording]) -> None:
    """With a question word and without, from recordings of which one begins with such a word."""
    tokens = ("^", *"ki a lə pˈɛ?", "$")
    frames = np.array([2, *[5] * (len(tokens) - 2), 0], np.int16)
    composer = Composer([replace(said[0], tokens=tokens, frames=frames)])
    made = ["".join(composer.compose(np.random.default_rng(seed))[0]) for seed in range(300)]
    openings = [text[1:].split(" ")[0].rstrip("?$") for text in made if text.endswith("?$")]
    asked = sum(opening in QUESTION_WORDS for opening in openings)
    assert len(openings) > 60
    assert 20 < asked < len(openings) - 20


def test_the_teacher_s_song_is_its_pitch_where_it_has_voice(said: list[Recording]) -> None:
    """Smoothed a little; where there is no voice it counts little."""
    for item in said:
        sung = song("teacher", item)
        heard = sung.weight == 1
        assert set(np.unique(sung.weight)) <= {np.float32(UNHEARD), np.float32(1)}
        assert heard.any()
        assert (item.pitch[heard] > 0).all()
        assert np.abs(sung.tune - np.log(np.maximum(item.pitch, 1)))[heard].mean() < 0.02


def test_the_drawn_song_is_drawn_over_the_recording(said: list[Recording]) -> None:
    sung = song("drawn", said[0])
    assert np.allclose(sung.tune, contour(said[0].tokens, said[0].frames.tolist()))
    assert (sung.weight == 1).all()


@pytest.mark.parametrize("source", SOURCES)
def test_a_step_is_taught_the_same_whenever_it_is_reached(said: list[Recording], source: Source) -> None:
    plan = Melody(source=source, batch=3)
    whole, later = lessons(plan, 4, said), lessons(plan, 4, said, 5)
    ours, theirs = list(islice(whole, 5, 8)), list(islice(later, 3))
    for one, other in zip(ours, theirs, strict=True):
        assert len(one) == 3
        assert all(np.array_equal(a.tune, b.tune) for a, b in zip(one, other, strict=True))
        assert [list(a.tokens) for a in one] == [list(b.tokens) for b in other]
    assert not np.array_equal(ours[0][0].tune, ours[1][0].tune)


@pytest.mark.parametrize("source", SOURCES)
def test_a_batch_is_as_good_as_its_sentences(said: list[Recording], source: Source) -> None:
    """Padding changes nothing: the distance of two is the mean of each, by what their frames count."""
    torch.manual_seed(1)
    tune = Tune(16).eval()
    two = [song(source, item) for item in said[:2]]
    with torch.no_grad():
        both = float(distance(tune, two))
        each = [float(distance(tune, [one])) for one in two]
    counts = [one.weight.sum() for one in two]
    assert both == pytest.approx(np.average(each, weights=counts), rel=1e-4)


@pytest.mark.parametrize("source", SOURCES)
def test_it_learns_what_is_meant(
    said: list[Recording], source: Source, tmp_path_factory: pytest.TempPathFactory
) -> None:
    songs = [song(source, item) for item in said]
    before = float(distance(Tune(32).eval(), songs).detach())
    plan = Melody(source=source, width=32, steps=40, batch=8, rate=4e-3, checkpoint_every=20)
    weights = train(plan, 1, said, said, tmp_path_factory.mktemp("tune") / "checkpoint.pt")
    tune = Tune(32)
    tune.load_state_dict(torch.load(weights, weights_only=True))
    assert float(distance(tune.eval(), songs).detach()) < 0.8 * before


def test_a_voice_says_whose_tune_it_sings(workshop: Workshop, tmp_path: Path) -> None:
    """The smoke voice the teacher's; another, made of the same student, the drawn one."""
    recipe = replace(SMOKE, melody=replace(SMOKE.melody, source="drawn"))
    other = Workshop(recipe, tmp_path, tmp_path / "voices")
    for stage in ("record", "train"):
        shutil.copytree(workshop.folder(stage), other.folder(stage))
    other.make("export")
    teacher, drawn = Speaker(workshop.model), Speaker(other.model)
    assert (teacher.source, drawn.source) == ("teacher", "drawn")
    (item, *_) = recordings.load(workshop.shards("held_out"))
    assert teacher.speak(item.tokens).frames == drawn.speak(item.tokens).frames
    assert not np.array_equal(teacher.speak(item.tokens).samples, drawn.speak(item.tokens).samples)


def test_the_tune_that_is_meant_follows_its_source(said: list[Recording]) -> None:
    """In hertz; the teacher's is as it sang in its own time, and stretched in another."""
    item = said[0]
    frames = item.frames.tolist()
    sung, voiced = melody(frames, item, "teacher")
    assert np.allclose(np.log(sung), song("teacher", item).tune, atol=1e-3)
    assert (item.pitch[voiced] > 0).all()
    slow, _ = melody([2 * count for count in frames], item, "teacher")
    assert len(slow) == 2 * len(sung)
    assert np.median(slow) == pytest.approx(np.median(sung), rel=0.02)
    drawn, _ = melody(frames, item, "drawn")
    assert np.allclose(np.log(drawn), contour(item.tokens, frames))


def test_a_broken_off_training_goes_on(
    workshop: Workshop,
    said: list[Recording],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped at the fifth of six steps, with a checkpoint after the third."""
    checkpoint = tmp_path_factory.mktemp("tune") / "checkpoint.pt"
    steps = iter(range(4))

    def broken_off(*arguments: Any) -> Any:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return distance(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr("voices.training.tune.distance", broken_off)
        with pytest.raises(KeyboardInterrupt):
            train(SMOKE.melody, SMOKE.seed, said, said, checkpoint)
    resumed = train(SMOKE.melody, SMOKE.seed, said, said, checkpoint)
    ours, whole = (
        torch.load(path, weights_only=True) for path in (resumed, workshop.folder("tune") / "tune.pt")
    )
    assert all(torch.equal(ours[name], whole[name]) for name in whole)


def test_an_alias_is_sung_as_its_neighbour(workshop: Workshop) -> None:
    tune = load_tune(SMOKE, workshop.folder("tune") / "tune.pt")
    table = symbols()
    assert torch.equal(tune.embedding.weight[table["ɥ"]], tune.embedding.weight[table["y"]])


def test_the_full_tune_is_small() -> None:
    assert sum(weight.numel() for weight in Tune(FULL.melody.width).parameters()) < 500_000


def test_a_word_knows_its_frames() -> None:
    assert split(["^", "p", "ˈ", "a", " ", "b", ".", "$"], [2, 5, 0, 9, 0, 4, 7, 0]) == [
        Word(("p", "ˈ", "a"), (5, 0, 9)),
        Word(("b",), (4,)),
    ]
