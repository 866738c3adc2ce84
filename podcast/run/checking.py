"""The published feed against the rules of Apple and PSP-1, and against the files that it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from podcast.episode.codec import decode, sample_rate_of
from podcast.errors import PublishError
from podcast.publish.check import Breach, check_feeds
from podcast.publish.opening import open_copy
from podcast.run.air import build
from podcast.run.plan import Plan


def breaches_of(plan: Plan) -> list[Breach]:
    """Every rule that the show breaks.

    A folder is checked as it was published. What a bucket holds is checked as
    the library would publish it. Raises ``PublishError`` when nothing was
    published yet.
    """
    if "://" in plan.target:
        with open_copy(plan.library) as library:
            on_air = build(plan, library)
        places = {upload.name: upload.source for upload in on_air.uploads if isinstance(upload.source, Path)}
        return _breaches(plan, on_air.feeds, lambda name: places.get(name))
    folder = Path(plan.target)
    return _breaches(plan, _published(folder, plan.feed), folder.joinpath)


def _breaches(plan: Plan, documents: dict[str, bytes], place: Callable[[str], Path | None]) -> list[Breach]:
    def locate(url: str) -> Path | None:
        return place(unquote(url.removeprefix(plan.url))) if url.startswith(plan.url) else None

    return check_feeds(documents, self_url=plan.settings.show.feed_url, files=locate, duration=duration)


def _published(folder: Path, feed: str) -> dict[str, bytes]:
    """The documents of the feed, the feed itself last."""
    stem, _, suffix = feed.rpartition(".")
    archives = sorted(folder.glob(f"{stem}-archive-*.{suffix}"))
    try:
        return {path.name: path.read_bytes() for path in (*archives, folder / feed)}
    except OSError as error:
        raise PublishError(
            f"the feed cannot be read: {error.strerror}", where=str(folder / feed), remedy="podcast run first"
        ) from error


def duration(audio: Path) -> float:
    """Seconds of sound that a decoder finds in the file."""
    return sum(samples.size for samples in decode(audio)) / sample_rate_of(audio)
