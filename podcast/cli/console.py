"""What a person sees while waiting: a progress bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from podcast.progress import OnProgress, Progress


@contextmanager
def progress_bar(title: str, *, quiet: bool = False) -> Iterator[OnProgress]:
    """A bar on stderr with elapsed and remaining time and RTF; silent when stderr is not a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[speed]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_shortened(title), total=None, speed="")

        def show(progress: Progress) -> None:
            speed = f"RTF {progress.rtf:.3f}, {progress.cached}/{progress.utterances} from cache"
            bar.update(task, total=progress.total_chars, completed=progress.done_chars, speed=speed)

        yield show


def _shortened(title: str, width: int = 40) -> str:
    return title if len(title) <= width else title[: width - 1] + "…"
