"""What can be measured, by the name that ``--only`` takes, in the order in which it is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from podcast.bench import again, engines, first_audio, memory, night, rendering, scaling, stages
from podcast.bench.plan import Findings, Plan


class Section(NamedTuple):
    """One part of ``podcast bench``."""

    title: str
    measure: Callable[[Plan], Findings]


SECTIONS: dict[str, Section] = {
    rendering.NAME: Section("A whole episode", rendering.measure),
    first_audio.NAME: Section("First sound", first_audio.measure),
    again.NAME: Section("The same article again", again.measure),
    night.NAME: Section("A newsroom's nights", night.measure),
    memory.NAME: Section("Memory against length", memory.measure),
    scaling.NAME: Section("Speed against cores", scaling.measure),
    engines.NAME: Section("Engines", engines.measure),
    stages.NAME: Section("Where the time goes", stages.measure),
}
