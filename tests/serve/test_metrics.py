"""The metrics are what Prometheus reads."""

from __future__ import annotations

import re

import numpy as np

from podcast.episode.audio import Loaded
from podcast.serve.metrics import BUCKETS, Metrics
from podcast.types import Clip, Utterance

SAMPLE = re.compile(r'podcast_[a-z_]+(\{[a-z]+="[^"]+"\})? -?[0-9.e+-]+\Z')
UTTERANCE = Utterance(0, 0, (0, 1), "a", 0.0)


def clip(seconds: float, synthesis: float, *, cached: bool = False, last: bool = True) -> Clip:
    return Clip(
        UTTERANCE, Loaded(np.zeros(round(seconds * 100), np.float32)), 100, synthesis, cached, last=last
    )


def values(metrics: Metrics) -> dict[str, float]:
    lines = metrics.text({"listeners": 2}).splitlines()
    samples = [line for line in lines if not line.startswith("# ")]
    assert all(map(SAMPLE.match, samples))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in samples)}


def test_before_anything_was_done_there_is_a_value_for_everything() -> None:
    found = values(Metrics())
    assert found["podcast_rtf"] == 0
    assert found['podcast_renders_total{result="failed"}'] == 0
    assert found["podcast_listeners"] == 2


def test_every_name_is_described_once() -> None:
    text = Metrics().text({})
    described = re.findall(r"^# TYPE (\S+) (counter|gauge|histogram)$", text, re.MULTILINE)
    names = [name for name, _kind in described]
    assert len(names) == len(set(names))
    assert len(re.findall("^# HELP", text, re.MULTILINE)) == len(names)


def test_an_utterance_counts_once_however_many_parts_it_had() -> None:
    metrics = Metrics()
    for one in (clip(1, 0, last=False), clip(1, 0.5), clip(2, 0, cached=True)):
        metrics.spoken(one)
    found = values(metrics)
    assert found['podcast_utterances_total{cached="false"}'] == 1
    assert found['podcast_utterances_total{cached="true"}'] == 1
    assert found["podcast_speech_seconds_total"] == 4
    assert found["podcast_rtf"] == 0.125


def test_waits_fall_into_buckets_up_to_their_bounds() -> None:
    metrics = Metrics()
    for seconds in (*BUCKETS, 99.0):
        metrics.first_sound(seconds)
    found = values(metrics)
    counts = [found[f'podcast_first_audio_seconds_bucket{{le="{bound}"}}'] for bound in BUCKETS]
    assert counts == list(range(1, len(BUCKETS) + 1))
    assert found['podcast_first_audio_seconds_bucket{le="+Inf"}'] == len(BUCKETS) + 1
