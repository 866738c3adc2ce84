"""What can be measured, by the name that ``--only`` takes, in the order in which it is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from podcast.bench import rendering
from podcast.bench.plan import Findings, Plan


class Section(NamedTuple):
    """One part of ``podcast bench``."""

    title: str
    measure: Callable[[Plan], Findings]


SECTIONS: dict[str, Section] = {
    rendering.NAME: Section("A whole episode, and the limit", rendering.measure),
}
