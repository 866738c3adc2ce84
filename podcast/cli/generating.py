"""``podcast generate``, whoever has read its line: typer (``articles``), or ``quick``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from podcast.errors import PodcastError

if TYPE_CHECKING:
    from podcast.settings import Settings

CONFIG = Path("podcast.toml")


class Format(StrEnum):
    """The audio formats of an episode."""

    MP3 = "mp3"
    M4A = "m4a"
    OPUS = "opus"


def generate(
    sources: Sequence[str],
    voice: str | None = None,
    output: Path | None = None,
    audio_format: Format | None = None,
    jobs: int | None = None,
    no_cache: bool = False,
    as_json: bool = False,
    allow: Sequence[str] | None = None,
    own_site: bool = False,
    force: bool = False,
    config: Path | None = None,
) -> int:
    """Make an episode of each source, and tell of it; gives the exit code.

    What is wrong with one of several sources is told, and the others go on.
    """
    from podcast import pipeline, speaking
    from podcast.cli import show
    from podcast.cli.console import progress_bar
    from podcast.settings import adjusted

    settings = adjusted(
        settings_from(config),
        voice=voice,
        output=output,
        audio_format=audio_format.value if audio_format else None,
        jobs=jobs,
        use_cache=not no_cache,
        allow=tuple(allow or ()),
        own_site=own_site,
        force=force,
    )
    worst = 0
    with speaking.speakers(settings) as pool:
        for source in sources:
            try:
                with progress_bar(source) as on_progress:
                    report = pipeline.generate(source, settings, on_progress=on_progress, pool=pool)
            except PodcastError as error:
                if len(sources) == 1:
                    raise
                sys.stderr.write(f"podcast: {error}\n")
                worst = worst or error.exit_code
            else:
                told = json.dumps(show.report_json(report), ensure_ascii=False) if as_json else None
                sys.stdout.write(f"{told or show.report_line(report)}\n")
                sys.stdout.flush()
    return worst


def settings_from(config: Path | None) -> Settings:
    """Those of the file that was named, else of ``./podcast.toml``, else the defaults."""
    from podcast.settings import Settings, settings_of

    if config is None and not CONFIG.is_file():
        return Settings()
    from podcast.config import read_config

    return settings_of(read_config(config or CONFIG))
