"""An episode that is there already: when it would be made of the same, it is not made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from podcast.types import Chapter, Utterance

MADE_BY = ("podcast", "piper-tts", "coqui-tts", "pocket-tts", "lameenc", "av", "mutagen", "pillow")
"""Another version of one of them may make other bytes."""
PARTS = ("chapters.json", "cover.jpg", "index.html", "timeline.json", "transcript.vtt")
"""Beside the audio and ``article.json``, where what is kept here stands under ``episode``."""


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
        facts = json.loads((folder / "article.json").read_text(encoding="utf-8"))["episode"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return facts if isinstance(facts, dict) else {}


def chapters_in(folder: Path) -> tuple[Chapter, ...]:
    """The chapters that ``chapters.json`` tells."""
    told = json.loads((folder / "chapters.json").read_text(encoding="utf-8"))["chapters"]
    return tuple(Chapter(each["title"], each["startTime"], each["endTime"]) for each in told)


@cache
def version(package: str) -> str:
    """Of an installed package; empty for one that is not."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""
