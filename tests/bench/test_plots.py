"""Pictures can be read, however much was measured."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from podcast.bench.plots import PICTURES, SIZE, draw
from podcast.bench.results import Results, Run

pytest.importorskip("matplotlib", reason="podcast[bench] is not installed")

ROWS = ("rendering", "first-audio", "engines")


def measured(section: str, voices: int, contenders: int) -> list[Run]:
    figures = {"wall": 2.0, "cpu": 3.0, "audio": 60.0, "first": 0.2}
    return [
        Run(section, f"a voice with a long name {voice}", f"contender {who}", figures)
        for voice, who in product(range(voices), range(contenders))
    ]


@pytest.mark.parametrize("section", ROWS)
@pytest.mark.parametrize("voices", [1, 12])
def test_no_name_lies_on_another(section: str, voices: int) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    picture = Figure(figsize=SIZE, layout="constrained")
    canvas: Any = FigureCanvasAgg(picture)
    axes = picture.add_subplot()
    runs = measured(section, voices, 1 if section == "engines" else 3)
    PICTURES[section][1](axes, runs)
    canvas.draw()
    names = [label for label in axes.get_yticklabels() if label.get_text()]
    assert len(names) == len(runs)
    boxes = [name.get_window_extent(canvas.get_renderer()) for name in names]
    for lower, upper in pairwise(sorted(boxes, key=lambda box: float(box.y0))):
        assert lower.y1 < upper.y0


def test_a_voice_is_named_once_and_who_has_done_it_each_time() -> None:
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    PICTURES["rendering"][1](axes, measured("rendering", 2, 2))
    assert [label.get_text() for label in axes.get_yticklabels()][::-1] == [
        *("a voice with a long name 0\ncontender 0", "contender 1"),
        *("a voice with a long name 1\ncontender 0", "contender 1"),
    ]


def test_what_was_not_measured_is_not_drawn(tmp_path: Path) -> None:
    results = Results({}, "", "", measured("engines", 2, 1))
    assert [path.name for path in draw(results, tmp_path)] == ["engines.png"]
