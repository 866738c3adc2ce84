"""pocket-tts (Kyutai): a small language model of audio that streams on one core.

A voice of this engine is a folder with

    model.safetensors         the weights, as published for a language
    tokenizer.json            its tokenizer
    estelle.safetensors       a speaker: ``speaker = "estelle"``; or a recording, estelle.wav

and either ``model = "model.safetensors"`` with the setting ``config = "french"``
(an architecture that the package describes), or ``model = "own.yaml"``, an
architecture of one's own. Every file that the architecture names is looked
for in the folder, wherever it was published; nothing is downloaded.

The vendor speaks in two threads, 80 ms of sound at a time. A model serves one
text at a time: a stream ends its threads before the next one begins.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any

from podcast.errors import VoiceError
from podcast.speech import vendor
from podcast.types import AudioChunk, Voice

SETTINGS = {"config": str, "temp": float, "eos_threshold": float, "sampler_decode_steps": int}
"""``config`` names the architecture; the others are those of ``TTSModel.load_model``."""

SPEAKERS = (".safetensors", ".wav", ".flac", ".mp3")
INSTALL = "podcast voices install"

WITHOUT_END = "KPOCKET_TTS_ERROR_WITHOUT_EOS"
"""Makes the vendor raise when a text does not come to its end, instead of cutting it off."""


class PocketEngine:
    """One pocket-tts voice in memory."""

    def __init__(self, voice: Voice) -> None:
        settings = vendor.check_settings(voice, SETTINGS)
        with vendor.installed("pocket"), vendor.quiet():
            import torch
            from pocket_tts import TTSModel
        vendor.hush("pocket_tts")
        torch.set_num_threads(1)
        os.environ[WITHOUT_END] = "1"
        self._seed = torch.manual_seed
        config = _architecture(voice)
        options = {name: value for name, value in settings.items() if name != "config"}
        with vendor.loading(voice), tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "config.yaml")
            path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
            self._model = TTSModel.load_model(config=path, **options)
        self._rate = vendor.check_rate(voice, self._model.sample_rate)
        speaker = _speaker(voice)
        with vendor.loading(voice):
            self._speaker = self._model.get_state_for_audio_prompt(speaker)

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return self._rate

    def stream(self, text: str) -> Generator[AudioChunk, None, None]:
        """Chunks of 80 ms, each as soon as it is made.

        Raises ``SynthesisError`` on any failure, when the text has nothing to
        say, and when the model does not come to an end with it.
        """
        with vendor.speaking("pocket-tts", text):
            vendor.check_text(text)
            self._seed(zlib.crc32(text.encode()))  # the same text, the same sound
        yield from vendor.chunks("pocket-tts", text, self._speak(text), self._rate)

    def _speak(self, text: str) -> Generator[Any, None, None]:
        """The vendor's stream; closing it ends the vendor's threads."""
        # Decoding what happens to be ready in one go saves 2 % and sounds the same, but not to the bit.
        self._model.max_decoder_frames_per_call = 1
        stop = Event()
        frames = self._model.generate_audio_stream(self._speaker, text, stop=stop)
        try:
            for frame in frames:  # noqa: UP028 - with "yield from" our end would be theirs, before they stop
                yield frame
        finally:
            stop.set()
            self._model.max_decoder_frames_per_call = 0
            with suppress(Exception):  # what is left to decode; the threads end with it
                for _ in frames:
                    pass

    def close(self) -> None:
        """Free the model."""
        del self._model, self._speaker


def _architecture(voice: Voice) -> dict[str, Any]:
    """The model's configuration, with every file of it in the voice's folder."""
    from pocket_tts.utils.config import CONFIGS_DIR, load_config

    model = Path(voice.model)
    if not model.is_file():
        raise VoiceError("the model is not installed", where=voice.model, remedy=INSTALL)
    own = model.suffix in (".yaml", ".yml")
    path = model if own else CONFIGS_DIR / f"{voice.settings.get('config', '')}.yaml"
    if not path.is_file():
        known = sorted(path.stem for path in CONFIGS_DIR.glob("french*.yaml"))
        raise VoiceError(
            "the model has no architecture", where=voice.key, remedy=f"set config to {' or '.join(known)}"
        )
    with vendor.loading(voice):
        config: dict[str, Any] = load_config(path).model_dump()
    config["weights_path_without_voice_cloning"] = None
    if not own:
        config["weights_path"] = model.name
    table = config["flow_lm"]["lookup_table"]
    for part, name in (
        *((part, "weights_path") for part in (config, config["flow_lm"], config["mimi"])),
        (table, "tokenizer_path"),
    ):
        if part[name]:
            part[name] = str(_beside(model, part[name]))
    return config


def _beside(model: Path, published: str) -> Path:
    """The file of the voice's folder that an address (``hf://…/name@revision``) or a path names."""
    path = model.absolute().with_name(published.rsplit("/", 1)[-1].split("@")[0])
    if not path.is_file():
        raise VoiceError("a file of the voice is missing", where=str(path), remedy=INSTALL)
    return path


def _speaker(voice: Voice) -> Path:
    folder = Path(voice.model).parent
    for suffix in SPEAKERS:
        path = folder / f"{voice.speaker}{suffix}"
        if voice.speaker and path.is_file():
            return path
    raise VoiceError(
        f"there is no speaker {voice.speaker!r} in this voice",
        where=voice.key,
        remedy=f"name one whose {' or '.join(SPEAKERS)} file is in {folder}",
    )
