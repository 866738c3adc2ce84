"""How well articles are taken out of HTML pages: precision and recall over known snippets.

    python -m benchmarks.extraction [FOLDER]

FOLDER holds ``html/*.html`` with ``html/gold.json`` and the same pages copied as
text in ``pasted/*.txt``. Snippets that must be spoken (``with``) and that must
not (``without``) are looked for in what is spoken (title, standfirst, blocks),
white space folded, as in the evaluation of trafilatura, whose own text stands
beside ours. The last column says how far the page and its pasted copy agree:
the share of characters that are the same (difflib) in what is spoken of both.
"""

from __future__ import annotations

import json
import sys
import time
from difflib import SequenceMatcher
from pathlib import Path

import trafilatura

from benchmarks.snippets import PAGES, Score, fold, score
from podcast.article.html import article_from_html
from podcast.article.paste import article_from_paste
from podcast.errors import ArticleError
from podcast.types import Article


def spoken(article: Article | None) -> str:
    return "\n".join(block.text for block in article.script()) if article else ""


def from_html(page: str, url: str) -> Article | None:
    try:
        return article_from_html(page, url=url)
    except ArticleError as error:
        print(f"  {error}")
        return None


def from_paste(text: str) -> Article | None:
    try:
        return article_from_paste(text)
    except ArticleError as error:
        print(f"  {error}")
        return None


def agreement(one: str, other: str) -> float:
    """Share of characters that two texts have in common, in order."""
    one, other = fold(one), fold(other)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() == 0:
        return 0.0
    words = SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    same = sum(
        len(word) + 1
        for block in words.get_matching_blocks()
        for word in one.split()[block.a : block.a + block.size]
    )
    return min(1.0, 2 * same / max(1, len(one) + len(other)))


def main(folder: Path) -> None:
    ours, theirs = Score(), Score()
    agreed: list[float] = []
    print(f"{'page':34} {'precision':>8} {'recall':>8} {'trafilatura':>17} {'ms':>6} {'as pasted':>9}")
    for page in json.loads((folder / "html" / "gold.json").read_text(encoding="utf-8")):
        path = folder / "html" / page["file"]
        source = path.read_text(encoding="utf-8", errors="replace")
        began = time.perf_counter()
        article = from_html(source, page["url"])
        elapsed = time.perf_counter() - began
        mine = score(spoken(article), page)
        bare = score(trafilatura.extract(source, include_comments=False) or "", page)
        pasted = folder / "pasted" / f"{path.stem}.txt"
        same = agreement(spoken(article), spoken(from_paste(pasted.read_text(encoding="utf-8"))))
        agreed.append(same)
        print(row(path.stem, mine, bare, f"{elapsed * 1000:6.0f}", f"{same:9.3f}"))
        ours, theirs = ours.plus(mine), theirs.plus(bare)
    print(row("in all", ours, theirs, " " * 6, f"{min(agreed):9.3f} at worst"))


def row(name: str, ours: Score, theirs: Score, *rest: str) -> str:
    figures = (ours.precision, ours.recall, theirs.precision, theirs.recall)
    return f"{name:34} " + " ".join((*(f"{figure:8.3f}" for figure in figures), *rest))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
