"""An episode folder from clips: sound, chapters, tags, cover, transcript, page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from podcast.episode import page, tags
from podcast.episode.chapters import chapters_json, chapters_of
from podcast.episode.codec import remux
from podcast.episode.cover import FORMAT, draw_cover, square_cover
from podcast.episode.folder import new_folder, sync
from podcast.episode.master import Recording, record
from podcast.episode.sound import Format, Sound
from podcast.episode.stored import DISCLOSURE, description_of, episode_of, kept, name_in
from podcast.episode.timeline import TimelineWriter
from podcast.episode.transcript import webvtt
from podcast.errors import PublishError
from podcast.types import Article, Block, Chapter, Clip, Episode, Memo, Show
from podcast.versions import version

_OPENING_KINDS = ("title", "standfirst")


def build_episode(
    *,
    article: Article,
    script: Sequence[Block],
    clips: Iterable[Clip],
    show: Show,
    output: Path,
    fmt: Format = "mp3",
    sound: Sound = Sound(),  # noqa: B008 - frozen
    priors: Mapping[str, float] | None = None,
    voice_rate: int = 0,
    picture: bytes | None = None,
    on_clip: Callable[[Clip], None] | None = None,
    guid: str | None = None,
    name: str | None = None,
    durable: bool = True,
    made_from: Callable[[], str] = str,
    memo: Memo | None = None,
) -> Episode:
    """Consume ``clips`` into the folder ``output/<name>/``; whole, or not at all.

    ``script`` is what the clips' block indices point into. ``priors`` gives the
    loudness in LUFS of bare voices, by voice key, where it is known;
    ``voice_rate`` the highest sample rate of the voices in hertz, that of the
    first clip when it is 0; ``picture`` an image to make the cover of, instead of a drawn one;
    ``on_clip`` is called when the sound of a clip has gone to the encoder;
    ``guid`` and ``name`` follow from the article when they are not given;
    ``durable`` as in ``new_folder``; ``made_from`` is asked, once all clips
    have come, for the trace by which ``stored_episode`` knows this one again;
    ``memo`` keeps the pieces of MP3s for the next time that they are wanted.

    Raises ``AudioError`` when there is nothing to say or the sound cannot be
    encoded, ``PublishError`` when the folder cannot be written, and whatever
    the clips raise; an older folder of that name then stays as it was.
    """
    name = name or name_in(output, article)
    opening = [index for index, block in enumerate(script) if block.kind in _OPENING_KINDS]
    place = output / name
    with (
        _reported(place),
        new_folder(output, name, durable=durable) as folder,
        ThreadPoolExecutor(1) as beside,  # much of the time this one waits for the voice
    ):
        drawn = beside.submit(_cover, picture, article, show, memo)
        audio = folder / f"episode.{fmt}"
        with (folder / "timeline.json").open("w", encoding="utf-8") as file:
            timeline = TimelineWriter(file, script)
            recording = record(
                _watched(clips, on_clip, lambda: beside.submit(tags.get_ready)),
                audio,
                fmt=fmt,
                sound=sound,
                opening=opening,
                priors=priors,
                voice_rate=voice_rate,
                on_moment=timeline.add,
                memo=memo,
            )
            chapters = chapters_of(script, recording.moments, recording.duration)
            timeline.finish(chapters, recording.duration)
        cover = drawn.result()
        _finish(audio, _tags(article, show, description_of(article), cover), chapters)
        if durable:
            beside.submit(sync, audio)  # nearly all that there is to sync in the end
        (folder / "cover.jpg").write_bytes(cover)
        _write_companions(folder, article, show, script, recording, chapters)
        facts = kept(made_from(), audio, recording.duration, recording.loudness)
        _write_json(folder / "article.json", {**_article_json(article), "episode": facts})
    return episode_of(article, guid, place, fmt, facts, chapters)


def _write_companions(
    folder: Path,
    article: Article,
    show: Show,
    script: Sequence[Block],
    recording: Recording,
    chapters: Sequence[Chapter],
) -> None:
    """What is read beside the sound: the page, chapters and transcript."""
    with (folder / "timeline.json").open(encoding="utf-8") as timeline:
        pieces = page.listening_page(
            article=article,
            show=show,
            script=script,
            duration=recording.duration,
            audio=recording.path.name,
            timeline=timeline,
            disclosure=DISCLOSURE,
        )
        with (folder / "index.html").open("w", encoding="utf-8") as file:
            file.writelines(pieces)
    with (folder / "transcript.vtt").open("w", encoding="utf-8") as file:
        file.writelines(webvtt(script, recording.moments))
    _write_json(folder / "chapters.json", chapters_json(chapters))


def _finish(audio: Path, about: tags.Tags, chapters: Sequence[Chapter]) -> None:
    """From what was streamed to a file that knows its chapters and its name."""
    if audio.suffix == ".m4a":
        streamed = audio.rename(audio.with_stem("streamed"))
        remux(streamed, audio, chapters)
        streamed.unlink()
    tags.write_tags(audio, about, chapters)


def _tags(article: Article, show: Show, description: str, cover: bytes) -> tags.Tags:
    return tags.Tags(
        title=article.title,
        artist=", ".join(article.authors) or show.author or show.title,
        album=show.title,
        comment=description,
        date=article.published.date() if article.published else None,
        language=article.language,
        cover=cover,
    )


def _cover(picture: bytes | None, article: Article, show: Show, memo: Memo | None) -> bytes:
    """The picture as a cover, or a drawn one, which is kept in ``memo``."""
    if picture:
        return square_cover(picture)
    made_of = "cover", FORMAT, version("pillow"), article.title, article.section, show.title
    key = hashlib.sha256(repr(made_of).encode()).hexdigest()
    cover = memo.load(key) if memo is not None else None
    if cover is None:
        cover = draw_cover(article.title, section=article.section, show=show.title)
        if memo is not None:
            memo.store(key, cover)
    return cover


def _watched(
    clips: Iterable[Clip], on_clip: Callable[[Clip], None] | None, on_new: Callable[[], object]
) -> Iterator[Clip]:
    """The same clips; ``on_new`` is called after the first that was not known."""
    new = False
    for clip in clips:
        yield clip
        if on_clip:
            on_clip(clip)
        if not (new or clip.cached):
            new = True
            on_new()


def _article_json(article: Article) -> dict[str, Any]:
    """The article as ``podcast read --json`` shows it, without what is spoken."""
    return {
        **article.facts(),
        "blocks": [{"kind": block.kind, "text": block.text} for block in article.blocks],
        "dropped": [{"text": piece.text, "reason": piece.reason} for piece in article.dropped],
    }


def _write_json(path: Path, value: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")


@contextmanager
def _reported(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise PublishError(
            f"the episode could not be written: {exc.strerror or exc}",
            where=str(place),
            remedy="check the space and the rights of the output folder",
        ) from exc
