"""The command line as a process: ``podcast``, and ``python -m podcast``, which is the same."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

from podcast.cli import main


def program() -> NoReturn:
    """``main``, and then at once out of the process, when all that was to be done at its end is done.

    To take a hundred thousand objects apart one by one, in memory that is given back whole, takes as
    long as the interpreter takes to start.
    """
    code: int | None = None

    def leave() -> None:
        if code is not None:
            with suppress(OSError, ValueError, AttributeError):  # full or closed: the interpreter tells it
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)

    atexit.register(leave)  # the first one to be registered is the last one to be called
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else None
        raise


if __name__ == "__main__":
    program()
