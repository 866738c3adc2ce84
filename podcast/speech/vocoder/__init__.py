"""The later parts of a Piper model, which make sound of what the first found out.

The vocoder (HiFi-GAN) takes the most time, has only convolutions and sees no
further than a few frames, so that it can be run apart, in pieces, and by
another runtime (``ending.py``). So can the flow before it (``flow.py``). A
model is cut there (``cutting.py``), or written anew in a form that computes
the same sooner (``raising.py``).
"""

from __future__ import annotations

from pathlib import Path

from podcast.speech.vocoder import ending
from podcast.speech.vocoder import graph as graphs
from podcast.speech.vocoder.cutting import Parts, cut
from podcast.speech.vocoder.ending import NotAVocoder
from podcast.speech.vocoder.raising import raise_vocoder

__all__ = ["NotAVocoder", "Parts", "cut", "cut_file", "raise_file"]


def raise_file(model: str, target: Path) -> None:
    """Write a model whose vocoder works on images, and which is otherwise the same.

    Raises ``NotAVocoder``, ``OSError``, and whatever onnx raises for a file that is no model.
    """
    import onnx

    whole = onnx.load(model)
    found = ending.find(whole.graph)
    ending.extent(found, graphs.weights(whole.graph))  # refuses all that is not plain
    raise_vocoder(whole.graph, found)
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
