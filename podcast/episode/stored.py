"""An episode that is there already: when it would be made of the same, it is not made again."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from podcast.episode.folder import slug
from podcast.episode.sound import MIME_TYPES, Format
from podcast.types import Article, Chapter, Episode, Utterance
from podcast.versions import version

MADE_BY = (
    "podcast", "piper-tts", "coqui-tts", "pocket-tts",
    "lameenc", "soundfile", "av", "mutagen", "pillow",
)  # fmt: skip
"""Another version of one of them may make other bytes."""
PARTS = ("chapters.json", "cover.jpg", "index.html", "timeline.json", "transcript.vtt")
"""Beside the audio and ``article.json``, where what is kept here stands under ``episode``."""


DISCLOSURE = "Cet article est lu par une voix de synthèse."
"""In every description: the EU AI Act (article 50) and Apple ask for it."""


class Trace:
    """A hash of all that an episode is made of: what is ``known`` beforehand, and what is spoken."""

    def __init__(self, *known: object) -> None:
        """``known``: values whose ``repr`` tells all of them, and no place on this machine."""
        self._hash = hashlib.sha256(repr((*map(version, MADE_BY), *known)).encode())
        self._known = self._hash.hexdigest()[:16]

    def watch(self, utterances: Iterable[Utterance]) -> Iterator[Utterance]:
        """The same utterances, taken into account as they pass."""
        for utterance in utterances:
            self._hash.update(repr(utterance).encode())
            yield utterance

    def hexdigest(self) -> str:
        """Of what was known, and of what has passed with it."""
        return f"{self._known}-{self._hash.hexdigest()}"

    def may_be_of(self, folder: Path) -> bool:
        """Whether the episode in a folder was made of what was known: what is spoken may still differ."""
        return str(_facts(folder).get("made_from")).startswith(f"{self._known}-")


def kept(made_from: str, audio: Path, duration: float, loudness: float) -> dict[str, Any]:
    """What ``article.json`` keeps of the episode made of its article."""
    size = audio.stat().st_size
    return {"made_from": made_from, "size": size, "duration": duration, "loudness": loudness}


def find(folder: Path, audio: str) -> dict[str, Any] | None:
    """What was kept of the episode in a folder; None where one of its files is missing or was cut."""
    there = _facts(folder)
    try:
        whole = (folder / audio).stat().st_size == there["size"]
    except (OSError, KeyError):
        return None
    return there if whole and all((folder / part).is_file() for part in PARTS) else None


def _facts(folder: Path) -> dict[str, Any]:
    """What is kept there of an episode; empty where nothing can be read."""
    try:
        facts = _record(folder)["episode"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _record(folder: Path) -> Any:
    return json.loads((folder / "article.json").read_text(encoding="utf-8"))


def chapters_in(folder: Path) -> tuple[Chapter, ...]:
    """The chapters that ``chapters.json`` tells."""
    told = json.loads((folder / "chapters.json").read_text(encoding="utf-8"))["chapters"]
    return tuple(Chapter(each["title"], each["startTime"], each["endTime"]) for each in told)


def stored_episode(
    folder: Path, made_from: str, *, article: Article, fmt: Format = "mp3", guid: str | None = None
) -> Episode | None:
    """The episode in a folder, if it is whole and was made of the same; None otherwise."""
    facts = find(folder, f"episode.{fmt}")
    if not facts or facts["made_from"] != made_from:
        return None
    return episode_of(article, guid, folder, fmt, facts, chapters_in(folder))


def episode_of(
    article: Article,
    guid: str | None,
    place: Path,
    fmt: Format,
    facts: Mapping[str, Any],
    chapters: tuple[Chapter, ...],
) -> Episode:
    """The episode that stands at ``place``, of what is kept there of it."""
    return Episode(
        guid=guid or guid_of(article),
        title=article.title,
        description=description_of(article),
        published=article.published,
        link=article.url,
        image=place / "cover.jpg",
        audio_path=place / f"episode.{fmt}",
        mime_type=MIME_TYPES[fmt],
        size=facts["size"],
        duration=facts["duration"],
        loudness=facts["loudness"],
        chapters=chapters,
    )


def name_in(output: Path, article: Article) -> str:
    """The slug of the title; with a mark of its own when another article stands there."""
    name = slug(article.title)
    try:
        there = _record(output / name)
        other = there["url"] or [there["title"], there["published"]]
    except (OSError, ValueError, KeyError, TypeError):
        return name
    published = article.published.isoformat() if article.published else None
    same = other == (article.url or [article.title, published])
    return name if same else f"{name}-{guid_of(article)[:8]}"


def guid_of(article: Article) -> str:
    """The same for the same page: from its address, or its title and date where it has none."""
    identity = article.url or f"{article.title}\n{article.published}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, identity))


def description_of(article: Article) -> str:
    """The standfirst, else the first paragraph, and that the voice is synthetic."""
    first = next((block.text for block in article.blocks if block.kind == "paragraph"), "")
    return f"{article.standfirst or first}\n\n{DISCLOSURE}".strip()
