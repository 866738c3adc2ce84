"""Models as ONNX Runtime has rewritten them, kept on the disk: they open in a third of the time, or less.

Folding constants and fusing nodes gives the same graph each time that a
program starts. What does not depend on the processor is done once for each
model and version of the runtime; the rest is still done whenever it is opened,
so that a model from here and the original compute the same, bit for bit.
"""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from podcast.errors import VoiceError
from podcast.types import Voice

logger = logging.getLogger(__name__)

FORMAT = 1
"""Raise it when a model is to be kept in another form."""

LEAST = 1_000_000
"""Bytes of a model; a smaller one opens at once as it is."""

PART = ".part"


class OpenSession(Protocol):
    """What opens ONNX Runtime sessions."""

    def __call__(self, model: str, *, keep: str = "") -> Any:
        """A session; ``keep`` is a path for what the runtime makes of the model: that opens sooner."""


def open_kept(voice: Voice, runtime: str, open_session: OpenSession) -> Any:
    """A session of the model of a voice, by way of what this version of the ``runtime`` keeps of it.

    Nothing is lost where that cannot be written or read: then the model itself
    is opened. Raises ``VoiceError`` when that fails.
    """
    kept = _place(voice, runtime)
    if kept is None or not (kept.is_file() or _kept(voice.model, kept, open_session)):
        return open_session(voice.model)
    try:
        return open_session(str(kept))
    except VoiceError as error:  # gone again, or cut by a disk that failed
        logger.info("%s: its kept form cannot be used: %s", voice.model, error)
        with suppress(OSError):
            kept.unlink(missing_ok=True)
        return open_session(voice.model)


def models_folder() -> Path:
    """Where what is made of models is kept, by the XDG base directory rules."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache, "podcast", "models").expanduser()


def _place(voice: Voice, runtime: str) -> Path | None:
    """Named by what the model is and by what rewrites it; None for a model that is small, or not there."""
    try:
        size = Path(voice.model).stat().st_size
        folder = models_folder()
    except (OSError, RuntimeError):  # no such file; no home
        return None
    return folder / f"{voice.model_hash[:32]}-{size}-{FORMAT}-ort{runtime}.onnx" if size >= LEAST else None


def _kept(model: str, kept: Path, open_session: OpenSession) -> bool:
    """Make it, whole or not at all, unless another process is about to; tells whether it is there.

    A process that was killed leaves its part to the next one that wants it.
    """
    part = kept.with_suffix(PART)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as holder:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                if not kept.is_file():
                    open_session(model, keep=str(part))
                    part.replace(kept)
                    _forget_older(kept)
            finally:
                part.unlink(missing_ok=True)
    except (OSError, VoiceError) as error:
        logger.info("%s: opened as it is: %s", model, error)
        return False
    return True


def _forget_older(kept: Path) -> None:
    """What other versions made of the same model."""
    same = kept.name.partition(f"-{FORMAT}-")[0]
    for older in kept.parent.glob(f"{same}-*.onnx"):
        if older != kept:
            older.unlink(missing_ok=True)
