"""The engine: opens any model, and gives the text to it in the way that it speaks."""

from __future__ import annotations

import logging
import os
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any

from podcast.speech import vendor
from podcast.speech.coqui import torch_audio
from podcast.speech.coqui.files import local_config, recording, voice_files
from podcast.speech.coqui.xtts import Xtts, published_pickles
from podcast.types import AudioChunk, Voice

logger = logging.getLogger(__name__)

SETTINGS = {"vocoder": str, "speaker_wav": str, "trim_silence": bool, "temperature": float, "speed": float}
"""``vocoder``: file, folder or id of a second model; ``speaker_wav``: a recording to speak like, for
models that can (XTTS, YourTTS); ``trim_silence``: whether to cut silence off the end, where the
configuration of the model should not decide; ``temperature``, ``speed``: of XTTS. Relative paths
count from the folder of the model."""

SENTENCE_END = re.compile(r"(?<=[.!?…]) +(?=\w)")


class CoquiEngine:
    """One Coqui voice in memory."""

    def __init__(self, voice: Voice) -> None:
        settings = vendor.check_settings(voice, SETTINGS)
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # read when that package is first imported
        with vendor.installed("coqui"), vendor.quiet():
            import torch

            torch_audio.provide()
            from TTS.utils.synthesizer import Synthesizer
        vendor.hush("TTS", "trainer")
        torch.set_num_threads(1)
        self._seed = torch.manual_seed
        files, vocoder = voice_files(voice)
        with vendor.loading(voice), published_pickles(), ExitStack() as configs:
            coqui = Synthesizer(
                tts_checkpoint=files.model,
                tts_config_path=configs.enter_context(local_config(files)),
                vocoder_checkpoint=vocoder and vocoder.model,
                vocoder_config=vocoder and configs.enter_context(local_config(vocoder)),
            )
        self._rate = vendor.check_rate(voice, int(coqui.output_sample_rate))
        settings["speaker_wav"] = recording(voice)
        way = Xtts if coqui.tts_config.model == "xtts" else Sentences
        with vendor.loading(voice):
            self._way: Sentences | Xtts = way(coqui, voice, settings)

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return self._rate

    def stream(self, text: str) -> Generator[AudioChunk, None, None]:
        """XTTS: a chunk for about each second of speech. Other models: one for each sentence.

        Raises ``SynthesisError`` on any failure, when the text has nothing to
        say, and when XTTS does not come to an end with it.
        """
        with vendor.speaking("coqui", text):
            vendor.check_text(text)
            self._seed(zlib.crc32(text.encode()))  # the same text, the same sound
        yield from vendor.chunks("coqui", text, self._way.speak(text), self._rate)

    def close(self) -> None:
        """Free the model."""
        del self._way


class Sentences:
    """The way of the models that make a whole sentence."""

    def __init__(self, coqui: Any, voice: Voice, settings: dict[str, Any]) -> None:
        from TTS.utils.synthesizer import PAD_SILENCE_SAMPLES

        self._coqui = coqui
        self._voice = voice
        self._padding: int = PAD_SILENCE_SAMPLES
        self._missing: set[str] = set()
        if "trim_silence" in settings:
            coqui.tts_config.audio["do_trim_silence"] = settings["trim_silence"]
        model = coqui.tts_model
        names = model.language_manager.language_names
        speakers = () if settings["speaker_wav"] else getattr(model.speaker_manager, "speaker_names", ())
        self._options = {
            "language_name": vendor.language(voice, names) if len(names) > 1 else None,
            "speaker_name": vendor.speaker(voice, speakers),
            "speaker_wav": settings["speaker_wav"] or None,
            "split_sentences": False,
        }

    def speak(self, text: str) -> Generator[Any, None, None]:
        """Each sentence as it is made, without the silence that the vendor puts after it."""
        for sentence in sentences(text):
            samples = self._coqui.tts(sentence, **self._options)
            self._tell_missing()
            yield samples[: -self._padding]

    def _tell_missing(self) -> None:
        """Say once of each character that the model does not know that it goes unsaid."""
        tokenizer = self._coqui.tts_model.tokenizer
        missing = set(getattr(tokenizer, "not_found_characters", ())) - self._missing
        self._missing |= missing
        for character in sorted(filter(str.isalnum, missing)):
            logger.warning("%s cannot say %r", self._voice.key, character)


def sentences(text: str) -> Iterator[str]:
    """The sentences of an utterance, which has one as a rule; points with no word go to the next."""
    sentence = ""
    for part in SENTENCE_END.split(text):
        sentence += f" {part}"
        if any(map(str.isalnum, part)):
            yield sentence.strip()
            sentence = ""
