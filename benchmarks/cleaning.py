"""How well pasted pages are cleaned: precision and recall over known snippets.

    python -m benchmarks.cleaning [FOLDER]

FOLDER holds ``pasted/*.txt`` and ``html/gold.json``: for each page, snippets
that must be spoken and snippets that must not (``snippets.py``). Prints ours
and, to compare, doing nothing (the whole page is spoken).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.snippets import PAGES, Score, score
from podcast.article.paste import article_from_paste
from podcast.errors import ArticleError


def spoken_text(text: str) -> str:
    try:
        return "\n".join(block.text for block in article_from_paste(text).script())
    except ArticleError as error:
        print(f"  {error}")
        return ""


def show(name: str, ours: Score, nothing: Score) -> None:
    figures = f"{ours.precision:9.3f} {ours.recall:7.3f}   {nothing.precision:9.3f} {nothing.recall:7.3f}"
    print(f"{name:36} {figures}")


def measure(folder: Path) -> tuple[Score, Score]:
    """Prints a line for each page; returns the totals of ours and of doing nothing."""
    ours, nothing = Score(), Score()
    print(f"{'':36} {'ours':^17}   {'doing nothing':^17}")
    print(f"{'page':36} {'precision':>9} {'recall':>7}   {'precision':>9} {'recall':>7}")
    for page in json.loads((folder / "html" / "gold.json").read_text(encoding="utf-8")):
        path = folder / "pasted" / Path(page["file"]).with_suffix(".txt")
        text = path.read_text(encoding="utf-8")
        mine, bare = score(spoken_text(text), page), score(text, page)
        show(path.stem, mine, bare)
        ours, nothing = ours.plus(mine), nothing.plus(bare)
    return ours, nothing


if __name__ == "__main__":
    show("in all", *measure(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES))
