"""``podcast bench`` as users run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from podcast.bench.contenders import OURS
from podcast.bench.plots import PICTURES
from podcast.bench.sections import SECTIONS

COMMAND = (sys.executable, "-m", "podcast", "bench")


def bench(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A quick run of everything, with the bundled voice."""
    folder = tmp_path_factory.mktemp("bench")
    return folder, bench("--quick", "-o", folder)


def test_quick_measures_every_section(measured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, result = measured
    assert result.returncode == 0, result.stderr
    for section in SECTIONS.values():
        assert f"### {section.title}\n" in result.stdout
    assert "Broken off" not in result.stdout
    assert result.stdout == (folder / "table.md").read_text(encoding="utf-8")


def test_the_raw_figures_are_those_of_every_repetition(
    measured: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    raw = json.loads((measured[0] / "results.json").read_text(encoding="utf-8"))
    assert raw.keys() == {"schema", "machine", "command", "began", "runs", "missing", "voices", "seconds"}
    assert list(raw["seconds"]) == list(SECTIONS)
    assert str(measured[0].parent) not in json.dumps(raw)
    for run in raw["runs"]:
        assert run.keys() == {"section", "voice", "who", "figures", "round", "at"}
        assert all(isinstance(figure, float) for figure in run["figures"].values())
    whole = [run["figures"] for run in raw["runs"] if (run["section"], run["who"]) == ("rendering", OURS)]
    assert len(whole) == 1
    assert whole[0]["audio"] > 20
    assert 0 < whole[0]["wall"] < whole[0]["audio"]
    peaks = {run["at"]: run["figures"]["memory"] for run in raw["runs"] if run["section"] == "memory"}
    assert len(peaks) == 2
    assert all(50e6 < peak < 1e9 for peak in peaks.values())


def test_pictures_are_drawn(measured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    pytest.importorskip("matplotlib")
    for name in PICTURES:
        assert (measured[0] / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_one_line_says_so(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['matplotlib'] = None\n"
        "from podcast.bench import plots\n"
        "plots.find_spec = lambda name: None\n"
        "from podcast.cli import main\n"
        f"main(['bench', '--quick', '--only', 'stages', '-o', {str(tmp_path)!r}])\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("podcast[bench]") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.json", "table.md"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--only", "speed"], 2, "rendering"),
        (["--voice", "nobody"], 69, "nobody"),
        (["--minutes", "0"], 2, "minutes"),
        (["--only", "stages", "--quick", "-o", "/proc/no"], 74, "cannot be written"),
    ],
)
def test_a_wrong_order_is_one_line(arguments: list[str], code: int, said: str) -> None:
    result = bench(*arguments)
    assert (result.returncode, result.stdout) == (code, "")
    assert said in result.stderr
