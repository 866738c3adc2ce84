"""The words that decide where sentences and clauses end: classes of ``data/borders.tsv``."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from podcast.french.tables import rows


def words(name: str) -> frozenset[str]:
    """The words of a class, in small letters."""
    return _classes()[name]


@cache
def _classes() -> dict[str, frozenset[str]]:
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for name, members in rows("borders.tsv"):
        classes[name].update(members.split())
    return {name: frozenset(members) for name, members in classes.items()}
