"""What a renderer's threads owe each other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WHILE_NUMPY_IS_IMPORTED = """
import io, sys, threading, time
from podcast.render.process import WorkerProcess

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy.__config__" and not begun.is_set():
            begun.set()
            time.sleep(0.3)

def receive():
    begun.wait()
    process = object.__new__(WorkerProcess)
    process._replies = io.BytesIO(bytes.fromhex(sys.argv[1]))
    replies.append(process._receive())
    waited.append(imported.is_set())

begun, imported, replies, waited = threading.Event(), threading.Event(), [], []
thread = threading.Thread(target=receive)
thread.start()
sys.meta_path.insert(0, Slow())
import numpy
imported.set()
thread.join()
print(replies[0].size, waited[0])
"""


def test_speech_does_not_wait_for_the_import_of_numpy() -> None:
    code = (
        "import pickle; from podcast.render.speech import Speech; "
        "print(pickle.dumps(Speech(bytes(6), 22050), pickle.HIGHEST_PROTOCOL).hex())"
    )
    command = [sys.executable, "-c"]
    speech = subprocess.run([*command, code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    command += [WHILE_NUMPY_IS_IMPORTED, speech.strip()]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert told.stdout == "3 False\n", told.stderr
