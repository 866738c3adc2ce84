"""A Piper model in parts: what decides on words and lengths, the flow, and the vocoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from podcast.speech.vocoder import ending, flow
from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.plain import strip
from podcast.speech.vocoder.raising import raise_vocoder


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts as ONNX models, and how they are used. Tensors have names that all parts agree on.

    Their shape is (1, channels, frames), or (1, channels, 1) for what holds for all frames (a speaker).
    """

    front: Any
    flow: Any | None
    """Frames beyond the last may be added, if they are 0 in all its inputs; None where there is no flow."""
    vocoder: Any
    given: tuple[str, ...]
    """What the front makes for the other parts; its other outputs are those of the model after the audio."""
    flowing: tuple[str, ...]
    """The inputs of the flow."""
    frames: str
    """What the flow makes."""
    inputs: tuple[str, ...]
    """Those of the vocoder."""
    hop: int
    """Samples of a frame."""
    reach: int
    """Frames before and after one that have an influence on what the vocoder makes of it."""


def cut(model: Any) -> Parts:
    """Cut an ``onnx.ModelProto``.

    Raises ``NotAVocoder`` when it has no vocoder of this kind.
    """
    last, weights = ending.find(model.graph), graphs.weights(model.graph)
    hops, reach = ending.extent(last, weights)
    channels = {name: ending.channels(name, last.nodes, weights) for name in last.inputs}
    vocoder = graphs.part(model, [], [last.end], stop=channels)
    raise_vocoder(vocoder.graph, ending.find(vocoder.graph), hops)
    middle = next((found for name in last.inputs if (found := flow.find(model.graph, name))), None)
    flowing = _flow_alone(model, middle, channels[middle.end]) if middle else None
    made_between = {middle.end} if middle else set()
    given = [*middle.inputs] if middle else []
    given += [name for name in last.inputs if name not in {*given, *made_between}]
    others = [output.name for output in model.graph.output][1:]
    front = graphs.part(model, [value.name for value in model.graph.input], [*given, *others])
    return Parts(
        front=front,
        flow=flowing,
        vocoder=vocoder,
        given=tuple(given),
        flowing=tuple(middle.inputs) if middle else (),
        frames=middle.end if middle else "",
        inputs=tuple(last.inputs),
        hop=hops[last.end],
        reach=reach,
    )


def _flow_alone(model: Any, middle: flow.Flow, channels: int) -> Any:
    weights = graphs.weights(model.graph)
    stop = {middle.drawn: channels, middle.mask: 1}
    stop |= {name: ending.channels(name, middle.nodes, weights) for name in middle.others}
    alone = graphs.part(model, [], [middle.end], stop=stop)
    strip(alone.graph)
    return alone
