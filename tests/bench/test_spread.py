"""Medians, spreads and ratios are computed right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.bench.results import Run
from podcast.bench.spread import as_long, figure, rate, ratio, shown, spread


def runs(who: str, *walls: float, voice: str = "anne", first: int = 1, at: float = 0.0) -> list[Run]:
    """One run for each wall time, of two seconds of sound, in rounds from ``first`` on."""
    return [
        Run("rendering", voice, who, {"wall": wall, "audio": 2.0}, number, at)
        for number, wall in enumerate(walls, start=first)
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "wanted"),
    [
        (runs("us", 1.0), runs("them", 2.0), "0.50"),
        (runs("us", 1.0, 3.0, 2.0), runs("them", 2.0, 2.0, 2.0), "1.00 (0.50–1.50)"),
        (runs("us", 1.0, 8.0), runs("them", 2.0, 16.0), "0.50"),  # slow together, round by round
        (runs("us", 1.0, 9.0), runs("them", 2.0), "0.50"),  # a round that they did not finish
        (runs("us", 1.0, first=2), runs("them", 4.0, 2.0), "0.50"),  # each against its own round
        (runs("us", 1.0), runs("them", 2.0, voice="jean"), "None"),
        (runs("us", 1.0, at=10.0), runs("them", 2.0, at=30.0), "None"),
        (runs("us", 1.0), runs("them", 0.0), "None"),
        (runs("us", 1.0), [], "None"),
        ([], runs("them", 1.0), "None"),
    ],
)
def test_a_ratio_compares_round_by_round(ours: list[Run], theirs: list[Run], wanted: str) -> None:
    assert str(ratio(ours, theirs)) == wanted


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        ({1: 2.0, 2: 2.0}, [3.0, 5.0]),
        ({1: 1.0, 2: 4.0}, [1.5, 10.0]),  # each as its own round
        ({2: 4.0}, [3.0, 10.0]),  # where there is another
        ({}, [3.0, 5.0]),
    ],
)
def test_what_speaks_longer_is_counted_for_as_long_a_sound(
    seconds: dict[int, float], wanted: list[float]
) -> None:
    others = [Run("rendering", "anne", "them", {"audio": sound}, number) for number, sound in seconds.items()]
    found = as_long(runs("us", 3.0, 5.0), others)
    assert [run.figures["wall"] for run in found] == wanted
    assert [run.figures["audio"] for run in found] == [seconds.get(run.round, 2.0) for run in found]


def test_what_makes_no_sound_is_left_as_it_is() -> None:
    silent = Run("rendering", "anne", "us", {"wall": 3.0})
    assert as_long([silent], runs("them", 1.0)) == [silent]


def test_a_rate_is_for_a_second_of_sound() -> None:
    assert str(rate(runs("us", 1.0, 4.0, 2.0))) == "1.00 (0.50–2.00)"
    assert rate([Run("s", "v", "w", {"wall": 1.0})]) is None


def test_a_figure_comes_from_the_runs_that_have_it() -> None:
    assert str(figure([*runs("us", 3.0), Run("s", "v", "w", {"first": 1.0})], "wall")) == "3.00"
    assert figure(runs("us", 3.0), "memory") is None


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (1234.5, "1234"),
        (123.4, "123"),
        (12.34, "12.3"),
        (1.234, "1.23"),
        (0.1234, "0.12"),
        (0.01234, "0.012"),
        (0.001234, "0.0012"),
        (0.0, "0.0000"),
    ],
)
def test_a_figure_shows_what_it_knows(value: float, wanted: str) -> None:
    assert shown(value) == wanted


@given(st.lists(st.floats(0.001, 1e6), min_size=1))
def test_the_median_lies_between_the_least_and_the_greatest(values: list[float]) -> None:
    found = spread(values)
    assert found
    assert min(values) == found.low <= found.median <= found.high == max(values)
