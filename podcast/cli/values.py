"""What the command line gives, read without pydantic wherever it is plain.

typer (0.29) builds a pydantic schema for each option, given or not, and to import pydantic takes longer than
all that ``podcast`` does for an article that has not changed. A text, a path, a number, one of a few words:
these are read here. Whatever is wrong or of another kind is left to typer, with its words for it.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from podcast.cli.plain import plain


class Commands(TyperGroup):
    """A group of commands that start quickly."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As typer does, with other readers."""
        _ease(self, ctx)
        return super().parse_args(ctx, args)


def _ease(command: Any, ctx: Any) -> None:
    for inner in getattr(command, "commands", {}).values():
        _ease(inner, ctx)
    for parameter in command.get_params(ctx):
        described = getattr(parameter, "type_descriptor", None)
        if described:  # else it is another version's parameter, which needs no pydantic
            parameter.process_value = _Reader(parameter, described.annotation, described.parameter_info)


class _Reader:
    """Takes the place of a parameter's ``process_value``."""

    def __init__(self, parameter: Any, kind: Any, limits: Any) -> None:
        self._parameter, self._kind, self._limits = parameter, kind, limits
        self._thoroughly = parameter.process_value

    def __call__(self, ctx: Any, given: Any) -> Any:
        absent = given in (None, ()) and not self._parameter.required
        value = given if absent else plain(self._kind, given)
        if not absent and (value is None or not self._is_within(value)):
            return self._thoroughly(ctx, given)
        then = self._parameter.callback
        return then(ctx, self._parameter, value) if then else value

    def _is_within(self, value: Any) -> bool:
        least, most = self._limits.min, self._limits.max
        return not isinstance(value, int) or (
            (least is None or least <= value) and (most is None or value <= most)
        )
