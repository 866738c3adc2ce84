"""Spoken sentences on disk, so that an unchanged one is never spoken twice.

A clip is one FLAC file, named by a hash of everything that makes its sound.
The word timings travel in its comment.
"""

from __future__ import annotations

import hashlib
import io
import json
from functools import cache
from pathlib import Path

from podcast.render.files import FileCache
from podcast.render.protocol import Task
from podcast.render.speech import Speech
from podcast.types import EngineName, WordTiming

FORMAT = 2
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

    def load(self, task: Task) -> Speech | None:
        """What was spoken for this task before, bit for bit; ``None`` when it is not, or no longer, known."""
        data = self.files.load(clip_name(task))
        return None if data is None else _decode(data)

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


def clip_name(task: Task) -> str:
    """Of the file of a task."""
    return f"{task_key(task)}{SUFFIX}"


def task_key(task: Task) -> str:
    """A name for everything that makes the sound of a task."""
    voice = task.voice
    parts = [FORMAT, voice.key, voice.engine, voice.model_hash, voice.sample_rate, voice.speaker]
    identity = json.dumps([*parts, _version(voice.engine), voice.settings, task.text], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()


@cache
def _version(engine: EngineName) -> str:
    """Of the package of an engine; empty for one that is a server."""
    from importlib.metadata import PackageNotFoundError, version  # with much of email: not for a worker

    try:
        return version(ENGINES[engine])
    except (KeyError, PackageNotFoundError):
        return ""


def _encode(speech: Speech) -> bytes:
    """FLAC with the words in its comment."""
    import soundfile

    stream = io.BytesIO()
    with soundfile.SoundFile(stream, "w", speech.sample_rate, 1, "PCM_16", format="FLAC") as flac:
        flac.comment = json.dumps(speech.words)
        flac.write(speech.pcm)
    return stream.getvalue()


def _decode(data: bytes) -> Speech:
    """The inverse of ``_encode``, for nothing else: a decoder trusts the sizes that it reads."""
    import soundfile

    with soundfile.SoundFile(io.BytesIO(data)) as flac:
        words = tuple(WordTiming(*word) for word in json.loads(flac.comment))
        return Speech(flac.read(dtype="int16"), flac.samplerate, words)
