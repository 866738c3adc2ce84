"""The command line leaves its process at once, but not before all is done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import atexit, sys, threading, time
import podcast.cli
import podcast.__main__ as program

class Left:
    def __del__(self):
        print("taken apart")

def work():
    time.sleep(0.2)
    print("thread over")

def main():
    sys.modules["__main__"].left = Left()
    atexit.register(print, "tidied up")
    threading.Thread(target=work).start()
    sys.stderr.write("told")
    {end}

program.main = main
program.program()
"""


def ended(end: str) -> subprocess.CompletedProcess[str]:
    code = PROGRAM.format(end=end)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_all_is_done_before_and_nothing_is_taken_apart() -> None:
    told = ended("sys.exit(65)")
    assert (told.returncode, told.stdout, told.stderr) == (65, "thread over\ntidied up\n", "told")


def test_a_fault_leaves_as_python_does() -> None:
    told = ended("raise ValueError('a fault')")
    assert told.returncode == 1
    assert told.stdout == "thread over\ntidied up\ntaken apart\n"
    assert told.stderr.endswith("ValueError: a fault\n")


@pytest.mark.parametrize(("end", "exit_code"), [(">/dev/full", 120), (">&-", 0)])
def test_what_cannot_be_written_is_told(end: str, exit_code: int) -> None:
    """As Python does: a full disk is no success, and a program without an output has nothing to say."""
    code = (
        "import sys, podcast.__main__ as program\n"
        "program.main = lambda: (print('told'), sys.exit(0))\nprogram.program()"
    )
    command = ["bash", "-c", f'exec "$0" -c "$1" {end}', sys.executable, code]
    env = {**os.environ, "PYTHONUNBUFFERED": ""}
    told = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert told.returncode == exit_code
    assert ("No space left" in told.stderr) == bool(exit_code)
