"""A voice that is ready: engines loaded, waiting for the next article."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from podcast import episode, pipeline, render, speech
from podcast.episode import EpisodeStream
from podcast.episode.codec import Sink
from podcast.settings import Settings
from podcast.types import Block, Clip

logger = logging.getLogger(__name__)

OPENING = ("title", "standfirst")
FIRST_WORDS = "Bonjour."


class Studio:
    """The voice of ``settings`` with a pool of speakers, for any number of renderings at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._voice = pipeline.find_voice(settings.voice)
        self._cache = pipeline.clip_cache(settings)
        keep = self._cache.store if self._cache else None
        self._pool = render.Pool(speech.open_engine, settings.jobs or render.cores(), keep)

    @property
    def identity(self) -> str:
        """All that makes the sound of an article, besides its text."""
        voice, settings = self._voice, self._settings
        return f"{voice.key} {voice.model_hash} {voice.settings} {settings.sound} {settings.reading.pauses}"

    @property
    def bit_rate(self) -> int:
        """Bits for each second of sound, constant."""
        return self._settings.sound.bits("mp3")

    def waiting(self) -> int:
        """Sentences that no speaker has begun."""
        return self._pool.waiting()

    def warm(self) -> None:
        """Load the model in each speaker, and here all that a first article would wait for.

        Raises ``VoiceError`` when the voice cannot be opened.
        """
        self._pool.warm(render.Task(FIRST_WORDS, self._voice))
        blocks = [Block("paragraph", FIRST_WORDS)]
        with self.recording(blocks, _Nowhere()) as stream:
            for _ in stream:
                pass

    def close(self) -> None:
        """Stop at once what is being spoken."""
        self._pool.close()

    @contextmanager
    def recording(
        self,
        blocks: Sequence[Block],
        sink: Sink,
        on_clip: Callable[[Clip], None] = lambda _clip: None,
        on_sound: Callable[[], None] = lambda: None,
    ) -> Iterator[EpisodeStream]:
        """Blocks on their way into ``sink``, as MP3; iterating it does the work, leaving stops it.

        ``on_clip`` is told of each clip before it is encoded, and may end the work by raising;
        ``on_sound`` is called when the sound of one has left.
        """
        clips = render.render(
            pipeline.read(blocks, self._settings),
            voices={"": self._voice},
            open_engine=speech.open_engine,
            cache=self._cache,
            pool=self._pool,
        )
        loudness = self._voice.loudness
        with closing(clips):
            yield episode.stream_episode(
                _told(clips, on_clip),
                sink,
                sound=self._settings.sound,
                opening=[index for index, block in enumerate(blocks) if block.kind in OPENING],
                priors={} if loudness is None else {"": loudness},
                keep=lambda _piece, _gain: on_sound(),
            )


def _told(clips: Iterator[Clip], on_clip: Callable[[Clip], None]) -> Iterator[Clip]:
    for clip in clips:
        on_clip(clip)
        yield clip


class _Nowhere:
    def write(self, data: bytes, /) -> int:
        return len(data)
