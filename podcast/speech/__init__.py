"""Engines and voices behind one door: ``Utterance`` text in, ``AudioChunk`` out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from podcast.errors import VoiceError
from podcast.later import imported_from
from podcast.types import Engine, Voice

if TYPE_CHECKING:
    from podcast.speech.catalogue import find_voice, installed_voices

__all__ = ["find_voice", "installed_voices", "open_engine", "phonemes"]

ADAPTERS = {
    "piper": ("podcast.speech.piper", "PiperEngine"),
    "coqui": ("podcast.speech.coqui", "CoquiEngine"),
    "pocket": ("podcast.speech.pocket", "PocketEngine"),
    "openai": ("podcast.speech.openai", "OpenAIEngine"),
}
"""Where the adapter of each engine is; imported when a voice needs it."""

_CATALOGUE = dict.fromkeys(("find_voice", "installed_voices"), "podcast.speech.catalogue")
"""What finds voices: a worker, which is given its voice, starts without it."""

__getattr__ = imported_from(_CATALOGUE, __name__)


def open_engine(voice: Voice) -> Engine:
    """Load the model of a voice.

    Raises ``VoiceError`` when the engine or the model is not available.
    """
    try:
        module, adapter = ADAPTERS[voice.engine]
    except KeyError:
        raise VoiceError(
            f"the engine {voice.engine!r} is not in this version",
            where=voice.key,
            remedy=f"choose a voice of {', '.join(ADAPTERS)}",
        ) from None
    engine: Engine = getattr(import_module(module), adapter)(voice)
    return engine


def phonemes(text: str, voice: Voice) -> str:
    """What the engine of ``voice`` makes of a text before it speaks: IPA, words apart by a space.

    Raises ``VoiceError`` when the voice has no phonemes to show.
    """
    if voice.engine != "piper":
        raise VoiceError("this voice has no phonemes to show", where=voice.key, remedy="choose a piper voice")
    from podcast.speech import piper

    return piper.phonemes(text, voice)
