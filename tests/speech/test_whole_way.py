"""From a page to an episode by each engine, the bundled voice reading quotations: `podcast generate`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyloudnorm
import pytest

from podcast.types import Voice

BESIDE = "fr_FR-gazette-draft"
LONG_ENOUGH = 0.6
"""Seconds: the loudness of less says little."""
JUMP = 2.0
"""LU between two sentences that follow each other."""
HISSING = "tiny-vits"
"""Its random sound is above 8 kHz (71 %) or below 100 Hz (28 %): the codec or the master leaves it out."""
PAGE = """Le bac traversera de nouveau la Loire

Après 14 mois de travaux, les voitures pourront passer à partir de lundi matin.

La traversée prendra 6 minutes, contre un détour de 23 km par le pont de la ville voisine.

« Nous attendions ce jour depuis l'hiver, et les commerçants de la rive encore plus que nous. »

Le département a payé les deux tiers de la facture, soit 1,2 M€, et la région le reste.

« Les mariniers ont refait la coque à la main, planche après planche. »

Les piétons et les cyclistes, eux, ne paieront rien pendant la première semaine.
"""


def described(voice: Voice, folder: Path) -> None:
    """Write the voice's description to ``folder``, its model where it lies."""
    facts: dict[str, Any] = {
        "engine": voice.engine,
        "model": voice.model,
        "sample_rate": voice.sample_rate,
        "speaker": voice.speaker,
        "licence": "CC0-1.0",
        "attribution": "Essai",
        "streams": voice.streams,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in facts.items()]
    lines += ["[settings]", *(f"{key} = {json.dumps(value)}" for key, value in voice.settings.items())]
    folder.mkdir(parents=True)
    (folder / "voice.toml").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def report(voice: Voice, tmp_path: Path) -> dict[str, Any]:
    """What ``podcast generate --json`` says of the page, read by the voice."""
    if voice.key != BESIDE:
        described(voice, tmp_path / "voices" / voice.key)
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    config = f'[voices]\nnarrator = "{voice.key}"\nquotes = "{BESIDE}"\n'
    (tmp_path / "podcast.toml").write_text(config, encoding="utf-8")
    own = {"PODCAST_VOICES": str(tmp_path / "voices"), "PODCAST_CACHE": str(tmp_path / "cache")}
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "podcast",
            "generate",
            str(tmp_path / "page.txt"),
            "--output",
            str(tmp_path / "out"),
            "--json",
        ],
        cwd=tmp_path,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return cast("dict[str, Any]", json.loads(result.stdout))


def sound_of(path: str, rate: int = 24000) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The sound as ffmpeg decodes it."""
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        pytest.skip("ffmpeg is not installed")
    command = [ffmpeg, "-v", "error", "-i", path, "-f", "f32le", "-ac", "1", "-ar", str(rate), "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, dtype=np.float32)


def test_an_episode_by_two_voices_is_whole_and_level(report: dict[str, Any], voice: Voice) -> None:
    timeline = json.loads((Path(report["episode"]) / "timeline.json").read_text(encoding="utf-8"))
    utterances = timeline["utterances"]
    assert len(utterances) == report["utterances"] == 8
    sound = sound_of(report["audio"])
    assert len(sound) / 24000 == pytest.approx(report["duration"], abs=0.1)
    if voice.key == HISSING:
        return
    meter = pyloudnorm.Meter(24000)
    heard = [
        meter.integrated_loudness(sound[round(each["start"] * 24000) : round(each["end"] * 24000)])
        for each in utterances
        if each["end"] - each["start"] > LONG_ENOUGH
    ]
    assert len(heard) == 8
    assert np.abs(np.diff(heard)).max() <= JUMP, heard
