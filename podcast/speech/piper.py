"""Piper: ONNX voices on espeak-ng phonemes.

A session has one thread: several sessions side by side are faster than one
session with several threads, and the renderer runs one worker per core.

Voices trained by Piper draw noise: the same text sounds a little different each
time. The bundled voice has its noise in a table and repeats itself to the bit.

``arithmetic = "bfloat16"`` among the settings of a voice takes half the time (``bfloat.py``);
``arithmetic = "int8"`` takes a quarter less for the bundled voice (``vocoder/lifted.py``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from podcast.errors import ConfigError, SynthesisError, VoiceError
from podcast.speech import vendor
from podcast.speech.alphabet import Alphabet
from podcast.speech.kept import open_coarse, open_kept
from podcast.speech.timing import Times, WordClock
from podcast.types import AudioChunk, Samples, Voice

SETTINGS = {"length_scale": float, "noise_scale": float, "noise_w_scale": float, "arithmetic": str}
ARITHMETICS = ("float32", "bfloat16", "int8")
REINSTALL = "install the voice again"

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
"""Before its import: what is read here is nobody's business, its makers' included."""


class PiperEngine:
    """One Piper voice in memory."""

    def __init__(self, voice: Voice) -> None:
        from piper import PiperVoice, SynthesisConfig

        config = _read_config(voice.model)
        self._rate = vendor.check_rate(voice, config.sample_rate)
        self._alphabet = Alphabet(config.phoneme_id_map)
        settings = vendor.check_settings(voice, SETTINGS)
        settings.pop("arithmetic", None)
        session = session_of(voice)
        speaker = _speaker(voice, config.speaker_id_map)
        self._manner = SynthesisConfig(speaker_id=speaker, normalize_audio=False, **settings)
        self._piper = PiperVoice(session=session, config=config)

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return self._rate

    def stream(self, text: str) -> Iterator[AudioChunk]:
        """One chunk for each sentence that espeak-ng hears in ``text``, where ``[[…]]`` is IPA.

        Raises ``SynthesisError`` on any failure, and when the text has nothing to say.
        """
        words = self._alphabet.words
        with vendor.speaking("piper", text):
            sentences = [sentence for sentence in self._piper.phonemize(text) if words(sentence)]
        if not sentences:
            raise SynthesisError(
                "there is nothing to say", where=vendor.quoted(text), remedy="give the voice a word to speak"
            )
        clock = WordClock(text, [word for sentence in sentences for word in words(sentence)])
        spoken = 0.0
        for sentence in sentences:
            with vendor.speaking("piper", text):
                samples, times = self._speak(sentence)
            yield AudioChunk(samples, self._rate, clock.hear([(spoken + a, spoken + b) for a, b in times]))
            spoken += len(samples) / self._rate

    def close(self) -> None:
        """Free the model."""
        del self._piper

    def _speak(self, sentence: list[str]) -> tuple[Samples, list[Times]]:
        """The samples of a sentence, and when its words sound if the model tells how long each phoneme is."""
        ids = self._piper.phonemes_to_ids(sentence)
        audio, lengths = self._piper.phoneme_ids_to_audio(ids, self._manner, include_alignments=True)
        samples = np.clip(np.atleast_1d(audio), -1.0, 1.0).astype(np.float32, copy=False)
        if lengths is None or lengths.sum() != len(samples):
            return samples, []
        return samples, self._alphabet.times(ids, [length / self._rate for length in lengths.tolist()])


def phonemes(text: str, voice: Voice) -> str:
    """The IPA that espeak-ng makes of a text, words apart by a space."""
    from piper import PiperVoice

    piper = PiperVoice(session=None, config=_read_config(voice.model))
    with vendor.speaking("piper", text):
        return " ".join("".join(sentence).strip() for sentence in piper.phonemize(text))


@lru_cache(maxsize=8)
def _read_config(model: str) -> Any:
    """The ``PiperConfig`` beside a model."""
    from piper import PiperConfig

    path = Path(f"{model}.json")
    try:
        return PiperConfig.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise VoiceError(f"cannot be read: {error.strerror}", where=str(path), remedy=REINSTALL) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VoiceError("does not describe a Piper voice", where=str(path), remedy=REINSTALL) from error


def session_of(voice: Voice) -> Any:
    """What computes a voice, as its settings want it."""
    arithmetic = voice.settings.get("arithmetic", "float32")
    if arithmetic not in ARITHMETICS:
        raise ConfigError(
            f"arithmetic = {arithmetic!r} is not known", where=voice.key, remedy=" or ".join(ARITHMETICS)
        )
    if arithmetic == "bfloat16":
        from podcast.speech.bfloat import BfloatSession

        with vendor.loading(voice):
            return BfloatSession(voice, open_session)
    import onnxruntime

    if arithmetic == "int8":
        with vendor.loading(voice):
            return open_coarse(voice, onnxruntime.__version__, open_session)
    return open_kept(voice, onnxruntime.__version__, open_session)


def open_session(model: str, *, keep: str = "", finished: bool = False) -> Any:
    """An ONNX Runtime session on one core; ``keep`` and ``finished`` as in ``kept.OpenSession``."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_mem_pattern = False  # no two sentences have the same shape
    # Planning which buffer takes which place is quadratic in a graph of unknown shapes: half the time of
    # loading, a second for a large voice. The arena hands buffers out as fast, and needs no more of them.
    options.enable_mem_reuse = False
    options.log_severity_level = 3
    if keep:
        options.optimized_model_filepath = keep
    if finished:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise VoiceError("the model cannot be loaded", where=model, remedy=REINSTALL) from error


def _speaker(voice: Voice, speakers: Mapping[str, int]) -> int | None:
    if not voice.speaker:
        return None
    if voice.speaker not in speakers:
        raise VoiceError(
            f"there is no speaker {voice.speaker!r} in this voice",
            where=voice.key,
            remedy=f"one of {', '.join(speakers)}" if speakers else "leave speaker empty",
        )
    return speakers[voice.speaker]
