"""Clips, pauses and music come together at the exact sample."""

from __future__ import annotations

import subprocess
import sys
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from podcast.episode.assemble import Piece, assemble
from podcast.episode.loudness import loudness
from podcast.episode.sound import Sound
from podcast.errors import AudioError, ConfigError
from podcast.types import Clip, Samples

RATE = 22050
BARE = Sound(tail=0.0)
Make = Callable[..., Clip]
Sounds = Callable[..., Samples]


def write_wav(path: Path, samples: Samples, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())
    return path


def whole(piece: Piece) -> Samples:
    """With the silence that follows."""
    return np.pad(piece.samples, (0, piece.pause))


def joined(pieces: list[Piece]) -> Samples:
    return np.concatenate([whole(piece) for piece in pieces])


SIZES = ((1, 2, 3), (440, 441, 442), (22050, 5), (9973, 20011, 100), (1102, 1103, 1104))


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("pause", [0.0, 0.00001, 0.35, 1.0001])
def test_nothing_is_lost_or_added(make_clip: Make, sizes: tuple[int, ...], pause: float) -> None:
    """Every clip keeps its samples, every pause is whole samples, in order."""
    random = np.random.default_rng(1)
    sounds = [(random.standard_normal(size) * 0.1).astype(np.float32) for size in sizes]
    pieces = list(assemble([make_clip(sound, pause=pause) for sound in sounds], BARE, RATE))
    assert [piece.voiced for piece in pieces] == list(sizes)
    assert [piece.samples.size for piece in pieces] == list(sizes)
    assert [piece.pause for piece in pieces] == [round(pause * RATE)] * len(sizes)
    for piece, sound in zip(pieces, sounds, strict=True):
        edge = round(0.007 * RATE)
        middle = slice(edge, max(edge, sound.size - edge))
        assert np.abs(piece.samples[: sound.size][middle] - sound[middle]).max(initial=0) < 2 / 32768


def test_a_sentence_starts_and_ends_without_a_click(make_clip: Make) -> None:
    hum = np.full(RATE, 0.5, np.float32)
    (piece,) = assemble([make_clip(hum)], BARE, RATE)
    assert np.abs(piece.samples[[0, RATE - 1]]).max() < 0.02
    assert np.abs(np.diff(piece.samples)).max() < 0.02


def test_a_piece_comes_as_soon_as_its_clip(make_clip: Make, make_sound: Sounds) -> None:
    taken: list[int] = []

    def clips() -> object:
        for index in range(3):
            taken.append(index)
            yield make_clip(make_sound(0.5), index=index)

    pieces = assemble(clips(), BARE, RATE)  # type: ignore[arg-type]
    assert taken == []
    next(pieces)
    assert taken == [0]


@pytest.mark.parametrize(("pause", "added"), [(0.0, 0.5), (0.2, 0.3), (0.5, 0.0), (2.0, 0.0)])
def test_the_end_is_never_abrupt(make_clip: Make, make_sound: Sounds, pause: float, added: float) -> None:
    pieces = list(assemble([make_clip(make_sound(1), pause=pause)], Sound(tail=0.5), RATE))
    assert joined(pieces).size == RATE + round((pause + added) * RATE)


def test_clips_of_another_rate_are_resampled(make_clip: Make, make_sound: Sounds) -> None:
    clips = [make_clip(make_sound(1)), make_clip(make_sound(1, rate=24000), rate=24000)]
    pieces = list(assemble(clips, BARE, RATE))
    assert pieces[1].voiced == pytest.approx(RATE, abs=2)


def test_jingles_stand_before_and_after(tmp_path: Path, make_clip: Make, make_sound: Sounds) -> None:
    intro = write_wav(tmp_path / "intro.wav", make_sound(0.8, seed=7), RATE)
    outro = write_wav(tmp_path / "outro.wav", make_sound(0.6, rate=44100, seed=8), 44100)
    sound = replace(BARE, intro=intro, outro=outro)
    pieces = list(assemble([make_clip(make_sound(1))], sound, RATE))
    assert [piece.source for piece in pieces] == ["jingle:intro", "", "jingle:outro"]
    assert [round(whole(piece).size / RATE, 2) for piece in pieces] == [0.8, 1.35, 0.6]


def test_the_bed_lies_under_the_opening_and_leaves(
    tmp_path: Path, make_clip: Make, make_sound: Sounds
) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 330 * np.arange(RATE) / RATE)).astype(np.float32)
    sound = replace(BARE, bed=write_wav(tmp_path / "bed.wav", tone))
    blocks = (0, 1, 2, 3)
    clips = [make_clip(make_sound(4, seed=block), block=block, pause=1.0) for block in blocks]
    plain = list(assemble(clips, BARE, RATE))
    mixed = list(assemble(clips, sound, RATE, opening={0, 1}))
    assert [whole(piece).size for piece in mixed] == [whole(piece).size for piece in plain]
    music = [whole(after) - whole(before) for after, before in zip(mixed, plain, strict=True)]
    voice = loudness(plain[0].samples[: 4 * RATE], RATE)
    under = loudness(music[0][: 4 * RATE], RATE)
    between = loudness(music[0][round(4.2 * RATE) : round(4.8 * RATE)], RATE)
    assert voice is not None
    assert under == pytest.approx(voice - 18, abs=1)
    assert between == pytest.approx(voice - 12, abs=1)
    assert np.abs(music[1]).max() > 0.001
    assert np.abs(music[2][: RATE // 2]).max() > 0.001
    assert not music[2][3 * RATE :].any()
    assert not music[3].any()


def test_a_jingle_that_cannot_be_read_is_named(tmp_path: Path, make_clip: Make, make_sound: Sounds) -> None:
    with pytest.raises(AudioError, match=r"nowhere\.mp3"):
        list(assemble([make_clip(make_sound(1))], replace(BARE, intro=tmp_path / "nowhere.mp3"), RATE))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_sound_that_is_not_a_number_is_refused(make_clip: Make, make_sound: Sounds, value: float) -> None:
    sound = make_sound(1)
    sound[100] = value
    with pytest.raises(AudioError, match="not a number"):
        list(assemble([make_clip(sound)], BARE, RATE))


@pytest.mark.parametrize(
    "setting", [{"loudness": 3.0}, {"true_peak": 1.0}, {"fade": 2.0}, {"bed_level": 1.0}]
)
def test_settings_out_of_range_are_refused(setting: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(setting))):
        Sound(**setting)  # type: ignore[arg-type]


def test_pydub_says_nothing_of_ffmpeg(tmp_path: Path) -> None:
    """Its warning at import would reach users who have no use for ffmpeg."""
    code = (
        "import sys, warnings; warnings.simplefilter('error');"
        f"sys.path.insert(0, {str(Path(__file__).parents[2])!r});"
        "from podcast.episode.assemble import _pydub; _pydub()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
