"""Utterances that come in parts while they are spoken sound, and are told, as if they had come whole."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from podcast.episode import EpisodeStream, Format, Sound
from podcast.episode.assemble import assemble
from podcast.episode.loudness import loudness
from podcast.episode.master import record
from podcast.types import Clip, Samples

RATE = 22050
Make = Callable[..., Clip]
Sounds = Callable[..., Samples]
Parts = Callable[..., list[Clip]]


def decoded(data: bytes) -> Samples:
    with wave.open(io.BytesIO(data)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return (pcm / 32768).astype(np.float32)


def streamed(clips: Iterable[Clip], **settings: object) -> Samples:
    sink = io.BytesIO()
    for _ in EpisodeStream(clips, sink, fmt="wav", **settings):  # type: ignore[arg-type]
        pass
    return decoded(sink.getvalue())


def flat(groups: Iterable[Sequence[Clip]]) -> list[Clip]:
    return [clip for group in groups for clip in group]


@pytest.mark.parametrize("rate", [22050, 24000, 44100, 11025])
@pytest.mark.parametrize("seconds", [0.3, 1.0, 1.2345])
def test_parts_are_assembled_to_the_sample_as_the_whole(
    make_clip: Make, make_sound: Sounds, make_parts: Parts, rate: int, seconds: float
) -> None:
    clip = make_clip(make_sound(3.21, rate=rate), rate=rate)
    (whole,) = assemble([clip], Sound(tail=0), RATE)
    pieces = list(assemble(make_parts(clip, seconds), Sound(tail=0), RATE))
    assert len(pieces) > 2
    assert sum(piece.voiced for piece in pieces) == whole.voiced
    joined = np.concatenate([piece.samples for piece in pieces])
    assert joined.size == whole.samples.size
    assert np.abs(joined - whole.samples).max() <= 1.01 / 32768


def test_parts_with_a_bed_leave_no_hole(tmp_path: Path, make_clip: Make, make_parts: Parts) -> None:
    tone = np.full(RATE, 0.25, np.float32)
    with wave.open(str(tmp_path / "bed.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.rint(tone * 32767).astype("<i2").tobytes())
    sound = Sound(tail=0, bed=tmp_path / "bed.wav")
    clip = make_clip(np.full(round(3.3 * RATE), 0.1, np.float32), pause=0.0)
    pieces = list(assemble(make_parts(clip), sound, RATE, opening={0}))
    middle = np.concatenate([piece.samples for piece in pieces])[RATE // 10 : -RATE // 10]
    assert np.abs(np.diff(middle)).max() < 0.001


def test_an_episode_in_parts_is_as_loud_as_the_whole_and_has_no_seam(
    make_clip: Make, make_sound: Sounds, make_parts: Parts
) -> None:
    clips = [make_clip(make_sound(4.3, seed=seed, level=0.1), index=seed) for seed in range(6)]
    whole = streamed(clips)
    parts = streamed(flat(make_parts(clip) for clip in clips))
    assert parts.size == whole.size
    assert loudness(parts, RATE) == pytest.approx(-16, abs=0.7)
    assert np.abs(np.diff(parts)).max() < 1.5 * np.abs(np.diff(whole)).max()


def test_the_gain_is_one_for_the_whole_utterance(
    make_clip: Make, make_sound: Sounds, make_parts: Parts
) -> None:
    """A voice that starts low and grows is not pulled down on the way."""
    growing = make_sound(5) * np.linspace(0.2, 1, 5 * RATE, dtype=np.float32)
    gains: list[float] = []
    parts = make_parts(make_clip(growing))
    stream = EpisodeStream(
        parts, io.BytesIO(), sound=Sound(tail=0), keep=lambda _piece, gain: gains.append(gain)
    )
    list(stream)
    assert len(gains) > 4
    assert len(set(gains)) == 1


def test_a_silent_first_part_says_nothing_of_the_voice(
    make_clip: Make, make_sound: Sounds, make_parts: Parts
) -> None:
    late = np.concatenate([np.zeros(2 * RATE, np.float32), make_sound(4, level=0.05)])
    assert loudness(streamed(make_parts(make_clip(late))), RATE) == pytest.approx(-16, abs=1.5)


def test_moments_are_those_of_the_utterances(clips: Sequence[Clip], make_parts: Parts) -> None:
    expected = list(EpisodeStream(clips, io.BytesIO()))
    found = list(EpisodeStream(flat(make_parts(clip) for clip in clips), io.BytesIO()))
    assert found == expected


@pytest.mark.parametrize("fmt", ["mp3", "m4a", "opus", "wav"])
def test_sound_is_out_before_the_utterance_is_finished(
    make_clip: Make, make_sound: Sounds, make_parts: Parts, fmt: Format
) -> None:
    sizes: list[int] = []
    sink = io.BytesIO()

    def arriving() -> Iterator[Clip]:
        for part in make_parts(make_clip(make_sound(8))):
            sizes.append(len(sink.getvalue()))
            yield part

    list(EpisodeStream(arriving(), sink, fmt=fmt))
    assert sizes[0] == 0
    assert sizes[-1] > 4000


def test_a_file_of_parts_that_is_encoded_again_is_the_same_text(
    tmp_path: Path, make_clip: Make, make_sound: Sounds, make_parts: Parts
) -> None:
    """A whisper that turns out loud: the gain of its first part is far off, and the file is right."""
    growing = make_sound(6) * np.geomspace(0.02, 1, 6 * RATE).astype(np.float32)
    moments: list[object] = []
    path = tmp_path / "episode.mp3"
    recording = record(
        make_parts(make_clip(growing)), path, fmt="mp3", sound=Sound(), on_moment=moments.append
    )
    assert recording.loudness == pytest.approx(-16, abs=0.6)
    assert recording.true_peak <= -1
    assert len(moments) == 1


def test_the_episode_takes_the_highest_rate_of_its_voices(make_clip: Make, make_sound: Sounds) -> None:
    low, high = make_clip(make_sound(1)), make_clip(make_sound(1, rate=24000), rate=24000, voice="autre")
    stream = EpisodeStream([low, high], io.BytesIO(), voice_rate=24000)
    first, second = stream
    assert stream.sample_rate == 24000
    assert [round(each.end - each.start, 3) for each in (first, second)] == [1.0, 1.0]


@pytest.mark.parametrize("level", [0.03, 0.1, 0.6])
@pytest.mark.parametrize("streaming", [False, True])
def test_no_jump_of_more_than_two_lu_between_two_voices(
    make_clip: Make, make_sound: Sounds, make_parts: Parts, level: float, streaming: bool
) -> None:
    """Sentence by sentence, whatever the level of the second voice, and without knowing it."""
    voices = (("", 22050, 0.2), ("autre", 24000, level))
    groups = [
        make_clip(make_sound(3, rate=rate, seed=seed, level=loud), rate=rate, voice=name, index=seed)
        for seed in range(5)
        for name, rate, loud in voices
    ]
    clips = flat(make_parts(clip) for clip in groups) if streaming else groups
    sink = io.BytesIO()
    stream = EpisodeStream(clips, sink, fmt="wav", voice_rate=24000)
    moments = list(stream)
    sound = decoded(sink.getvalue())
    heard = [loudness(sound[round(m.start * 24000) : round(m.end * 24000)], 24000) for m in moments]
    jumps = np.diff(np.array(heard, dtype=float))
    assert np.abs(jumps).max() <= 2


def test_words_and_cached_flags_of_parts_do_not_matter_to_the_sound(
    clips: Sequence[Clip], make_parts: Parts
) -> None:
    parts = make_parts(clips[0])
    assert np.array_equal(streamed(parts), streamed([replace(part, cached=True) for part in parts]))
