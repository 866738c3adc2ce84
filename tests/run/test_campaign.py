"""A short kill campaign; ``benchmarks/kill_campaign.py --kills 200`` is the long one."""

from __future__ import annotations

from pathlib import Path

from benchmarks.kill_campaign import Campaign, summary


def test_a_show_survives_being_killed_again_and_again(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, seed=8)
    campaign.run(kills=20, seconds=60, least=5)
    assert campaign.seen.faults == [], summary(campaign)
    assert campaign.rounds["kill"] >= 5
    assert campaign.seen.polls > 50
