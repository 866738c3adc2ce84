"""Chapters, timeline and transcript tell the same times and the printed words."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.episode.chapters import LONGEST_TITLE, OPENING, chapters_json, chapters_of
from podcast.episode.timeline import Moment, TimelineWriter
from podcast.episode.transcript import LONGEST_LINE, webvtt
from podcast.types import Block, BlockKind, Chapter, Clip, Utterance

KINDS: dict[str, BlockKind] = {"t": "title", "s": "standfirst", "h": "heading", "p": "paragraph"}


def said(kinds: str) -> tuple[list[Block], list[Moment], float]:
    """One utterance of 2 s per letter; a capital letter is a block that nothing speaks."""
    script = [Block(KINDS[letter.lower()], f"Bloc {n} {letter}") for n, letter in enumerate(kinds)]
    moments = [
        Moment(Utterance(n, n, (0, len(block.text)), block.text, 0.5), 2.0 * n, 2.0 * n + 1.5)
        for n, (block, letter) in enumerate(zip(script, kinds, strict=True))
        if letter.islower()
    ]
    return script, moments, 2.0 * len(kinds)


CHAPTERS = [
    ("tspp", [(OPENING, 0)]),
    ("tsphpph", [(OPENING, 0), ("Bloc 3 h", 6), ("Bloc 6 h", 12)]),
    ("hp", [("Bloc 0 h", 0)]),
    ("hhp", [("Bloc 0 h", 0), ("Bloc 1 h", 2)]),
    ("tpHphp", [(OPENING, 0), ("Bloc 4 h", 8)]),
    ("p", [(OPENING, 0)]),
]


@pytest.mark.parametrize(("kinds", "expected"), CHAPTERS)
def test_one_chapter_for_the_opening_and_one_per_spoken_heading(
    kinds: str, expected: list[tuple[str, float]]
) -> None:
    chapters = chapters_of(*said(kinds))
    assert [(chapter.title, chapter.start) for chapter in chapters] == expected


@given(kinds=st.text("tshpHP", min_size=1, max_size=40))
def test_chapters_are_contiguous_and_cover_the_episode(kinds: str) -> None:
    script, moments, duration = said(kinds)
    chapters = chapters_of(script, moments, duration)
    assert bool(chapters) == bool(moments)
    if chapters:
        assert chapters[0].start == 0
        assert chapters[-1].end == duration
        assert all(a.end == b.start for a, b in pairwise(chapters))
        assert all(chapter.end > chapter.start for chapter in chapters)


def test_a_heading_in_two_sentences_is_one_chapter() -> None:
    script = [Block("paragraph", "Un."), Block("heading", "Deux. Trois.")]
    spans = [(0, (0, 3)), (1, (0, 5)), (1, (6, 12))]
    moments = [
        Moment(Utterance(n, block, span, "x", 0), float(n), n + 0.5) for n, (block, span) in enumerate(spans)
    ]
    assert chapters_of(script, moments, 3.0) == (Chapter(OPENING, 0, 1), Chapter("Deux. Trois.", 1, 3))


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Un  titre\nsur deux lignes ", "Un titre sur deux lignes"),
        ("É" * 300, "É" * 118 + "…"),
        ("mot " * 100, "mot " * 58 + "mot…"),
        ("x" * 240, "x" * 240),
    ],
)
def test_chapter_titles_are_one_short_line(heading: str, title: str) -> None:
    moment = Moment(Utterance(0, 0, (0, 3), "x", 0), 0.0, 1.0)
    (chapter,) = chapters_of([Block("heading", heading)], [moment], 1.0)
    assert chapter.title == title
    assert len(title.encode()) <= LONGEST_TITLE


def test_chapters_json_is_podcasting_2() -> None:
    content = chapters_json([Chapter("Début", 0, 61.23456), Chapter("Suite", 61.23456, 90)])
    assert content == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0, "endTime": 61.235, "title": "Début"},
            {"startTime": 61.235, "endTime": 90, "title": "Suite"},
        ],
    }


def moments_of(clips: Sequence[Clip]) -> list[Moment]:
    moments, at = [], 0.0
    for clip in clips:
        moments.append(Moment.of(clip, at, at + clip.samples.size / clip.sample_rate))
        at = moments[-1].end + clip.utterance.pause_after
    return moments


def written(
    script: Sequence[Block], moments: Iterable[Moment], chapters: Iterable[Chapter], duration: float
) -> dict[str, Any]:
    file = io.StringIO()
    writer = TimelineWriter(file, script)
    for moment in moments:
        writer.add(moment)
    writer.finish(chapters, duration)
    content: dict[str, Any] = json.loads(file.getvalue())
    return content


def test_the_timeline_leads_back_to_the_printed_words(clips: Sequence[Clip], script: Sequence[Block]) -> None:
    moments = moments_of(clips)
    content = written(script, moments, chapters_of(script, moments, 99.0), 99.0)
    assert (content["version"], content["duration"]) == (1, 99.0)
    assert [entry["title"] for entry in content["chapters"]] == [
        OPENING,
        *(b.text for b in script if b.kind == "heading"),
    ]
    assert [block["text"] for block in content["blocks"]] == [block.text for block in script]
    assert len(content["utterances"]) == len(clips)
    for entry in content["utterances"]:
        printed = content["blocks"][entry["block"]]["text"]
        start, end = entry["span"]
        assert printed[start:end] == entry["text"]
        assert [printed[slice(*word["span"])] for word in entry["words"]] == entry["text"].split()
        times = [time for word in entry["words"] for time in (word["start"], word["end"])]
        assert times == sorted(times)
        assert entry["start"] <= times[0] <= times[-1] <= entry["end"] + 0.001


def test_words_that_do_not_match_their_times_are_left_out(clips: Sequence[Clip]) -> None:
    moment = moments_of(clips[:1])[0]
    odd = Moment(moment.utterance, moment.start, moment.end, moment.words[:-1])
    assert written((), [odd], (), 1.0)["utterances"][0]["words"] == []


def test_a_timeline_of_nothing_is_still_json() -> None:
    assert written((), (), (), 0.0)["utterances"] == []


CUE = re.compile(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\n((?:.+\n)+)")


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_the_transcript_has_the_printed_text_and_its_times(
    clips: Sequence[Clip], script: Sequence[Block]
) -> None:
    moments = moments_of(clips)
    text = "".join(webvtt(script, moments))
    assert text.startswith("WEBVTT\n\n")
    cues = CUE.findall(text)
    told = [seconds(clock) for start, end, _ in cues for clock in (start, end)]
    assert told == pytest.approx(
        [time for moment in moments for time in (moment.start, moment.end)], abs=0.001
    )
    words = [
        part.removeprefix("<v Voix de synthèse>")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        for _, _, lines in cues
        for part in [" ".join(lines.split("\n")).strip()]
    ]
    assert [word.split() for word in words] == [clip.utterance.text.split() for clip in clips]


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400),
    voice=st.text(max_size=12),
)
def test_no_text_breaks_the_transcript(text: str, voice: str) -> None:
    """Lines stay short, nothing opens a tag or ends a cue early, nothing is lost."""
    moment = Moment(Utterance(0, 0, (0, len(text)), text, 0, voice=voice), 0.0, 1.0)
    lines = "".join(webvtt([Block("paragraph", text)], [moment])).split("\n")
    assert lines[:2] == ["WEBVTT", ""]
    assert lines[2] == "00:00:00.000 --> 00:00:01.000"
    body = lines[3 : lines.index("", 3)]
    assert lines[lines.index("", 3) :] == [""]
    assert all(len(line) <= LONGEST_LINE for line in body)
    assert "\n".join(body).count("<") == 1
    assert not any("-->" in line for line in body)
    said = "".join(body).partition(">")[2]
    escaped = "".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert said.replace(" ", "") == escaped


def test_hours_are_told() -> None:
    moment = Moment(Utterance(0, 0, (0, 4), "Oui.", 0), 3661.5, 3662.25)
    assert "01:01:01.500 --> 01:01:02.250" in "".join(webvtt([Block("paragraph", "Oui.")], [moment]))
