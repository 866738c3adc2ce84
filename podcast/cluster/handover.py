"""How a finished episode comes from the worker that made it to the one who keeps the library."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from podcast.errors import PublishError
from podcast.publish.record import StoredFile, sha256_of
from podcast.publish.storage import open_store
from podcast.publish.store import Store

KIND = {"content_type": "application/octet-stream", "cache_control": "no-store"}
PARCELS = "parcels"
TAR = ".tar"
SIGN = "here"
"""A name that holds what the client left there, for the workers to find."""


class Handover(Protocol):
    """Both ends of it; travels to the workers."""

    def open(self, sign: str) -> None:
        """On the client's side, before the first worker comes: leave a sign, and clear what others left."""
        ...

    def meets(self, sign: str) -> bool:
        """On a worker's side: whether this place is the client's."""
        ...

    def workshop(self, scratch: Path) -> Path:
        """On a worker's side: the folder in which episodes are made; ``scratch`` is the worker's own."""
        ...

    def give(self, folder: Path) -> None:
        """On a worker's side: an episode of the workshop is finished."""
        ...

    def take(self, name: str, files: Sequence[StoredFile]) -> Path:
        """On the client's side: the folder of an episode that was given, on the library's disk."""
        ...


@dataclass(frozen=True, slots=True)
class InPlace:
    """Workers of this machine make episodes in the library's own folder."""

    folder: Path

    def open(self, sign: str) -> None:
        """Nothing to do: the run has swept the folder."""

    def meets(self, sign: str) -> bool:
        """It is the same machine."""
        del sign
        return True

    def workshop(self, scratch: Path) -> Path:
        """The folder itself: the client only has to move what was made."""
        del scratch
        return self.folder

    def give(self, folder: Path) -> None:
        """It lies where the client looks for it."""

    def take(self, name: str, files: Sequence[StoredFile]) -> Path:
        """Where it was made."""
        del files
        return self.folder / name


@dataclass(frozen=True, slots=True)
class ThroughStore:
    """Workers leave episodes in a bucket, or in a folder that all machines see; the client fetches them."""

    folder: Path
    """On the library's disk."""
    url: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The client's of the store; among them may be secrets."""

    def open(self, sign: str) -> None:
        """Leave a sign, and remove what a client that was killed never fetched."""
        parcels = self._parcels()
        for name in parcels.sizes():
            parcels.delete(name)
        parcels.put(SIGN, sign.encode(), **KIND)

    def meets(self, sign: str) -> bool:
        """Whether the store holds the client's sign."""
        with tempfile.TemporaryDirectory(prefix="podcast-") as scratch:
            copy = Path(scratch, SIGN)
            return self._parcels().get(SIGN, copy) and copy.read_text(encoding="utf-8") == sign

    def workshop(self, scratch: Path) -> Path:
        """The worker's own folder."""
        return scratch

    def give(self, folder: Path) -> None:
        """Put it into the store as one file; the folder is not needed any more."""
        parcel = folder.with_name(f"{folder.name}{TAR}")
        with tarfile.open(parcel, "w") as tar:
            tar.add(folder, arcname=".")
        self._parcels().put(parcel.name, parcel, **KIND)
        parcel.unlink()
        shutil.rmtree(folder, ignore_errors=True)

    def take(self, name: str, files: Sequence[StoredFile]) -> Path:
        """Fetch it, make sure that it is whole, and remove it from the store."""
        parcels, place, parcel = self._parcels(), self.folder / name, self.folder / f"{name}{TAR}"
        place.mkdir(parents=True, exist_ok=True)
        try:
            whole = parcels.get(parcel.name, parcel) and _unpacked(parcel, place, files)
        except tarfile.TarError:
            whole = False
        if not whole:
            what = f"{parcel.name} did not come whole from the worker"
            raise PublishError(what, where=self.url, remedy="run it again: the episode is made anew")
        parcel.unlink()
        parcels.delete(parcel.name)
        return place

    def _parcels(self) -> Store:
        return self.store(PARCELS)

    def store(self, part: str) -> Store:
        """A part of the place, for one kind of files."""
        return open_store(f"{self.url.rstrip('/')}/{part}", options=self.options)


def _unpacked(parcel: Path, place: Path, files: Sequence[StoredFile]) -> bool:
    """Whether the parcel holds these files, which then are in ``place``; what else it holds is left in it."""
    with tarfile.open(parcel) as tar:
        held = {member.name.removeprefix("./"): member for member in tar if member.isfile()}
        for file in files:
            source = tar.extractfile(held[file.name]) if file.name in held else None
            if source is None:
                return False
            with (place / file.name).open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if sha256_of(place / file.name) != file.sha256:
                return False
    return True
