"""Where voices are: the environment's folders, the user's, then those that come with the program.

The last are also the list of what can be installed: most of them are
descriptions whose model is not there yet.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from podcast.errors import ConfigError, VoiceError
from podcast.places import data_folder
from podcast.speech.description import FILE_NAME, Description, read_description
from podcast.types import EngineName, Voice

logger = logging.getLogger(__name__)

ENVIRONMENT = "PODCAST_VOICES"

PACKAGE = Path(__file__).resolve().parent.parent
PACKAGES: dict[EngineName, str] = {"coqui": "TTS", "pocket": "pocket_tts"}
"""What the extras of the same name install."""

BUNDLED = (PACKAGE / "_voices", PACKAGE.parent / "voices")
"""Inside the wheel; beside the package in a source checkout."""


def find_voice(key: str, *, folders: Sequence[Path] = ()) -> Voice:
    """The voice of that key, ready to be opened.

    Raises ``VoiceError`` when there is none or it is not installed, and
    ``ConfigError`` when its description is wrong.
    """
    return find_description(key, folders=folders).voice()


def find_description(key: str, *, folders: Sequence[Path] = ()) -> Description:
    """What is known of the voice of that key, installed or not.

    A ``key`` with a slash in it is the path of a voice's own folder. Any other
    is looked for in the folders of ``PODCAST_VOICES`` (a list like ``PATH``),
    then in ``folders``, in the user's own, then among the bundled voices; the
    first found wins.

    Raises ``VoiceError`` when there is none, and ``ConfigError`` when it is wrong.
    """
    if Path(key).name != key:
        return read_description(Path(key).expanduser())
    found = _described(folders)
    if key in found:
        return read_description(found[key])
    from difflib import get_close_matches

    near = get_close_matches(key, found, n=1)
    there = ", ".join(voice.key for voice in installed_voices(folders=folders))
    known = f"did you mean {near[0]}?" if near else f"there are {there or 'none'}; podcast voices list"
    raise VoiceError(f"no voice is called {key!r}", remedy=known)


def installed_voices(*, folders: Sequence[Path] = ()) -> tuple[Voice, ...]:
    """Every voice that can be opened, in the order of their keys."""
    return tuple(known.voice() for known in known_voices(folders=folders) if known.installed)


def known_voices(*, folders: Sequence[Path] = ()) -> tuple[Description, ...]:
    """Every voice that is described, installed or not, in the order of their keys.

    One with a wrong description is passed over, with a warning.
    """
    voices: list[Description] = []
    for _key, folder in sorted(_described(folders).items()):
        try:
            voices.append(read_description(folder))
        except (ConfigError, VoiceError) as error:
            logger.warning("%s", error)
    return tuple(voices)


def engine_missing(engine: EngineName) -> bool:
    """True when the extra that an engine needs is not installed."""
    return engine in PACKAGES and find_spec(PACKAGES[engine]) is None


def store() -> Path:
    """Where voices are installed: the first folder of ``PODCAST_VOICES``, else the user's own.

    Raises ``ConfigError`` where there is neither.
    """
    folders = [*_environment(), *_users()]
    if not folders:
        raise ConfigError("there is no home for voices", remedy=f"set HOME, or {ENVIRONMENT} to a folder")
    return folders[0]


def _environment() -> list[Path]:
    return [Path(path) for path in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if path]


def _users() -> list[Path]:
    """The user's own, where there is a home."""
    with suppress(RuntimeError):
        return [data_folder() / "voices"]
    return []


def _described(folders: Sequence[Path]) -> dict[str, Path]:
    """Every folder with a description, by voice key; the first of a name hides the others."""
    found: dict[str, Path] = {}
    for folder in _subfolders((*_environment(), *folders, *_users(), *BUNDLED)):
        if not folder.name.startswith(".") and (folder / FILE_NAME).is_file():
            found.setdefault(folder.name, folder)
    return found


def _subfolders(roots: Sequence[Path]) -> Iterator[Path]:
    for root in roots:
        try:
            yield from sorted(root.expanduser().iterdir())
        except OSError as error:
            logger.debug("%s: %s", root, error.strerror)
