"""Are the files of an episode what the feed says of them?"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from podcast.errors import PodcastError
from podcast.publish.feed import NAMESPACES
from podcast.publish.picture import Picture, read_picture

Locate = Callable[[str], Path | None]
"""URL → local path, whether the file is there or not; None for an address that is not ours."""
Measure = Callable[[Path], float]
"""The duration of an audio file in seconds; raises ``PodcastError`` when it is none."""

SMALLEST_ART, LARGEST_ART = 1400, 3000
"""Pixels on a side (Apple)."""
LONGEST_LINE = 65
"""Characters in a line of a transcript (Podcasting 2.0)."""

_MAGIC = {
    "audio/mpeg": re.compile(rb"ID3|\xff[\xe2-\xff]"),
    "audio/x-m4a": re.compile(rb"....ftyp", re.DOTALL),
    "audio/mp4": re.compile(rb"....ftyp", re.DOTALL),
    "audio/ogg": re.compile(rb"OggS"),
}
_ITUNES, _PODCAST = f"{{{NAMESPACES['itunes']}}}", f"{{{NAMESPACES['podcast']}}}"


class FileBreach(NamedTuple):
    """What is wrong with the file that an element names."""

    element: str
    sentence: str


def files_under(root: Path, base_url: str) -> Locate:
    """Finds the files of a published folder: ``base_url`` is the address of ``root``."""
    base = base_url.rstrip("/") + "/"

    def locate(url: str) -> Path | None:
        name = url.removeprefix(base)
        if name == url or not name:
            return None
        return root / unquote(name)

    return locate


def file_breaches(parent: Element, files: Locate, duration: Measure | None) -> Iterator[FileBreach]:
    """Every difference between the channel or one item and the files that it names itself."""
    enclosure = parent.find("enclosure")
    said = parent.findtext(f"{_ITUNES}duration") or ""
    if enclosure is not None:
        path = files(enclosure.get("url", ""))
        if path is not None:
            for sentence in _audio(path, enclosure, said, duration):
                yield FileBreach("enclosure", sentence)
    for tag, attribute, judge in (
        ("podcast:chapters", "url", partial(_chapters, length=_seconds(said))),
        ("podcast:transcript", "url", _transcript),
        ("itunes:image", "href", _art),
    ):
        space = _PODCAST if tag.startswith("podcast:") else _ITUNES
        for element in parent.findall(space + tag.partition(":")[2]):
            path = files(element.get(attribute, ""))
            if path is not None:
                for sentence in _read(path, judge):
                    yield FileBreach(tag, sentence)


def _read(path: Path, judge: Callable[[Path], Iterator[str]]) -> Iterator[str]:
    try:
        yield from judge(path)
    except OSError as exc:
        yield f"{path} cannot be read: {exc.strerror or exc}"


def _audio(path: Path, enclosure: Element, said: str, duration: Measure | None) -> Iterator[str]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as exc:
        yield f"{path} cannot be read: {exc.strerror or exc}"
        return
    length = enclosure.get("length", "")
    if length != str(size):
        yield f"length says {length or 'nothing'}, but {path} has {size} bytes"
    magic = _MAGIC.get(enclosure.get("type", ""))
    if magic and not magic.match(start):
        yield f"{path} is not {enclosure.get('type')}"
    elif duration is not None and (length_said := _seconds(said)):
        try:
            heard = duration(path)
        except PodcastError as exc:
            yield str(exc)
            return
        if abs(heard - length_said) > 1:
            yield f"itunes:duration says {said} s, but {path} lasts {heard:.1f} s"


def _seconds(said: str) -> int:
    """What ``itunes:duration`` says; 0 when it is no number."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _chapters(path: Path, *, length: int) -> Iterator[str]:
    """Podcasting 2.0 chapters, version 1.2.0, of an episode of ``length`` seconds (0: not known)."""
    try:
        value: Any = json.loads(path.read_bytes())
        starts = [chapter["startTime"] for chapter in value["chapters"]]
        titles = [chapter.get("title") for chapter in value["chapters"]]
        version = value["version"]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        yield f"{path} is not a list of chapters in JSON"
        return
    if version != "1.2.0":
        yield f"{path} is of version {version!r}, not 1.2.0"
    if not all(isinstance(start, int | float) and math.isfinite(start) and start >= 0 for start in starts):
        yield f"{path}: every startTime must be a number of seconds"
    elif any(after <= before for before, after in pairwise(starts)):
        yield f"{path}: the chapters must be in the order of their startTime"
    elif length and starts and starts[-1] > length:
        yield f"{path}: the last chapter begins at {starts[-1]} s, after the end of the episode"
    if not all(isinstance(title, str) and title.strip() for title in titles):
        yield f"{path}: every chapter must have a title"


def _transcript(path: Path) -> Iterator[str]:
    if path.suffix != ".vtt":
        return
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        yield f"{path} is not UTF-8"
        return
    if not lines or not re.match(r"\ufeff?WEBVTT(?:\s|\Z)", lines[0]):
        yield f"{path} does not begin with WEBVTT"
    elif not any(" --> " in line for line in lines):
        yield f"{path} has no line of text"
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE and " --> " not in line:
            yield f"{path}:{number} has {len(line)} characters, and {LONGEST_LINE} are shown"
            return


def _art(path: Path) -> Iterator[str]:
    picture = read_picture(path)
    if picture is None:
        yield f"{path} is neither a JPEG nor a PNG file"
        return
    yield from art_breaches(path, picture)


def art_breaches(path: Path, picture: Picture) -> Iterator[str]:
    """Apple's requirements for artwork."""
    suffixes = (".png",) if picture.kind == "png" else (".jpg", ".jpeg")
    if path.suffix not in suffixes:
        yield f"{path} is a {picture.kind.upper()} file and must end in {suffixes[0]}"
    if picture.width != picture.height:
        yield f"{path} is not square: {picture.width} × {picture.height}"
    elif not SMALLEST_ART <= picture.width <= LARGEST_ART:
        yield f"{path} has {picture.width} pixels on a side instead of {SMALLEST_ART} to {LARGEST_ART}"
    if not picture.rgb:
        yield f"{path} is not in RGB"
