"""Models as ONNX Runtime has rewritten them, kept on the disk: they open in a fraction of the time.

Folding constants, fusing nodes and laying weights out for the processor gives
the same graph each time that a program starts. It is done once for each model,
version of the runtime and kind of processor, and what comes of it is opened as
it is: it computes the same as the original, bit for bit.

Where the processor is of the kind that it was measured on, a model is written
anew first (``vocoder/``): a medium voice of Piper then takes a third less time,
the bundled voice a fifth. Their samples are the same within 1e-4, which is tried
before such a model is kept. In eight bits, where a voice asks for them, the
bundled voice takes two fifths less than published.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import platform
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from string import digits
from tempfile import TemporaryDirectory
from time import sleep
from typing import IO, Any, Protocol

import numpy as np

from podcast.errors import VoiceError
from podcast.places import cache_folder
from podcast.speech.trial import alike
from podcast.types import Voice

logger = logging.getLogger(__name__)

FORMAT = 8
"""Raise it when a model is to be kept in another form."""

LEAST = 1_000_000
"""Bytes of a model; a smaller one opens at once as it is."""

PROCESSORS = {"x86_64", "AMD64"}
"""For which models are written anew."""

ALIKE = 1e-4
"""Of full scale: by how much what is kept may differ from the model itself, where that can be told."""

NEARLY_ALIKE = 5e-2
"""The same in eight bits."""

PART = ".part"
ANEW = ".anew"
"""What stands here for a moment: the model before the runtime has rewritten it."""

HASTENED = "hastened"
"""The form of models that were written anew."""

LOOKS, BETWEEN_LOOKS = 100, 0.05
"""How often, and after how many seconds, it is looked whether another process has made it.

The bundled voice is made in less than a second, a medium one of Piper in three.
"""

Written = Callable[[str, Path, "OpenSession"], AbstractContextManager[str]]
"""Gives a model in another form, at a place, for as long as it is looked at."""


class OpenSession(Protocol):
    """What opens ONNX Runtime sessions."""

    def __call__(self, model: str, *, keep: str = "", finished: bool = False) -> Any:
        """A session; ``keep`` is a path for what the runtime makes of the model.

        ``finished`` is for what was kept so, on a processor of the same kind: nothing is made of it anew.
        """


def open_kept(voice: Voice, runtime: str, open_session: OpenSession) -> Any:
    """A session of the model of a voice, by way of what this version of the ``runtime`` keeps of it.

    Nothing is lost where that cannot be written or read: then the model itself
    is opened. Raises ``VoiceError`` when that fails.
    """
    kept = _place(voice, runtime, HASTENED if _can_hasten() else "")
    if kept is None:
        return open_session(voice.model)
    try:
        _make(voice.model, kept, open_session, _hastened if _can_hasten() else _unchanged)
    except (OSError, VoiceError) as error:
        logger.info("%s: opened as it is: %s", voice.model, error)
        return open_session(voice.model)
    try:
        return open_session(str(kept), finished=True)
    except VoiceError as error:  # gone again, or cut by a disk that failed
        logger.info("%s: its kept form cannot be used: %s", voice.model, error)
        with suppress(OSError):
            kept.unlink(missing_ok=True)
        return open_session(voice.model)


def open_coarse(voice: Voice, runtime: str, open_session: OpenSession) -> Any:
    """A session of a voice that counts in eight bits what bears it.

    Raises ``VoiceError`` when nothing does, and when there is no place for what is made of it, not
    even for a moment.
    """
    kept = _place(voice, runtime, "int8", least=0)
    if kept is not None:
        try:
            _make(voice.model, kept, open_session, _coarsened)
            try:
                return open_session(str(kept), finished=True)
            except VoiceError:  # cut by a disk that failed
                kept.unlink(missing_ok=True)
                _make(voice.model, kept, open_session, _coarsened)
                return open_session(str(kept), finished=True)
        except OSError as error:
            logger.info("%s: made anew each time: %s", kept, error)
    try:
        with (
            TemporaryDirectory(prefix="podcast-") as folder,
            _coarsened(voice.model, Path(folder, "int8.onnx"), open_session) as source,
        ):
            return open_session(source)
    except OSError as error:
        raise VoiceError(
            f"the voice cannot be prepared for int8: {error.strerror}",
            where=voice.key,
            remedy="check space and rights of the folder for temporary files",
        ) from error


def models_folder() -> Path:
    """Where what is made of models is kept. Raises ``RuntimeError`` where there is no home."""
    return cache_folder() / "models"


def _place(voice: Voice, runtime: str, form: str, *, least: int | None = None) -> Path | None:
    """Named by what the model is and by what rewrites it; None for a model that is small, or not there."""
    try:
        size = Path(voice.model).stat().st_size
        folder = models_folder()
    except (OSError, RuntimeError):  # no such file; no home
        return None
    if size < (LEAST if least is None else least):
        return None
    return folder / f"{voice.model_hash[:32]}-{size}-{FORMAT}{form}-{processor()}-ort{runtime}.onnx"


@cache
def processor() -> str:
    """Eight digits that stand for a kind of processor: for the instructions that numpy finds it has.

    ONNX Runtime lays weights out for the width of its registers, which they tell.
    """
    simd = np.show_config(mode="dicts").get("SIMD Extensions", {})
    told = " ".join([platform.machine(), *simd.get("baseline", ()), *simd.get("found", ())])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _make(model: str, kept: Path, open_session: OpenSession, written: Written) -> None:
    """Make what is to be kept where it is not there, whole or not at all, in one process at a time.

    A process that was killed leaves its part to the next one that wants it.
    Raises ``OSError``, also when another is long about it, and ``VoiceError``.
    """
    if kept.is_file():
        return
    part = kept.with_suffix(PART)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab") as holder:
        _wait_for(holder)
        try:
            if not kept.is_file():
                with written(model, kept.with_suffix(ANEW), open_session) as source:
                    open_session(source, keep=str(part))
                part.replace(kept)
                _forget_older(kept)
        finally:
            part.unlink(missing_ok=True)


def _wait_for(holder: IO[bytes]) -> None:
    """Until this process alone has a file. Raises ``BlockingIOError`` when that takes too long."""
    for _ in range(LOOKS):
        with suppress(BlockingIOError):
            return fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sleep(BETWEEN_LOOKS)
    fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return None


def _can_hasten() -> bool:
    return platform.machine() in PROCESSORS


@contextmanager
def _unchanged(model: str, _place: Path, _open_session: OpenSession) -> Iterator[str]:
    """The model itself."""
    yield model


@contextmanager
def _hastened(model: str, place: Path, open_session: OpenSession) -> Iterator[str]:
    """The model written anew, at ``place``; the model itself where that cannot be."""
    from podcast.speech.vocoder import NotAVocoder

    source = model
    try:
        if _hasten(model, place, open_session):
            source = str(place)
        else:
            logger.warning("%s: it says something else when it is written anew, and stays as it is", model)
    except NotAVocoder as fact:
        logger.debug("%s: kept as it is: %s", model, fact)
    except Exception as error:  # a file that is no model: who opens it will say so
        logger.info("%s: it cannot be read: %s", model, error)
    try:
        yield source
    finally:
        place.unlink(missing_ok=True)


def _hasten(model: str, place: Path, open_session: OpenSession) -> bool:
    """Write a model anew: all of it if that says the same, or else its later parts if those do."""
    from podcast.speech.vocoder import NotAVocoder, hasten_file

    for earlier in (True, False):
        try:
            noisy = not hasten_file(model, place, earlier=earlier)
            if alike(open_session(model), open_session(str(place)), ALIKE, noisy=noisy):
                return True
        except (NotAVocoder, OSError):
            raise
        except Exception as error:
            if not earlier:
                raise
            logger.info("%s: it cannot be asked when it is written anew: %s", model, error)
    return False


@contextmanager
def _coarsened(model: str, place: Path, open_session: OpenSession) -> Iterator[str]:
    """The model with products in eight bits, at ``place``. Raises ``VoiceError`` where that cannot be."""
    from podcast.speech.vocoder import hasten_file

    try:
        hasten_file(model, place, coarse=True)
        if not alike(open_session(model), open_session(str(place)), NEARLY_ALIKE, noisy=False):
            raise ValueError("it says something else")
        yield str(place)
    except (OSError, VoiceError):
        raise
    except Exception as error:
        raise VoiceError(
            f"this voice cannot be computed in int8: {error}", where=model, remedy="leave out its arithmetic"
        ) from error
    finally:
        place.unlink(missing_ok=True)


def _forget_older(kept: Path) -> None:
    """What other versions made of the same model, in the same form, for the same kind of processor."""
    same, size, form, *kind, _ = kept.name.split("-")
    for older in kept.parent.glob(f"{same}-{size}-*.onnx"):
        _, _, its_form, *its_kind, _ = older.name.split("-")
        if older != kept and its_form.lstrip(digits) == form.lstrip(digits) and its_kind in (kind, []):
            older.unlink(missing_ok=True)  # before format 8 nothing told the kind
