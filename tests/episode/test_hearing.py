"""A file measured while it is written measures what it does when it is read again, and what ffmpeg says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from podcast.episode.assemble import Piece
from podcast.episode.audio import Loaded
from podcast.episode.codec import decode
from podcast.episode.hearing import Measured, measure
from podcast.episode.level import Level
from podcast.episode.loudness import loudness
from podcast.episode.press import Press
from podcast.episode.runs import open_line
from podcast.episode.sound import Format
from podcast.types import Samples


def encoded(path: Path, sounds: Sequence[Samples], fmt: Format, rate: int) -> Measured:
    """Each sound after the last without a silence, then each after half a second of it."""
    with path.open("wb") as file:
        line = open_line(file, fmt, rate, 64000, 0.0, hears=True)
        press = Press(line, rate)
        for pause in (0, rate // 2):
            for samples in sounds:
                press.add(Piece(Loaded(samples), samples.size, "", pause), Level(0.0, 0.0))
        line.close()
    return line.heard() or measure(path)


def readings(path: Path, rate: int) -> tuple[float, float]:
    """The loudness as a meter finds it whose blocks begin earlier or later by a part of a hop."""
    sound = np.concatenate(list(decode(path, rate)))
    values = [loudness(sound[early:], rate) for early in range(0, rate // 10, rate // 200)]
    return min(filter(None, values)), max(filter(None, values))


@pytest.mark.parametrize(("fmt", "rate"), [("mp3", 22050), ("mp3", 48000), ("m4a", 22050), ("opus", 24000)])
def test_what_is_heard_on_the_way_is_what_is_in_the_file(
    make_sound: Callable[..., Samples], tmp_path: Path, fmt: Format, rate: int, ffmpeg: str
) -> None:
    path = tmp_path / f"sound.{fmt}"
    heard = encoded(path, [make_sound(2, rate=rate, seed=seed) for seed in range(3)], fmt, rate)
    again = measure(path)
    assert heard.true_peak == pytest.approx(again.true_peak, abs=0.01)
    lowest, highest = readings(path, rate)
    assert lowest - 0.01 <= again.loudness <= highest + 0.01
    assert lowest - 0.01 <= heard.loudness <= highest + 0.01
    report = subprocess.run(
        [ffmpeg, "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"], capture_output=True, text=True
    ).stderr.rpartition("Summary")[2]
    (loudness,), (peak,) = re.findall(r"I: +(\S+) LUFS", report), re.findall(r"Peak: +(\S+) dBFS", report)
    assert heard == pytest.approx((float(loudness), float(peak)), abs=0.2)


def test_a_mended_header_is_not_heard_twice(make_sound: Callable[..., Samples], tmp_path: Path) -> None:
    sound = [make_sound(2)]
    assert encoded(tmp_path / "a.mp3", sound, "mp3", 22050) == encoded(
        tmp_path / "b.mp3", sound, "mp3", 22050
    )
    first = (tmp_path / "a.mp3").read_bytes()
    assert b"Info" in first[:64]
    assert first.count(b"Info") == 1


def test_silence_has_no_loudness(make_sound: Callable[..., Samples], tmp_path: Path) -> None:
    heard = encoded(tmp_path / "silence.mp3", [0 * make_sound(1)], "mp3", 22050)
    assert heard == (float("-inf"), float("-inf"))
