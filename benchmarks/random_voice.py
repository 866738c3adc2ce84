"""A Piper voice of the "medium" size with random weights: it says nothing, at the true cost.

    python -m benchmarks.random_voice FOLDER

Real medium voices (about 15 M parameters) come from a hub; where there
is none, this one has the same graph, from Piper's own training code. It needs
``torch`` and ``onnx`` (``pip install torch==2.13.0 onnx piper-tts``), best in an
environment of its own. The folder is then a voice: ``podcast say … --voice FOLDER``.

Two things are set by measuring, so that the rest of the way has ordinary work:
the length of phonemes (as long as the bundled voice speaks the sentence) and
the level (about -23 LUFS, of noise).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from piper import PiperConfig, PiperVoice, SynthesisConfig
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

RATE = 22050
MEDIUM: dict[str, Any] = {
    "n_vocab": 256,
    "spec_channels": 513,
    "segment_size": 32,
    "inter_channels": 192,
    "hidden_channels": 192,
    "filter_channels": 768,
    "n_heads": 2,
    "n_layers": 6,
    "kernel_size": 3,
    "p_dropout": 0.1,
    "resblock": "2",
    "resblock_kernel_sizes": (3, 5, 7),
    "resblock_dilation_sizes": ((1, 2), (2, 6), (3, 12)),
    "upsample_rates": (8, 8, 4),
    "upsample_initial_channel": 256,
    "upsample_kernel_sizes": (16, 16, 8),
}
"""``piper.train.vits.lightning.VitsModel``, its defaults: the quality called medium."""

SENTENCE = "Le conseil a voté mardi soir un budget en hausse, sans augmenter les impôts de la commune."
SECONDS = 5.1
"""What the bundled voice takes for the sentence."""

LEVEL = 0.07
"""Root mean square of speech at -23 LUFS, about."""

VOICE_TOML = """\
engine = "piper"
model = "{model}"
sample_rate = {rate}
licence = "none: random weights"
attribution = "Poids aléatoires : cette voix ne dit rien"
style = "poids aléatoires, architecture publiée : ne dit rien"
speaks_ipa = true

[[files]]
name = "{model}"
size = {size}
sha256 = "{sha256}"
"""


def main(folder: Path) -> None:
    """Write the voice and say what it is."""
    import torch
    from piper.train.vits.models import SynthesizerTrn

    torch.manual_seed(1)
    network = SynthesizerTrn(**MEDIUM).eval()
    network.dec.remove_weight_norm()
    model = folder / f"{folder.name}.onnx"
    folder.mkdir(parents=True, exist_ok=True)
    write_config(model, length_scale=1.0)
    export(network, model)
    speech = speak(model)
    length_scale = SECONDS * RATE / len(speech)
    with torch.no_grad():
        network.dec.conv_post.weight *= LEVEL / float(np.sqrt(np.mean(speech**2)))
    write_config(model, length_scale)
    export(network, model)
    data = model.read_bytes()
    description = VOICE_TOML.format(
        model=model.name, rate=RATE, size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )
    (folder / "voice.toml").write_text(description, encoding="utf-8")
    speech = speak(model)
    print(f"{model}: {len(data) / 1e6:.0f} MB, {len(data) / 4e6:.1f} M parameters")
    print(f"the sentence lasts {len(speech) / RATE:.1f} s, at {np.sqrt(np.mean(speech**2)):.3f} rms")


def export(network: Any, model: Path) -> None:
    """As ``piper.train.export_onnx`` does, with the exporter that traces."""
    import torch

    def forward(text: Any, lengths: Any, scales: Any) -> Any:
        audio = network.infer(
            text, lengths, noise_scale=scales[0], length_scale=scales[1], noise_scale_w=scales[2]
        )
        return audio[0].unsqueeze(1)

    network.forward = forward
    inputs = (torch.randint(0, 150, (1, 50)), torch.LongTensor([50]), torch.FloatTensor([0.667, 1.0, 0.8]))
    torch.onnx.export(
        network,
        inputs,
        str(model),
        opset_version=15,
        input_names=["input", "input_lengths", "scales"],
        output_names=["output"],
        dynamic_axes={
            "input": {0: "batch_size", 1: "phonemes"},
            "input_lengths": {0: "batch_size"},
            "output": {0: "batch_size", 2: "time"},
        },
        dynamo=False,
    )


def write_config(model: Path, length_scale: float) -> None:
    config = {
        "audio": {"sample_rate": RATE, "quality": "medium"},
        "espeak": {"voice": "fr"},
        "inference": {"noise_scale": 0.667, "length_scale": length_scale, "noise_w": 0.8},
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": 256,
        "num_speakers": 1,
    }
    Path(f"{model}.json").write_text(json.dumps(config), encoding="utf-8")


def speak(model: Path) -> np.ndarray[Any, np.dtype[np.float32]]:
    import onnxruntime

    config = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
    voice = PiperVoice(onnxruntime.InferenceSession(str(model)), PiperConfig.from_dict(config))
    chunks = voice.synthesize(SENTENCE, SynthesisConfig(normalize_audio=False))
    return np.concatenate([chunk.audio_float_array for chunk in chunks])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
