"""A small Piper voice that ends as those of Piper do: frames, a mask, and a HiFi-GAN of random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from podcast.types import Voice
from tests.speech.voices import RATE, describe

FRAMES = 5
"""Of a phoneme."""


def vits_like(folder: Path, *, speakers: int = 0) -> Voice:
    """Write ``vits.onnx`` and its description; a frame has 8 samples, a speaker is added to all frames."""
    drawing = Drawing(speakers)
    sound = drawing.conv("pre", drawing.frames(), (8, 8), 7)
    if speakers:
        sound = drawing.node("Add", sound, drawing.conv("cond", drawing.speaker(), (8, 8), 1))
    sound = drawing.up("up", sound, (8, 4), 4)
    near = drawing.conv("near", drawing.node("LeakyRelu", sound, alpha=0.1), (4, 4), 3)
    far = drawing.conv("far", drawing.node("LeakyRelu", sound), (4, 4), 7, dilation=12)
    sound = drawing.node("Div", drawing.node("Add", drawing.node("Add", near, sound), far), "halves")
    sound = drawing.conv("post", drawing.up("again", sound, (4, 4), 2), (1, 4), 7)
    drawing.node("Unsqueeze", drawing.node("Tanh", sound), "2", output="output")
    model = folder / "vits.onnx"
    onnx.save(drawing.model(), model)
    describe(model, [f"voice {number}" for number in range(speakers)])
    return Voice("vits", "piper", str(model), f"{speakers:064x}", RATE, speaks_ipa=True)


def feeds(count: int, speaker: int | None) -> dict[str, np.ndarray]:
    """What such a voice is given: so many phonemes, drawn by lot."""
    ids = np.random.default_rng(count).integers(0, 256, (1, count))
    scales = np.array([0.667, 1.0, 0.8], np.float32)
    inputs = {"input": ids, "input_lengths": np.array([count]), "scales": scales}
    return inputs if speaker is None else {**inputs, "sid": np.array([speaker])}


class Drawing:
    """A graph that is being drawn; every method gives the name of the tensor that it makes."""

    def __init__(self, speakers: int) -> None:
        self._random = np.random.default_rng(5)
        self._speakers = speakers
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, Any] = {
            "table": self._normal(256, FRAMES * 8),
            "rows": np.array([1, -1, 8]),
            "mask": np.ones((1, 1, 1), np.float32),
            "halves": np.array(2.0, np.float32),
            "2": np.array([2]),
            "voices": self._normal(max(speakers, 1), 8),
        }

    def node(self, kind: str, *given: str, output: str = "", **attributes: Any) -> str:
        name = output or f"{kind} {len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, given, [name], **attributes))
        return name

    def frames(self) -> str:
        found = self.node("Reshape", self.node("Gather", "table", "input"), "rows")
        mask = self.node("Identity", "mask")
        return self.node("Mul", self.node("Transpose", found, perm=[0, 2, 1]), mask)

    def speaker(self) -> str:
        return self.node("Unsqueeze", self.node("Gather", "voices", "sid"), "2")

    def conv(self, name: str, given: str, channels: tuple[int, int], size: int, dilation: int = 1) -> str:
        pad = (size - 1) // 2 * dilation
        weights = self._weights(name, channels, size, channels[0])
        return self.node("Conv", given, *weights, pads=[pad, pad], dilations=[dilation])

    def up(self, name: str, given: str, channels: tuple[int, int], stride: int) -> str:
        weights = self._weights(name, channels, 2 * stride, channels[1])
        pads = [stride // 2, stride // 2]
        louder = self.node("LeakyRelu", given, alpha=0.1)
        return self.node("ConvTranspose", louder, *weights, strides=[stride], pads=pads)

    def model(self) -> onnx.ModelProto:
        shapes: dict[str, list[str | int | None]] = {"input": [1, "phonemes"], "input_lengths": [1]}
        shapes |= {"sid": [1]} if self._speakers else {}
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in shapes.items()
        ]
        graph = helper.make_graph(
            self._nodes,
            "vits",
            [*inputs, helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)

    def _weights(self, name: str, channels: tuple[int, int], size: int, out: int) -> tuple[str, str]:
        self._constants[f"{name}.weight"] = self._normal(*channels, size) / np.float32(
            np.sqrt(channels[0] * size)
        )
        self._constants[f"{name}.bias"] = self._normal(out) / np.float32(10)
        return f"{name}.weight", f"{name}.bias"

    def _normal(self, *shape: int) -> Any:
        return self._random.standard_normal(shape).astype(np.float32)
