"""An engine that does what its text says, for the failures that a real one cannot be made to have on request.

tone N        N chunks of a tone
slow N S P    N chunks of a tone, S seconds between them; each is counted by a byte in the file P
sleep S       speaks after S seconds
die           kills its process
die once P    kills its process, unless the file P says that it has done so
die late      kills its process after a first chunk
die later     kills its process a second after two seconds of sound
fail          raises SynthesisError
bug           raises what no engine should raise
late          raises after a first chunk
mute          gives no chunk
nan           gives samples that are not numbers
print         writes to stdout like a careless library
pid           speaks the number of its process
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from podcast.errors import SynthesisError, VoiceError
from podcast.types import AudioChunk, Samples, Utterance, Voice, WordTiming

RATE = 8000
VOICE = Voice("scripted", "piper", "", "0" * 64, RATE)
STREAMING = replace(VOICE, key="streaming", streams=True)


def utterances(*texts: str) -> list[Utterance]:
    """The utterances of these texts."""
    return [Utterance(index, 0, (0, 0), text, 0.1) for index, text in enumerate(texts)]


def open_engine(voice: Voice) -> ScriptedEngine:
    """The engine; a voice of speaker ``nobody`` cannot be opened."""
    if voice.speaker == "nobody":
        raise VoiceError("there is no such speaker", where=voice.key, remedy="choose another")
    return ScriptedEngine()


class ScriptedEngine:
    """Acts out its texts."""

    sample_rate = RATE

    def stream(self, text: str) -> Iterator[AudioChunk]:
        """As scripted; whatever has no script is a tone that depends on it."""
        command, *rest = text.split()
        yield from getattr(self, f"_{command}", self._other)(*rest)

    def close(self) -> None:
        """Nothing is held."""

    def _tone(self, count: str) -> Iterator[AudioChunk]:
        for number in range(int(count)):
            yield chunk(tone(200.0 + number), WordTiming(f"w{number}", number / 10, number / 10 + 0.05))

    def _slow(self, count: str, seconds: str, path: str) -> Iterator[AudioChunk]:
        for number in range(int(count)):
            with Path(path).open("ab") as file:
                file.write(b".")
            yield chunk(tone(200.0 + number))
            time.sleep(float(seconds))

    def _sleep(self, seconds: str) -> Iterator[AudioChunk]:
        time.sleep(float(seconds))
        yield chunk(tone(300.0))

    def _die(self, when: str = "", path: str = "") -> Iterator[AudioChunk]:
        if when == "late":
            yield chunk(tone(400.0))
        if when == "later":
            yield chunk(np.tile(tone(400.0), 20))
            time.sleep(1)  # so long may it take, on a busy machine, until a part of it has left
        if path and Path(path).exists():
            yield chunk(tone(500.0))
            return
        if path:
            Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)

    def _fail(self) -> Iterator[AudioChunk]:
        raise SynthesisError("the script says so", where="fail", remedy="write another")
        yield

    def _bug(self) -> Iterator[AudioChunk]:
        raise ZeroDivisionError("a fault of the engine")
        yield

    def _late(self) -> Iterator[AudioChunk]:
        yield chunk(tone(600.0))
        raise SynthesisError("the script says so, late")

    def _mute(self) -> Iterator[AudioChunk]:
        yield from ()

    def _nan(self) -> Iterator[AudioChunk]:
        yield chunk(np.full(10, np.nan, np.float32))

    def _print(self) -> Iterator[AudioChunk]:
        sys.stdout.write("careless" * 20_000)
        sys.stdout.flush()
        os.write(1, b"more careless")
        yield chunk(tone(700.0))

    def _pid(self) -> Iterator[AudioChunk]:
        yield chunk(np.full(10, os.getpid() % 32768 / 32768, np.float32))

    def _other(self, *_: str) -> Iterator[AudioChunk]:
        yield chunk(tone(440.0))


def tone(hertz: float) -> Samples:
    """A tenth of a second."""
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(RATE // 10) / RATE)).astype(np.float32)


def chunk(samples: Samples, *words: WordTiming) -> AudioChunk:
    return AudioChunk(samples, RATE, words)
