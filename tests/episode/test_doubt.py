"""Which runs of an MP3 are listened to, and that what is said of the others is true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from podcast.episode import runs
from podcast.episode.doubt import Doubt
from podcast.episode.hearing import RunMeasure, listen, measure
from podcast.episode.master import Recording, record
from podcast.episode.sound import Sound
from podcast.types import Clip, Memo, Samples
from tests.episode.conftest import Remembered

RATE = 22050
Make = Callable[..., Clip]
Sounds = Callable[..., Samples]


def run(energy: float, peak: float) -> RunMeasure:
    return RunMeasure(np.array([energy]), peak)


# What is decided


def test_of_each_voice_the_first_runs_are_heard_and_then_one_in_sixteen() -> None:
    doubt = Doubt()
    heard = [number for number in range(1, 50) if doubt.about(["narrator"])]
    assert heard == [*range(1, 9), 16, 32, 48]
    assert doubt.about(["quoted"])
    assert doubt.about(["narrator", "quoted"])
    assert not doubt.about(["narrator"])


SURPRISES = [
    (0.0, 0.0, False),
    (0.14, 0.0, False),
    (0.16, 0.0, True),
    (-3.0, 0.0, False),
    (0.0, 0.09, False),
    (0.0, 0.11, True),
    (0.0, -0.11, True),
]


@pytest.mark.parametrize(("added", "louder", "surprising"), SURPRISES)
def test_a_coder_that_changes_a_voice_is_heard_throughout(
    added: float, louder: float, surprising: bool
) -> None:
    doubt = Doubt()
    for _ in range(8):
        doubt.about([""])
    doubt.learn(run(1.0, -6.0), run(10 ** (louder / 10), -6.0 + added))
    doubt.learn(run(1.0, -6.0), run(1.0, -6.0))
    assert doubt.about([""]) is surprising
    assert doubt.expected(run(2.0, -9.0)).true_peak == pytest.approx(-9.0 + max(0.0, added))


def test_silence_tells_nothing_of_a_coder() -> None:
    doubt = Doubt()
    for _ in range(8):
        doubt.about([""])
    doubt.learn(run(0.0, -np.inf), run(0.0, -np.inf))
    doubt.learn(run(1.0, -3.0), run(0.0, -np.inf))
    assert not doubt.about([""])


# What is said of a file


@pytest.fixture
def listened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The size of each run that was decoded."""
    sizes: list[int] = []

    def watched(data: bytes, sample_rate: int) -> RunMeasure:
        sizes.append(len(data))
        return listen(data, sample_rate)

    monkeypatch.setattr(runs, "listen", watched)
    return sizes


def recorded(clips: Sequence[Clip], path: Path, memo: Memo | None = None, target: float = -16.0) -> Recording:
    return record(
        clips,
        path,
        fmt="mp3",
        sound=Sound(loudness=target),
        on_moment=lambda _moment: None,
        memo=memo,
    )


@pytest.fixture
def spoken(make_clip: Make, make_sound: Sounds) -> list[Clip]:
    """Forty sentences of 1.6 s, each a run, no two alike."""
    return [make_clip(make_sound(1.6, seed=seed), index=seed, pause=0.4) for seed in range(40)]


@pytest.mark.parametrize("target", [-16.0, -30.0])
def test_an_unheard_run_measures_what_it_is_said_to(
    tmp_path: Path, spoken: list[Clip], listened: list[int], target: float
) -> None:
    """At -16 LUFS the limiter is at work, at -30 it is not. The coder has half a dB for its peaks."""
    recording = recorded(spoken, tmp_path / "episode.mp3", target=target)
    assert len(listened) == 10, "eight, then the 16th and the 32nd"
    whole = measure(recording.path)
    assert recording.loudness == pytest.approx(whole.loudness, abs=0.05)
    assert recording.true_peak == pytest.approx(whole.true_peak, abs=0.25)


def test_a_voice_that_the_coder_cuts_is_heard_to_its_end(
    tmp_path: Path, make_clip: Make, listened: list[int]
) -> None:
    """White noise above what the MP3 keeps at this rate: what is sent is not what is heard."""
    noise = np.random.default_rng(1).standard_normal(RATE)
    spectrum = np.fft.rfft(noise)
    spectrum[np.fft.rfftfreq(RATE, 1 / RATE) < 10400] *= 0.03
    sound = np.fft.irfft(spectrum).astype(np.float32)
    sound *= 0.2 / np.abs(sound).max()
    clips = [make_clip(sound, index=index, pause=0.4) for index in range(20)]
    recorded(clips, tmp_path / "episode.mp3")
    assert len(listened) >= 20


def test_what_others_have_heard_changes_no_decision(
    tmp_path: Path, spoken: list[Clip], listened: list[int]
) -> None:
    """A run that was heard in one episode is only expected in another, with a memo as without one."""
    notes = Remembered()
    recorded(spoken[::-1], tmp_path / "backwards.mp3", notes)
    listened.clear()
    known = recorded(spoken, tmp_path / "known.mp3", notes)
    assert listened, "the first ones were the last ones there"
    fresh = recorded(spoken, tmp_path / "fresh.mp3")
    assert known.path.read_bytes() == fresh.path.read_bytes()
    assert (known.loudness, known.true_peak) == (fresh.loudness, fresh.true_peak)


def test_an_endless_run_is_heard_as_it_comes(
    tmp_path: Path, make_clip: Make, make_sound: Sounds, monkeypatch: pytest.MonkeyPatch, listened: list[int]
) -> None:
    """Nothing of it is held, and it is heard whole."""
    monkeypatch.setattr(runs, "_LONG", 40_000)
    clips = [make_clip(make_sound(2, seed=seed), index=seed, pause=0.0) for seed in range(12)]
    recording = recorded(clips, tmp_path / "episode.mp3")
    assert not listened
    assert (recording.loudness, recording.true_peak) == pytest.approx(measure(recording.path), abs=0.02)
