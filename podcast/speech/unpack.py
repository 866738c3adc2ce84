"""Unpacking the zip of a model into one flat folder.

Archives of models hold a folder with the files in it. Only the files matter,
so nothing of an archive decides where a file goes: names lose their folders.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from podcast.errors import VoiceError

MOST = 20_000_000_000
"""Bytes: ten times the largest model there is; more is a mistake or an attack."""


def unpack(archive: Path, folder: Path, *, where: str) -> list[str]:
    """Unpack into ``folder``, which appears whole or not at all; returns the names of the files.

    Raises ``VoiceError`` when the archive is not one or a byte of it is wrong.
    """
    part = folder.with_name(folder.name + ".unpacking")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        with zipfile.ZipFile(archive) as zipped:
            members = _members(zipped)
            for name, member in members.items():
                with zipped.open(member) as source, (part / name).open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        shutil.rmtree(part)
        what, remedy = f"is not a whole zip archive: {error}", "run it again, or name a mirror with --from"
        raise VoiceError(what, where=where, remedy=remedy) from error
    part.rename(folder)
    return sorted(members)


def _members(zipped: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files to unpack, by bare name; hidden ones and what macOS adds are left out."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in zipped.infolist():
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if member.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
            continue
        if path.name in members:
            raise ValueError(f"it has {path.name} twice")
        members[path.name] = member
    if sum(member.file_size for member in members.values()) > MOST:
        raise ValueError("it is too big")
    if not members:
        raise ValueError("there is nothing in it")
    return members
