"""One article, as the library knows it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from podcast.publish.record import Record

State = Literal["waiting", "ready", "refused", "withdrawn", "expired", "forgotten"]
"""waiting   seen, and not spoken yet
ready     has an episode in the feed
refused   is not an article that can be spoken, until its page changes
withdrawn its page is gone: it left the feed
expired   left the feed by age or number (retention)
forgotten taken out by hand; only ``podcast library retry`` brings it back
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of the library."""

    id: int
    guid: str
    address: str
    """Where it was last read: a URL or the path of a file."""
    source: str
    state: State
    title: str = ""
    content_hash: str = ""
    """Of the article as it was last read whole."""
    fingerprint: str = ""
    """Of the page or file as it was last read, whatever was in it."""
    etag: str = ""
    last_modified: str = ""
    listed: str = ""
    """When its source said that it was touched (ISO 8601); empty when it did not."""
    checked_at: float = 0.0
    """Unix time; 0 when its page is asked for at every run."""
    attempts: int = 0
    """Failures since it last went well."""
    retry_at: float = 0.0
    """Unix time before which it is left alone."""
    error: str = ""
    load_seconds: float = 0.0
    make_seconds: float = 0.0
    record: Record | None = None
    """The episode; None when there is none yet."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An article that a source names for the first time."""

    address: str
    source: str
    listed: str = ""
    """See ``Entry.listed``."""
    name: str = ""
    """The source's own name for it, unique over all sources; may be empty."""


def guid_of(address: str) -> str:
    """The GUID of a new article: the same for the same address, on any machine."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, address))
