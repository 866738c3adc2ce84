"""The command line leaves its process at once, but not before all is done."""

from __future__ import annotations

import subprocess
import sys

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


def test_who_stops_reading_gets_no_traceback() -> None:
    command = f"{sys.executable} -m podcast --help | head -c 1; echo ${{PIPESTATUS[0]}}"
    told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert told.stderr == ""
    assert told.stdout.splitlines()[-1][-1:] in ("0", "1")
