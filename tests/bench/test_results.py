"""Raw figures come back from disk as they were, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.bench import machine
from podcast.bench.results import Missing, Results, Run, load_results
from podcast.errors import ConfigError

texts = st.text(max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)
measured = st.builds(
    Run,
    section=texts,
    voice=texts,
    who=texts,
    figures=st.dictionaries(texts, numbers, max_size=4),
    round=st.integers(1, 9),
    at=numbers,
)
gaps = st.builds(Missing, texts, texts, texts, texts)


@given(
    st.lists(measured, max_size=5), st.lists(gaps, max_size=3), st.dictionaries(texts, numbers, max_size=3)
)
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory,
    runs: list[Run],
    missing: list[Missing],
    seconds: dict[str, float],
) -> None:
    path = tmp_path_factory.mktemp("results") / "results.json"
    results = Results({"cores": 2}, "podcast bench", "2026-01-01T00:00:00+00:00", runs, missing, {}, seconds)
    results.save(path)
    assert load_results(path) == results
    assert [entry.name for entry in path.parent.iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"schema": 0, "runs": [], "missing": []}',
        '{"schema": 1, "runs": [], "missing": []}',
        '{"schema": 2, "runs": [{}], "missing": []}',
        '{"schema": 2, "runs": [], "missing": [], "unknown": 1}',
    ],
)
def test_another_file_is_refused_with_a_remedy(tmp_path: Path, content: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match="--resume"):
        load_results(path)


def test_no_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_results(tmp_path / "results.json")


def test_dropping_a_section_leaves_the_others() -> None:
    results = Results({}, "", "")
    for section in ("memory", "cores"):
        results.runs.append(Run(section, "anne", "podcast", {}))
        results.missing.append(Missing(section, "anne", "tts", "is not installed"))
        results.seconds[section] = 1.0
    results.drop("memory")
    assert [run.section for run in results.runs] == ["cores"]
    assert [gap.section for gap in results.missing] == ["cores"]
    assert list(results.seconds) == ["cores"]


def test_the_machine_is_named() -> None:
    facts = machine.describe()
    assert facts["processor"]
    assert facts["cores"] >= 1
    assert facts["memory"] > 2**28
    assert {"podcast", "piper-tts", "onnxruntime", "numpy"} <= facts["versions"].keys()
    assert json.loads(json.dumps(facts)) == facts
