"""The command line: formatting and exit codes only.

Results go to stdout; logs, progress and errors to stderr. An error is one
line that says what, where and the remedy; ``--debug``, anywhere on the line,
shows the traceback instead.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from podcast.errors import PodcastError
from podcast.memory import keep_what_is_freed

if TYPE_CHECKING:
    import typer

IMPORTS = "<frozen importlib"
"""Where the frames of imports are from."""
SOON = 0.01
"""Seconds."""
HANDOVER = 0.0005
"""Seconds after which a thread leaves the interpreter to another: a speaker whose thread waits for it is
idle meanwhile, for a quarter of the time that a sentence takes."""


class Stopped(BaseException):
    """A signal asks to leave: every stage cleans up as the stack unwinds.

    Not a ``KeyboardInterrupt``, which typer would turn into exit code 1.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = _signal_code(number)


def _signal_code(number: int) -> int:
    """As shells report a signal: 130 for SIGINT, 143 for SIGTERM."""
    return 128 + number


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave, but not from within an import: its lock would stay behind, and other threads wait for it."""
    while frame:
        if frame.f_code.co_filename.startswith(IMPORTS):
            signal.signal(signal.SIGALRM, lambda _alarm, where: _stop(number, where))
            signal.setitimer(signal.ITIMER_REAL, SOON)
            return
        frame = frame.f_back
    raise Stopped(number)


COMMANDS = {
    "generate": "articles",
    "read": "articles",
    "normalize": "articles",
    "say": "articles",
    "backfill": "backfill",
    "bench": "bench",
    "init": "newsroom",
    "run": "newsroom",
    "feed": "newsroom",
    "schedule": "newsroom",
    "library": "newsroom",
    "serve": "serve",
    "embed": "serve",
    "voices": "voices",
}
"""The module of each."""
SPEAKING = (["generate"], ["say"])
"""Those that have something spoken, if nothing is wrong."""


def application(asked: str = "") -> typer.Typer:
    """All commands, or those of one module where it has the one that is asked for: it starts the sooner."""
    import typer

    from podcast.cli.options import options
    from podcast.cli.values import Commands

    app = typer.Typer(
        name="podcast",
        help="Listen to French news articles: from a noisy page to a podcast episode with chapters.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        cls=Commands,
    )
    app.callback()(options)
    for module in dict.fromkeys([COMMANDS[asked]] if asked in COMMANDS else COMMANDS.values()):
        import_module(f"podcast.cli.{module}").register(app)
    return app


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = _take_debug(arguments)
    _start_light(arguments)
    if arguments[:1] in SPEAKING and "--help" not in arguments:
        _start_speaker()
    sys.setswitchinterval(HANDOVER)
    keep_what_is_freed()
    logging.basicConfig(
        level=logging.DEBUG if debug else logging.WARNING, format="podcast: %(levelname)s %(message)s"
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    code = _run(arguments, debug=debug)
    gc.freeze()  # all that is left goes with the process: to look for garbage in it first takes a while
    sys.exit(code)


def _start_light(arguments: Sequence[str]) -> None:
    """What costs a tenth of a second at each start, and gives nothing.

    Garbage is looked for a hundred times among what imports make, which stays; and numpy starts threads for
    an algebra that is not done here, or would take the speakers' cores.
    """
    gc.set_threshold(200_000)
    if arguments[:1] != ["bench"]:  # which runs other programs as their users do
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _start_speaker() -> None:
    """First of all, where it has a core of its own: it takes as long to start as all the rest."""
    from podcast.render import spawn

    if spawn.cores() > 1:
        spawn.start_early()


def _take_debug(arguments: list[str]) -> bool:
    """Remove ``--debug`` from the options (what follows ``--`` is text, not options)."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [argument for argument in arguments[:end] if argument != "--debug"]
    found = len(kept) < end
    arguments[:end] = kept
    return found


def _run(arguments: list[str], *, debug: bool) -> int:
    try:
        from podcast.cli import generating, quick

        plainly = quick.read(arguments)
        if plainly:
            return generating.generate(**plainly)
        application(*arguments[:1])(arguments, standalone_mode=True)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except Stopped as stopped:
        _tell("interrupted, nothing was left half-written")
        return stopped.exit_code
    except BrokenPipeError:  # nobody reads on; nor may the interpreter write what is left when it leaves
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if debug:
            raise
        return _explain(error)
    return 0


def _explain(error: Exception) -> int:
    """One line on stderr, and the exit code of the error's class."""
    if isinstance(error, PodcastError):
        _tell(str(error))
        return error.exit_code
    text = " ".join(f"{type(error).__name__}: {error}".split())
    _tell(f"a fault of the program: {text} (--debug shows where)")
    return PodcastError.exit_code


def _tell(what: str) -> None:
    sys.stderr.write(f"podcast: {what}\n")
