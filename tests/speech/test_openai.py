"""A speech server over real HTTP: what it is asked, what it says, and every way in which it fails."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast import speech
from podcast.episode import EpisodeStream
from podcast.errors import ConfigError, PodcastError, SynthesisError, VoiceError
from podcast.render import render
from podcast.speech import open_engine, server
from podcast.speech.pcm import read_pcm
from podcast.types import Samples, Utterance, Voice
from tests.speech.speech_server import RATE, SpeechServer, serving, spoken, wav

TEXT = "Le pont de la digue est fermé."


@pytest.fixture(scope="module")
def served() -> Iterator[SpeechServer]:
    with serving() as running:
        yield running


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "DELAYS", (0.01, 0.02))


def speak(voice: Voice, text: str = TEXT) -> Samples:
    return np.concatenate([chunk.samples for chunk in open_engine(voice).stream(text)])


def asked(served: SpeechServer, manner: str) -> int:
    return sum(request[2]["voice"] == manner for request in served.requests)


# What is asked, and what is heard


@pytest.mark.parametrize("manner", ["well", "wav", "whole", "slow"])
def test_every_sample_is_heard_as_it_was_sent(served: SpeechServer, manner: str) -> None:
    assert np.array_equal(speak(served.voice(manner)), spoken(TEXT) / np.float32(32768))


def test_the_request_is_that_of_the_api(served: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAZETTE_KEY", " cle-secrete\n")
    settings: dict[str, Any] = {
        "key_variable": "GAZETTE_KEY",
        "response_format": "wav",
        "speed": 1.1,
        "instructions": "lent",
    }
    speak(served.voice("anne", **settings), "Où ça ?")
    path, headers, body = served.requests[-1]
    assert path == "/v1/audio/speech"
    assert headers["Authorization"] == "Bearer cle-secrete"
    assert headers["Content-Type"] == "application/json"
    assert body == {
        "model": "tones", "voice": "anne", "input": "Où ça ?", "response_format": "wav",
        "speed": 1.1, "instructions": "lent",
    }  # fmt: skip


def test_a_key_that_was_not_named_for_a_server_is_not_sent_to_it(
    served: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of another")
    speak(served.voice())
    assert "Authorization" not in served.requests[-1][1]


# While it speaks


def test_the_first_chunk_is_heard_before_the_last_is_sent(served: SpeechServer) -> None:
    before = served.sent
    with closing(open_engine(served.voice("slow")).stream(TEXT)) as stream:  # type: ignore[type-var]
        next(stream)
        assert served.sent - before < 6


def test_closing_the_stream_ends_the_servers_work(served: SpeechServer) -> None:
    stream = open_engine(served.voice("endless")).stream(TEXT)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    time.sleep(0.3)
    sent = served.sent
    time.sleep(0.2)
    assert served.sent == sent


def test_sound_is_encoded_while_the_server_still_speaks(served: SpeechServer) -> None:
    utterance = Utterance(0, 0, (0, 0), TEXT * 3, 0.1)
    before, counts = served.sent, []
    clips = render([utterance], voices={"": served.voice("slow")}, open_engine=speech.open_engine, jobs=1)

    class Counting:
        def write(self, data: bytes) -> None:
            counts.append((len(data), served.sent - before))

    list(EpisodeStream(clips, Counting()))
    sent = next(sent for written, sent in counts if written > 500 and sent)
    assert sent < counts[-1][1] - 10


# Failures: the manner of the server, the error, what it names, how often the server was asked

FAILURES: list[tuple[str, type[PodcastError], str, int]] = [
    ("400", SynthesisError, "400: the reason of 400", 1),
    ("422", SynthesisError, "422: the reason of 422", 1),
    ("401", VoiceError, "401: the reason of 401", 1),
    ("403", VoiceError, "key_variable", 1),
    ("404", VoiceError, "404: the reason of 404", 1),
    ("307", VoiceError, "https://elsewhere.example/", 1),
    ("429", VoiceError, "429: the reason of 429", 3),
    ("500", VoiceError, "500: the reason of 500", 3),
    ("503", VoiceError, "503: the reason of 503", 3),
    ("hang", VoiceError, "does not answer: timed out", 3),
    ("drop", VoiceError, "does not answer", 3),
    ("mp3", VoiceError, "audio/mpeg", 1),
    ("page", VoiceError, "text/html", 1),
    ("mute", SynthesisError, "no audio", 1),
    ("cut", SynthesisError, "IncompleteRead", 1),
    ("short", SynthesisError, "too early", 1),
    ("more", SynthesisError, "more sound", 1),
    ("half", SynthesisError, "too early", 1),
    ("stall", SynthesisError, "timed out", 1),
]


@pytest.mark.parametrize(("manner", "error", "named", "times"), FAILURES)
def test_a_failure_is_one_line_and_is_tried_again_only_before_the_first_byte(
    served: SpeechServer, manner: str, error: type[PodcastError], named: str, times: int
) -> None:
    before = asked(served, manner)
    began = time.monotonic()
    with pytest.raises(error) as caught:
        speak(served.voice(manner))
    assert named in str(caught.value)
    assert caught.value.where
    assert "\n" not in str(caught.value)
    assert asked(served, manner) - before == times
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("text", ["Oui.", TEXT])
def test_a_cut_answer_never_passes_for_a_whole_one(served: SpeechServer, text: str) -> None:
    """Whether its length was announced, or it came in chunks."""
    with pytest.raises(SynthesisError):
        speak(served.voice("cut"), text)


@pytest.mark.parametrize("manner", ["503 2", "429 1"])
def test_a_busy_server_is_asked_again(served: SpeechServer, manner: str) -> None:
    assert len(speak(served.voice(manner)))


def test_a_server_that_never_stops_is_stopped(served: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("podcast.speech.pcm.LONGEST", 20)
    with pytest.raises(SynthesisError, match="no end"):
        speak(served.voice("endless"))


def test_an_answer_that_takes_too_long_is_given_up(
    served: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.5)
    with pytest.raises(SynthesisError, match=r"not finished after 0\.5 s"):
        speak(served.voice("slow"))


def test_no_server_is_a_voice_error() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        with pytest.raises(VoiceError, match="does not answer") as caught:
            speak(Voice("x", "openai", "m", "0", RATE, settings={"base_url": url}))
    assert url in caught.value.where
    assert caught.value.exit_code == 69


def test_a_rate_that_is_not_the_voices_is_told(served: SpeechServer) -> None:
    with pytest.raises(SynthesisError, match=r"24000 Hz, voice\.toml says 22050"):
        speak(replace(served.voice("wav"), sample_rate=22050))


@pytest.mark.parametrize(
    ("key", "named"), [("", "is not set"), ("clé", "not a key"), ("se\ncret", "not a key")]
)
def test_a_key_that_cannot_be_sent_is_told_but_not_shown(
    monkeypatch: pytest.MonkeyPatch, key: str, named: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(VoiceError, match=named) as caught:
        open_engine(Voice("x", "openai", "tts-1", "0", RATE, speaker="alloy"))
    assert "OPENAI_API_KEY" in str(caught.value)
    assert not key or key not in str(caught.value)


SETTINGS: list[dict[str, Any]] = [
    {"base_url": "ftp://example.org"},
    {"base_url": "example.org/v1"},
    {"base_url": "http://"},
    {"base_url": "http://[::1/v1"},
    {"base_url": "http://a:99999/v1"},
    {"base_url": ""},
    {"base_url": 3},
    {"response_format": "mp3", "base_url": "http://a/v1"},
    {"timeout": 0, "base_url": "http://a/v1"},
    {"timeout": float("nan"), "base_url": "http://a/v1"},
    {"tempo": 2.0, "base_url": "http://a/v1"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_wrong_setting_is_told_when_the_voice_is_opened(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        open_engine(Voice("x", "openai", "m", "0", RATE, settings=settings))


# Bytes to samples

PCM = spoken("un deux")
cuts = st.lists(st.integers(0, 2 * len(PCM) + 60), max_size=12)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    bounds = sorted({0, len(data), *(min(where, len(data)) for where in at)})
    return [data[a:b] for a, b in pairwise(bounds)]


@pytest.mark.parametrize("header", [None, 0, len(PCM) * 2, 0xFFFFFFFF, 0x7FFFFFFF])
@given(cuts)
def test_samples_do_not_depend_on_where_the_bytes_are_cut(header: int | None, at: list[int]) -> None:
    data = PCM.tobytes() if header is None else wav(PCM.tobytes(), header)
    found = np.concatenate(list(read_pcm(cut(data, at), RATE)))
    assert np.array_equal(found, PCM / np.float32(32768))


@given(st.binary(max_size=300), cuts)
def test_any_bytes_are_samples_or_a_value_error(data: bytes, at: list[int]) -> None:
    for opening in (b"", b"RIFF", wav(b"", 100)[:40]):
        with suppress(ValueError):
            list(read_pcm(cut(opening + data, at), RATE))


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (wav(b"ab" * 9, 18, channels=2), "2 channels"),
        (wav(b"ab" * 9, 18, bits=24), "24 bits"),
        (wav(b"ab" * 9, 18, rate=8000), "8000 Hz"),
        (wav(b"", 18)[:30], "before its sound"),
        (b"RIFF" + bytes(100_000), "no sound"),
        (b"RIFF....WAVEdata\x04\0\0\0abcd", "how its sound"),
    ],
)
def test_a_wav_file_that_cannot_be_spoken_says_why(data: bytes, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        list(read_pcm([data], RATE))
