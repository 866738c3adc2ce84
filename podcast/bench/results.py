"""What was measured, every repetition of it, as ``results.json`` keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from podcast.errors import ConfigError

SCHEMA = 2
"""Raise it when the names or the figures of a file mean something else."""


@dataclass(frozen=True, slots=True)
class Run:
    """One thing done once."""

    section: str
    voice: str
    """Its key."""
    who: str
    """What has done it: a name of ``podcast.bench.contenders``, or of the section's own."""
    figures: Mapping[str, float]
    """By name: ``wall`` and ``cpu`` in seconds, ``audio`` in seconds of sound, ``first`` in seconds to the
    first sound, ``memory`` in bytes, and what a section adds and explains."""
    round: int = 1
    at: float = 0.0
    """What the section varies: minutes of sound, cores, sentences; 0 where it varies nothing."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that could not be measured here, and why."""

    section: str
    voice: str
    who: str
    why: str


@dataclass(slots=True)
class Results:
    """All that one ``podcast bench`` has measured, on one machine."""

    machine: Mapping[str, Any]
    """See ``podcast.bench.machine``."""
    command: str
    """How to measure it again."""
    began: str
    """ISO 8601, with the zone."""
    runs: list[Run] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    voices: dict[str, dict[str, str]] = field(default_factory=dict)
    """``engine`` and ``licence`` of each voice, by its key."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each finished section took."""

    def of(self, section: str) -> list[Run]:
        """The runs of a section."""
        return [run for run in self.runs if run.section == section]

    def drop(self, section: str) -> None:
        """Forget a section, to measure it again."""
        self.runs = [run for run in self.runs if run.section != section]
        self.missing = [gap for gap in self.missing if gap.section != section]
        self.seconds.pop(section, None)

    def save(self, path: Path) -> None:
        """Write everything, whole or not at all."""
        part = path.with_name(f".{path.name}.part")
        content = {"schema": SCHEMA, **asdict(self)}
        part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)


def load_results(path: Path) -> Results:
    """What ``Results.save`` wrote. Raises ``ConfigError`` for anything else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("schema") != SCHEMA:
            raise ValueError("another schema")
        runs = [Run(**run) for run in content.pop("runs")]
        missing = [Missing(**gap) for gap in content.pop("missing")]
        return Results(**content, runs=runs, missing=missing)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            "is no result of this version", where=str(path), remedy="measure again without --resume"
        ) from error


def voices_of(runs: Iterable[Run]) -> list[str]:
    """The voices that were measured, in the order of their first runs."""
    return list(dict.fromkeys(run.voice for run in runs))
