"""What has been published: name → content, kept beside the library.

It is a memory, not the truth: without it, or when it is damaged or of another
place, everything is written again, which harms nothing. A name is noted
before its file is written, so that every file that was ever ours is known
and can be removed one day.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from podcast.errors import PublishError

logger = logging.getLogger(__name__)

_VERSION = 1


@dataclass(slots=True)
class Noted:
    """What is known of a published name."""

    sha256: str = ""
    """Of what was last written whole; empty while it is being written."""
    size: int = 0
    gone: datetime | None = None
    """Aware; since when no feed needs it."""


@dataclass(slots=True)
class Manifest:
    """The names that were published at one place."""

    path: Path
    target: str
    files: dict[str, Noted] = field(default_factory=dict)
    changed: bool = False
    """Since it was read or saved."""

    @classmethod
    def load(cls, path: Path, target: str) -> Manifest:
        """The manifest at ``path``; an empty one when it is not there, damaged, or of another target."""
        manifest = cls(path, target)
        try:
            value = json.loads(path.read_bytes())
            if value["version"] != _VERSION or value["target"] != target:
                logger.info("%s is of another place: everything will be published anew", path)
                return manifest
            manifest.files = {str(name): _noted(*entry) for name, entry in value["files"].items()}
        except FileNotFoundError:
            logger.debug("no manifest at %s", path)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
            logger.warning("%s cannot be read (%s): everything will be published anew", path, exc)
        return manifest

    def holds(self, name: str, sha256: str) -> bool:
        """Whether this content was written under this name."""
        noted = self.files.get(name)
        return noted is not None and noted.sha256 == sha256

    def begin(self, name: str) -> None:
        """The file is about to be written."""
        self.files[name] = Noted()
        self.changed = True

    def done(self, name: str, sha256: str, size: int) -> None:
        """The file was written whole."""
        self.files[name] = Noted(sha256, size)
        self.changed = True

    def drop(self, name: str) -> None:
        """The file was removed."""
        del self.files[name]
        self.changed = True

    def retire(self, needed: Set[str], now: datetime) -> None:
        """The feed on the air names only these: the time of grace of the others begins, or goes on."""
        for name, noted in self.files.items():
            gone = noted.gone
            if name in needed:
                gone = None
            elif gone is None or gone > now:  # the clock went backwards
                gone = now
            if gone != noted.gone:
                noted.gone, self.changed = gone, True

    def due(self, now: datetime, grace: timedelta) -> list[str]:
        """The names that have been gone for long enough."""
        return [name for name, noted in self.files.items() if noted.gone and now - noted.gone >= grace]

    def save(self) -> None:
        """Write it, whole or not at all, when it has changed."""
        if not self.changed:
            return
        files = {name: [noted.sha256, noted.size, _written(noted.gone)] for name, noted in self.files.items()}
        value = {"version": _VERSION, "target": self.target, "files": files}
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8") as sink:
                sink.write(json.dumps(value, separators=(",", ":")))
                sink.flush()
                os.fsync(sink.fileno())
            part.replace(self.path)
        except OSError as exc:
            what = f"cannot be written: {exc.strerror or exc}"
            raise PublishError(what, where=str(self.path), remedy="check the space and the rights") from exc
        finally:
            with suppress(OSError):
                part.unlink()
        self.changed = False


def _noted(sha256: str, size: int, gone: str | None) -> Noted:
    moment = datetime.fromisoformat(gone) if gone else None
    if not isinstance(sha256, str) or not isinstance(size, int) or (moment and moment.tzinfo is None):
        raise ValueError("a wrong entry")
    return Noted(sha256, size, moment)


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
