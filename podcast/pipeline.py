"""The order of the stages, and nothing else.

    load      source → Article            (article)
    script    Article → blocks to speak, with the closing line
    read      blocks → Utterances         (french)
    render    Utterances → Clips          (speech, render)
    build     Clips → an episode folder   (episode)

This is the only module that knows their order. Everything streams: an
utterance is made when the renderer asks for it, a clip when the mixer does.
"""

from __future__ import annotations

import logging
import os
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from podcast import episode, french, recall, render, speaking, speech, unchanged
from podcast.casting import Cast, voice_key
from podcast.errors import ArticleError, AudioError, FetchError, PublishError
from podcast.progress import OnProgress, Preview, Progress, Report
from podcast.settings import Settings
from podcast.types import Article, Block, Clip, Utterance

if TYPE_CHECKING:
    from podcast.article.source import Source
    from podcast.french.spoken import Spoken

logger = logging.getLogger(__name__)

SpeechFormat = Literal["wav", "mp3", "m4a", "opus"]
NOTICE = "Cet article a été lu par une voix de synthèse."
"""Apple asks that an automatic voice says so, and so does the EU AI Act, article 50."""

AHEAD = 256
"""Sentences of an article that are looked at to find those that must be spoken."""


def generate(
    source: str,
    settings: Settings,
    *,
    on_progress: OnProgress = lambda _: None,
    pool: render.Pool | None = None,
) -> Report:
    """Make the episode of one source: ``make_episode`` of the article found there.

    A source that is what it was is not even read. Where it is not, the first of ``pool`` starts
    while it is read.
    """
    began = time.perf_counter()
    people = speaking.everybody(settings)
    opened = open_source(source, settings)
    cache = speaking.clip_cache(settings)
    notes = unchanged.Notes(cache.memo) if cache and not settings.picture else None
    key = recall.source_key(opened, settings, people) if notes else ""
    if notes and (found := recall.noted(notes.find(key), settings)):
        on_progress(found.progress)
        return found
    if pool:
        speaking.prepare(pool, settings)
    article = opened.article(force=settings.force)
    report = make_episode(article, settings, began=began, on_progress=on_progress, pool=pool)
    if notes:
        recall.keep(notes, key, report, settings)
    return report


def make_episode(
    article: Article,
    settings: Settings,
    *,
    guid: str | None = None,
    name: str | None = None,
    began: float | None = None,
    on_progress: OnProgress = lambda _: None,
    pool: render.Pool | None = None,
    durable: bool = True,
) -> Report:
    """Speak an article into the folder ``output/<name>/``, whole or not at all.

    ``began`` is the ``time.perf_counter()`` from which the first sound is
    timed; ``guid`` and ``name`` follow from the article when they are not given.
    ``pool`` are speakers that stay, for several articles; without it there are
    some for this one. ``durable`` as in ``episode.folder.new_folder``.
    """
    began = time.perf_counter() if began is None else began
    settings = speaking.narrated(article, settings)
    cast = speaking.voices(settings)
    blocks, article = script(article), _titled(article)
    name = name or episode.name_in(settings.output, article)
    cover = own_cover(article, settings)
    known = recall.known(article, settings, cast, guid, cover)
    *starts, total = accumulate((len(block.text) for block in blocks), initial=0)
    cache = speaking.clip_cache(settings)
    memory = french.Memory(cache.memo, recall.reading_key(settings)) if cache else None
    there = read(blocks, settings, memory)
    if settings.use_cache and (
        found := recall.stored(name, article, there, settings, known, guid=guid, characters=total)
    ):
        on_progress(found.progress)
        return found
    progress, trace = Progress(total), episode.Trace(*known)

    def count(clip: Clip) -> None:
        done = starts[clip.utterance.block_index] + clip.utterance.span[1]
        progress.add(clip, done_chars=done, elapsed=time.perf_counter() - began)
        on_progress(progress)

    utterances = trace.watch(read(blocks, settings, memory))
    with closing(speaking.speak(utterances, cast, settings, pool, ahead=AHEAD)) as clips:
        built = episode.build_episode(
            article=article,
            script=blocks,
            clips=clips,
            show=settings.show,
            output=settings.output,
            fmt=settings.audio_format,
            sound=settings.sound,
            priors=speaking.priors(cast),
            voice_rate=speaking.voice_rate(cast),
            picture=cover,
            on_clip=count,
            guid=guid,
            name=name,
            durable=durable,
            made_from=trace.hexdigest,
            memo=cache.memo if cache else None,
        )
    return Report(built, progress)


def own_cover(article: Article, settings: Settings) -> bytes | None:
    """The article's own picture as a cover; None, with a word in the log, where one is to be drawn."""
    if not (settings.picture and article.image_url):
        return None
    from podcast.article.fetch import fetch_picture
    from podcast.episode.cover import square_cover

    try:
        return square_cover(fetch_picture(article.image_url, policy=settings.policy))
    except (ArticleError, FetchError, AudioError) as error:
        logger.warning("the cover is drawn: %s", error)
        return None


def _titled(article: Article) -> Article:
    """An episode needs a title: that of the page, else the first words of the text."""
    if article.title:
        return article
    text = article.standfirst or article.blocks[0].text
    return replace(article, title=textwrap.shorten(text, 60, placeholder=" …"))


def preview(source: str, settings: Settings) -> Preview:
    """What ``generate`` would speak, without speaking it."""
    article = load(source, settings)
    blocks = script(article)
    return Preview(article, blocks, tuple(read(blocks, settings)))


def say(text: str, sink: BinaryIO, audio_format: SpeechFormat, settings: Settings) -> None:
    """Speak a text into ``sink``; the first bytes leave after the first sentence, or part of it."""
    if not any(map(str.isalnum, text)):
        raise ArticleError("there is nothing to say", remedy="give a text with words in it")
    blocks = [Block("paragraph", line) for line in text.splitlines() if line.strip()]
    settings = replace(settings, cast=Cast())
    cast = speaking.voices(settings)
    with speaking.speakers(settings) as pool:
        pool.prepare(cast[""])
        with closing(speaking.speak(read(blocks, settings), cast, settings, pool)) as clips:
            stream = episode.EpisodeStream(
                clips,
                sink,
                fmt=audio_format,
                sound=settings.sound,
                priors=speaking.priors(cast),
                voice_rate=speaking.voice_rate(cast),
                keep=lambda _piece, _gain: sink.flush(),
            )
            for _ in stream:
                pass
    sink.flush()


def say_to_file(text: str, path: Path, audio_format: SpeechFormat, settings: Settings) -> None:
    """``say`` into a file that appears whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as sink:
            say(text, sink, audio_format, settings)
        part.replace(path)
    except OSError as error:
        raise PublishError(f"cannot be written: {error.strerror}", where=str(path)) from error
    finally:
        part.unlink(missing_ok=True)


def phonemes(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """Line by line, the IPA that would reach the Piper voice."""
    voice = speech.find_voice(settings.voice)
    for line in lines:
        spoken = read([Block("paragraph", line)], settings)
        yield " ".join(speech.phonemes(u.phonemic or u.text, voice) for u in spoken)


def normalize(line: str) -> Spoken:
    """One written line as it is said, with its rewrites."""
    return french.normalize(line)


def load(source: str, settings: Settings) -> Article:
    """The article in a file, at a URL, or on standard input (``-``)."""
    return open_source(source, settings).article(force=settings.force)


def open_source(source: str, settings: Settings) -> Source:
    """What stands there, before it is cleaned and read."""
    from podcast.article.source import open_source

    return open_source(source, policy=settings.policy)


def script(article: Article) -> tuple[Block, ...]:
    """What will be spoken, the closing line included."""
    return article.script(NOTICE)


def read(
    blocks: Sequence[Block], settings: Settings, memory: french.Memory | None = None
) -> Iterator[Utterance]:
    """The utterances of these blocks, lazily, each with the key of who speaks it beside the narrator."""
    beside = settings.cast.beside(settings.voice)
    reading = settings.reading
    cast = {**reading.voices, **{kind: voice_key(name) for kind, name in beside.items()}}
    return french.utterances(blocks, reading=replace(reading, voices=cast), memory=memory)
