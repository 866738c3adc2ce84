"""Spoken sentences on disk, so that an unchanged one is never spoken twice.

A clip is one FLAC file, named by a hash of everything that makes its sound.
The word timings travel in its comment, so they are known before anything is decoded.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from podcast.errors import SynthesisError
from podcast.render.files import FileCache
from podcast.render.protocol import Task
from podcast.render.speech import Speech
from podcast.types import EngineName, Samples, WordTiming
from podcast.versions import version

FORMAT = 3
"""Raise it when the same key must give other sound or other words."""

ENGINES: dict[EngineName, str] = {"piper": "piper-tts", "coqui": "coqui-tts", "pocket": "pocket-tts"}
"""The package of each engine: another version of it, and of the phonemes in it, makes other sound."""

SUFFIX = ".flac"


class ClipCache:
    """Clips in a ``FileCache`` of at most ``max_bytes``; it has room for other things, ``files``."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.files = FileCache(folder, max_bytes)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self.files.folder

    def knows(self, task: Task) -> bool:
        """Whether it was spoken before, as it seems; ``load`` may find it damaged, or forgotten."""
        return self.files.path(clip_name(task)).is_file()

    def find(self, task: Task) -> tuple[Kept, tuple[WordTiming, ...]] | None:
        """What was spoken for this task before, still to be decoded, and its words; else ``None``."""
        data = self.files.load(clip_name(task))
        if data is None:
            return None
        with _opened(data) as (flac, digest, words):
            return Kept(self, task, flac.frames, flac.samplerate, digest), words

    def load(self, task: Task) -> Speech | None:
        """What was spoken for this task before, bit for bit; ``None`` when it is not, or no longer, known."""
        data = self.files.load(clip_name(task))
        if data is None:
            return None
        with _opened(data) as (flac, _digest, words):
            return Speech(flac.read(dtype="int16"), flac.samplerate, words)

    def store(self, task: Task, speech: Speech) -> None:
        """Keep what has been spoken for this task."""
        if not self.files.writable:
            return
        try:
            data = _encode(speech)
        except OSError as error:  # no libsndfile on this machine
            self.files.give_up(error)
            return
        self.files.store(clip_name(task), data)


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


def clip_name(task: Task) -> str:
    """Of the file of a task."""
    return f"{task_key(task)}{SUFFIX}"


def task_key(task: Task) -> str:
    """A name for everything that makes the sound of a task."""
    voice = task.voice
    parts = [FORMAT, voice.key, voice.engine, voice.model_hash, voice.sample_rate, voice.speaker]
    made_by = version(ENGINES.get(voice.engine, ""))
    identity = json.dumps([*parts, made_by, voice.settings, task.text], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()


def _encode(speech: Speech) -> bytes:
    """FLAC, with digest and words in its comment."""
    import soundfile

    stream = io.BytesIO()
    with soundfile.SoundFile(stream, "w", speech.sample_rate, 1, "PCM_16", format="FLAC") as flac:
        flac.comment = json.dumps([speech.digest, speech.words])
        flac.write(speech.pcm)
    return stream.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[Any, str, tuple[WordTiming, ...]]]:
    """What ``_encode`` has made, and nothing else: a decoder trusts the sizes that it reads."""
    import soundfile

    with soundfile.SoundFile(io.BytesIO(data)) as flac:
        digest, words = json.loads(flac.comment)
        yield flac, digest, tuple(WordTiming(*word) for word in words)
