"""The later parts of a Piper model, which make sound of what the first found out.

The vocoder (HiFi-GAN) takes the most time, has only convolutions and sees no
further than a few frames, so that it can be run apart, in pieces, and by
another runtime (``ending.py``). So can the flow before it (``flow.py``). A
model is cut there (``cutting.py``), or both are written anew in a form that
computes the same sooner (``raising.py``, ``winograd.py``).
"""

from __future__ import annotations

from pathlib import Path

from podcast.speech.vocoder import ending, flow
from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.cutting import Parts, cut
from podcast.speech.vocoder.ending import NotAVocoder
from podcast.speech.vocoder.raising import raise_vocoder
from podcast.speech.vocoder.winograd import hasten_flow

__all__ = ["NotAVocoder", "Parts", "cut", "cut_file", "hasten_file"]


def hasten_file(model: str, target: Path) -> None:
    """Write a model that computes the same, and sooner, with ONNX Runtime on x86.

    What decides on words and lengths is left as it is. Raises ``NotAVocoder``,
    ``OSError``, and whatever onnx raises for a file that is no model.
    """
    import onnx

    whole = onnx.load(model)
    last = ending.find(whole.graph)
    hops, _ = ending.extent(last, graphs.weights(whole.graph))
    raise_vocoder(whole.graph, last, hops, blocked=True)
    for name in last.inputs:
        if middle := flow.find(whole.graph, name):
            hasten_flow(whole.graph, middle)
    onnx.save(whole, target)


def cut_file(model: str, front: Path, flow: Path, vocoder: Path) -> Parts:
    """Cut a model file into its parts; ``flow`` is written where there is one.

    Raises ``NotAVocoder``, ``OSError``, and whatever onnx raises for a file that is no model.
    """
    import onnx

    parts = cut(onnx.load(model))
    for part, path in ((parts.front, front), (parts.flow, flow), (parts.vocoder, vocoder)):
        if part is not None:
            onnx.save(part, path)
    return parts
