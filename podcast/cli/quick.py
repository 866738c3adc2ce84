"""A line of ``podcast generate`` as most are, read without typer.

To import typer takes a fifth of all that ``podcast`` does for an article that has not changed. A line of
sources and plain options is read here; whatever is wrong or unusual is left to typer, with its words for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from podcast.cli.generating import Format
from podcast.cli.plain import plain

FLAGS = {"--no-cache": "no_cache", "--json": "as_json", "--own-site": "own_site", "--force": "force"}
VALUES: dict[str, tuple[str, type]] = {
    "--voice": ("voice", str),
    "--output": ("output", Path),
    "--format": ("audio_format", Format),
    "--jobs": ("jobs", int),
    "--config": ("config", Path),
}
COMPLETION = "_PODCAST_COMPLETE"
"""Where shells ask how a line may go on."""


def read(arguments: Sequence[str]) -> dict[str, Any] | None:
    """What ``generating.generate`` is to be called with; ``None`` for a line that typer must read."""
    if arguments[:1] != ["generate"] or COMPLETION in os.environ:
        return None
    given: dict[str, Any] = {}
    sources = []
    words = iter(arguments[1:])
    for word in words:
        if word == "-" or not word.startswith("-"):
            sources.append(word)
        elif word in FLAGS:
            given[FLAGS[word]] = True
        elif word in VALUES and VALUES[word][0] not in given:
            name, kind = VALUES[word]
            given[name] = plain(kind, next(words, None))
            if given[name] is None:
                return None
        else:
            return None
    return {"sources": sources, **given} if sources else None
