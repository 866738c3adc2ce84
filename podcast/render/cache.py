"""Spoken sentences on disk, so that an unchanged one is never spoken twice.

A clip is named by a hash of everything that makes its sound. Its length and its words
stand before its samples, so they are known before those are read.
"""

from __future__ import annotations

import hashlib
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

    def find(self, task: Task) -> tuple[Kept, tuple[WordTiming, ...]] | None:
        """What was spoken for this task before, still to be read, and its words; else ``None``."""
        head = self.memo.head(task_key(task))
        if head is None:
            return None
        size, sample_rate, digest, words = _heading(head)
        return Kept(self, task, size, sample_rate, digest), words

    def load(self, task: Task) -> Speech | None:
        """What was spoken for this task before, bit for bit; ``None`` when it is not, or no longer, known."""
        key = task_key(task)
        head, body = self.memo.head(key), self.memo.load(key)
        return None if head is None or body is None else unpack(head, body)

    def store(self, task: Task, speech: Speech) -> None:
        """Keep what has been spoken for this task."""
        if self.memo.writable:
            head, body = pack(speech)
            self.memo.store(task_key(task), body, head)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A clip of a cache: ``types.Audio`` that is read each time that its samples are asked for."""

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


def pack(speech: Speech) -> tuple[bytes, bytes]:
    """Its heading, a line of JSON, and its samples: FLAC would be half as large, and make a first rendering
    longer by a twentieth."""
    heading = Heading(speech.size, speech.sample_rate, speech.digest, speech.words)
    return json.dumps(heading).encode(), speech.pcm


def unpack(head: bytes, body: bytes) -> Speech:
    """What ``pack`` was given."""
    heading = _heading(head)
    return Speech(body, heading.sample_rate, heading.words)


def _heading(head: bytes) -> Heading:
    size, sample_rate, digest, words = json.loads(head)
    return Heading(size, sample_rate, digest, tuple(WordTiming(*word) for word in words))
