"""A voice that is ready: engines loaded, waiting for the next article."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

from podcast import pipeline, render, speaking
from podcast.casting import voice_key
from podcast.episode import EpisodeStream
from podcast.episode.sink import Sink
from podcast.settings import Settings
from podcast.types import Article, Clip, Voice

logger = logging.getLogger(__name__)

OPENING = ("title", "standfirst")
FIRST_WORDS = "Bonjour."


class Studio:
    """The voices of ``settings`` with a pool of speakers, for any number of renderings at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._voices = {voice.key: voice for voice in speaking.everybody(settings)}
        self._pool = speaking.speakers(settings)
        self.identity = _identity(settings, self._voices.values())
        """Of all that makes the sound of an article, besides its text."""

    @property
    def bit_rate(self) -> int:
        """Bits for each second of sound, constant."""
        return self._settings.sound.bits("mp3")

    def waiting(self) -> int:
        """Sentences that no speaker has begun."""
        return self._pool.waiting()

    def warm(self) -> None:
        """Load the models in each speaker, and here all that a first article would wait for.

        Raises ``VoiceError`` when a voice cannot be opened.
        """
        for voice in self._voices.values():
            self._pool.warm(render.Task(FIRST_WORDS, voice))
        with self.recording(Article(FIRST_WORDS, ()), _Nowhere()) as stream:
            for _ in stream:
                pass

    def close(self) -> None:
        """Stop at once what is being spoken."""
        self._pool.close()

    @contextmanager
    def recording(
        self,
        article: Article,
        sink: Sink,
        on_clip: Callable[[Clip], None] = lambda _clip: None,
        on_sound: Callable[[], None] = lambda: None,
    ) -> Iterator[EpisodeStream]:
        """An article on its way into ``sink``, as MP3; iterating it does the work, leaving stops it.

        ``on_clip`` is told of each clip before it is encoded, and may end the work by raising;
        ``on_sound`` is called when the sound of one has left.
        """
        settings, blocks = speaking.narrated(article, self._settings), pipeline.script(article)
        cast = self._cast(settings)
        with closing(speaking.speak(pipeline.read(blocks, settings), cast, settings, self._pool)) as clips:
            yield EpisodeStream(
                _told(clips, on_clip),
                sink,
                sound=settings.sound,
                opening=[index for index, block in enumerate(blocks) if block.kind in OPENING],
                priors=speaking.priors(cast),
                voice_rate=speaking.voice_rate(cast),
                keep=lambda _piece, _gain: on_sound(),
            )

    def _cast(self, settings: Settings) -> dict[str, Voice]:
        beside = map(voice_key, settings.cast.beside(settings.voice).values())
        return {"": self._voices[voice_key(settings.voice)], **{key: self._voices[key] for key in beside}}


def _identity(settings: Settings, voices: Iterable[Voice]) -> str:
    """Where models and jingles are does not matter, but what is in them."""
    spoken = [replace(voice, model="") for voice in voices]
    roles = ({"": settings.voice}, settings.cast.kinds, settings.cast.sections, settings.cast.authors)
    cast = [{role: voice_key(name) for role, name in table.items()} for table in roles]
    said = f"{cast}\n{spoken}\n{settings.sound.identity()}\n{settings.reading}"
    return hashlib.sha256(said.encode()).hexdigest()


def _told(clips: Iterator[Clip], on_clip: Callable[[Clip], None]) -> Iterator[Clip]:
    for clip in clips:
        on_clip(clip)
        yield clip


class _Nowhere:
    def write(self, data: bytes, /) -> int:
        return len(data)
