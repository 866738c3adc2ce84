"""What is made when it is asked for: names of a package (PEP 562), regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from typing import Any, AnyStr, Generic, cast


def imported_from(places: Mapping[str, str], package: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: ``places`` tells the module of each name."""

    def attribute(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(places[name]), name)

    return attribute


def compiled_later(told: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """``re.compile``, when it is first used: for what few texts ask for, since to compile some dozens of
    expressions takes longer than to read a page."""
    return cast("re.Pattern[AnyStr]", _Pattern(told, flags))


class _Pattern(Generic[AnyStr]):
    def __init__(self, told: AnyStr, flags: int) -> None:
        self._told: AnyStr = told
        self._flags = flags

    @cached_property
    def _compiled(self) -> re.Pattern[AnyStr]:
        return re.compile(self._told, self._flags)

    def __getattr__(self, name: str) -> Any:
        """Asked once for each name."""
        value = getattr(self._compiled, name)
        setattr(self, name, value)
        return value
