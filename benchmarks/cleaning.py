"""How well pasted pages are cleaned: precision and recall over known snippets.

    python benchmarks/cleaning.py [FOLDER]

FOLDER holds ``pasted/*.txt`` and ``html/gold.json``: for each page, snippets
that must be spoken (``with``) and snippets that must not (``without``), as in
the evaluation of trafilatura. Found among what is spoken, a ``with`` is a true
positive and a ``without`` a false positive; white space is folded. Prints
ours and, to compare, doing nothing (the whole page is spoken).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

from podcast.article.paste import article_from_paste
from podcast.errors import ArticleError

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "articles"


class Score(NamedTuple):
    """Counts over snippets; precision and recall as in information retrieval."""

    found: int = 0
    missing: int = 0
    intruding: int = 0

    def __add__(self, other: Score) -> Score:  # type: ignore[override]
        return Score(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        """Share of what was found that should be: 0 to 1."""
        return self.found / max(1, self.found + self.intruding)

    @property
    def recall(self) -> float:
        """Share of what should be found that was: 0 to 1."""
        return self.found / max(1, self.found + self.missing)


def fold(text: str) -> str:
    return " ".join(text.split())


def score(spoken: str, page: dict[str, list[str]]) -> Score:
    spoken = fold(spoken)
    found = sum(fold(snippet) in spoken for snippet in page["with"])
    intruding = sum(fold(snippet) in spoken for snippet in page["without"])
    return Score(found, len(page["with"]) - found, intruding)


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
        ours, nothing = ours + mine, nothing + bare
    return ours, nothing


if __name__ == "__main__":
    show("in all", *measure(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT))
