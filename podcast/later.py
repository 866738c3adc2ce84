"""Names of a package that are imported when they are asked for (PEP 562)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def imported_from(places: Mapping[str, str], package: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: ``places`` tells the module of each name."""

    def attribute(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(places[name]), name)

    return attribute
