"""What the library holds goes on the air: retention, the feed, the files that it names."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from podcast import speaking
from podcast.episode.cover import draw_cover
from podcast.episode.page import PLAYER
from podcast.errors import ConfigError
from podcast.publish import site
from podcast.publish.entry import Entry
from podcast.publish.feed import build_feeds, show_guid
from podcast.publish.items import FeedItem
from podcast.publish.library import EPISODES, Library
from podcast.publish.record import Record
from podcast.publish.storage import open_store
from podcast.publish.sync import Upload, publish
from podcast.publish.websub import ping
from podcast.run.make import HASH_LENGTH, PAGE, address_of, episode_folder
from podcast.run.plan import Plan
from podcast.run.report import Line, Outcome
from podcast.types import Show

logger = logging.getLogger(__name__)

MANIFEST = "published.json"
COMPANIONS = ("chapters.json", "cover.jpg", PAGE, "timeline.json", "transcript.vtt")
"""Published beside the audio; ``article.json`` and the record are the library's own."""
AUDIO = (".mp3", ".m4a", ".opus")
GUID = "show_guid"
"""The fact that holds the show's ``podcast:guid``: assigned once, although the feed may move."""


class OnAir(NamedTuple):
    """A show as it is published."""

    feeds: dict[str, bytes]
    """The documents of the feed by name, the feed itself last."""
    page: bytes
    """Of the show, HTML."""
    uploads: list[Upload]
    """All other files."""


def air(plan: Plan, library: Library, outcome: Outcome) -> None:
    """Publish the show as the library has it: audio first, the feed last, only what changed."""
    began = time.perf_counter()
    expire(plan, library, outcome)
    on_air = build(plan, library)
    published = publish(
        open_store(plan.target, options=plan.options),
        on_air.uploads,
        {PAGE: on_air.page, **on_air.feeds},
        manifest=plan.library / MANIFEST,
        now=datetime.now(UTC),
        base_url=plan.url,
        grace=timedelta(seconds=plan.grace),
    )
    outcome.episodes = sum(upload.name.endswith(AUDIO) for upload in on_air.uploads)
    outcome.published += len(published.written)
    outcome.removed += len(published.removed)
    logger.info(
        "feed of %d episodes: %d files published, %d removed (%.1f s)",
        outcome.episodes, len(published.written), len(published.removed), time.perf_counter() - began,
    )  # fmt: skip
    if plan.websub and plan.feed in published.written:
        ping(plan.websub, plan.settings.show.feed_url)


def build(plan: Plan, library: Library) -> OnAir:
    """What the library has to publish."""
    records = [entry.record for entry in library.entries("ready") if entry.record]
    art = show_art(plan)
    show = on_the_air(plan, library, art)
    items = [item(record, plan) for record in records]
    hub = plan.websub or ""
    feeds = build_feeds(show, items, self_url=show.feed_url, credit=credit(plan), hub=hub)
    page = site.show_page(show, items, url=plan.url)
    uploads = [upload for record in records for upload in uploads_of(record, plan)]
    return OnAir(feeds, page.encode(), [*([art] if art else []), *assets(), *uploads])


def assets() -> Iterator[Upload]:
    """The style of the show's page, and the player for the newsroom's own (``podcast embed``)."""
    for path in (site.STYLE, PLAYER):
        yield Upload.of(path.name, path.read_bytes(), lasting=False)


def uploads_of(record: Record, plan: Plan) -> Iterator[Upload]:
    """The files of an episode that are published, under names that change with the audio."""
    folder = episode_folder(plan, record)
    for file in record.files:
        if file.name == record.audio or file.name in COMPANIONS:
            name = f"{EPISODES}/{record.folder}/{file.name}"
            lasting = file.name != PAGE  # it says more than is heard, and that may change alone
            yield Upload(name, folder / file.name, file.size, file.sha256, lasting)


def credit(plan: Plan) -> str:
    """Who made the voices, and their licences."""
    voices = speaking.everybody(plan.settings)
    lines = (f"{v.attribution or f'Voix : {v.key}'} ({v.licence})." for v in voices if v.licence)
    return "\n\n".join(dict.fromkeys(lines))


def expire(plan: Plan, library: Library, outcome: Outcome) -> None:
    """Take out of the feed what is beyond the number and the age that are kept."""
    if not plan.keep_episodes and not plan.keep_time:
        return
    newest = sorted(library.entries("ready"), key=_published, reverse=True)
    limit = plan.keep_episodes or len(newest)
    oldest = time.time() - plan.keep_time if plan.keep_time else float("-inf")
    for number, entry in enumerate(newest):
        if number >= limit or _published(entry) < oldest:
            library.save(replace(entry, state="expired"))
            outcome.lines.append(Line("expired", entry.address, entry.title, entry.guid))
            logger.info("expired: « %s »", entry.title)


def _published(entry: Entry) -> float:
    return entry.record.first_published.timestamp() if entry.record else 0.0


def item(record: Record, plan: Plan) -> FeedItem:
    """One episode with its addresses."""
    base = address_of(record.folder, plan)
    return FeedItem(
        episode=record.episode(episode_folder(plan, record)),
        enclosure_url=f"{base}/{record.audio}",
        first_published=record.first_published,
        updated=record.updated,
        page_url=f"{base}/{PAGE}",
        chapters_url=f"{base}/chapters.json",
        transcript_url=f"{base}/transcript.vtt",
        image_url=f"{base}/cover.jpg",
        authors=record.authors,
        number=record.number,
    )


def show_art(plan: Plan) -> Upload | None:
    """The show's art: the file that is set, else one that is drawn; None when it is a URL already.

    New art has a new name (Apple).
    """
    image, title = plan.settings.show.image, plan.settings.show.title
    if image.startswith(("http://", "https://")):
        return None
    try:
        data = (plan.folder / image).read_bytes() if image else _drawn(title, plan.library)
    except OSError as error:
        what = f"the show's art cannot be read or drawn: {error.strerror}"
        raise ConfigError(
            what, where=str(image or plan.library), remedy="show.image names a picture"
        ) from error
    suffix = Path(image).suffix.lower() or ".jpg"
    digest = hashlib.sha256(data).hexdigest()
    return Upload.of(f"cover-{digest[:HASH_LENGTH]}{suffix}", data)


def _drawn(title: str, folder: Path) -> bytes:
    """Drawn once for a title: drawing takes longer than all the rest of a run without news."""
    path = folder / f"cover-{hashlib.sha256(title.encode()).hexdigest()[:HASH_LENGTH]}.jpg"
    if not path.exists():
        part = path.with_suffix(".part")
        part.write_bytes(draw_cover(title))
        part.replace(path)
    return path.read_bytes()


def on_the_air(plan: Plan, library: Library, art: Upload | None) -> Show:
    """The show with what only publishing knows: its GUID, and the address of its art."""
    show = plan.settings.show
    guid = show.guid or library.fact(GUID)
    if not guid:
        guid = show_guid(show.feed_url)
        library.set_fact(GUID, guid)
    return replace(show, guid=guid, image=f"{plan.url}{art.name}" if art else show.image)
