"""Publishing: from the files of a show to its place, so that the feed never names a missing one.

    note      the names to be written                       (manifest)
    audio     then chapters, transcripts, pages, covers
    feed      the show's page, archives, oldest first, then the feed itself
    remove    what no feed has needed for the time of grace

A run that is killed or fails anywhere leaves the old feed with all that it
names; the next one goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from podcast.errors import PublishError
from podcast.publish.manifest import Manifest
from podcast.publish.store import ANY, NONE, Store

logger = logging.getLogger(__name__)

GRACE = timedelta(days=7)
"""How long a file outlives the feed that named it: apps and caches may still ask for it."""

FOREVER = "public, max-age=31536000, immutable"
"""For names that change with their content."""
SHORTLY = "public, max-age=300"
"""For the feed, and for names that stay."""

_CONTENT_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/x-m4a",
    ".opus": "audio/ogg",
    ".json": "application/json",
    ".vtt": "text/vtt; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".xml": "application/rss+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
}
_AUDIO = (".mp3", ".m4a", ".opus")
_DOCUMENTS = (".xml", ".rss")
_ADDRESS = re.compile(r' (?:url|href)="([^"<>]*)"')


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be published."""

    name: str
    """Relative to the target, with ``/`` between its parts."""
    source: Path | bytes
    size: int
    """Bytes."""
    sha256: str
    lasting: bool = True
    """The name changes with the content, so that caches may keep it for ever."""

    @classmethod
    def of(cls, name: str, source: Path | bytes, *, lasting: bool = True) -> Upload:
        """Measure a file that nobody has measured yet."""
        size, sha256 = _measure(source)
        return cls(name, source, size, sha256, lasting)


@dataclass(slots=True)
class Published:
    """What one `publish` did."""

    written: list[str] = field(default_factory=list)
    written_bytes: int = 0
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)


def publish(
    store: Store,
    uploads: Iterable[Upload],
    feeds: Mapping[str, bytes],
    *,
    manifest: Path,
    now: datetime,
    base_url: str = "",
    grace: timedelta = GRACE,
    verify: bool = False,
) -> Published:
    """Bring ``store`` to hold ``uploads`` and ``feeds``, writing only what changed.

    ``feeds``, all documents that name other files, are written last, in their order: the feed
    itself ends it.
    ``manifest`` is this program's memory of the store. ``base_url`` is the
    public address of the store: a feed that names a file below it which is
    not among ``uploads`` is refused. ``now`` is aware. A bucket is listed only
    when there is something to write, or with ``verify``; a folder always.

    Raises ``PublishError``; what was written until then is remembered, and the
    old feed stays valid.
    """
    wanted = {upload.name: upload for upload in uploads}
    documents = [Upload.of(name, data, lasting=False) for name, data in feeds.items()]
    if base_url:
        _refuse_missing(feeds, base_url, wanted)
    memory = Manifest.load(manifest, store.url)
    everything = [*wanted.values(), *documents]
    changed = any(not memory.holds(upload.name, upload.sha256) for upload in everything)
    sizes = store.sizes() if changed or verify or store.lanes == 1 else None
    todo = [upload for upload in everything if not _is_there(upload, memory, sizes)]
    report = Published(unchanged=len(everything) - len(todo))
    try:
        _note(memory, todo)
        versions = _versions(store, documents, todo)
        files = [upload for upload in todo if upload.name in wanted]
        _write_all(store, [upload for upload in files if _is_audio(upload)], memory, report)
        _write_all(store, [upload for upload in files if not _is_audio(upload)], memory, report)
        memory.save()
        for document in documents:
            if document.name in versions:
                _write(store, document, versions[document.name])
                _remember(document, memory, report)
        memory.retire({upload.name for upload in everything}, now)
        memory.save()
        _remove(store, memory, now, grace, report)
    finally:
        memory.save()
    return report


def _measure(source: Path | bytes) -> tuple[int, str]:
    if isinstance(source, bytes):
        return len(source), hashlib.sha256(source).hexdigest()
    try:
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError as exc:
        what = f"cannot be read to be published: {exc.strerror or exc}"
        raise PublishError(what, where=str(source), remedy="make the episode again") from exc


def _refuse_missing(feeds: Mapping[str, bytes], base_url: str, wanted: Mapping[str, Upload]) -> None:
    base = base_url.rstrip("/") + "/"
    for feed, data in feeds.items():
        for match in _ADDRESS.finditer(data.decode()):
            url = unescape(match[1])
            name = unquote(url.removeprefix(base))
            if url.startswith(base) and name and name not in wanted and name not in feeds:
                what = f"{feed} would name a file that is not published: {name}"
                raise PublishError(what, where=url, remedy="make the episode again")


def _is_there(upload: Upload, memory: Manifest, sizes: Mapping[str, int] | None) -> bool:
    known = memory.holds(upload.name, upload.sha256)
    return known and (sizes is None or sizes.get(upload.name) == upload.size)


def _is_audio(upload: Upload) -> bool:
    return upload.name.endswith(_AUDIO)


def _note(memory: Manifest, todo: Iterable[Upload]) -> None:
    for upload in todo:
        memory.begin(upload.name)
    memory.save()


def _versions(store: Store, documents: Iterable[Upload], todo: Sequence[Upload]) -> dict[str, str]:
    """The feeds that will be written, each with the version that it replaces."""
    names = {upload.name for upload in todo}
    found = {document.name: store.head(document.name) for document in documents if document.name in names}
    return {name: stored.version if stored else NONE for name, stored in found.items()}


def _write_all(store: Store, uploads: Sequence[Upload], memory: Manifest, report: Published) -> None:
    """All of them, several at once where the store gains by it; the first failure stops the rest."""
    with ThreadPoolExecutor(max_workers=store.lanes) as lanes:
        tasks = [(upload, lanes.submit(_write_file, store, upload)) for upload in uploads]
        try:
            for upload, task in tasks:
                task.result()
                _remember(upload, memory, report)
        finally:
            lanes.shutdown(cancel_futures=True)


def _write_file(store: Store, upload: Upload) -> None:
    if _measure(upload.source) != (upload.size, upload.sha256):
        what = "is not what it was when the episode was made"
        raise PublishError(what, where=str(upload.source), remedy="make the episode again")
    _write(store, upload)


def _write(store: Store, upload: Upload, expected: str = ANY) -> None:
    suffix = "." + upload.name.rpartition(".")[2]
    content_type = _CONTENT_TYPES.get(suffix, "application/octet-stream")
    if upload.name.endswith("chapters.json"):
        content_type = "application/json+chapters"
    store.put(
        upload.name,
        upload.source,
        content_type=content_type,
        cache_control=FOREVER if upload.lasting else SHORTLY,
        expected=expected,
    )
    logger.debug("published %s (%d bytes)", upload.name, upload.size)


def _remember(upload: Upload, memory: Manifest, report: Published) -> None:
    memory.done(upload.name, upload.sha256, upload.size)
    report.written.append(upload.name)
    report.written_bytes += upload.size


def _remove(store: Store, memory: Manifest, now: datetime, grace: timedelta, report: Published) -> None:
    # Old archives go before the files that they name.
    for name in sorted(memory.due(now, grace), key=lambda name: not name.endswith(_DOCUMENTS)):
        store.delete(name)
        memory.drop(name)
        report.removed.append(name)
        logger.info("removed %s", name)
