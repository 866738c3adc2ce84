"""The parts of a Piper model, written anew; first of all the later ones, which make sound.

The vocoder (HiFi-GAN) takes the most time, has only convolutions and sees no
further than a few frames, so that it can be run apart, in pieces, and by
another runtime (``ending.py``). So can the flow before it (``flow.py``). A
model is cut there (``cutting.py``), or both are written anew in a form that
computes the same sooner (``raising.py``, ``winograd.py``). What comes before,
and decides on words, lengths and melody, is written anew by ``lines.py``
(with ``attention.py`` and ``spline.py``).

The voices of ``voices/training`` end otherwise (``drawn.py``), and their later
parts are written anew too (``pulses.py``, ``folded.py``, ``lifted.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from podcast.speech.vocoder import drawn, ending, flow
from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.cutting import Parts, cut
from podcast.speech.vocoder.ending import NotAVocoder
from podcast.speech.vocoder.file import load, save
from podcast.speech.vocoder.folded import fold
from podcast.speech.vocoder.lifted import lift
from podcast.speech.vocoder.lines import write_lines
from podcast.speech.vocoder.pen import ORT
from podcast.speech.vocoder.plain import strip
from podcast.speech.vocoder.raising import raise_vocoder
from podcast.speech.vocoder.winograd import hasten_wide

__all__ = ["NotAVocoder", "Parts", "cut", "cut_file", "hasten_file", "hasten_front"]


def hasten_file(model: str, target: Path, *, coarse: bool = False, earlier: bool = True) -> bool:
    """Write a model that computes the same, and sooner, with ONNX Runtime on x86.

    ``coarse``: what bears it is counted in eight bits. ``earlier``: with what
    decides on words, lengths and melody, where that is of the published kind.
    Tells whether the model says the same whenever it is asked the same: else it
    draws noise. Raises ``NotAVocoder``, ``OSError``, and whatever protobuf
    raises for a file that is no model.
    """
    whole = load(model)
    last = drawn.find(whole.graph)
    if last:
        others = [output.name for output in whole.graph.output][1:]
        fold(whole.graph, last)
        lift(whole.graph, [*last.sung, *others], coarse=coarse)
    elif coarse:
        raise NotAVocoder("it has nothing that bears eight bits")
    else:
        _hasten_vits(whole.graph, earlier=earlier)
    if any(node.domain == ORT for node in whole.graph.node):
        whole.opset_import.add(domain=ORT, version=1)
    save(whole, target)
    return last is not None


def _hasten_vits(graph: Any, *, earlier: bool) -> None:
    last = ending.find(graph)
    middles = [middle for name in last.inputs if (middle := flow.find(graph, name))]
    if earlier:
        same = strip(graph)
        last = ending.find(graph)
        wide = write_lines(graph, [same.get(middle.drawn, middle.drawn) for middle in middles] or last.inputs)
        hasten_wide(graph, "before", wide)
    hops, _ = ending.extent(last, graphs.weights(graph))
    raise_vocoder(graph, last, hops, blocked=True)
    hasten_wide(graph, "flow", {node.output[0] for middle in middles for node in middle.nodes})


def hasten_front(front: Path, target: Path) -> None:
    """Write the front of a cut model so that it computes the same, and sooner. Raises ``OSError``."""
    part = load(front)
    strip(part.graph)
    hasten_wide(part.graph, "before", write_lines(part.graph, [output.name for output in part.graph.output]))
    save(part, target)


def cut_file(model: str, front: Path, flow: Path, vocoder: Path) -> Parts:
    """Cut a model file into its parts; ``flow`` is written where there is one.

    Raises ``NotAVocoder``, ``OSError``, and whatever protobuf raises for a file that is no model.
    """
    parts = cut(load(model))
    for part, path in ((parts.front, front), (parts.flow, flow), (parts.vocoder, vocoder)):
        if part is not None:
            save(part, path)
    return parts
