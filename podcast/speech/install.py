"""Installing voices: fetch, check, and put in place whole or not at all.

What comes gathers in ``.<key>.part`` beside the place of the voice, file by
file; a later run goes on from there, and the folder gets its name when
everything in it has been checked. ``SHA256SUMS`` keeps what was found, so
that ``sha256sum --check`` can tell years later whether it is still that.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from podcast.errors import VoiceError
from podcast.speech.description import ACCEPTED, FILE_NAME, Description, VoiceFile
from podcast.speech.digest import RECORD, file_hash, read_record, write_record
from podcast.speech.download import bring, forget, read_text
from podcast.speech.unpack import unpack

logger = logging.getLogger(__name__)

BLOCK = 1 << 20
PIECE = ".piece"
"""Suffix of a file that has not come whole yet."""

_POINTER = re.compile(
    r"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)
"""https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far an installation is."""

    name: str
    """The file that is coming."""
    done: int
    """Bytes of the whole voice."""
    total: int | None


OnFetched = Callable[[Fetched], None]


def install(
    wanted: Description,
    store: Path,
    *,
    mirror: str = "",
    accept_license: bool = False,
    on_fetched: OnFetched = lambda _: None,
) -> Path:
    """Install a voice into ``store`` and say where it is; one that is installed is left alone.

    ``mirror`` is a folder or an http(s) address that has ``<key>/<file>`` for
    every file of the voice; without it they come from their publisher.
    Raises ``VoiceError``.
    """
    if wanted.installed and not _lies_in(wanted, mirror):
        return wanted.folder
    if wanted.accept_license and not accept_license:
        raise VoiceError(
            f"its licence, {wanted.licence}, must be accepted before it is installed",
            where=wanted.key,
            remedy=f"read it at {wanted.source or 'its publisher'}, then add --accept-license",
        )
    part = store / f".{wanted.key}.part"
    with _writing(store), _alone(part):
        _check_space(wanted, part)
        recorded = read_record(part)
        done = 0
        for file in wanted.files:
            source = _source(wanted, file, mirror)
            count = _Counter(file.name, done, wanted.size, on_fetched)
            done += _install_file(file, source, part, recorded, count)
            write_record(part, recorded)
        if wanted.accept_license:
            (part / ACCEPTED).write_text(f"{wanted.licence}\n", encoding="utf-8")
        shutil.copyfile(wanted.folder / FILE_NAME, part / FILE_NAME)
        _sync(part)
        _in_place(part, store / wanted.key)
    return store / wanted.key


def remove(key: str, store: Path) -> None:
    """Remove a voice that ``install`` brought; raises ``VoiceError`` when it did not."""
    folder = store / key
    if Path(key).name != key or not (folder / RECORD).is_file():
        what = "is not among the voices that were installed here"
        raise VoiceError(what, where=key, remedy=f"they are in {store}")
    with _writing(store):
        hidden = store / f".{key}.removed"
        shutil.rmtree(hidden, ignore_errors=True)
        folder.rename(hidden)
        shutil.rmtree(hidden)


def _lies_in(wanted: Description, mirror: str) -> bool:
    """True for a voice that only the mirror describes: there it is not installed."""
    return bool(mirror) and wanted.folder.parent == Path(mirror).expanduser().absolute()


@dataclass(slots=True)
class _Counter:
    """Adds the bytes of one file to those of the files before it."""

    name: str
    before: int
    total: int | None
    on_fetched: OnFetched

    def __call__(self, done: int) -> None:
        self.on_fetched(Fetched(self.name, self.before + done, self.total))


def _source(wanted: Description, file: VoiceFile, mirror: str) -> str:
    """Where a file comes from: an address, or a path."""
    if mirror.startswith(("http://", "https://")):
        return f"{mirror.rstrip('/')}/{wanted.key}/{file.name}"
    if mirror:
        inside = Path(mirror).expanduser() / wanted.key / file.name
        return str(inside if inside.exists() else inside.parent.parent / file.name)
    if not file.url:
        what = "its description does not say where this file is published"
        raise VoiceError(what, where=f"{wanted.key}/{file.name}", remedy="name a mirror with --from")
    return file.url


def _install_file(file: VoiceFile, source: str, part: Path, recorded: dict[str, str], count: _Counter) -> int:
    """Bring one file, check it and record its hash; returns its size. Nothing is done twice."""
    kept = part / file.kept_as
    if _is_there(file, kept, recorded):
        size = file.size or sum(path.stat().st_size for path in (kept, *kept.rglob("*")) if path.is_file())
        count(size)
        return size
    if source == file.url:
        file = _with_pointer(file)
    piece = part / (file.name + PIECE)
    if kept.is_file():  # checked, but the plug was pulled before that was written down
        kept.rename(piece)
    sha256 = _bring_checked(file, source, piece, count)
    size = piece.stat().st_size
    if file.unpack:
        recorded |= _unpacked(file, source, piece, kept)
    else:
        _sync(piece)
        recorded[file.name] = sha256
        piece.rename(kept)
    forget(piece)
    return size


def _is_there(file: VoiceFile, kept: Path, recorded: Mapping[str, str]) -> bool:
    """True when an earlier run has brought and checked just this file."""
    if file.unpack:
        return kept.is_dir() and any(name.startswith(f"{file.unpack}/") for name in recorded)
    found = recorded.get(file.name)
    return kept.is_file() and bool(found) and found == (file.sha256 or found)


def _bring_checked(file: VoiceFile, source: str, piece: Path, count: _Counter) -> str:
    """Bring a file and return its SHA-256; what an earlier run left damaged is fetched anew."""
    went_on = piece.exists()
    bring(source, piece, size=file.size, checked=bool(file.sha256 or file.md5), on_bytes=count)
    try:
        return _checked(piece, file, source)
    except VoiceError:
        forget(piece)
        if not went_on:
            raise
    logger.info("%s: what an earlier run had left is damaged: from the beginning", source)
    return _bring_checked(file, source, piece, count)


def _unpacked(file: VoiceFile, source: str, piece: Path, kept: Path) -> dict[str, str]:
    """Unpack a zip; returns the SHA-256 of each file in it."""
    shutil.rmtree(kept, ignore_errors=True)
    try:
        members = unpack(piece, kept, where=source)
    except VoiceError:
        forget(piece)
        raise
    _sync(kept)
    return {f"{file.unpack}/{member}": file_hash(kept / member) for member in members}


def _with_pointer(file: VoiceFile) -> VoiceFile:
    """The file with the SHA-256 and size of its Git LFS pointer, where only that knows them."""
    if file.sha256 or not file.pointer:
        return file
    try:
        told = _POINTER.fullmatch(read_text(file.pointer))
    except VoiceError as error:
        logger.warning("%s", error)
        return file
    if told is None:
        logger.warning(
            "%s: is not a Git LFS pointer: only the size of %s is checked", file.pointer, file.name
        )
        return file
    return replace(file, sha256=told[1], size=int(told[2]))


def _checked(piece: Path, file: VoiceFile, source: str) -> str:
    """The SHA-256 of what came; raises ``VoiceError`` when it is not what it should be."""
    hashes = {"sha256": hashlib.sha256(), "md5": hashlib.md5(usedforsecurity=False)}
    with piece.open("rb") as stream:
        while block := stream.read(BLOCK):
            for algorithm in hashes.values():
                algorithm.update(block)
    for name, algorithm in hashes.items():
        described, found = getattr(file, name), algorithm.hexdigest()
        if described and described != found:
            what = f"is not the file that the voice describes: its {name} is {found}"
            raise VoiceError(what, where=source, remedy="run it again, or name another mirror with --from")
    return hashes["sha256"].hexdigest()


def _check_space(wanted: Description, part: Path) -> None:
    """Better to know at once than after an hour."""
    there = sum(path.stat().st_size for path in part.rglob("*") if path.is_file())
    needed, free = (wanted.size or 0) - there, shutil.disk_usage(part).free
    if needed > free:
        what = f"{needed / 1e6:.0f} MB are to come and {free / 1e6:.0f} MB are free"
        raise VoiceError(
            what, where=str(part.parent), remedy="make room, or set PODCAST_VOICES to another disk"
        )


def _in_place(part: Path, folder: Path) -> None:
    """Give the finished folder its name; one with a description of the user's own gets what it lacked."""
    if not folder.exists():
        part.rename(folder)
        return
    for item in sorted(part.iterdir()):
        place = folder / item.name
        if place.is_dir():
            shutil.rmtree(place)
        item.replace(place)
    part.rmdir()


def _sync(path: Path) -> None:
    """A file, or a folder with all in it, is on the disk before its name says so."""
    for item in (*path.rglob("*"), path):
        descriptor = os.open(item, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _writing(store: Path) -> Iterator[None]:
    """What the disk says becomes a ``VoiceError``."""
    try:
        yield
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        where = error.filename or store
        raise VoiceError(what, where=str(where), remedy="what has come is kept: run it again") from error


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Make the folder, and keep other installations of the same voice out of it."""
    part.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        what = "another process is installing this voice"
        raise VoiceError(what, where=str(part), remedy="wait for it") from error
    try:
        yield
    finally:
        os.close(descriptor)
