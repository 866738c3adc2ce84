"""Who speaks an article, by which processes, and what they have said before.

narrated, voices        Article and settings → the voices of its cast
speakers, prepare       processes that stay for many articles
speak                   Utterances → Clips                        (speech, render)
clip_cache              what was spoken before, on the disk
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from podcast import render, speech
from podcast.casting import voice_key
from podcast.errors import PodcastError
from podcast.places import cache_folder
from podcast.settings import Settings
from podcast.types import Article, Utterance, Voice

logger = logging.getLogger(__name__)

CACHE_BYTES = 2_000_000_000
"""Ten hours of speech at 22 kHz, with what is made of it."""


def narrated(article: Article, settings: Settings) -> Settings:
    """The settings with the narrator of that article."""
    return replace(settings, voice=settings.cast.narrator(article, settings.voice))


def voices(settings: Settings) -> dict[str, Voice]:
    """Who speaks, by key; the narrator's is empty. Raises ``VoiceError`` for one who cannot."""
    beside = settings.cast.beside(settings.voice).values()
    return {
        "": speech.find_voice(settings.voice),
        **{voice_key(name): speech.find_voice(name) for name in beside},
    }


def everybody(settings: Settings) -> list[Voice]:
    """Every voice that may be heard, whatever the article. Raises ``VoiceError`` for one who cannot."""
    return [speech.find_voice(name) for name in settings.cast.everybody(settings.voice)]


def priors(cast: Mapping[str, Voice]) -> dict[str, float]:
    """Loudness of the bare voices, by voice key, where it is known."""
    return {key: voice.loudness for key, voice in cast.items() if voice.loudness is not None}


def voice_rate(cast: Mapping[str, Voice]) -> int:
    """Hertz that lose nothing of any voice."""
    return max(voice.sample_rate for voice in cast.values())


def speak(
    utterances: Iterable[Utterance],
    cast: Mapping[str, Voice],
    settings: Settings,
    pool: render.Pool | None = None,
    *,
    ahead: int = 0,
) -> render.Rendering:
    """Render utterances with the voices of the cast; to close it stops the workers, if not of ``pool``.

    ``ahead`` as in ``render.render``.
    """
    return render.render(
        utterances,
        voices=cast,
        open_engine=speech.open_engine,
        jobs=settings.jobs,
        cache=clip_cache(settings),
        pool=pool,
        ahead=ahead,
    )


def speakers(settings: Settings) -> render.Pool:
    """Speakers that stay, for any number of articles; they start when they are needed."""
    cache = clip_cache(settings)
    return render.Pool(speech.open_engine, settings.jobs or render.cores(), cache.store if cache else None)


def prepare(pool: render.Pool, settings: Settings) -> None:
    """Let the first speaker start while the article is read; what is wrong with the voice is told later."""
    with suppress(PodcastError):
        pool.prepare(speech.find_voice(settings.voice))


def clip_cache(settings: Settings) -> render.ClipCache | None:
    """The disk cache of spoken sentences; ``PODCAST_CACHE`` moves it. None where there is no place for it."""
    if not settings.use_cache:
        return None
    told = os.environ.get("PODCAST_CACHE")
    try:
        folder = Path(told) if told else cache_folder() / "clips"
    except RuntimeError as fact:
        logger.info("nothing is kept for the next time: %s", fact)
        return None
    return _clips(folder)


@lru_cache(maxsize=4)
def _clips(folder: Path) -> render.ClipCache:
    """One for all articles: it measures its folder when it is new."""
    return render.ClipCache(folder, CACHE_BYTES)
