"""Fetching a page, politely and without becoming a door into the network.

`fetcher` is the way in; `addresses` and `connect` judge where it leads,
`response`, `unpack` and `charset` what comes back. `policy` is all that is
imported before something is fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from podcast.article.fetch.policy import DEFAULT_POLICY, USER_AGENT, FetchPolicy
from podcast.later import imported_from

if TYPE_CHECKING:
    from podcast.article.fetch.fetcher import Fetcher, Page, fetch, fetch_picture
    from podcast.article.fetch.response import PageGone

__all__ = [
    "DEFAULT_POLICY",
    "USER_AGENT",
    "FetchPolicy",
    "Fetcher",
    "Page",
    "PageGone",
    "fetch",
    "fetch_picture",
]

_FETCHER = "podcast.article.fetch.fetcher"
_FETCHING = {
    "Fetcher": _FETCHER,
    "Page": _FETCHER,
    "fetch": _FETCHER,
    "fetch_picture": _FETCHER,
    "PageGone": "podcast.article.fetch.response",
}
"""With much of the library's networks and mail: imported when it is asked for."""

__getattr__ = imported_from(_FETCHING, __name__)
