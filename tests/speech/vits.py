"""A small Piper voice that ends as those of Piper do: noise, a flow, a HiFi-GAN, with random weights."""

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


def vits_like(folder: Path, *, speakers: int = 0, flow: bool = True) -> Voice:
    """Write ``vits.onnx`` and its description; a frame has 8 samples, a speaker is added to all frames.

    Its noise is the same whenever the model is opened anew.
    """
    drawing = Drawing(speakers)
    mask, frames = drawing.frames()
    if flow:
        frames = drawing.coupling("1", drawing.coupling("0", drawing.drawn(frames), mask), mask)
    sound = drawing.conv("pre", drawing.node("Mul", frames, mask), (8, 8), 7)
    if speakers:
        sound = drawing.node("Add", sound, drawing.conv("cond", drawing.speaker(), (8, 8), 1))
    sound = drawing.up("up", sound, (8, 4), 4)
    near = drawing.conv("near", drawing.node("LeakyRelu", sound, alpha=0.1), (4, 4), 3)
    far = drawing.conv("far", drawing.node("LeakyRelu", sound), (4, 4), 7, dilation=12)
    halves = drawing.node(
        "Constant", value=numpy_helper.from_array(np.array(2.0, np.float32)), output="halves"
    )
    sound = drawing.node("Div", drawing.node("Add", drawing.node("Add", near, sound), far), halves)
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
            **{str(number): np.array([number]) for number in (-1, 0, 1, 2, 4, 8, 16)},
            "split": np.array([4, 4]),
            "end": np.array([2**63 - 1]),
            "start": np.array([-(2**63)]),
            "scale": np.array(0.3, np.float32),
            "voices": self._normal(max(speakers, 1), 8),
        }

    def node(self, kind: str, *given: str, output: str = "", **attributes: Any) -> str:
        name = output or f"{kind} {len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, given, [name], **attributes))
        return name

    def frames(self) -> tuple[str, str]:
        """The mask and the frames."""
        found = self.node("Reshape", self.node("Gather", "table", "input"), "rows")
        frames = self.node("Transpose", found, perm=[0, 2, 1])
        some = self.node("ReduceMax", frames, axes=[1])
        mask = self.node("Cast", self.node("Cast", some, to=TensorProto.BOOL), to=TensorProto.FLOAT)
        return mask, self.node("Mul", frames, mask)

    def drawn(self, frames: str) -> str:
        noise = self.node("RandomNormalLike", frames, seed=3.0)
        return self.node("Add", frames, self.node("Mul", noise, "scale"))

    def coupling(self, name: str, frames: str, mask: str) -> str:
        """One of the couplings of a flow: half of the channels are changed by what the other half says."""
        turned = self.node("Slice", frames, "-1", "start", "1", "-1")
        self._nodes.append(helper.make_node("Split", [turned, "split"], ["a" + name, "b" + name], axis=1))
        inner = self.node("Mul", self.conv("in" + name, "a" + name, (8, 4), 1), mask)
        skipped = self.node("ConstantOfShape", self.node("Shape", inner))
        for layer in ("x", "y"):
            both = self.conv(f"wide{name}{layer}", inner, (16, 8), 5)
            if self._speakers:
                both = self.node("Add", both, self.conv(f"speaker{name}{layer}", self.speaker(), (16, 8), 1))
            whole = self.node("Slice", both, "0", "end", "2", "1")
            gate = self.node("Sigmoid", self.node("Slice", whole, "8", "16", "1", "1"))
            acts = self.node("Mul", self.node("Tanh", self.node("Slice", whole, "0", "8", "1", "1")), gate)
            said = self.conv(f"said{name}{layer}", acts, (16, 8), 1)
            added = self.node("Add", inner, self.node("Slice", said, "0", "8", "1", "1"))
            inner = self.node("Mul", added, mask)
            skipped = self.node("Add", skipped, self.node("Slice", said, "8", "16", "1", "1"))
        means = self.node("Mul", self.conv("out" + name, self.node("Mul", skipped, mask), (4, 8), 1), mask)
        scale = self.node("Exp", self.node("Neg", self.node("ConstantOfShape", self.node("Shape", means))))
        changed = self.node("Mul", self.node("Sub", "b" + name, means), scale)
        return self.node("Concat", "a" + name, self.node("Mul", changed, mask), axis=1)

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
