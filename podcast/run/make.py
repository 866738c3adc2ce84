"""An article becomes an episode folder of the library, with its record.

begin    the article is given to be spoken                  (a ``Maker``: here, or on other machines)
speak    … into a folder of its own
settle   the folder gets its name, number and date, and moves to its place
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from podcast import pipeline, speaking
from podcast.episode.folder import new_folder, slug
from podcast.errors import PublishError
from podcast.publish import site
from podcast.publish.entry import Entry
from podcast.publish.library import EPISODES
from podcast.publish.record import FILE_NAME, Record, StoredFile, stored_files
from podcast.render import Pool
from podcast.run.plan import Plan
from podcast.settings import Settings
from podcast.types import Article, Episode

WORK = "work"
"""Folder of the library in which episodes are built, under their GUIDs."""
PAGE = "index.html"
"""Of an episode in its folder, and of the show above them."""
HASH_LENGTH = 8
"""Hexadecimal digits of the hash in a published name."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """An episode in a folder of its own, of which the library knows nothing yet."""

    episode: Episode
    folder: Path
    files: tuple[StoredFile, ...]
    seconds: float
    """What it took."""
    utterances: int
    cached: int


Speaking = Callable[[], Spoken]
"""Gives an episode that was begun, once it is spoken, or raises what it met."""


class Maker(Protocol):
    """Where articles are spoken."""

    @property
    def ahead(self) -> int:
        """Articles that may be begun while an earlier one is waited for."""
        ...

    def begin(self, article: Article, entry: Entry) -> Speaking:
        """Have an article spoken."""
        ...


@contextmanager
def here(plan: Plan) -> Iterator[Maker]:
    """Articles are spoken by this process, one after the other, and by the same speakers.

    While one is spoken, the next is looked for, and may wait for its turn.
    """
    with ThreadPoolExecutor(1, "lane") as lane, speaking.speakers(plan.settings) as pool:
        try:
            yield _Here(replace(plan.settings, output=plan.library / WORK), pool, lane)
        finally:  # nothing that waits is begun any more; what is being spoken ends with the pool
            lane.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Here:
    settings: Settings
    pool: Pool
    lane: ThreadPoolExecutor
    ahead: int = 1

    def begin(self, article: Article, entry: Entry) -> Speaking:
        """Speak ``article`` when its turn comes."""
        return self.lane.submit(speak, article, entry.guid, self.settings, pool=self.pool).result


def speak(
    article: Article, guid: str, settings: Settings, *, name: str | None = None, pool: Pool | None = None
) -> Spoken:
    """Speak ``article`` into the folder ``settings.output/<name>/``, by default named by its GUID.

    What is in it follows from the article and the settings alone: no date, no
    number, so that it is the same wherever and whenever it is made. ``settle``
    puts it safely on the disk.
    """
    began = time.perf_counter()
    report = pipeline.make_episode(article, settings, guid=guid, name=name or guid, pool=pool, durable=False)
    folder, progress = report.episode.audio_path.parent, report.progress
    with _reported(folder):
        files = stored_files(folder)
    seconds = time.perf_counter() - began
    return Spoken(report.episode, folder, files, seconds, progress.utterances, progress.cached)


def settle(spoken: Spoken, article: Article, entry: Entry, plan: Plan, *, number: int) -> Record:
    """Move an episode to ``library/episodes/<slug>-<hash>/``, in one step, with its record.

    The hash is that of the audio and the GUID, so that other audio never has
    the address of an earlier one, nor another article that of its twin.
    ``entry`` says what ``article`` is named by its content. ``number`` is that
    of a new episode; an edited one keeps its own, its GUID and its date.
    """
    audio = next(file for file in spoken.files if file.name == spoken.episode.audio_path.name)
    name = f"{slug(spoken.episode.title)}-{_digest(entry.guid, audio.sha256)}"
    with _reported(plan.library / EPISODES):
        page = _with_head(spoken, article, plan, name)
        files = tuple(_stored(PAGE, page) if file.name == PAGE else file for file in spoken.files)
        record = _record(spoken, article, entry, number, name, files)
        with new_folder(plan.library / EPISODES, name) as folder:
            for file in files:
                (spoken.folder / file.name).rename(folder / file.name)
            (folder / PAGE).write_bytes(page)
            (folder / FILE_NAME).write_text(record.to_json(), encoding="utf-8")
        spoken.folder.rmdir()
    return record


def _record(
    spoken: Spoken, article: Article, entry: Entry, number: int, name: str, files: tuple[StoredFile, ...]
) -> Record:
    episode, earlier = spoken.episode, entry.record
    now = datetime.now(UTC)
    return Record(
        guid=entry.guid,
        address=entry.address,
        source=entry.source,
        content_hash=entry.content_hash,
        number=earlier.number if earlier else number,
        folder=name,
        title=episode.title,
        description=episode.description,
        link=episode.link,
        authors=article.authors,
        first_published=earlier.first_published if earlier else min(article.published or now, now),
        updated=max(now, earlier.updated + timedelta(seconds=1)) if earlier else now,
        audio=episode.audio_path.name,
        mime_type=episode.mime_type,
        duration=episode.duration,
        loudness=episode.loudness,
        chapters=episode.chapters,
        files=files,
    )


def _with_head(spoken: Spoken, article: Article, plan: Plan, name: str) -> bytes:
    """The episode's page with its addresses, which follow from the sound: only now can it say them."""
    episode, base = spoken.episode, address_of(name, plan)
    listening = site.Listening(
        page=f"{base}/{PAGE}",
        source=f"{base}/",
        audio=f"{base}/{episode.audio_path.name}",
        mime_type=episode.mime_type,
        image=f"{base}/{episode.image.name}",
        duration=episode.duration,
    )
    page = (spoken.folder / PAGE).read_text(encoding="utf-8")
    return site.with_head(page, article, plan.settings.show, listening).encode()


def _stored(name: str, data: bytes) -> StoredFile:
    return StoredFile(name, len(data), hashlib.sha256(data).hexdigest())


@contextmanager
def _reported(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(
            f"the episode could not be written: {error.strerror or error}",
            where=str(place),
            remedy="check the space and the rights of the library's folder",
        ) from error


def address_of(folder: str, plan: Plan) -> str:
    """The URL of an episode's folder, without a final slash."""
    return f"{plan.url}{EPISODES}/{quote(folder)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:HASH_LENGTH]


def episode_folder(plan: Plan, record: Record) -> Path:
    """Where the files of an episode are."""
    return plan.library / EPISODES / record.folder
