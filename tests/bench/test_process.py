"""A measured command costs what it and its children cost."""

from __future__ import annotations

import os
import sys

import pytest

from podcast.bench.first_audio import first_bytes
from podcast.bench.process import CommandFailed, on_cores, run

BURN = "import time\nwhile time.process_time() < 0.3: pass"
IN_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize("code", [BURN, IN_A_CHILD])
def test_time_counts_wherever_it_is_spent(code: str) -> None:
    cost = run(python(code))
    assert 0.3 <= cost.cpu < 2.0
    assert cost.wall >= 0.3


def test_waiting_costs_no_processor_time() -> None:
    cost = run(python("import time; time.sleep(0.5)"))
    assert cost.wall >= 0.5
    assert cost.cpu < 0.4


def test_input_output_and_environment_reach_the_command() -> None:
    code = "import os, sys; print(os.environ['WHO'], sys.stdin.read())"
    assert run(python(code), environment={"WHO": "Anne"}, stdin="été").stdout == "Anne été\n"


def test_one_after_the_other_adds_up() -> None:
    one, two = run(python("print(1)")), run(python("print(2)"))
    both = one + two
    assert (both.wall, both.cpu, both.stdout) == (one.wall + two.wall, one.cpu + two.cpu, "1\n2\n")


def test_a_failure_says_what_the_command_said_last() -> None:
    with pytest.raises(CommandFailed, match="out of paper"):
        run(python("import sys; sys.exit('checking\\nout of paper')"))


def test_the_first_bytes_are_timed_not_the_last() -> None:
    code = "import os, time; os.write(1, b'x' * 10); time.sleep(0.4); os.write(1, b'x' * 10); time.sleep(0.4)"
    early, late = first_bytes(python(code), 10), first_bytes(python(code), 11)
    assert late - early > 0.3


@pytest.mark.parametrize("code", ["print('short')", "import sys; print('x' * 99); sys.exit(3)"])
def test_too_little_sound_is_a_failure(code: str) -> None:
    with pytest.raises(CommandFailed):
        first_bytes(python(code), 50)


def test_a_command_is_kept_to_its_cores() -> None:
    allowed = os.sched_getaffinity(0)
    with on_cores(1):
        assert run(python("import os; print(len(os.sched_getaffinity(0)))")).stdout == "1\n"
    assert os.sched_getaffinity(0) == allowed
