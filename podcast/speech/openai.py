"""Any server with the speech API of OpenAI: Kokoro-FastAPI, LocalAI, vLLM, a newsroom's own, OpenAI itself.

Each utterance is one ``POST {base_url}/audio/speech``. The answer is spoken
while it comes, be it bare PCM (16-bit, little-endian, mono, at the voice's
sample rate) or WAV. ``Voice.model`` and ``Voice.speaker`` are the API's
``model`` and ``voice``.

    [settings]
    base_url = "http://127.0.0.1:8880/v1"
    key_variable = "GAZETTE_TTS_KEY"    # the variable of the environment that holds the server's key
    response_format = "wav"             # "pcm" when it is not set
    speed = 1.1
    instructions = "…"                  # for models that take them
    timeout = 60                        # seconds without a byte

Without ``base_url`` the server is OpenAI's, with the key in ``OPENAI_API_KEY``;
no other server is sent a key that was not named for it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import closing

from podcast.errors import ConfigError, VoiceError
from podcast.speech import vendor
from podcast.speech.pcm import read_pcm
from podcast.speech.server import Server
from podcast.types import AudioChunk, Samples, Voice

NAME = "the speech server"
OPENAI = "https://api.openai.com/v1"
OPENAI_KEY = "OPENAI_API_KEY"

SETTINGS = {
    "base_url": str,
    "key_variable": str,
    "response_format": str,
    "speed": float,
    "instructions": str,
    "timeout": float,
}
FORMATS = ("pcm", "wav")
TIMEOUT = 60.0
"""Seconds: servers that do not stream have spoken the whole utterance before they answer."""


class OpenAIEngine:
    """One voice of a server."""

    def __init__(self, voice: Voice) -> None:
        settings = vendor.check_settings(voice, SETTINGS)
        url = str(settings.pop("base_url", OPENAI)).rstrip("/")
        variable = str(settings.pop("key_variable", OPENAI_KEY if url == OPENAI else ""))
        timeout = float(settings.pop("timeout", TIMEOUT))
        speaker = {"voice": voice.speaker} if voice.speaker else {}
        self._wanted = {"model": voice.model, "response_format": FORMATS[0], **speaker, **settings}
        if self._wanted["response_format"] not in FORMATS or not 0 < timeout < float("inf"):
            raise ConfigError(
                "a setting is out of range",
                where=voice.key,
                remedy=f"response_format is {' or '.join(FORMATS)}, timeout a number of seconds",
            )
        self._server = Server(f"{url}/audio/speech", headers=_authorization(variable), timeout=timeout)
        self._rate = voice.sample_rate

    @property
    def sample_rate(self) -> int:
        """Hertz."""
        return self._rate

    def stream(self, text: str) -> Generator[AudioChunk, None, None]:
        """Chunks as the network brings them; closing it closes the connection.

        Raises ``VoiceError`` when the server cannot be had or refuses the key,
        and ``SynthesisError`` when it fails on the text or breaks off.
        """
        with vendor.speaking(NAME, text):
            vendor.check_text(text)
        yield from vendor.chunks(NAME, text, self._speak(text), self._rate)

    def close(self) -> None:
        """Nothing is held between two utterances."""

    def _speak(self, text: str) -> Generator[Samples, None, None]:
        body = json.dumps({**self._wanted, "input": text}).encode()
        with closing(self._server.post(body)) as answer:
            yield from read_pcm(answer, self._rate)


def _authorization(variable: str) -> dict[str, str]:
    """The header with the key that a variable of the environment holds; none when no variable is named.

    A key stands in no message, whatever is wrong with it.
    """
    if not variable:
        return {}
    key = os.environ.get(variable, "").strip()
    if not key or not key.isascii() or not key.isprintable():
        wrong = "holds something that is not a key" if key else "is not set"
        raise VoiceError(f"the variable {variable} {wrong}", remedy="it gives the speech server's key")
    return {"Authorization": f"Bearer {key}"}
