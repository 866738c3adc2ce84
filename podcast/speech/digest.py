"""What names a model in the keys of the clip cache: a hash of everything that makes its sound.

``SHA256SUMS`` beside a voice is the installer's record, in the form that
``sha256sum --check`` reads: 64 digits, two spaces, a path from the folder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

RECORD = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")


def model_hash(folder: Path, model: str, files: Mapping[str, str]) -> str:
    """SHA-256 of the files' hashes, else of the model, else of the model's id.

    ``files`` has what the voice keeps, files and folders, each with its
    SHA-256 or an empty text when the description does not give one.
    """
    path = folder / model
    if model in files or path.is_dir():
        sums = _sums(folder, files if model in files else {model: ""})
        lines = sorted(f"{sha256}  {name}\n" for name, sha256 in sums.items())
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    return file_hash(path) if path.is_file() else hashlib.sha256(model.encode()).hexdigest()


def _sums(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """The hash of each file: as described, else as recorded, else as found."""
    recorded = read_record(folder)
    sums: dict[str, str] = {}
    for name, described in files.items():
        path = folder / name
        if described:
            sums[name] = described
        elif path.is_dir():
            inside = (f"{name}/{child.name}" for child in path.iterdir() if child.is_file())
            sums |= {child: recorded.get(child) or file_hash(folder / child) for child in inside}
        else:
            sums[name] = recorded.get(name) or file_hash(path)
    return sums


def file_hash(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_record(folder: Path) -> dict[str, str]:
    """What the installer found the files to be, by name; empty where it has not been."""
    try:
        text = (folder / RECORD).read_text(encoding="utf-8")
    except OSError:
        return {}
    return {line[2]: line[1] for line in _LINE.finditer(text)}


def write_record(folder: Path, sums: Mapping[str, str]) -> None:
    """Write the record anew."""
    lines = (f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))
    (folder / RECORD).write_text("".join(lines), encoding="utf-8")
