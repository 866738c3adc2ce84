"""Spoken sentences on disk, so that an unchanged one is never spoken twice.

A clip is FLAC behind a line that tells its length and its words, so they are known
before anything is decoded; its name is a hash of everything that makes its sound.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from podcast.errors import SynthesisError
from podcast.render.blobs import BlobCache
from podcast.render.protocol import Task
from podcast.render.speech import Speech
from podcast.types import EngineName, Samples, WordTiming
from podcast.versions import version

FORMAT = 4
"""Raise it when the same key must give other sound or other words."""

ENGINES: dict[EngineName, str] = {"piper": "piper-tts", "coqui": "coqui-tts", "pocket": "pocket-tts"}
"""The package of each engine: another version of it, and of the phonemes in it, makes other sound."""

LINE = b"\n"
"""JSON has none within."""


class Heading(NamedTuple):
    """What is told of a clip before its sound."""

    size: int
    """Samples."""
    sample_rate: int
    digest: str
    """Of the samples."""
    words: tuple[WordTiming, ...]


class ClipCache:
    """Clips in a ``BlobCache`` of at most ``max_bytes``; it has room for other things, ``memo``."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.memo = BlobCache(folder, max_bytes)

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.memo.folder

    def knows(self, task: Task) -> bool:
        """Whether it was spoken before, as it seems; ``load`` may find it damaged, or forgotten."""
        return self.memo.knows(task_key(task))

    def find(self, task: Task) -> tuple[Kept, tuple[WordTiming, ...]] | None:
        """What was spoken for this task before, still to be decoded, and its words; else ``None``."""
        data = self.memo.load(task_key(task))
        if data is None:
            return None
        heading, _sound = _split(data)
        return Kept(self, task, heading.size, heading.sample_rate, heading.digest), heading.words

    def load(self, task: Task) -> Speech | None:
        """What was spoken for this task before, bit for bit; ``None`` when it is not, or no longer, known."""
        data = self.memo.load(task_key(task))
        return None if data is None else decode(data)

    def store(self, task: Task, speech: Speech) -> None:
        """Keep what has been spoken for this task."""
        if not self.memo.writable:
            return
        try:
            data = _encode(speech)
        except OSError as error:  # no libsndfile on this machine
            self.memo.give_up(error)
            return
        self.memo.store(task_key(task), data)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A clip of a cache: ``types.Audio`` that is decoded each time that its samples are asked for."""

    cache: ClipCache
    task: Task
    size: int
    sample_rate: int
    digest: str

    @property
    def samples(self) -> Samples:
        """Of its speech."""
        return self.speech().samples

    def speech(self) -> Speech:
        """As it was spoken."""
        speech = self.cache.load(self.task)
        if speech is None or speech.size != self.size:
            raise SynthesisError(
                "a sentence that was kept has vanished from the cache",
                where=str(self.cache.folder),
                remedy="run it again: it will be spoken anew",
            )
        return speech


def task_key(task: Task) -> str:
    """A name for everything that makes the sound of a task."""
    voice = task.voice
    parts = [FORMAT, voice.key, voice.engine, voice.model_hash, voice.sample_rate, voice.speaker]
    made_by = version(ENGINES.get(voice.engine, ""))
    identity = json.dumps([*parts, made_by, voice.settings, task.text], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()


def _encode(speech: Speech) -> bytes:
    """The heading in a line of JSON, and FLAC."""
    import soundfile

    heading = Heading(speech.size, speech.sample_rate, speech.digest, speech.words)
    sound = io.BytesIO()
    soundfile.write(sound, speech.pcm, speech.sample_rate, "PCM_16", format="FLAC")
    return json.dumps(heading).encode() + LINE + sound.getvalue()


def _split(data: bytes) -> tuple[Heading, bytes]:
    """What ``_encode`` has made, and nothing else: a decoder trusts the sizes that it reads."""
    line, _, sound = data.partition(LINE)
    size, sample_rate, digest, words = json.loads(line)
    return Heading(size, sample_rate, digest, tuple(WordTiming(*word) for word in words)), sound


def decode(data: bytes) -> Speech:
    """The clip of which this was kept."""
    import soundfile

    heading, sound = _split(data)
    pcm, _rate = soundfile.read(io.BytesIO(sound), dtype="int16")
    return Speech(pcm, heading.sample_rate, heading.words)
