"""An article becomes an episode folder of the library, with its record."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from podcast import pipeline
from podcast.episode.folder import new_folder, slug
from podcast.errors import PublishError
from podcast.publish import record as records
from podcast.publish.entry import Entry
from podcast.publish.library import EPISODES
from podcast.publish.record import Record
from podcast.run.plan import Plan
from podcast.types import Article, Episode

WORK = "work"
"""Folder of the library in which episodes are built, under their GUIDs."""
HASH_LENGTH = 8
"""Hexadecimal digits of the hash in a published name."""


@dataclass(frozen=True, slots=True)
class Made:
    """An episode in the library's folder, not yet in the library."""

    record: Record
    seconds: float
    utterances: int
    cached: int


def make(article: Article, entry: Entry, plan: Plan, *, number: int) -> Made:
    """Speak ``article`` into ``library/episodes/<slug>-<hash>/``.

    The hash is that of the audio and the GUID, so that other audio never has
    the address of an earlier one, nor another article that of its twin.
    ``number`` is that of a new episode; an edited one keeps its own, its GUID
    and its date.
    """
    began = time.perf_counter()
    settings = replace(plan.settings, output=plan.library / WORK)
    report = pipeline.make_episode(article, settings, guid=entry.guid, name=entry.guid)
    try:
        record = _settle(report.episode, article, entry, plan, number)
    except OSError as error:
        raise PublishError(
            f"the episode could not be written: {error.strerror or error}",
            where=str(plan.library / EPISODES),
            remedy="check the space and the rights of the library's folder",
        ) from error
    progress = report.progress
    return Made(record, time.perf_counter() - began, progress.utterances, progress.cached)


def _settle(episode: Episode, article: Article, entry: Entry, plan: Plan, number: int) -> Record:
    """Name the folder for its audio, add the record, and move it to its place in one step."""
    work = episode.audio_path.parent
    files = records.stored_files(work)
    audio = next(file for file in files if file.name == episode.audio_path.name)
    now = datetime.now(UTC)
    earlier = entry.record
    record = Record(
        guid=entry.guid,
        address=entry.address,
        source=entry.source,
        content_hash=records.content_hash(article),
        number=earlier.number if earlier else number,
        folder=f"{slug(episode.title)}-{_digest(entry.guid, audio.sha256)}",
        title=episode.title,
        description=episode.description,
        link=episode.link,
        authors=article.authors,
        first_published=earlier.first_published if earlier else min(article.published or now, now),
        updated=max(now, earlier.updated + timedelta(seconds=1)) if earlier else now,
        audio=audio.name,
        mime_type=episode.mime_type,
        duration=episode.duration,
        loudness=episode.loudness,
        chapters=episode.chapters,
        files=files,
    )
    with new_folder(plan.library / EPISODES, record.folder) as folder:
        for file in files:
            (work / file.name).rename(folder / file.name)
        (folder / records.FILE_NAME).write_text(record.to_json(), encoding="utf-8")
    work.rmdir()
    return record


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:HASH_LENGTH]


def episode_folder(plan: Plan, record: Record) -> Path:
    """Where the files of an episode are."""
    return plan.library / EPISODES / record.folder
