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
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from podcast.errors import PublishError

logger = logging.getLogger(__name__)

_VERSION = 1
_UNKNOWN = ""


@dataclass(slots=True)
class Noted:
    """What is known of a published name."""

    sha256: str = _UNKNOWN
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
    _saved: bytes = b""

    @classmethod
    def load(cls, path: Path, target: str) -> Manifest:
        """The manifest at ``path``; an empty one when it is not there, damaged, or of another target."""
        manifest = cls(path, target)
        try:
            data = path.read_bytes()
            value = json.loads(data)
            if value["version"] != _VERSION or value["target"] != target:
                logger.info("%s is of another place: everything will be published anew", path)
                return manifest
            manifest.files = {str(name): _noted(*entry) for name, entry in value["files"].items()}
            manifest._saved = data
        except FileNotFoundError:
            logger.debug("no manifest at %s", path)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
            logger.warning("%s cannot be read (%s): everything will be published anew", path, exc)
        return manifest

    def holds(self, name: str, sha256: str) -> bool:
        """Whether this content was written under this name."""
        noted = self.files.get(name)
        return noted is not None and noted.sha256 == sha256

    def save(self) -> None:
        """Write it, whole or not at all, when it has changed."""
        files = {name: [noted.sha256, noted.size, _written(noted.gone)] for name, noted in self.files.items()}
        value = {"version": _VERSION, "target": self.target, "files": dict(sorted(files.items()))}
        data = json.dumps(value, separators=(",", ":")).encode() + b"\n"
        if data == self._saved:
            return
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as sink:
                sink.write(data)
                sink.flush()
                os.fsync(sink.fileno())
            part.replace(self.path)
        except OSError as exc:
            what = f"cannot be written: {exc.strerror or exc}"
            raise PublishError(what, where=str(self.path), remedy="check the space and the rights") from exc
        finally:
            part.unlink(missing_ok=True)
        self._saved = data

    def due(self, now: datetime, grace_seconds: float) -> Iterator[str]:
        """The names that have been gone for long enough."""
        for name, noted in self.files.items():
            if noted.gone is not None and (now - noted.gone).total_seconds() >= grace_seconds:
                yield name


def _noted(sha256: str, size: int, gone: str | None) -> Noted:
    moment = datetime.fromisoformat(gone) if gone else None
    if not isinstance(sha256, str) or not isinstance(size, int) or (moment and moment.tzinfo is None):
        raise ValueError("a wrong entry")
    return Noted(sha256, size, moment)


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
