"""The same episode on more and more cores: a peer that cannot make it is named, and podcast goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from podcast.bench import scaling
from podcast.bench.contenders import OURS, PEERS
from podcast.bench.plan import Plan
from podcast.bench.results import Missing, Run
from podcast.render import cores
from podcast.settings import DEFAULT_VOICE
from tests.bench.failing import failing_peer

PLAN = replace(Plan.quick((DEFAULT_VOICE,), lambda _line: None), minutes=0.1)


@pytest.mark.parametrize(
    ("most", "wanted"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (4, [1, 2, 4]), (12, [1, 2, 4, 8, 12])]
)
def test_cores_are_doubled_up_to_all(most: int, wanted: list[int]) -> None:
    assert scaling.counts(most) == wanted


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "cores", lambda: 1)
    monkeypatch.setenv("PATH", "")
    gap, made = scaling.measure(PLAN)
    assert gap == Missing("cores", DEFAULT_VOICE, PEERS["piper"].name, "ffmpeg is not installed")
    assert isinstance(made, Run)
    assert (made.who, made.at) == (OURS, 1)
    assert made.figures["audio"] > 0


def test_a_peer_that_fails_is_left_out_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = failing_peer(monkeypatch, "piper", "out of memory")
    found = list(scaling.measure(PLAN))
    assert len(tries) == 1
    assert [gap.why for gap in found if isinstance(gap, Missing)] == ["piper: out of memory"]
    ours = [run.at for run in found if isinstance(run, Run) and run.who == OURS]
    assert ours == scaling.counts(cores())
