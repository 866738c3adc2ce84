"""The episode that is there already: asked of its source before that is read, and of what is read.

generate       a note tells what was made of this very text      (unchanged)
make_episode   the folder tells what its episode was made of     (episode.Trace)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from podcast import episode, unchanged
from podcast.errors import PodcastError
from podcast.progress import Report
from podcast.settings import Settings
from podcast.types import Article, Utterance, Voice

if TYPE_CHECKING:
    from podcast.article.source import Source
    from podcast.french.lexicon import Lexicon


def source_key(source: Source, settings: Settings, people: Sequence[Voice]) -> str:
    """A name for all that the episode of a source follows from, but for the picture of its page."""
    output = settings.output.absolute()
    settings = replace(settings, jobs=0, output=output)  # the work is shared out, the result is one
    return unchanged.key_of(replace(source, where=""), settings, settings.sound.identity(), people)


def reading_key(settings: Settings) -> str:
    """A name for all that the words of a text follow from, but for the text."""
    return _words_key(settings.reading.max_chars, settings.reading.lexicon)


@lru_cache(maxsize=4)
def _words_key(max_chars: int, lexicon: Lexicon | None) -> str:
    """Once for all articles of a run: to tell a lexicon takes as long as to read a page."""
    return unchanged.key_of("words", max_chars, lexicon)


def noted(note: unchanged.Note | None, settings: Settings) -> Report | None:
    """The episode that a note leads to, if all is where and what it was."""
    from podcast.article import parse_article

    record = note and note.read(settings.output)
    if not note or not record:
        return None
    article = parse_article(record, kind="json")
    if episode.name_in(settings.output, article) != note.folder:
        return None
    folder = settings.output / note.folder
    there = episode.stored_episode(folder, note.made_from, article=article, fmt=settings.audio_format)
    return Report.of_stored(there, note.characters, note.utterances) if there else None


def keep(notes: unchanged.Notes, key: str, report: Report, settings: Settings) -> None:
    """Note what was made, if the note leads back to it."""
    progress = report.progress
    with suppress(OSError, PodcastError):
        note = unchanged.note_of(report.episode.audio_path.parent, progress.total_chars, progress.utterances)
        found = noted(note, settings)
        if found and replace(found.episode, chapters=()) == replace(report.episode, chapters=()):
            notes.keep(key, note)  # a chapter in a file begins at a whole millisecond


def known(
    article: Article, settings: Settings, cast: Mapping[str, Voice], guid: str | None, cover: bytes | None
) -> tuple[object, ...]:
    """All that an episode is made of, besides what is spoken; no place of this machine."""
    spoken = {key: replace(voice, model="") for key, voice in cast.items()}
    return article, settings.show, settings.audio_format, settings.sound.identity(), spoken, guid, cover


def stored(
    name: str,
    article: Article,
    utterances: Iterable[Utterance],
    settings: Settings,
    made_of: Sequence[object],
    *,
    guid: str | None,
    characters: int,
) -> Report | None:
    """The episode that is in its folder already, if it was made of the same.

    The utterances are asked for only where all else is the same.
    """
    folder, trace = settings.output / name, episode.Trace(*made_of)
    if not trace.may_be_of(folder):
        return None
    count = sum(1 for _ in trace.watch(utterances))
    there = episode.stored_episode(
        folder, trace.hexdigest(), article=article, fmt=settings.audio_format, guid=guid
    )
    return Report.of_stored(there, characters, count) if there else None
