"""Where this program keeps its things for a user, by the XDG base directory rules, on every system.

https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """For what can be made again: ``$XDG_CACHE_HOME/podcast``, else ``~/.cache/podcast``.

    Raises ``RuntimeError`` where there is neither that variable nor a home.
    """
    return _folder("XDG_CACHE_HOME", ".cache")


def data_folder() -> Path:
    """For what was installed: ``$XDG_DATA_HOME/podcast``, else ``~/.local/share/podcast``.

    Raises ``RuntimeError`` as ``cache_folder`` does.
    """
    return _folder("XDG_DATA_HOME", ".local/share")


def _folder(variable: str, otherwise: str) -> Path:
    told = Path(os.environ.get(variable, ""))
    base = told if told.is_absolute() else Path.home() / otherwise  # another is to be ignored, say the rules
    return base / "podcast"
