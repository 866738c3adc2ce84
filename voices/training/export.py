"""Student and tune as a Piper voice: one ONNX graph from phoneme ids to samples, and its description.

Inputs and outputs are those that piper-tts knows: ``input`` (1, T) ids,
``input_lengths`` (1,), ``scales`` (3,) = noise_scale, length_scale, noise_w;
``output`` (1, 1, 1, samples) and ``durations`` (1, 1, T) in frames of
``hop_length``. One utterance a call, as Piper sends them. ``noise_scale``
scales the noise, the drift and the jitter of the pitch (0 takes them away);
``noise_w`` does nothing: durations are not drawn by lot.
"""

from __future__ import annotations

import json
import logging
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from voices.training.align import BLANK, MARKS, PUNCTUATION
from voices.training.dataset import PAD, symbols
from voices.training.model import FEATURES, SYMBOLS, Student, envelope_layer, envelopes, places
from voices.training.recipe import HOP, SAMPLE_RATE, SUBFRAME, Recipe
from voices.training.synthesis import Synthesis
from voices.training.tune import Tune

OPSET = 17
NOISE_SCALE = 0.667
"""Piper's default, at which the voice sounds as it was trained."""

TABLE = 60013
"""Samples of noise in the graph, read round and round: a prime, so that nothing repeats with it."""

SHORTEST = 0.35
"""Frames: a token of fewer is left out."""

LEAST = 1.001
"""Frames of a sound, so that none is dropped; over 1, so that sums of many round to whole ones each."""

SILENT = MARKS | PUNCTUATION | BLANK | {"^", "$", "-", PAD}
"""What may last no time."""

QUIETEST = -12.0
LOUDEST_HARMONIC, LOUDEST_NOISE = 4.0, 1.0
"""Log amplitudes that no envelope leaves, whatever the ids."""

LOWEST, HIGHEST = math.log(50.0), math.log(400.0)
SMALL = 256
"""Numbers that a tensor has at least to be kept in sixteen bits."""

ALIASES = {
    **dict.fromkeys("rʀɾɽɻɺχxɣħ", "ʁ"),
    **dict.fromkeys("ɐæ", "a"),
    **dict.fromkeys("ɘɚɵɝ", "ə"),
    **dict.fromkeys("ɕʂç", "ʃ"),
    **dict.fromkeys("ʑʐ", "ʒ"),
    **dict.fromkeys("βʋ", "v"),
    **dict.fromkeys("ɫɬɭ", "l"),
    **dict.fromkeys("ɳɴ", "n"),
    **dict.fromkeys("cq", "k"),
    **dict.fromkeys("ɥʉ", "y"),
    **dict.fromkeys("ɗɖ", "d"),
    "ɨ": "i",
    "ɯ": "u",
    "ɤ": "ɔ",
    "ɱ": "m",
    "ʎ": "j",
    "ɟ": "ɡ",
    "ɸ": "f",
    "ɓ": "b",
    "ʈ": "t",
}
"""IPA that a lexicon may write and that the teacher never says in French, each with what it is nearest to."""

log = logging.getLogger(__name__)


class Voice(nn.Module):  # type: ignore[misc]
    """Student, tune and synthesis as Piper calls them; (1, T) ids in."""

    def __init__(self, student: Student, tune: Tune, recipe: Recipe) -> None:
        super().__init__()
        self.student = student
        self.leave = envelope_layer(student)
        self.tune = tune
        self.synthesis = Synthesis(dispersion=recipe.dispersion)
        self.recipe = recipe
        hiss = np.random.RandomState(1234).randn(TABLE)
        sounding = torch.ones(SYMBOLS)
        sounding[[number for symbol, number in symbols().items() if symbol in SILENT]] = 0
        self.register_buffer("sounding", sounding)
        self.register_buffer("hiss", torch.tensor(hiss / hiss.std(), dtype=torch.float32))

    def forward(self, ids: Any, lengths: Any, scales: Any) -> tuple[Any, Any]:
        """Samples and frames per id."""
        drawn, sung, frames = self.plan(ids, lengths, scales[1])
        return self.sound(drawn, sung, scales[0] / NOISE_SCALE)[None, None], frames.float()[None, None]

    def plan(self, ids: Any, lengths: Any, length_scale: Any) -> tuple[Any, Any, Any]:
        """Envelopes (1, S, FEATURES - 1), log pitch (1, S), frames (T,): S sub-frames, T ids."""
        given = ids[0]
        count = given.shape[0]
        # The padding that Piper puts between phonemes says nothing.
        kept = torch.nonzero((given > 0) & (torch.arange(count) < lengths[0])).squeeze(1)
        said = given[kept][None]
        tokens, timing = self.student.encode(said)
        frames = self._frames(timing[0], said[0], length_scale)
        sounding = torch.nonzero(frames > 0).squeeze(1)
        lasting = frames[sounding]
        ends = torch.cumsum(lasting, 0)
        starts = ends - lasting
        frame = torch.arange(ends[-1])
        owner = torch.cumsum(torch.zeros_like(frame).scatter(0, starts, torch.ones_like(starts)), 0) - 1
        since, lasting = (frame - starts[owner]).float()[None], lasting[owner].float()[None]
        heard = sounding[owner]
        drawn = self.leave(self.student.hear(self.student.enter(tokens)[:, heard], places(since, lasting)))
        drawn = drawn.reshape(1, -1, FEATURES - 1)
        sung = self.tune.decode(self.tune.encode(said)[:, heard], since, lasting)
        return drawn, sung, torch.zeros_like(given).scatter(0, kept, frames)

    def _frames(self, timing: Any, said: Any, length_scale: Any) -> Any:
        """Whole frames for each token, without rounding adding up; at least one for ``^`` and every sound."""
        lasting = (torch.exp(timing) - 1.0) * self.student.timed[said]
        lasting = torch.where(lasting < SHORTEST, torch.zeros_like(lasting), lasting) * length_scale
        first = torch.clamp(1.0 - torch.arange(said.shape[0]), min=0.0)
        least = torch.maximum(first, self.sounding[said])
        bounds = torch.floor(torch.cumsum(torch.maximum(lasting, LEAST * least), 0) + 0.5)
        return (bounds - torch.cat([torch.zeros(1), bounds[:-1]])).long()

    def sound(self, drawn: Any, sung: Any, liveliness: Any) -> Any:
        """Samples (1, S * SUBFRAME); ``liveliness`` is 1 for the noise as trained, 0 for none."""
        subframes = drawn.shape[1]
        samples = subframes * SUBFRAME
        rounds = torch.floor(samples / torch.tensor(float(TABLE))).long() + 1
        hiss = self.hiss.repeat(rounds)[:samples]
        harmonic, noise = envelopes(drawn)
        hertz = torch.exp(torch.clamp(sung, LOWEST, HIGHEST))
        return torch.clamp(
            self.recipe.gain
            * self.synthesis(
                hertz * (1.0 + liveliness * self._wandering(hiss, subframes))[None],
                torch.clamp(harmonic, QUIETEST, LOUDEST_HARMONIC),
                torch.clamp(noise, QUIETEST, LOUDEST_NOISE),
                hiss[None] * liveliness,
            ),
            -1.0,
            1.0,
        )

    def _wandering(self, hiss: Any, subframes: int) -> Any:
        """How far the pitch strays, as a share of it: slow sines (Klatt and Klatt 1990) and jitter."""
        seconds = torch.arange(subframes).float() * (SUBFRAME / SAMPLE_RATE * 2 * math.pi)
        slow = torch.sin(12.7 * seconds) + torch.sin(7.1 * seconds) + torch.sin(4.7 * seconds)
        return self.recipe.flutter * slow + self.recipe.jitter * hiss[::SUBFRAME][:subframes]


def load_voice(recipe: Recipe, student: Path, tune: Path) -> Voice:
    """The voice as it is exported."""
    voice = Voice(load_student(recipe, student), load_tune(recipe, tune), recipe)
    voice.eval()
    return voice


def load_student(recipe: Recipe, weights: Path) -> Student:
    """The trained student, ready to speak, with ``ALIASES`` filled in."""
    student = Student(recipe.size)
    _load(student, weights)
    return student


def load_tune(recipe: Recipe, weights: Path) -> Tune:
    """The trained tune, likewise."""
    tune = Tune(recipe.melody.width)
    _load(tune, weights)
    return tune


def _load(network: Any, weights: Path) -> None:
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    table = symbols()
    with torch.no_grad():
        for alias, sound in ALIASES.items():
            if alias in table:
                network.embedding.weight[table[alias]] = network.embedding.weight[table[sound]]
    network.eval()


def export(recipe: Recipe, student: Path, tune: Path, model: Path) -> None:
    """Write ``model`` and ``<model>.json`` from the weights of both networks."""
    import onnx

    voice = load_voice(recipe, student, tune)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of every constant it keeps
        torch.onnx.export(
            voice,
            _trial(),
            str(model),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input", "input_lengths", "scales"],
            output_names=["output", "durations"],
            dynamic_axes={
                "input": {0: "batch_size", 1: "phonemes"},
                "input_lengths": {0: "batch_size"},
                "output": {0: "batch_size", 3: "time"},
                "durations": {0: "batch_size", 2: "phonemes"},
            },
        )
    graph = halved(onnx.load(str(model)))
    for key, value in metadata(recipe).items():
        graph.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(graph)
    onnx.save(graph, str(model))
    described = json.dumps(description(recipe), ensure_ascii=False, indent=1)
    model.with_name(f"{model.name}.json").write_text(described + "\n", encoding="utf-8")
    log.info("%s: %.2f MB", model.name, model.stat().st_size / 1e6)


def halved(model: Any) -> Any:
    """Large tensors in sixteen bits, cast back as the model is loaded: half the file, the same arithmetic."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    tensors, casts = [], []
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and math.prod(tensor.dims) > SMALL:
            stored = f"{tensor.name}_half"
            tensors.append(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), stored))
            casts.append(helper.make_node("Cast", [stored], [tensor.name], to=TensorProto.FLOAT))
        else:
            tensors.append(tensor)
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(tensors)
    graph.node.extend(nodes)
    return model


def metadata(recipe: Recipe) -> dict[str, str]:
    """What is written into the model itself."""
    return {
        "author": "trained from scratch on espeak-ng's speech by voices/training",
        "sample_rate": str(SAMPLE_RATE),
        "n_speakers": "1",
        "has_espeak": "1",
        "espeak_voice": "fr",
        "language": "fr_FR",
        "tune": recipe.melody.source,
        "recipe": recipe.hash("text", "sound", "seed", "size", "features", "waveform", "melody"),
    }


def description(recipe: Recipe) -> dict[str, Any]:
    """Piper's configuration of the voice."""
    return {
        "audio": {"sample_rate": SAMPLE_RATE, "quality": "low"},
        "dataset": "espeak-ng (synthetic teacher, no recordings)",
        "espeak": {"voice": "fr"},
        "language": {
            "code": "fr_FR",
            "family": "fr",
            "region": "FR",
            "name_native": "Français",
            "name_english": "French",
            "country_english": "France",
        },
        "inference": {"noise_scale": NOISE_SCALE, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_map": {},
        "phoneme_id_map": {symbol: [number] for symbol, number in symbols().items()},
        "num_symbols": 256,
        "num_speakers": 1,
        "speaker_id_map": {},
        "piper_version": "1.8.0",
        "hop_length": HOP,
        "licence": "Apache-2.0. Weights trained from scratch on speech of espeak-ng "
        f"({recipe.sound.variant}); no recording, no third-party weights, no training text in them.",
    }


def _trial() -> tuple[Any, Any, Any]:
    """Ids to trace the graph with."""
    table = symbols()
    spoken = [number for symbol in "bɔ̃ʒuʁ, sa va?" for number in (table[symbol], 0)]
    ids = torch.tensor([[table["^"], 0, *spoken, table["$"]]])
    return ids, torch.tensor([ids.shape[1]]), torch.tensor([NOISE_SCALE, 1.0, 0.8])
