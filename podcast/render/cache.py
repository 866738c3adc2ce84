"""Spoken sentences on disk, so that an unchanged one is never spoken twice.

A clip is one FLAC file, named by a hash of everything that makes its sound.
The word timings travel in its comment and a checksum ends the file, so a clip
is whole or it is not there. Several processes may share a folder: files
appear by rename and whoever loses a race loses nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from podcast.render.protocol import Task
from podcast.render.speech import Speech
from podcast.types import EngineName, WordTiming

logger = logging.getLogger(__name__)

FORMAT = 2
"""Raise it when the same key must give other sound or other words."""

ENGINES: dict[EngineName, str] = {"piper": "piper-tts", "coqui": "coqui-tts", "pocket": "pocket-tts"}
"""The package of each engine: another version of it, and of the phonemes in it, makes other sound."""

SUFFIX = ".flac"
PART = ".part"
STALE = 3600.0
"""Seconds after which a part file can only be what a killed process left."""

SWEEP_SHARE = 16
"""The folder is measured each time that a 1/16 of the limit has been written."""

CHECK = 4
"""Bytes of the checksum at the end of a file."""


class ClipCache:
    """A folder of clips that stays below ``max_bytes`` by forgetting the least recently used.

    Each further process that writes at the same time may pass the limit by
    1/16. A folder that cannot be written is reported once and then left alone.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._unmeasured = max_bytes
        """Bytes written since the folder was last measured; the first clip measures it."""
        self._measuring = Lock()
        self._writable = True

    def load(self, task: Task) -> Speech | None:
        """What was spoken for this task before, bit for bit; ``None`` when it is not, or no longer, known."""
        path = self._path(task)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        speech = _decode(data)
        if speech is None:
            logger.info("%s is damaged: it will be spoken again", path)
            _forget(path)
            return None
        with suppress(OSError):
            os.utime(path)
        return speech

    def store(self, task: Task, speech: Speech) -> None:
        """Keep what has been spoken for this task."""
        if not self._writable:
            return
        try:
            data = _encode(speech)
            _write(self._path(task), data)
        except OSError as error:  # the folder, the disk, or no libsndfile on this machine
            self._writable = False
            logger.warning("%s: spoken sentences cannot be kept: %s", self.folder, error)
            return
        self._unmeasured += len(data)
        if self._unmeasured * SWEEP_SHARE >= self.max_bytes and self._measuring.acquire(blocking=False):
            try:
                self._unmeasured = 0
                self._sweep()
            finally:
                self._measuring.release()

    def _path(self, task: Task) -> Path:
        key = task_key(task)
        return self.folder / key[:2] / f"{key}{SUFFIX}"

    def _sweep(self) -> None:
        """Forget the least recently used until 1/16 of the limit is free, and what killed writers left."""
        entries = sorted(_entries(self.folder))
        excess = sum(entry.size for entry in entries) - self.max_bytes * (SWEEP_SHARE - 1) // SWEEP_SHARE
        for entry in entries:
            unfinished = entry.path.suffix == PART  # a live process may be writing it
            doomed = entry.used < time.time() - STALE if unfinished else excess > 0
            if doomed:
                _forget(entry.path)
                excess -= entry.size


class Entry(NamedTuple):
    """A file of the cache; the least recently used sorts first."""

    used: float
    size: int
    path: Path


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
    """FLAC with the words in its comment, and a checksum of all that."""
    import soundfile

    stream = io.BytesIO()
    with soundfile.SoundFile(stream, "w", speech.sample_rate, 1, "PCM_16", format="FLAC") as flac:
        flac.comment = json.dumps(speech.words)
        flac.write(speech.pcm)
    data = stream.getvalue()
    return data + zlib.crc32(data).to_bytes(CHECK)


def _decode(data: bytes) -> Speech | None:
    """The inverse of ``_encode``; ``None`` for anything else: a decoder trusts the sizes that it reads."""
    import soundfile

    data, check = data[:-CHECK], data[-CHECK:]
    if not data or zlib.crc32(data).to_bytes(CHECK) != check:
        return None
    with soundfile.SoundFile(io.BytesIO(data)) as flac:
        words = tuple(WordTiming(*word) for word in json.loads(flac.comment))
        return Speech(flac.read(dtype="int16"), flac.samplerate, words)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=PART, delete=False) as part:
        try:
            part.write(data)
            part.close()
            Path(part.name).replace(path)
        except BaseException:
            _forget(Path(part.name))
            raise


def _forget(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _entries(folder: Path) -> Iterator[Entry]:
    for shelf in folder.iterdir():
        with suppress(OSError), os.scandir(shelf) as files:
            for file in files:
                with suppress(OSError):
                    status = file.stat()
                    yield Entry(status.st_mtime, status.st_size, Path(file.path))
