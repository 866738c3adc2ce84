"""How values look on stdout: JSON for programs, lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from podcast.progress import Preview, Report
from podcast.types import Block, Utterance

_OUTSIDE_BODY = ("title", "standfirst", "notice")


def report_json(report: Report) -> dict[str, Any]:
    """What ``generate --json`` prints: seconds, LUFS, and ratios."""
    episode, progress = report.episode, report.progress
    return {
        "episode": str(episode.audio_path.parent),
        "audio": str(episode.audio_path),
        "duration": round(episode.duration, 3),
        "chapters": [
            {"title": chapter.title, "start": round(chapter.start, 3), "end": round(chapter.end, 3)}
            for chapter in episode.chapters
        ],
        "utterances": progress.utterances,
        "cached": progress.cached,
        "loudness": round(episode.loudness, 2),
        "rtf": round(progress.rtf, 5),
        "time_to_first_audio": round(progress.first_audio or 0.0, 3),
    }


def report_line(report: Report) -> str:
    """What ``generate`` prints: the file, its length, where to listen."""
    audio = report.episode.audio_path
    minutes, seconds = divmod(round(report.episode.duration), 60)
    page = (audio.parent / "index.html").resolve()
    return f"{audio}  ({minutes} min {seconds:02} s)  listen: {page.as_uri()}"


def preview_json(preview: Preview) -> dict[str, Any]:
    """What ``read --json`` prints."""
    said = [
        {"kind": block.kind, "text": block.text, "spoken": [u.text for u in preview.of_block(index)]}
        for index, block in enumerate(preview.blocks)
    ]
    return {
        **preview.article.facts(),
        "blocks": [block for block in said if block["kind"] not in _OUTSIDE_BODY],
        "around": [block for block in said if block["kind"] in _OUTSIDE_BODY],
        "dropped": [{"text": dropped.text, "reason": dropped.reason} for dropped in preview.article.dropped],
    }


def preview_lines(preview: Preview) -> Iterator[str]:
    """What ``read`` prints."""
    article = preview.article
    published = article.published.strftime("%Y-%m-%d %H:%M %Z") if article.published else ""
    facts = (article.section, ", ".join(article.authors), published, article.url)
    yield " · ".join(fact for fact in facts if fact) or "(no section, byline or date)"
    for index, block in enumerate(preview.blocks):
        yield ""
        yield f"[{block.kind}] {block.text}"
        for utterance in preview.of_block(index):
            yield f"    ▸ {utterance.phonemic or utterance.text}"
            yield from (f"        {written} → {said}" for written, said in _rewrites(block, utterance))
    yield ""
    yield f"dropped ({len(article.dropped)})"
    yield from (f"    {dropped.reason}: {' '.join(dropped.text.split())}" for dropped in article.dropped)


def _rewrites(block: Block, utterance: Utterance) -> Iterator[tuple[str, str]]:
    """What is said otherwise than it is printed: numbers written out, lexicon entries, IPA."""
    phonemic = (utterance.phonemic or utterance.text).split()
    words = zip(utterance.words, phonemic, strict=True)
    for span, group in groupby(words, key=lambda pair: pair[0].span):
        said = " ".join(ipa for _word, ipa in group)
        written = block.text[slice(*span)]
        if _letters(written) != _letters(said):
            yield written, said


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char == "[")
