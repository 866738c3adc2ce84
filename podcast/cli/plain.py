"""Plain values of a command line: a text, a path, a number, one of a few words."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import Any


def plain(kind: Any, given: Any) -> Any:
    """The value of that kind; ``None`` for what has to be looked at more closely."""
    if kind == list[str] and isinstance(given, list | tuple) and given:
        return list(given) if all(isinstance(each, str) for each in given) else None
    if not isinstance(kind, type) or isinstance(given, bool):
        return None
    if isinstance(given, kind):
        return given  # a text, or a default
    if not isinstance(given, str):
        return None
    if kind is int and given.isascii() and given.isdecimal():
        return int(given)
    if kind is Path and (os.access(given, os.R_OK) or not os.path.lexists(given)):
        return Path(given)
    if issubclass(kind, Enum):
        return next((choice for choice in kind if choice.value == given), None)
    return None
