"""How long a listener waits for the first sound.

*cold*: from the start of a new process to its first sound on stdout, a tenth of
a second of it, with no cache. *warm*: from handing an article that is new to a
running ``podcast serve`` until the first byte of its sound.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from typing import IO, cast

from podcast.bench.contenders import STREAMS
from podcast.bench.plan import Findings, Plan, Way, attempt
from podcast.bench.process import CommandFailed, last_line, name_of, run
from podcast.bench.results import Missing, Run
from podcast.bench.server import Server, serving
from podcast.bench.texts import TITLE, paragraphs
from podcast.types import Voice

NAME = "first-audio"
COLD, WARM, HELP = "podcast say, cold", "podcast serve, warm", "podcast --help"
PODCAST = (sys.executable, "-m", "podcast")

TEXT = (
    "Le conseil municipal a voté hier soir la réouverture du pont. Les riverains, qui l'attendaient depuis "
    "trois ans, ont applaudi. Les travaux commenceront au printemps, si la région donne son accord."
)
ENOUGH = 1000
"""Bytes of MP3 at 96 kb/s, less than a tenth of a second."""
PCM = 4000
"""Bytes of 16-bit samples at about 22 kHz, likewise."""


def measure(plan: Plan) -> Findings:
    """``first``, in seconds, of everybody who can be heard before the end; ``podcast --help`` with them."""
    for name, voice in plan.known().items():
        ways: dict[str, Way] = {COLD: partial(_say, name)}
        with ExitStack() as stack:
            if stream := STREAMS.get(voice.engine):
                if lacks := stream.lacks():
                    yield Missing(NAME, voice.key, stream.name, lacks)
                else:
                    ways[stream.name] = partial(_peer, stream.command(voice))
            if find_spec("starlette") and find_spec("uvicorn"):
                plan.tell(f"{NAME}: {voice.key}: starting podcast serve")
                ways[WARM] = partial(_warm, stack.enter_context(serving(name)))
            else:
                yield Missing(NAME, voice.key, WARM, "it takes the extra: pip install 'podcast[serve]'")
            yield from _rounds(plan, voice, ways)
    for number in range(1, plan.rounds + 1):
        yield Run(NAME, "", HELP, {"first": run([*PODCAST, "--help"]).wall}, number)


def _rounds(plan: Plan, voice: Voice, ways: dict[str, Way]) -> Findings:
    for number in plan.numbered():
        plan.tell(f"{NAME}: {voice.key}: round {number}")
        for who in list(ways):
            yield attempt(NAME, voice, who, ways, number, number)


def _say(name: str, _number: int) -> dict[str, float]:
    command = [*PODCAST, "say", TEXT, "-o", "-", "--no-cache", "--voice", name]
    return {"first": first_bytes(command, ENOUGH)}


def _peer(command: Sequence[str], _number: int) -> dict[str, float]:
    return {"first": first_bytes(command, PCM, stdin=TEXT)}


def _warm(server: Server, number: int) -> dict[str, float]:
    text = "\n\n".join([f"{TITLE}, épisode {number}", *paragraphs(10)])
    seconds = server.first_audio(text)
    server.settled()
    return {"first": seconds}


def first_bytes(command: Sequence[str], count: int, *, stdin: str = "") -> float:
    """Seconds from the start of a command until it has written so much.

    Raises ``CommandFailed`` when it fails or writes less.
    """
    with (
        tempfile.TemporaryDirectory(prefix="podcast-bench-") as folder,
        tempfile.TemporaryFile("w+") as source,
        tempfile.TemporaryFile("w+", errors="replace") as errors,
    ):
        source.write(stdin)
        source.seek(0)
        began = time.perf_counter()
        with subprocess.Popen(
            command, cwd=folder, stdin=source, stdout=subprocess.PIPE, stderr=errors
        ) as process:
            stdout = cast("IO[bytes]", process.stdout)
            received = len(stdout.read(count))
            seconds = time.perf_counter() - began
            stdout.read()
        errors.seek(0)
        if process.returncode or received < count:
            raise CommandFailed(last_line(errors.read()) or "no sound", where=name_of(command))
    return seconds
