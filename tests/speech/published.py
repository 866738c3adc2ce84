"""Tiny models of the architecture that Piper publishes, by its own training code, with random weights."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import helper

SMALL: dict[str, Any] = {
    "n_vocab": 256,
    "spec_channels": 513,
    "segment_size": 32,
    "inter_channels": 16,
    "hidden_channels": 16,
    "filter_channels": 32,
    "n_heads": 2,
    "n_layers": 2,
    "kernel_size": 3,
    "p_dropout": 0.1,
    "resblock": "2",
    "resblock_kernel_sizes": (3, 5),
    "resblock_dilation_sizes": ((1, 2), (2, 6)),
    "upsample_rates": (8, 4),
    "upsample_initial_channel": 32,
    "upsample_kernel_sizes": (16, 8),
}

KINDS: dict[str, dict[str, Any]] = {
    "medium": {},
    "with speakers": {"n_speakers": 3, "gin_channels": 8},
    "high": {"resblock": "1", "resblock_dilation_sizes": ((1, 3, 5), (1, 3, 5))},
    "even window": {"kernel_size": 4},
}


def export(kind: str, folder: Path) -> Path:
    """Write a model of a kind, whose noise is the same whenever it is opened anew."""
    torch = pytest.importorskip("torch", reason="Piper's training code needs torch")
    models = pytest.importorskip("piper.train.vits.models")
    path = folder / "published.onnx"
    torch.manual_seed(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch, that it will be written otherwise
        network = models.SynthesizerTrn(**{**SMALL, **KINDS[kind]}).eval()
        network.dec.remove_weight_norm()

    def forward(text: Any, lengths: Any, scales: Any, sid: Any = None) -> Any:
        names = ("noise_scale", "length_scale", "noise_scale_w")
        audio = network.infer(text, lengths, sid=sid, **dict(zip(names, scales, strict=True)))
        return audio[0].unsqueeze(1)

    network.forward = forward
    given = {
        "input": torch.randint(0, 150, (1, 50)),
        "input_lengths": torch.LongTensor([50]),
        "scales": torch.FloatTensor([0.667, 1.0, 0.8]),
    }
    if "n_speakers" in KINDS[kind]:
        given["sid"] = torch.LongTensor([0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about itself
        torch.onnx.export(
            network,
            tuple(given.values()),
            str(path),
            opset_version=15,
            input_names=[*given],
            output_names=["output"],
            dynamic_axes={"input": {1: "phonemes"}, "output": {2: "time"}},
            dynamo=False,
        )
    model = onnx.load(path)
    for seed, node in enumerate(n for n in model.graph.node if n.op_type == "RandomNormalLike"):
        node.attribute.append(helper.make_attribute("seed", float(seed)))
    onnx.save(model, path)
    return path
