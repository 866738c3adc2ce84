"""The tables say what the runs say."""

from __future__ import annotations

from itertools import permutations

import pytest

from podcast.bench import bare
from podcast.bench.results import Missing, Results, Run
from podcast.bench.sections import SECTIONS
from podcast.bench.table import TABLES, about, markdown, section

MACHINE = {
    "processor": "Un processeur",
    "arithmetic": ["avx2"],
    "cores": 2,
    "memory": 8 * 2**30,
    "system": "Linux 6.1 x86_64",
    "python": "3.11.7",
    "load": 0.25,
    "versions": {"podcast": "0.1.0", "onnxruntime": "1.31.1"},
}


def results(*runs: Run, missing: tuple[Missing, ...] = ()) -> Results:
    found = Results(MACHINE, "podcast bench", "2026-01-02T03:04:05+00:00", list(runs), list(missing))
    found.voices = {"anne": {"engine": "piper", "licence": "CC0-1.0"}}
    found.seconds = dict.fromkeys(SECTIONS, 1.0)
    return found


def run(section: str, who: str, number: int = 1, *, at: float = 0.0, **figures: float) -> Run:
    return Run(section, "anne", who, figures, number, at)


CASES = [
    (
        [
            run("rendering", "podcast", wall=60.0, cpu=100.0, audio=1800.0),
            run("rendering", "podcast", 2, wall=66.0, cpu=110.0, audio=1800.0),
            run("rendering", "piper + ffmpeg", wall=115.0, cpu=150.0, audio=1700.0),
            run("rendering", "piper + ffmpeg", 2, wall=115.0, cpu=150.0, audio=1700.0),
            run("rendering", bare.NAME, wall=75.0, cpu=125.0, audio=1700.0),
            # OpenVINO's sound is longer by a tenth: its time is counted for as much as ours
            run("rendering", bare.IN_BFLOAT16, wall=55.0, cpu=82.5, audio=1870.0),
            run("rendering", bare.ALONE, wall=50.0, cpu=80.0, audio=1700.0),
        ],
        [
            "| `anne`: podcast | 30.0 | 63.0 (60.0–66.0) | 105 (100–110) | 0.035 (0.033–0.037) |  |  | 2 |",
            "| `anne`: piper + ffmpeg | 28.3 | 115 | 150 | 0.068 | 0.55 (0.52–0.57) | 0.70 (0.67–0.73) | 2 |",
            "| `anne`: the bare model | 28.3 | 75.0 | 125 | 0.044 | 0.80 | 0.80 | 1 |",
            "| `anne`: the bare model in bfloat16 | 31.2 | 55.0 | 82.5 | 0.029 | 1.20 | 1.33 | 1 |",
            "| `anne`: our sessions alone | 28.3 | 50.0 | 80.0 | 0.029 | 1.20 | 1.25 | 1 |",
        ],
    ),
    (
        [run("first-audio", "podcast serve, warm", first=0.1), Run("first-audio", "", "podcast --help", {})],
        ["| `anne`: podcast serve, warm | 0.10 | 1 |", "| podcast --help |  | 1 |"],
    ),
    (
        [
            run("again", "first time", wall=20.0, cpu=30.0, audio=600.0),
            run("again", "again, unchanged", wall=1.0, cpu=2.0, audio=600.0),
            run("again", "first time", at=16, wall=40.0, cpu=60.0, audio=1200.0),
            run("again", "again, unchanged", at=16, wall=1.0, cpu=2.0, audio=1200.0),
        ],
        [
            "| `anne`: first time | 10.0 | 20.0 | 30.0 |  | 1 |",
            "| `anne`: again, unchanged | 10.0 | 1.00 | 2.00 | 0.050 | 1 |",
            "| `anne`: first time | 20.0 | 40.0 | 60.0 |  | 1 |",
            "| `anne`: again, unchanged | 20.0 | 1.00 | 2.00 | 0.025 | 1 |",
        ],
    ),
    (
        [
            run("night", "first time", at=10, wall=20.0, cpu=30.0, audio=2400.0),
            run("night", "one paragraph of twenty changed", at=10, wall=2.0, cpu=2.0, audio=2400.0),
        ],
        [
            "| `anne`: first time | 40.0 | 20.0 | 30.0 |  | 1 |",
            "| `anne`: one paragraph of twenty changed | 40.0 | 2.00 | 2.00 | 0.10 | 1 |",
        ],
    ),
    (
        [
            run("memory", "podcast", at=600.0, wall=200.0, audio=36000.0, memory=220e6),
            run("memory", "podcast", at=10.0, wall=4.0, audio=600.0, memory=200e6),
        ],
        [
            "| `anne`: 600 min asked | 600 | 200 | 220 | 1.10 |",
            "| `anne`: 10 min asked | 10.0 | 4.00 | 200 | 1.00 |",
        ],
    ),
    (
        [
            run("cores", "podcast", at=1.0, wall=10.0, cpu=9.0, audio=60.0),
            run("cores", "podcast", at=2.0, wall=5.0, cpu=9.0, audio=60.0),
        ],
        ["| `anne`: podcast | 1 | 10.0 | 9.00 | 1.00 |", "| `anne`: podcast | 2 | 5.00 | 9.00 | 2.00 |"],
    ),
    (
        [
            run("engines", "engine alone", load=1.5, memory=300e6, size=63e6),
            run("engines", "engine alone", first=0.2, wall=0.4, cpu=0.4, audio=4.0),
        ],
        ["| `anne` | CC0-1.0 | 63 | 1.50 | 0.20 | 0.10 | 0.10 | 300 |"],
    ),
    (
        [run("stages", "read", cpu=0.3, audio=60.0), run("stages", "true peak mp3", added=0.25)],
        ["| read | 5.00 |", "| true peak mp3 | +0.25 |"],
    ),
]


@pytest.mark.parametrize(("runs", "lines"), CASES, ids=[runs[0].section for runs, _lines in CASES])
def test_a_section_has_its_lines(runs: list[Run], lines: list[str]) -> None:
    shown = section(results(*runs), runs[0].section)
    assert shown.startswith(f"### {SECTIONS[runs[0].section].title}\n\n| ")
    for line in lines:
        assert line in shown.splitlines()
    widths = {line.count("|") for line in shown.split("\n\n")[1].splitlines()}
    assert len(widths) == 1


def test_podcast_comes_first_and_the_limits_last() -> None:
    names = ["piper + ffmpeg", "podcast", *bare.MODELS]
    for order in permutations(names):
        shown = section(results(*(run("rendering", who, wall=1.0) for who in order)), "rendering")
        found = [line.split(":")[1].split("|")[0].strip() for line in shown.splitlines()[4:]]
        assert found == ["podcast", "piper + ffmpeg", *bare.MODELS]


def test_every_section_has_a_table_and_a_case() -> None:
    assert TABLES.keys() == SECTIONS.keys() == {runs[0].section for runs, _lines in CASES}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_with_nothing_but_gaps_says_why(name: str) -> None:
    gap = Missing(name, "anne", "tts + ffmpeg", "ffmpeg is not installed")
    shown = section(results(missing=(gap,)), name)
    assert shown.endswith("Not measured: tts + ffmpeg with `anne` (ffmpeg is not installed).")


def test_a_section_that_was_not_asked_for_is_not_there() -> None:
    shown = markdown(results(run("cores", "podcast", at=1.0, wall=1.0, cpu=1.0, audio=2.0)))
    assert [line for line in shown.splitlines() if line.startswith("#")] == ["### Speed against cores"]


FACTS = ("2026-01-02", "`podcast bench`", "Un processeur (avx2)", "2 cores", "8 GiB", "onnxruntime 1.31.1")


@pytest.mark.parametrize("fact", FACTS)
def test_the_machine_the_day_and_the_command_come_first(fact: str) -> None:
    assert fact in about(results())
