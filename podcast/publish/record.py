"""What is remembered of an episode: beside its audio as ``episode.json``, and in the library.

The two hold the same JSON, so that a library that was lost or damaged is
rebuilt from the folders.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from podcast.errors import PublishError
from podcast.types import Article, Chapter, Episode

FILE_NAME = "episode.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of the episode's folder."""

    name: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """An episode as it was made; times are aware."""

    guid: str
    address: str
    """Where the article was read: a URL or the path of a file."""
    source: str
    """Which source named it."""
    content_hash: str
    """Of the article that was spoken."""
    number: int
    """Counts from 1; never used twice."""
    folder: str
    """Name of the episode's folder; new audio has a new one."""
    title: str
    description: str
    link: str | None
    authors: tuple[str, ...]
    first_published: datetime
    """``pubDate``: stays when the article is edited."""
    updated: datetime
    audio: str
    """Name of the audio file."""
    mime_type: str
    duration: float
    loudness: float
    chapters: tuple[Chapter, ...]
    files: tuple[StoredFile, ...]

    def to_json(self) -> str:
        """The text of ``episode.json``."""
        return json.dumps(
            {"version": VERSION, **asdict(self)}, ensure_ascii=False, default=datetime.isoformat
        )

    @classmethod
    def from_json(cls, text: str | bytes, where: str) -> Record:
        """The inverse of ``to_json``; raises ``PublishError`` for anything else."""
        try:
            return _record(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise PublishError(f"is not the record of an episode: {error!r}", where=where) from error

    def episode(self, folder: Path) -> Episode:
        """The episode whose files are in ``folder``."""
        return Episode(
            guid=self.guid,
            title=self.title,
            description=self.description,
            published=self.first_published,
            link=self.link,
            image=folder / "cover.jpg",
            audio_path=folder / self.audio,
            mime_type=self.mime_type,
            size=next(file.size for file in self.files if file.name == self.audio),
            duration=self.duration,
            loudness=self.loudness,
            chapters=self.chapters,
        )


def _record(value: dict[str, Any]) -> Record:
    if value.pop("version") != VERSION:
        raise ValueError("of another version of the program")
    value["first_published"] = datetime.fromisoformat(value["first_published"])
    value["updated"] = datetime.fromisoformat(value["updated"])
    value["authors"] = tuple(value["authors"])
    value["chapters"] = tuple(Chapter(**chapter) for chapter in value["chapters"])
    value["files"] = tuple(StoredFile(**file) for file in value["files"])
    record = Record(**value)
    if Path(record.folder).name != record.folder or record.audio not in {file.name for file in record.files}:
        raise ValueError("names files outside its folder")
    return record


def records(episodes: Path) -> Iterator[Record]:
    """The records of all episode folders; one that cannot be read is left out."""
    for path in sorted(episodes.glob(f"[!.]*/{FILE_NAME}")):
        try:
            record = Record.from_json(path.read_bytes(), str(path))
        except (OSError, PublishError):
            continue
        if record.folder == path.parent.name:
            yield record


def content_hash(article: Article) -> str:
    """A name for all that is heard or shown of an article; what was dropped from the page does not count."""
    said = asdict(article)
    del said["dropped"]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=datetime.isoformat)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stored_files(folder: Path) -> tuple[StoredFile, ...]:
    """The files of a folder with their sizes and hashes, in the order of their names."""
    return tuple(
        StoredFile(path.name, path.stat().st_size, sha256_of(path))
        for path in sorted(folder.iterdir())
        if path.name != FILE_NAME
    )


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal digits; raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
