"""The one rendering path: bytes while clips come, in constant memory, and never a false end."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import numpy as np
import pytest

from podcast.episode import EpisodeStream, Format, Sound
from podcast.errors import AudioError, ConfigError, SynthesisError
from podcast.types import Clip, Samples

FORMATS: tuple[Format, ...] = ("mp3", "m4a", "opus", "wav")


class Pipe:
    """A sink with nothing but ``write``."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)


@pytest.mark.parametrize("fmt", FORMATS)
def test_bytes_come_after_the_first_clip(clips: Sequence[Clip], fmt: Format) -> None:
    pipe, taken = Pipe(), []

    def arriving() -> Iterator[Clip]:
        for clip in clips:
            taken.append(clip)
            yield clip

    stream = iter(EpisodeStream(arriving(), pipe, fmt=fmt))
    assert (pipe.size, taken) == (0, [])
    next(stream)
    assert pipe.size > 500
    assert len(taken) == 1


@pytest.mark.parametrize(("fmt", "frame"), [("wav", 0), ("mp3", 576)])
def test_moments_follow_each_other_where_they_are_meant(
    clips: Sequence[Clip], fmt: Format, frame: int
) -> None:
    """To the sample, or to the next frame where silence is made of them; nothing adds up."""
    stream = EpisodeStream(clips, io.BytesIO(), fmt=fmt)
    moments = list(stream)
    at = 0
    for clip, moment in zip(clips, moments, strict=True):
        assert moment.start * 22050 == pytest.approx(at, abs=frame / 2 + 1e-6)
        assert (moment.end - moment.start) * 22050 == pytest.approx(clip.samples.size, abs=1e-6)
        at += clip.samples.size + round(clip.utterance.pause_after * 22050)
    assert moments[-1].end < stream.duration
    assert stream.duration == pytest.approx(moments[-1].end + 0.5, abs=frame / 22050 + 1e-4)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_failure_comes_through_and_is_no_end(clips: Sequence[Clip], fmt: Format) -> None:
    """The listener must not take a cut stream for a whole one."""

    def failing() -> Iterator[Clip]:
        yield from clips[:3]
        raise SynthesisError("the engine stopped")

    stream = iter(EpisodeStream(failing(), io.BytesIO(), fmt=fmt))
    assert len(list(islice(stream, 3))) == 3
    with pytest.raises(SynthesisError, match="engine stopped"):
        next(stream)


def test_nothing_to_say_is_an_error() -> None:
    pipe = Pipe()
    with pytest.raises(AudioError, match="nothing to say"):
        list(EpisodeStream([], pipe))
    assert pipe.size == 0


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_sink_that_closes_is_told_to_the_caller(clips: Sequence[Clip], fmt: Format) -> None:
    class Closed:
        def write(self, data: bytes) -> None:
            raise BrokenPipeError(len(data))

    with pytest.raises(BrokenPipeError):
        list(EpisodeStream(clips, Closed(), fmt=fmt))


@pytest.mark.parametrize("fmt", ["mp3", "opus"])
def test_memory_does_not_grow_with_length(
    make_clip: Callable[..., Clip], make_sound: Callable[..., Samples], fmt: Format
) -> None:
    sound = make_sound(4)

    def peak(count: int) -> int:
        made = (make_clip(sound, index=index) for index in range(count))
        tracemalloc.start()
        for _ in EpisodeStream(made, Pipe(), fmt=fmt):
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(2)
    assert peak(60) < 1.2 * peak(6)


def test_settings_are_refused_before_anything_is_written(clips: Sequence[Clip]) -> None:
    with pytest.raises(ConfigError):
        EpisodeStream(clips, Pipe(), sound=Sound(bit_rate=12_345))


def test_voices_of_other_rates_join_the_first(
    make_clip: Callable[..., Clip], make_sound: Callable[..., Samples]
) -> None:
    second = make_clip(make_sound(2, rate=24000), rate=24000, voice="autre")
    stream = EpisodeStream([make_clip(make_sound(2)), second], io.BytesIO())
    moments = list(stream)
    assert stream.sample_rate == 22050
    assert np.diff([moments[1].start, moments[1].end]) == pytest.approx(2.0, abs=0.001)
