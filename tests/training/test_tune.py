"""The tune as a network: put-together sentences, and that it learns what is drawn."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from voices.training import recordings
from voices.training.align import PUNCTUATION
from voices.training.dataset import symbols
from voices.training.export import load_tune
from voices.training.prosody import QUESTION_WORDS, contour
from voices.training.recipe import FULL, SMOKE, Melody
from voices.training.recordings import Recording
from voices.training.stages import Workshop
from voices.training.tune import Composer, Tune, Word, distance, sentences, split, train

pytestmark = pytest.mark.filterwarnings("ignore:pkg_resources", "ignore:.*setuptools.*")

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


def test_a_batch_is_as_good_as_its_sentences(said: list[Recording]) -> None:
    """Padding changes nothing: the distance of two is the mean of each, by their frames."""
    torch.manual_seed(1)
    tune = Tune(16).eval()
    two = sentences(said[:2])
    with torch.no_grad():
        both = float(distance(tune, two))
        each = [float(distance(tune, [one])) for one in two]
    counts = [sum(frames) for _, frames in two]
    assert both == pytest.approx(np.average(each, weights=counts), rel=1e-4)


def test_it_learns_what_is_drawn(said: list[Recording], tmp_path_factory: pytest.TempPathFactory) -> None:
    before = float(distance(Tune(32).eval(), sentences(said)).detach())
    melody = Melody(width=32, steps=40, batch=8, rate=4e-3, checkpoint_every=20)
    weights = train(melody, 1, said, said, tmp_path_factory.mktemp("tune") / "checkpoint.pt")
    tune = Tune(32)
    tune.load_state_dict(torch.load(weights, weights_only=True))
    assert float(distance(tune.eval(), sentences(said)).detach()) < 0.8 * before


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
