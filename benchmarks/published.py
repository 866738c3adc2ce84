"""Everything that docs/performance.md and docs/voices.md say of speed, in one run.

    python -m benchmarks.published [--long | --quick] [--resume] [--voices DIR]

Makes the random voices that are not there yet (``random_voices.py``), measures
as ``podcast bench`` does, keeps the raw figures and the pictures in
``docs/performance/``, and puts the tables where the two pages have marks for
them. On two quiet cores it takes twenty minutes; ``--long`` repeats what is slow
and takes half an hour or more. A run that was broken off goes on with
``--resume`` after the last section that it finished. It needs every extra.
"""

from __future__ import annotations

import argparse
import compileall
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.random_voices import ready
from podcast.bench import plots, session
from podcast.bench.plan import Plan
from podcast.bench.results import Results
from podcast.bench.sections import SECTIONS
from podcast.bench.table import about, section
from podcast.settings import DEFAULT_VOICE
from podcast.speech import find_voice

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
RAW = DOCS / "performance"
VOICES = ROOT / "output" / "random-voices"
MARKS = re.compile(r"(<!-- measured: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
WHOLE = ("piper-medium", "piper-medium-bfloat16", "coqui-vits", "pocket")
"""Those that make whole episodes beside their peers, after the bundled voice."""
ENGINES = (*WHOLE, "pocket-24l", "xtts-v2")
"""Those that are measured by themselves."""


def main() -> None:
    """Measure, and write the pages."""
    parser = argparse.ArgumentParser()
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--long", action="store_true", help="at least three rounds of everything")
    length.add_argument("--quick", action="store_true", help="a rough idea")
    parser.add_argument("--resume", action="store_true", help="keep the sections that are finished")
    parser.add_argument("--voices", type=Path, default=VOICES, help="where random voices are, or go")
    options = parser.parse_args()
    compileall.compile_dir(ROOT / "podcast", quiet=1)  # as whoever installs a package does
    patience, least = (100.0, 3) if options.long else (30.0, 1)
    plan = Plan((), least=least, patience=patience, tell=tell)
    if options.quick:
        plan = Plan.quick((), tell)
    how = "".join(f" --{name}" for name in ("long", "quick") if getattr(options, name))
    results = measure(
        plan, options.voices.absolute(), f"python -m benchmarks.published{how}", resume=options.resume
    )
    for path in plots.draw(results, RAW):
        tell(str(path))
    for page in ("performance.md", "voices.md"):
        fill(DOCS / page, results)
    tell(f"{sum(results.seconds.values()) / 60:.1f} min in all")


def measure(plan: Plan, folder: Path, command: str, *, resume: bool) -> Results:
    """The engines with every voice, the rest with those that make whole episodes."""
    whole, alone = (
        (DEFAULT_VOICE, *(str(path) for path in ready(folder, names))) for names in (WHOLE, ENGINES)
    )
    whole = (*whole, str(in_float32(folder)))
    others = [name for name in SECTIONS if name != "engines"]
    session.bench(replace(plan, voices=whole), others, RAW, command=command, resume=resume)
    return session.bench(replace(plan, voices=alone), ["engines"], RAW, command=command, resume=True)


def in_float32(folder: Path) -> Path:
    """The bundled voice as it was published: a copy without the arithmetic that it asks for."""
    place = folder / f"{DEFAULT_VOICE}-float32"
    shutil.copytree(Path(find_voice(DEFAULT_VOICE).model).parent, place, dirs_exist_ok=True)
    description = place / "voice.toml"
    asked = description.read_text(encoding="utf-8")
    description.write_text(re.sub(r"(?m)^arithmetic = .*\n", "", asked), encoding="utf-8")
    return place


def fill(page: Path, results: Results) -> None:
    """Put the tables of these results between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    filled = MARKS.sub(lambda mark: f"{mark[1]}{content(mark[2], results)}\n{mark[3]}", text)
    page.write_text(filled, encoding="utf-8")


def content(name: str, results: Results) -> str:
    """What belongs at a mark."""
    if name == "about":
        return about(results)
    return section(results, name, heading=False) or "Not measured in this run."


def tell(line: str) -> None:
    """Say what is going on."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
