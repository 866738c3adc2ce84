"""``podcast.toml`` as it is read: with what the environment says, and a line for each fault."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from podcast.config.sections import Config, Section, StorageSection
from podcast.errors import ConfigError

ENVIRONMENT_FILE = "podcast.env"
STORAGE_VARIABLES = "PODCAST_STORAGE_"

_MESSAGES = {"value_error": "Value error, "}
"""What pydantic puts before a message of ours."""


def read_config(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read and check a ``podcast.toml``; raises ``ConfigError`` with the line of the first fault.

    ``environment`` is by default that of the process, over that of ``podcast.env``.
    """
    if environment is None:
        environment = {**_environment_file(path.with_name(ENVIRONMENT_FILE)), **os.environ}
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        remedy = "podcast init writes one" if isinstance(error, FileNotFoundError) else ""
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path), remedy=remedy) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(path)) from error
    if "folder" in table:
        raise _unknown(path, text, ("folder",))
    try:
        return Config.model_validate({**_overridden(table, environment), "folder": path.parent})
    except ValidationError as error:
        fault = error.errors()[0]
        where = tuple(fault["loc"])
        if fault["type"] == "extra_forbidden":
            raise _unknown(path, text, where) from error
        what = fault["msg"].removeprefix(_MESSAGES.get(fault["type"], ""))
        remedy = "podcast init writes an example of every key"
        place = _place(path, text, where)
        raise ConfigError(f"{_dotted(where)}: {what}", where=place, remedy=remedy) from error


def _environment_file(path: Path) -> dict[str, str]:
    """``NAME=value`` lines of a file that need not be there; quotes around a value are left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot be read: {error}", where=str(path)) from error
    found = {}
    for number, line in enumerate(lines, start=1):
        name, equals, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals or not name.strip():
            raise ConfigError("is not NAME=value", where=f"{path}:{number}")
        found[name.strip()] = value.strip().strip("\"'")
    return found


def _overridden(table: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The table with what the environment says of ``[storage]``."""
    given = {
        name.removeprefix(STORAGE_VARIABLES).lower(): value
        for name, value in environment.items()
        if name.startswith(STORAGE_VARIABLES)
    }
    storage = table.get("storage", {})
    if not given or not isinstance(storage, dict):
        return table
    keys = {name: value for name, value in given.items() if name in StorageSection.model_fields}
    others = {name: value for name, value in given.items() if name not in keys}
    options = storage.get("options", {})
    if isinstance(options, dict):
        options = {**options, **others}
    return {**table, "storage": {**storage, **keys, "options": options}}


Key = Sequence[str | int]
"""Where a value stands: the names of its tables, the number of its ``[[table]]`` from 0, its own name."""


def _unknown(path: Path, text: str, key: Key) -> ConfigError:
    section: type[BaseModel] = Config
    for part in key[:-1]:
        if isinstance(part, str):
            annotation = section.model_fields[part].annotation
            section = next((kind for kind in get_args(annotation) if _is_section(kind)), annotation)  # type: ignore[assignment]
    known = ", ".join(name for name in section.model_fields if section is not Config or name != "folder")
    return ConfigError(
        f"{_dotted(key)} is not a known key", where=_place(path, text, key), remedy=f"one of {known}"
    )


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _dotted(key: Key) -> str:
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in key)


def _place(path: Path, text: str, key: Key) -> str:
    """``file:line`` of a key, which TOML parsers do not tell: found by its table and its name."""
    table: tuple[str | int, ...] = ()
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[(\[?)\s*([^\]]+?)\s*\]", line):
            table = tuple(header[2].split("."))
            if header[1]:
                table = (*table, seen.setdefault(header[2], 0))
                seen[header[2]] += 1
            if table == tuple(key):
                return f"{path}:{number}"
        name = line.split("=")[0].strip().strip("\"'")
        if (*table, name) == tuple(key)[: len(table) + 1] and name:
            return f"{path}:{number}"
    return str(path)
