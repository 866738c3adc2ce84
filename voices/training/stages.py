"""From text to voice in six stages, each kept in a folder named after all it depends on.

The name has a hash of the part of the recipe that the stage reads and of the
stages before it. A folder with a ``done`` file is not made again; one without
is gone on with. Code is not in the hash: who changes how a stage works
removes its folders.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from voices.training import corpus, recordings
from voices.training.corpus import Corpus
from voices.training.grammar import TEXT
from voices.training.recipe import SAMPLE_RATE, Recipe

FIGURES = "figures.json"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the recipe, and the fields of it that the step reads."""

    name: str
    reads: tuple[str, ...]
    run: Callable[[Workshop], None]


class Workshop:
    """The folders of one recipe, under ``root``; ``voices`` is where the finished voice goes."""

    def __init__(self, recipe: Recipe, root: Path, voices: Path) -> None:
        self.recipe = recipe
        self.root = root / recipe.name
        self.voices = voices

    def folder(self, name: str) -> Path:
        """Where a stage keeps what it makes."""
        key = hashlib.sha256(b"".join(text.read_bytes() for text in sorted(TEXT.glob("*.txt"))))
        for stage in STAGES:
            key.update(self.recipe.hash(*stage.reads).encode())
            if stage.name == name:
                return self.root / f"{name}-{key.hexdigest()[:12]}"
        raise KeyError(name)

    def corpus(self) -> Corpus:
        """The text; made anew each time, it costs a second."""
        return corpus.build(self.recipe.text)

    def shards(self, part: str) -> list[Path]:
        """The recordings of a part of the corpus."""
        return sorted((self.folder("record") / part).glob("[0-9]*[0-9].npz"))

    @property
    def weights(self) -> tuple[Path, Path]:
        """Of the student and of the tune."""
        return self.folder("train") / "weights.pt", self.folder("tune") / "tune.pt"

    @property
    def model(self) -> Path:
        """The exported voice."""
        return self.folder("export") / f"{self.recipe.key}.onnx"

    def make(self, last: str | None = None) -> None:
        """Every stage that is not done, up to ``last``."""
        for stage in STAGES:
            folder = self.folder(stage.name)
            done = folder / "done"
            if done.exists():
                log.info("%s: done before", stage.name)
            else:
                log.info("%s: in %s", stage.name, folder)
                folder.mkdir(parents=True, exist_ok=True)
                stage.run(self)
                done.touch()
            if stage.name == last:
                return


def record(workshop: Workshop) -> None:
    """Have the teacher say the corpus."""
    for part, lines in workshop.corpus()._asdict().items():
        recordings.make(lines, workshop.recipe.sound, workshop.folder("record") / part)


def train(workshop: Workshop) -> None:
    """Train the student, from where it was broken off."""
    from voices.training.dataset import example
    from voices.training.train import Training

    examples, development = (
        [example(item) for item in recordings.load(workshop.shards(part))]
        for part in ("training", "development")
    )
    log.info(
        "%d utterances, %.2f h", len(examples), sum(len(e.samples) for e in examples) / SAMPLE_RATE / 3600
    )
    Training(workshop.recipe, examples).run(workshop.folder("train") / "checkpoint.pt", development)


def tune(workshop: Workshop) -> None:
    """Train the network of the tune."""
    from voices.training import tune as tuning

    tuning.train(
        workshop.recipe.melody,
        workshop.recipe.seed,
        list(recordings.load(workshop.shards("training"))),
        list(recordings.load(workshop.shards("development"))),
        workshop.folder("tune") / "checkpoint.pt",
    )


def export(workshop: Workshop) -> None:
    """Write student and tune as a Piper voice."""
    from voices.training.export import export as write

    write(workshop.recipe, *workshop.weights, workshop.model)


def evaluate(workshop: Workshop) -> None:
    """Measure the voice beside its teacher."""
    from voices.training import evaluate as measuring
    from voices.training.export import load_voice

    said = list(recordings.load(workshop.shards("held_out")))
    same_tune = measuring.at_teachers_pitch(load_voice(workshop.recipe, *workshop.weights), said)
    figures = replace(
        measuring.evaluate(measuring.Speaker(workshop.model), said), log_mel_at_teachers_pitch=same_tune
    )
    measuring.save(figures, workshop.folder("evaluate") / FIGURES)
    log.info("\n%s", figures.table())


def describe(workshop: Workshop) -> None:
    """Put the model, its card, its description and its samples where the program finds voices."""
    from voices.training.card import finish
    from voices.training.evaluate import load

    finish(
        workshop.recipe,
        workshop.model,
        load(workshop.folder("evaluate") / FIGURES),
        list(recordings.load(workshop.shards("held_out"))),
        sum(len(item.samples) for item in recordings.load(workshop.shards("training"))) / SAMPLE_RATE / 3600,
        workshop.voices / workshop.recipe.key,
    )


STAGES: Sequence[Stage] = (
    Stage("record", ("text", "sound"), record),
    Stage("train", ("seed", "size", "features", "waveform", "checkpoint_every"), train),
    Stage("tune", ("melody",), tune),
    Stage("export", ("key", "gain", "flutter", "jitter", "dispersion"), export),
    Stage("evaluate", (), evaluate),
    Stage("describe", (), describe),
)
