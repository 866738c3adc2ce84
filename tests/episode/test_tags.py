"""Independent readers find the tags, and the chapters in their order."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import mutagen
import numpy as np
import pytest
from mutagen import id3
from mutagen.oggopus import OggOpus

from podcast.episode.codec import coded_rate, decode, open_encoder, remux
from podcast.episode.cover import draw_cover
from podcast.episode.sound import Format, Sound
from podcast.episode.tags import Tags, write_tags
from podcast.errors import AudioError
from podcast.types import Chapter, Samples

COVER = draw_cover("Œuvre")
TAGS = Tags(
    title="Cœur de ville : l’été « enfin » là",
    artist="Élodie Çelik",
    album="Articles à écouter",
    comment="Dix ans après.\n\nCet article est lu par une voix de synthèse.",
    date=date(2025, 7, 8),
    language="fr-FR",
    cover=COVER,
)
TITLES = [
    ("short", ["a", "bb", "ccc"]),
    ("longest first", ["un titre bien plus long que tous les autres", "moyen titre", "bref"]),
    ("same", ["La suite"] * 5),
    ("many", [f"Chapitre {n} " + "x" * (n * 37 % 50) for n in range(120)]),
    ("odd", ["\u200b", "<b>&amp;</b>", "CHAP", "É" * 119 + "…", "🎧", "fin"]),
]


def untagged(folder: Path, sound: Samples, fmt: Format, rate: int) -> Path:
    path = folder / f"sound.{fmt}"
    with path.open("wb") as sink:
        encoder = open_encoder(sink, fmt, sample_rate=rate, bit_rate=Sound().bits(fmt))
        encoder.write(sound)
        encoder.close()
    return path


def shown(ffprobe: str, path: Path) -> dict[str, object]:
    command = [
        ffprobe,
        "-v",
        "error",
        "-show_chapters",
        "-show_format",
        "-show_streams",
        "-of",
        "json",
        str(path),
    ]
    result: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return result


def parts(titles: list[str], duration: float) -> list[Chapter]:
    step = duration / len(titles)
    return [Chapter(title, n * step, (n + 1) * step) for n, title in enumerate(titles)]


@pytest.mark.parametrize("fmt", ["mp3", "m4a", "opus"])
@pytest.mark.parametrize("titles", [titles for _, titles in TITLES], ids=[name for name, _ in TITLES])
def test_ffprobe_lists_the_chapters_in_order(
    tmp_path: Path, make_sound: Callable[..., Samples], ffprobe: str, fmt: Format, titles: list[str]
) -> None:
    rate = coded_rate(fmt, 22050)
    path = untagged(tmp_path, make_sound(6, rate=rate), fmt, rate)
    chapters = parts(titles, 6.0)
    if fmt == "m4a":
        streamed, path = path, tmp_path / "whole.m4a"
        remux(streamed, path, chapters)
    before = np.concatenate(list(decode(path)))
    write_tags(path, TAGS, chapters)
    found = shown(ffprobe, path)["chapters"]
    assert isinstance(found, list)
    starts = [float(chapter["start_time"]) for chapter in found]
    assert starts == [pytest.approx(chapter.start, abs=0.001) for chapter in chapters]
    assert [chapter.get("tags", {}).get("title", "") for chapter in found] == titles
    assert np.array_equal(np.concatenate(list(decode(path))), before)


def test_id3_says_all_of_the_episode(tmp_path: Path, make_sound: Callable[..., Samples]) -> None:
    path = untagged(tmp_path, make_sound(2), "mp3", 22050)
    write_tags(path, TAGS, parts(["Un", "Deux"], 2.0))
    tags = id3.ID3(path)
    assert (str(tags["TIT2"]), str(tags["TPE1"]), str(tags["TALB"])) == (TAGS.title, TAGS.artist, TAGS.album)
    assert (str(tags["TDRC"]), str(tags["TLAN"]), str(tags["TCON"])) == ("2025-07-08", "fra", "Podcast")
    assert str(tags["COMM::fra"]) == TAGS.comment
    assert tags["APIC:"].data == COVER
    assert (tags["CTOC:toc"].child_element_ids, tags["CTOC:toc"].flags) == (["chp0", "chp1"], 3)
    chapter = tags["CHAP:chp1"]
    assert (chapter.start_time, chapter.end_time) == (1000, 2000)
    assert chapter.start_offset == chapter.end_offset == 0xFFFFFFFF
    assert tags.version == (2, 3, 0)
    assert mutagen.File(path).info.length == pytest.approx(2.0, abs=0.001)


def test_mp4_says_all_of_the_episode(
    tmp_path: Path, make_sound: Callable[..., Samples], ffprobe: str
) -> None:
    path = tmp_path / "whole.m4a"
    remux(untagged(tmp_path, make_sound(2), "m4a", 22050), path, parts(["Un", "Deux"], 2.0))
    write_tags(path, TAGS, ())
    found = shown(ffprobe, path)["format"]
    assert isinstance(found, dict)
    expected = {"title": TAGS.title, "artist": TAGS.artist, "album": TAGS.album, "date": "2025-07-08"}
    assert expected.items() <= found["tags"].items()
    assert bytes(mutagen.File(path)["covr"][0]) == COVER
    assert path.read_bytes().index(b"moov") < path.read_bytes().index(b"mdat"), "plays before it is all there"


def test_opus_says_all_of_the_episode(tmp_path: Path, make_sound: Callable[..., Samples]) -> None:
    path = untagged(tmp_path, make_sound(2, rate=24000), "opus", 24000)
    write_tags(path, TAGS, parts(["Un", "Deux"], 2.0))
    tags = OggOpus(path)
    assert (tags["title"], tags["artist"], tags["date"]) == ([TAGS.title], [TAGS.artist], ["2025-07-08"])
    assert (tags["CHAPTER002"], tags["CHAPTER002NAME"]) == (["00:00:01.000"], ["Deux"])


def test_a_tag_written_twice_is_the_same(tmp_path: Path, make_sound: Callable[..., Samples]) -> None:
    path = untagged(tmp_path, make_sound(2), "mp3", 22050)
    titles = ["x" * length for length in random.Random(4).sample(range(1, 90), 20)]
    write_tags(path, TAGS, parts(titles, 2.0))
    once = path.read_bytes()
    write_tags(path, TAGS, parts(titles, 2.0))
    assert path.read_bytes() == once


@pytest.mark.parametrize("name", ["broken.m4a", "broken.opus"])
def test_a_file_that_cannot_be_tagged_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"not a sound")
    with pytest.raises(AudioError, match=name):
        write_tags(path, TAGS, ())
