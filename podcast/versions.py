"""Which version of a package is installed: named wherever another version may make other bytes.

``importlib.metadata`` tells the same, and takes a fiftieth of a second to be
imported, with most of the standard library's email.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from functools import cache

_SUFFIX = ".dist-info"


def version(package: str) -> str:
    """Of an installed package; empty for one that is not."""
    return _installed().get(_normal(package), "")


@cache
def _installed() -> dict[str, str]:
    """Each installed version has a folder that describes it, ``name-version.dist-info`` (PEP 427)."""
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or os.curdir) as entries:
            for entry in entries:
                name, _, number = entry.name.removesuffix(_SUFFIX).partition("-")
                if entry.name.endswith(_SUFFIX):
                    found.setdefault(_normal(name), number)
    return found


def _normal(name: str) -> str:
    """As names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
