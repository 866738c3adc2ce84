"""Fetching a page, politely and without becoming a door into the network.

`fetcher` is the way in; `addresses` and `connect` judge where it leads,
`response`, `unpack` and `charset` what comes back.
"""

from podcast.article.fetch.fetcher import (
    DEFAULT_POLICY,
    USER_AGENT,
    Fetcher,
    FetchPolicy,
    Page,
    fetch,
    fetch_picture,
)
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
