"""XTTS, Coqui's model that imitates a recording: it streams while it speaks."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

from podcast.errors import SynthesisError, VoiceError
from podcast.speech import vendor
from podcast.types import Voice

MANNER = ("temperature", "length_penalty", "repetition_penalty", "top_k", "top_p")
"""What the configuration of a model says about how it speaks."""

CLONING = {
    "gpt_cond_len": "gpt_cond_len",
    "gpt_cond_chunk_len": "gpt_cond_chunk_len",
    "max_ref_length": "max_ref_len",
    "sound_norm_refs": "sound_norm_refs",
}
"""Arguments of the imitation, and what the configuration calls them."""


@contextmanager
def published_pickles() -> Iterator[None]:
    """Let the weights be read as Coqui published them, with a configuration pickled among them.

    The vendor else reads them by a longer way, at the end of which it writes
    them anew over the file: which is not its own, has a known hash, and may be
    read by other workers meanwhile.
    """
    from torch.serialization import safe_globals
    from TTS.config.shared_configs import BaseDatasetConfig
    from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig

    then = "TTS.tts.models.xtts"
    moved = [(kind, f"{then}.{kind.__name__}") for kind in (XttsArgs, XttsAudioConfig)]
    with safe_globals([XttsConfig, BaseDatasetConfig, *moved]):
        yield


class Xtts:
    """An XTTS model with a speaker: one of its own, or that of a recording."""

    def __init__(self, coqui: Any, voice: Voice, settings: dict[str, Any]) -> None:
        self._model = coqui.tts_model
        config = coqui.tts_config
        self._manner = {name: config[name] for name in MANNER}
        self._manner |= {name: settings[name] for name in ("temperature", "speed") if name in settings}
        self._language = vendor.language(voice, config.languages)
        self._speaker = self._imitate(voice, settings["speaker_wav"], config)
        sizes, steps = self._model.args, self._model.gpt.max_gen_mel_tokens - 1
        seconds = steps * sizes.gpt_code_stride_len / sizes.input_sample_rate
        self._limit = seconds * sizes.output_sample_rate / float(self._manner.get("speed", 1.0))

    def speak(self, text: str) -> Generator[Any, None, None]:
        """Pieces of about a second.

        Raises ``SynthesisError`` when the model does not stop by itself: it
        has lost the text, and may have left the end unsaid.
        """
        length = 0
        for piece in self._model.inference_stream(text, self._language, *self._speaker, **self._manner):
            length += len(piece)
            yield piece
        if length >= self._limit:
            raise SynthesisError(
                "XTTS did not come to an end", where=vendor.quoted(text), remedy="shorten the sentence"
            )

    def _imitate(self, voice: Voice, recording: str, config: Any) -> tuple[Any, Any]:
        """What the model knows of a speaker: latents of the manner, embedding of the timbre."""
        if recording:
            options = {name: config[called] for name, called in CLONING.items()}
            latents, embedding = self._model.get_conditioning_latents([recording], **options)
            return latents, embedding
        speakers = getattr(self._model.speaker_manager, "speakers", {})
        name = vendor.speaker(voice, speakers) or next(iter(speakers), None)
        if name is None:
            raise VoiceError(
                "XTTS needs someone to speak like", where=voice.key, remedy="set speaker_wav to a recording"
            )
        latents, embedding = speakers[name].values()
        return latents, embedding
