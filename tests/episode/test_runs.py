"""An MP3 is made from silence to silence: what is known is not made again, and no seam is heard."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest

from podcast.episode import lame, runs
from podcast.episode.audio import Loaded
from podcast.episode.codec import decode, open_encoder
from podcast.episode.master import Recording, record
from podcast.episode.mp3 import Layer3
from podcast.episode.sound import Sound
from podcast.episode.stream import EpisodeStream
from podcast.types import Clip, Memo, Samples

RATE = 22050
Make = Callable[..., Clip]
Sounds = Callable[..., Samples]
Parts = Callable[..., list[Clip]]


@dataclass
class Notes:
    """Remembers, and tells what runs it was asked for."""

    kept: dict[str, bytes] = field(default_factory=dict)
    """Runs: kilobytes of frames."""
    levels: dict[str, bytes] = field(default_factory=dict)
    """How loud clips are."""
    found: int = 0

    def load(self, key: str) -> bytes | None:
        data = self.kept.get(key)
        self.found += data is not None
        return data or self.levels.get(key)

    def store(self, key: str, data: bytes) -> None:
        assert key not in {**self.kept, **self.levels}, "made twice"
        (self.kept if len(data) > 4096 else self.levels)[key] = data


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> list[Layer3]:
    """An entry for each encoder that was begun."""
    begun: list[Layer3] = []
    opened = lame._opened

    def watched(layer: Layer3) -> object:
        begun.append(layer)
        return opened(layer)

    monkeypatch.setattr(lame, "_opened", watched)
    return begun


def recorded(clips: Sequence[Clip], path: Path, memo: Memo | None, **sound: Any) -> Recording:
    return record(
        clips,
        path,
        fmt="mp3",
        sound=Sound(**sound),
        on_moment=lambda _moment: None,
        memo=memo,
    )


@pytest.fixture
def spoken(make_clip: Make, make_sound: Sounds) -> list[Clip]:
    """Twelve sentences of two seconds; after every third only a breath."""
    return [
        make_clip(make_sound(2, seed=seed), index=seed, pause=0.1 if seed % 3 == 1 else 0.45)
        for seed in range(12)
    ]


# Runs in a file


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_every_run_is_heard_when_it_was_meant_and_silence_is_silent(
    tmp_path: Path, make_sound: Sounds, rate: int, ffmpeg: str
) -> None:
    path, at, starts = tmp_path / "runs.mp3", 0, list[int]()
    sounds = [make_sound(1.3, rate=rate, seed=seed) for seed in range(4)]
    with path.open("wb") as file:
        encoder = open_encoder(file, "mp3", sample_rate=rate, bit_rate=96_000)
        for sound in sounds:
            starts.append(at)
            encoder.write(sound)
            at += sound.size
            at += encoder.rest(round(0.37 * rate))
        encoder.close()
    run = subprocess.run(
        [ffmpeg, "-v", "warning", "-i", path, "-f", "f32le", "-"], capture_output=True, check=True
    )
    assert run.stderr == b""
    heard = np.frombuffer(run.stdout, dtype="<f4")
    assert heard.size == at
    assert mutagen.File(path).info.length * rate == pytest.approx(at, abs=1)
    for start, sound in zip(starts, sounds, strict=True):
        assert np.corrcoef(heard[start : start + sound.size], sound)[0, 1] > 0.95
        after = heard[start + sound.size + rate // 10 :][: rate // 5]
        assert np.abs(after).max() < 0.003


@pytest.mark.parametrize("rate", [22050, 48000])
@pytest.mark.parametrize("pause", [0.24, 0.2501, 0.4, 1.1])
def test_rests_do_not_add_up_to_a_delay(make_clip: Make, make_sound: Sounds, rate: int, pause: float) -> None:
    clips = [make_clip(make_sound(0.7, rate=rate), index=n, rate=rate, pause=pause) for n in range(30)]
    stream = EpisodeStream(clips, io.BytesIO(), sound=Sound(tail=0))
    last = list(stream)[-1]
    meant = 29 * (0.7 + round(pause * rate) / rate)
    assert last.start == pytest.approx(meant, abs=0.6 * Layer3(rate, 96_000).frame_samples / rate)


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_the_bit_rate_is_constant_to_the_frame(make_sound: Sounds, rate: int) -> None:
    """Players and the server find a moment by it, however many silences come before."""
    sink, at = io.BytesIO(), 0
    layer = Layer3(rate, 96_000)
    encoder = lame.Mp3Encoder(sink, layer)
    head = len(sink.getvalue())
    for seed in range(40):
        sound = make_sound(0.5 + 0.013 * seed, rate=rate, seed=seed)
        encoder.write(sound)
        at += sound.size
        at += encoder.rest(rate // 3)
        assert len(sink.getvalue()) - head == pytest.approx(at * 96_000 / 8 / rate, abs=2)


def test_a_run_has_the_same_frames_wherever_it_stands(make_sound: Sounds) -> None:
    told: list[bytes] = []
    encoder = lame.Mp3Encoder(io.BytesIO(), Layer3(RATE, 96_000))
    for sound in (make_sound(1), make_sound(2, seed=5), make_sound(1)):
        frames = bytearray()
        encoder.on_run = frames.extend
        encoder.write(sound)
        encoder.rest(RATE // 2)
        told.append(bytes(frames))
    assert told[0] == told[2] != told[1]


def test_the_stream_is_the_file(tmp_path: Path, spoken: list[Clip]) -> None:
    """What is played while it is spoken and what is written are cut into the same runs."""
    live = io.BytesIO()
    moments = list(EpisodeStream(spoken, live))
    recording = recorded(spoken, tmp_path / "episode.mp3", None)
    assert [moment.start for moment in moments] == [moment.start for moment in recording.moments]
    assert recording.duration == pytest.approx(mutagen.File(recording.path).info.length, abs=0.001)


# Runs that are known


@pytest.mark.parametrize("parts", [False, True])
def test_a_memo_changes_no_byte(
    tmp_path: Path, spoken: list[Clip], make_parts: Parts, encoders: list[Layer3], parts: bool
) -> None:
    clips = [part for clip in spoken for part in (make_parts(clip) if parts else [clip])]
    notes = Notes()
    fresh = recorded(clips, tmp_path / "fresh.mp3", None)
    kept = recorded(clips, tmp_path / "kept.mp3", notes)
    assert (len(notes.kept), notes.found) == (8, 0), "four sentences are joined to the next one"
    encoders.clear()
    again = recorded(clips, tmp_path / "again.mp3", notes)
    assert notes.found == 8
    assert encoders == []
    assert fresh.path.read_bytes() == kept.path.read_bytes() == again.path.read_bytes()
    assert (fresh.loudness, fresh.true_peak) == (again.loudness, again.true_peak)


def test_another_sentence_costs_its_run(
    tmp_path: Path, spoken: list[Clip], make_sound: Sounds, encoders: list[Layer3]
) -> None:
    """And what comes after it keeps its gain, as long as it is about right."""
    notes = Notes()
    recorded(spoken, tmp_path / "first.mp3", notes)
    corrected = list(spoken)
    corrected[6] = replace(spoken[6], audio=Loaded(make_sound(2.4, seed=40)))
    encoders.clear()
    with_memo = recorded(corrected, tmp_path / "second.mp3", notes)
    assert len(encoders) == 1
    without = recorded(corrected, tmp_path / "third.mp3", None)
    assert with_memo.path.read_bytes() == without.path.read_bytes()


class Distant:
    """``Audio`` that tells each time that it is fetched."""

    def __init__(self, samples: Samples, fetched: list[str]) -> None:
        self._audio, self._fetched = Loaded(samples), fetched
        self.size, self.digest = samples.size, self._audio.digest

    @property
    def samples(self) -> Samples:
        self._fetched.append(self.digest)
        return self._audio.samples


def test_of_a_known_episode_no_clip_is_fetched(
    tmp_path: Path, spoken: list[Clip], make_sound: Sounds
) -> None:
    """And of a corrected one, only those that share a run with what is new."""
    notes, fetched = Notes(), list[str]()
    first = recorded(spoken, tmp_path / "first.mp3", notes)
    distant = [replace(clip, audio=Distant(clip.samples, fetched), cached=True) for clip in spoken]
    again = recorded(distant, tmp_path / "again.mp3", notes)
    assert first.path.read_bytes() == again.path.read_bytes()
    assert first.moments == again.moments
    assert set(fetched) <= {distant[0].audio.digest}, "the first of a voice is tried on the limiter"
    fetched.clear()
    distant[7] = replace(spoken[7], audio=Loaded(make_sound(2.1, seed=41)))
    recorded(distant, tmp_path / "corrected.mp3", notes)
    assert set(fetched) <= {distant[each].audio.digest for each in (0, 8)}
    assert distant[8].audio.digest in fetched


def test_another_pass_fetches_what_was_known(tmp_path: Path, make_clip: Make, make_sound: Sounds) -> None:
    growing = make_sound(6) * np.geomspace(0.02, 1, 6 * RATE).astype(np.float32)
    clip, fetched = make_clip(growing), list[str]()
    first = recorded([clip], tmp_path / "first.mp3", None)
    distant = replace(clip, audio=Distant(growing, fetched), cached=True)
    again = recorded([distant], tmp_path / "again.mp3", None)
    assert len(fetched) > 2
    assert first.path.read_bytes() == again.path.read_bytes()


@pytest.mark.parametrize("sound", [{"loudness": -19.0}, {"true_peak": -3.0}, {"bit_rate": 128_000}])
def test_another_sound_is_made_anew(tmp_path: Path, spoken: list[Clip], sound: dict[str, Any]) -> None:
    notes = Notes()
    recorded(spoken, tmp_path / "first.mp3", notes)
    changed = recorded(spoken, tmp_path / "second.mp3", notes, **sound)
    assert notes.found == 0
    assert (
        changed.path.read_bytes() == recorded(spoken, tmp_path / "third.mp3", None, **sound).path.read_bytes()
    )


def test_another_version_of_the_encoder_makes_anew(
    tmp_path: Path, spoken: list[Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = Notes()
    recorded(spoken, tmp_path / "first.mp3", notes)
    monkeypatch.setattr(runs, "version", lambda _package: "0.0.0")
    recorded(spoken, tmp_path / "second.mp3", notes)
    assert notes.found == 0


def test_a_run_too_long_to_be_held_is_made_as_it_comes(
    tmp_path: Path, make_clip: Make, make_sound: Sounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_HELD", 5.0)
    pauses = [0.0] * 5 + [0.5, 0.5]
    clips = [make_clip(make_sound(2, seed=n), index=n, pause=pause) for n, pause in enumerate(pauses)]
    notes = Notes()
    with_memo = recorded(clips, tmp_path / "kept.mp3", notes)
    assert len(notes.kept) == 1, "the last sentence alone"
    assert with_memo.path.read_bytes() == recorded(clips, tmp_path / "fresh.mp3", None).path.read_bytes()


def test_sound_is_encoded_again_as_it_was(
    tmp_path: Path, make_clip: Make, make_sound: Sounds, make_parts: Parts, encoders: list[Layer3]
) -> None:
    """A voice that misleads the leveller needs another pass; with a memo, that pass is known too."""
    growing = make_sound(6) * np.geomspace(0.02, 1, 6 * RATE).astype(np.float32)
    clips, notes = make_parts(make_clip(growing)), Notes()
    first = recorded(clips, tmp_path / "first.mp3", notes)
    assert len(encoders) > 1
    encoders.clear()
    second = recorded(clips, tmp_path / "second.mp3", notes)
    assert encoders == []
    assert first.path.read_bytes() == second.path.read_bytes()
    assert second.loudness == pytest.approx(-16, abs=0.5)


def test_nothing_is_lost_between_runs(tmp_path: Path, spoken: list[Clip]) -> None:
    """Every sentence is where its moment says, in what a decoder gives."""
    recording = recorded(spoken, tmp_path / "episode.mp3", Notes())
    heard = np.concatenate(list(decode(recording.path)))
    for clip, moment in zip(spoken, recording.moments, strict=True):
        start = round(moment.start * RATE)
        piece = heard[start : start + clip.samples.size]
        envelope, meant = (np.abs(each).reshape(-1, 441).mean(axis=1) for each in (piece, clip.samples))
        assert np.corrcoef(envelope, meant)[0, 1] > 0.9
