"""What the settings name by path goes to the workers: the folders of voices, jingles.

The files are put into the store of the handover under a name made of their
content, once, and each worker fetches what its own machine does not have.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from podcast import speech
from podcast.casting import Cast, voice_key
from podcast.cluster.handover import KIND
from podcast.errors import ConfigError, PodcastError, PublishError, VoiceError
from podcast.publish.record import sha256_of
from podcast.publish.store import Store
from podcast.settings import Settings
from podcast.speech.catalogue import find_description
from podcast.types import Voice

logger = logging.getLogger(__name__)

JINGLES = ("intro", "outro", "bed")
"""The files that ``[sound]`` names."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One voice."""

    voice: Voice
    files: Mapping[str, str]
    """Name in the voice's folder → name in the store."""


@dataclass(frozen=True, slots=True)
class Luggage:
    """All that goes along; empty for workers of the same machine, who find it where it is."""

    voices: Mapping[str, Packed] = field(default_factory=dict)
    """By the name that the settings give them."""
    jingles: Mapping[str, str] = field(default_factory=dict)
    """Field of ``Sound`` → name in the store."""


def pack(settings: Settings, store: Store) -> Luggage:
    """Put what the workers will need into the store, unless it is there; raises ``PodcastError``."""
    names = settings.cast.everybody(settings.voice)
    jingles = {name: path for name in JINGLES if (path := getattr(settings.sound, name))}
    return Luggage(
        {name: Packed(speech.find_voice(name), dict(_packed(name, store))) for name in names},
        {name: _put(path, store) for name, path in jingles.items()},
    )


def unpack(luggage: Luggage, settings: Settings, store: Store, folder: Path) -> Settings:
    """The settings as they hold on this machine; what is missing here is fetched into ``folder``."""
    places = {name: _voice(name, packed, store, folder) for name, packed in luggage.voices.items()}

    def placed(table: Mapping[str, str]) -> dict[str, str]:
        return {what: places[name] for what, name in table.items()}

    cast = settings.cast
    jingles: dict[str, Any] = {
        name: _got(stored, store, folder / stored) for name, stored in luggage.jingles.items()
    }
    return replace(
        settings,
        voice=places[settings.voice],
        cast=Cast(
            {kind: places[name] for kind, name in cast.kinds.items()},
            placed(cast.sections),
            placed(cast.authors),
        ),
        sound=replace(settings.sound, **jingles),
    )


def _packed(name: str, store: Store) -> Iterator[tuple[str, str]]:
    folder = find_description(name).folder
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), _put(path, store)


def _put(path: Path, store: Store) -> str:
    """Named by its content, with the suffix that says what it is."""
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error
    name = f"{digest}{path.suffix.lower()}"
    if store.head(name) is None:
        store.put(name, path, **KIND)
    return name


def _voice(name: str, packed: Packed, store: Store, folder: Path) -> str:
    """A name of the voice that holds here: that of the client when the same voice is installed."""
    with suppress(PodcastError):
        if speech.find_voice(name).model_hash == packed.voice.model_hash:
            return name
    place = folder / packed.voice.model_hash[:16] / voice_key(name)
    for file, stored in packed.files.items():
        _got(stored, store, place / file)
    found = speech.find_voice(str(place))
    if found.model_hash != packed.voice.model_hash:
        raise VoiceError("is not the voice that the client has", where=name, remedy="run it again")
    logger.info("%s was fetched from %s", name, store.url)
    return str(place)


def _got(name: str, store: Store, path: Path) -> Path:
    """A file that is there whole, or not at all."""
    if path.exists():
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        if not store.get(name, part):
            raise PublishError("is not in the store any more", where=name, remedy="run it again")
        part.replace(path)
    except OSError as error:
        raise PublishError(f"cannot be fetched: {error.strerror}", where=str(path)) from error
    return path
