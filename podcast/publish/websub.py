"""WebSub (W3C, 2018, section 7): telling a hub that the feed has changed.

The hub then fetches the feed and tells its subscribers, who would else look
in again hours later. It is a courtesy: a hub that fails costs a log line.
"""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from urllib.parse import urlencode

from podcast.errors import ConfigError
from podcast.publish.text import is_web

logger = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that a hub has to answer."""


def ping(hub: str, feed_url: str, *, patience: float = PATIENCE) -> bool:
    """Tell ``hub`` that the feed at ``feed_url`` has changed; False when it would not hear it."""
    if not is_web(hub):
        raise ConfigError("not the address of a hub", where=hub, remedy="give its http(s) address")
    body = urlencode({"hub.mode": "publish", "hub.url": feed_url, "hub.topic": feed_url}).encode()
    request = urllib.request.Request(hub, data=body, method="POST")  # noqa: S310 - http(s), checked above
    try:
        with urllib.request.urlopen(request, timeout=patience) as response:  # noqa: S310
            logger.info("told %s about %s: %d", hub, feed_url, response.status)
            return True
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as exc:
        logger.warning("the hub %s could not be told about the feed: %s", hub, exc)
        return False
