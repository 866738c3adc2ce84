"""espeak-ng as the teacher: its sound, and which phoneme it speaks at which sample.

The library is the one inside piper-tts, so the phonemes that the teacher
speaks are those that Piper will ask the voice for. Piper's module does not
show the synthesiser; the same file is opened a second time here, with ctypes
(``speak_lib.h`` of espeak-ng 1.52 gives the calls and the structures).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from voices.training.recipe import SAMPLE_RATE, Sound

PHONEME_EVENT = 7
AUDIO_OUTPUT_RETRIEVAL = 1
PHONEME_EVENTS_IN_IPA = 3
CHARS_UTF8 = 1
RATE, VOLUME, PITCH, RANGE = 1, 2, 3, 4
"""espeak_PARAMETER."""


class Uttered(NamedTuple):
    """A phoneme of the teacher: its IPA and the sample where it begins."""

    start: int
    ipa: str


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_ubyte * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Teacher:
    """espeak-ng, loaded once a process: it keeps its state in the library."""

    def __init__(self, sound: Sound) -> None:
        import piper
        from piper.phonemize_espeak import ESPEAK_DATA_DIR, EspeakPhonemizer

        # Piper starts the engine first: started the other way round, it would start again and crash.
        self._phonemizer = EspeakPhonemizer()
        self._library: Any = ctypes.CDLL(str(Path(piper.__file__).with_name("espeakbridge.so")))
        rate = self._library.espeak_Initialize(
            AUDIO_OUTPUT_RETRIEVAL, 0, str(ESPEAK_DATA_DIR).encode(), PHONEME_EVENTS_IN_IPA
        )
        if rate != SAMPLE_RATE:
            raise RuntimeError(f"espeak-ng speaks at {rate} Hz, not at {SAMPLE_RATE}")
        self._sound = sound
        self._blocks: list[npt.NDArray[np.int16]] = []
        self._events: list[Uttered] = []
        self._callback = _Callback(self._receive())  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)
        self.speak("a")  # where Piper has used the library before, the first event of the first sound is lost

    def phonemes(self, text: str) -> list[list[str]]:
        """Sentence by sentence, the code points that Piper turns into ids."""
        self._library.espeak_SetVoiceByName(b"fr")
        sentences: list[list[str]] = self._phonemizer.phonemize("fr", text)
        return sentences

    def speak(self, text: str, rate: int | None = None) -> tuple[npt.NDArray[np.int16], list[Uttered]]:
        """The sound, mono, and its phonemes; ``rate`` in words a minute."""
        sound = self._sound
        if self._library.espeak_SetVoiceByName(sound.variant.encode()):
            raise RuntimeError(f"espeak-ng has no voice {sound.variant}")
        for parameter, value in (
            (RATE, rate or sound.rate),
            (VOLUME, 100),
            (PITCH, sound.pitch),
            (RANGE, sound.pitch_range),
        ):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._blocks.clear()
        self._events.clear()
        data = text.encode()
        self._library.espeak_Synth(
            data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, CHARS_UTF8, ctypes.c_void_p(), ctypes.c_void_p()
        )
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks) if self._blocks else np.zeros(0, np.int16)
        return samples, list(self._events)

    def _receive(self) -> Callable[[Any, int, Any], int]:
        blocks, events = self._blocks, self._events

        def receive(samples: Any, count: int, event: Any) -> int:
            if samples and count > 0:
                blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
            i = 0
            while event[i].type:
                if event[i].type == PHONEME_EVENT:
                    ipa = bytes(event[i].id.string).split(b"\0")[0].decode("utf-8", "ignore")
                    events.append(Uttered(event[i].sample, ipa))
                i += 1
            return 0

        return receive
