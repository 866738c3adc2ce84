"""The rule tables of ``podcast/french/data``: tab-separated lines, ``#`` starts a comment line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """The lines of a table, cut at tabs; empty lines and comments are left out."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(map(str.strip, line.split("\t")))


def pairs(name: str) -> dict[str, str]:
    """The table of two columns of that name."""
    return {key: value for key, value, *_ in rows(name)}


def words(role: str) -> frozenset[str]:
    """The words of ``words.tsv`` that play a role beside numbers."""
    return _roles()[role]


@cache
def _roles() -> dict[str, frozenset[str]]:
    return {role: frozenset(members.split()) for role, members in rows("words.tsv")}
