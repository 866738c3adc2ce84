"""One ``podcast bench``: section after section, everything on disk at once."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from podcast.bench import machine
from podcast.bench.plan import Plan
from podcast.bench.results import Missing, Results, Run, load_results
from podcast.bench.sections import SECTIONS
from podcast.errors import PublishError

RAW = "results.json"


def bench(
    plan: Plan, sections: Iterable[str], folder: Path, *, command: str, resume: bool = False
) -> Results:
    """Measure these sections into ``folder/results.json``, which is whole after each repetition.

    With ``resume``, sections that the file has already are kept, and one that
    was broken off is measured again. Raises ``ConfigError`` when the file cannot
    be resumed, ``PublishError`` when it cannot be written, and what ``podcast``
    itself raises; a peer that fails is only missing.
    """
    path = folder / RAW
    voices = plan.known().values()
    results = _begin(path, command, resume=resume)
    results.voices |= {voice.key: {"engine": voice.engine, "licence": voice.licence} for voice in voices}
    _save(results, path)  # a folder that cannot be written is known before anything is measured
    for name in sections:
        if name in results.seconds:
            plan.tell(f"{name}: measured before")
            continue
        results.drop(name)
        began = time.perf_counter()
        for finding in SECTIONS[name].measure(plan):
            _add(results, finding)
            _save(results, path)
        results.seconds[name] = round(time.perf_counter() - began, 1)
        _save(results, path)
    return results


def _save(results: Results, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        results.save(path)
    except OSError as error:
        raise PublishError(f"cannot be written: {error.strerror}", where=str(path)) from error


def _begin(path: Path, command: str, *, resume: bool) -> Results:
    if resume and path.exists():
        return load_results(path)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Results(machine.describe(), command, now)


def _add(results: Results, finding: Run | Missing) -> None:
    if isinstance(finding, Missing):
        results.missing.append(finding)
    else:
        figures = {name: float(f"{value:.6g}") for name, value in finding.figures.items()}
        results.runs.append(replace(finding, figures=figures))
