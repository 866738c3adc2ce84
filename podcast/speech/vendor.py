"""What all engines owe their vendors: a remedy when they are missing, quiet, and faults told in our words."""

from __future__ import annotations

import logging
import unicodedata
import warnings
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from textwrap import shorten
from typing import Any

import numpy as np

from podcast.errors import ConfigError, PodcastError, SynthesisError, VoiceError
from podcast.types import AudioChunk, Samples, Voice


@contextmanager
def installed(extra: str) -> Iterator[None]:
    """Around the imports of an optional engine: what goes wrong there is a ``VoiceError`` with the remedy."""
    try:
        yield
    except Exception as error:
        state = "is not installed" if isinstance(error, ImportError) else "does not work here"
        raise VoiceError(
            f"the engine {extra} {state} ({error})", remedy=f"pip install 'podcast[{extra}]'"
        ) from error


@contextmanager
def loading(voice: Voice) -> Iterator[None]:
    """Around the loading of a model: whatever goes wrong there is a ``VoiceError``."""
    try:
        with quiet():
            yield
    except PodcastError:
        raise
    except Exception as error:
        what = f"the model cannot be loaded: {type(error).__name__}: {error}"
        wanting = isinstance(error, ImportError)  # a package that this model needs besides
        remedy = "install the package that it names" if wanting else "install the voice again"
        raise VoiceError(what, where=voice.model, remedy=remedy) from error


@contextmanager
def speaking(engine: str, text: str) -> Iterator[None]:
    """Around the work on a text: whatever the vendor raises is a ``SynthesisError``."""
    try:
        with quiet():
            yield
    except PodcastError:
        raise
    except Exception as error:
        raise SynthesisError(f"{engine} failed: {error}", where=quoted(text)) from error


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings of the vendor, and no log handlers that it hangs on the root."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for handler in set(root.handlers) - set(handlers):
            root.removeHandler(handler)


def hush(*loggers: str) -> None:
    """Let these loggers of a vendor tell errors only."""
    for name in loggers:
        logging.getLogger(name).setLevel(logging.ERROR)


def check_text(text: str) -> None:
    """Refuse a text before a vendor drops or babbles what it cannot say.

    Raises ``SynthesisError`` when there is no letter or digit in it, and
    ``ValueError`` for control characters and lone surrogates.
    """
    text.encode()
    for character in text:
        if unicodedata.category(character) == "Cc" and not character.isspace():
            raise ValueError(f"{character!r} is not a character that can be said")
    if not any(map(str.isalnum, text)):
        raise SynthesisError(
            "there is nothing to say", where=quoted(text), remedy="give the voice a word to speak"
        )


def check_settings(voice: Voice, known: Mapping[str, type]) -> dict[str, Any]:
    """The settings of a voice, each of the type that its engine knows; ``float`` takes whole numbers too.

    Raises ``ConfigError`` for an unknown one and for a value of another type.
    """
    for name, value in voice.settings.items():
        kind = known.get(name)
        if kind is None or not (type(value) is kind or (kind is float and type(value) is int)):
            told = ", ".join(f"{key} ({of.__name__})" for key, of in known.items())
            raise ConfigError(
                f"{name} = {value!r} is not a setting of {voice.engine}", where=voice.key, remedy=told
            )
    return dict(voice.settings)


def check_rate(voice: Voice, rate: int) -> int:
    """The sample rate of a model in hertz, when its description says the same."""
    if rate != voice.sample_rate:
        raise VoiceError(
            f"the model speaks at {rate} Hz, its description says {voice.sample_rate}",
            where=voice.key,
            remedy="correct sample_rate in voice.toml",
        )
    return rate


def quoted(text: str) -> str:
    """A sentence as errors name it."""
    return f"« {shorten(text, 100, placeholder='…')} »"


def language(voice: Voice, names: Collection[str]) -> str:
    """What a model calls the language of a voice: ``fr-fr`` or ``fr``."""
    wanted = voice.language.lower()
    for name in (wanted, wanted.split("-")[0]):
        if name in names:
            return name
    raise VoiceError(
        f"the model does not speak {voice.language}", where=voice.key, remedy=f"it speaks {', '.join(names)}"
    )


def speaker(voice: Voice, names: Collection[str]) -> str | None:
    """The speaker of a model that a voice names; None where there is no choice."""
    if voice.speaker in names:
        return voice.speaker
    if not voice.speaker and len(names) < 2:
        return None
    raise VoiceError(
        f"there is no speaker {voice.speaker!r} in this voice"
        if voice.speaker
        else "the voice names no speaker",
        where=voice.key,
        remedy=f"one of {shorten(', '.join(names), 200, placeholder='…')}"
        if names
        else "leave speaker empty",
    )


def sound(samples: Any) -> Samples:
    """A vendor's array or tensor as samples."""
    return np.clip(np.asarray(samples, dtype=np.float32).reshape(-1), -1.0, 1.0)


def chunks(
    engine: str, text: str, pieces: Generator[Any, None, None], rate: int
) -> Generator[AudioChunk, None, None]:
    """The pieces of sound of a text as they come, which a vendor's generator makes.

    Closing it closes ``pieces``. Raises ``SynthesisError`` for whatever the
    vendor raises, and when there is no sound at all.
    """
    silent = True
    with closing(pieces):
        while True:
            with speaking(engine, text):
                piece = next(pieces, None)
            if piece is None:
                break
            if len(samples := sound(piece)):
                silent = False
                yield AudioChunk(samples, rate)
    if silent:
        raise SynthesisError(f"{engine} gave no audio", where=quoted(text), remedy="try another voice")
