"""What the file says of itself: title, authors, show, date, cover, chapters."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from podcast.errors import AudioError
from podcast.types import Chapter

_GENRE = "Podcast"
_NO_OFFSET = 0xFFFFFFFF
"""Byte offsets that CHAP frames do not use (ID3v2 Chapter Frame Addendum)."""
_FRONT_COVER = 3
_LANGUAGES = {"fr": "fra", "en": "eng", "de": "deu", "es": "spa", "it": "ita"}


class Tags(NamedTuple):
    """What is written into the file."""

    title: str
    artist: str
    album: str
    comment: str
    date: date | None
    language: str
    """BCP 47, as "fr-FR"."""
    cover: bytes
    """JPEG."""


def write_tags(path: Path, tags: Tags, chapters: Sequence[Chapter]) -> None:
    """Tag an MP3, M4A or Opus file in place; the chapters of M4A are set when it is muxed.

    Raises ``AudioError`` when the file is not one of these.
    """
    write = _WRITERS.get(path.suffix)
    if write is None:
        return
    import mutagen

    try:
        write(path, tags, chapters)
    except mutagen.MutagenError as exc:
        raise AudioError(f"cannot tag this file: {exc}", where=str(path)) from exc


def get_ready() -> None:
    """What the first MP3 would have to wait for."""
    import mutagen.id3  # noqa: F401


def _write_id3(path: Path, tags: Tags, chapters: Sequence[Chapter]) -> None:
    """ID3v2.3: of 2.4, ffmpeg misreads the length of chapter titles from 128 bytes on."""
    from mutagen import id3

    language = _LANGUAGES.get(tags.language.partition("-")[0], "und")
    frames = id3.ID3()
    frames.add(id3.TIT2(text=tags.title))
    frames.add(id3.TPE1(text=tags.artist))
    frames.add(id3.TALB(text=tags.album))
    frames.add(id3.TCON(text=_GENRE))
    frames.add(id3.TLAN(text=language))
    frames.add(id3.COMM(lang=language, desc="", text=tags.comment))
    if tags.date:
        frames.add(id3.TDRC(text=tags.date.isoformat()))
    frames.add(id3.APIC(mime="image/jpeg", type=_FRONT_COVER, desc="", data=tags.cover))
    for number, chapter in enumerate(chapters):
        frames.add(_chapter_frame(number, chapter))
    if chapters:
        flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
        ids = [f"chp{number}" for number in range(len(chapters))]
        frames.add(id3.CTOC(element_id="toc", flags=flags, child_element_ids=ids, sub_frames=[]))
    frames.update_to_v23()
    frames.save(path, v1=0, v2_version=3)
    _order_chapters(path)


def _chapter_frame(number: int, chapter: Chapter) -> Any:
    from mutagen import id3

    return id3.CHAP(
        element_id=f"chp{number}",
        start_time=round(chapter.start * 1000),
        end_time=round(chapter.end * 1000),
        start_offset=_NO_OFFSET,
        end_offset=_NO_OFFSET,
        sub_frames=[id3.TIT2(text=chapter.title)],
    )


def _order_chapters(path: Path) -> None:
    """Put the CHAP frames of an ID3v2.3 tag in the order of their times, in place.

    mutagen writes frames by size; readers that ignore CTOC, ffprobe among
    them, list chapters as they stand in the file.
    """
    with path.open("r+b") as file:
        header = file.read(10)
        body = file.read(_synchsafe(header[6:10]))
        frames: list[bytes] = []
        at = 0
        while body[at : at + 1].strip(b"\0"):
            end = at + 10 + int.from_bytes(body[at + 4 : at + 8])
            frames.append(body[at:end])
            at = end
        frames.sort(key=_frame_order)
        file.seek(10)
        file.write(b"".join(frames) + body[at:])


def _frame_order(frame: bytes) -> tuple[bool, bytes]:
    """Other frames first, as they stand; then chapters by their start, 4 bytes after the element id."""
    if not frame.startswith(b"CHAP"):
        return False, b""
    start = frame.index(b"\0", 10) + 1
    return True, frame[start : start + 4]


def _synchsafe(data: bytes) -> int:
    """Seven bits of each byte: the length of a whole tag (ID3v2.3, section 3.1)."""
    value = 0
    for byte in data:
        value = value << 7 | byte
    return value


def _write_mp4(path: Path, tags: Tags, chapters: Sequence[Chapter]) -> None:  # noqa: ARG001
    from mutagen import mp4

    file = mp4.MP4(path)
    file["\xa9nam"] = tags.title
    file["\xa9ART"] = tags.artist
    file["\xa9alb"] = tags.album
    file["\xa9gen"] = _GENRE
    file["\xa9cmt"] = tags.comment
    if tags.date:
        file["\xa9day"] = tags.date.isoformat()
    file["covr"] = [mp4.MP4Cover(tags.cover, mp4.MP4Cover.FORMAT_JPEG)]
    file.save()


def _write_opus(path: Path, tags: Tags, chapters: Sequence[Chapter]) -> None:
    from mutagen.flac import Picture
    from mutagen.oggopus import OggOpus

    picture = Picture()
    picture.type, picture.mime, picture.data = _FRONT_COVER, "image/jpeg", tags.cover
    file = OggOpus(path)
    file["title"] = tags.title
    file["artist"] = tags.artist
    file["album"] = tags.album
    file["genre"] = _GENRE
    file["language"] = tags.language
    file["description"] = tags.comment
    if tags.date:
        file["date"] = tags.date.isoformat()
    file["metadata_block_picture"] = base64.b64encode(picture.write()).decode("ascii")
    for number, chapter in enumerate(chapters, start=1):
        file[f"chapter{number:03}"] = _clock(chapter.start)
        file[f"chapter{number:03}name"] = chapter.title
    file.save()


def _clock(seconds: float) -> str:
    """As in Vorbis comment chapters: hours, minutes, seconds, milliseconds."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


_WRITERS: dict[str, Callable[[Path, Tags, Sequence[Chapter]], None]] = {
    ".mp3": _write_id3,
    ".m4a": _write_mp4,
    ".opus": _write_opus,
}
