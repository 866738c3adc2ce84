"""From the rows of a pasted text to its lines: what was broken on the way is joined again.

Two things break a paragraph. Mail and terminals wrap it at a fixed width. A
scraper that prints the nodes of a page one by one breaks it at every link:

    La sonde tourne autour de
    Saturne
    depuis treize ans.

Either way the page must show several such breaks before one is mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from podcast.article.lines import BULLET, INVISIBLE, SENTENCE_END, Line, fold, make_line
from podcast.article.vocabulary import FUNCTION_WORDS, OPENING_WORDS

FEWEST_BREAKS = 2
"""Sentences broken at a link that a page must show before its rows are joined."""
OPENING_LEAST = 3
"""Words of a row that is cut after an article or a preposition: "Publié le" is not a sentence."""
LINK_WORDS = 10
"""Most words of a link in the middle of a sentence."""
BEFORE_LINK = 5
"""Fewest words before a link that no article or preposition announces."""

_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_TRAILS = re.compile(r"[,;.:)…](?:\s|$)")
"""How the rest of a sentence begins after a link at the end of a clause."""
_STAMP = re.compile(r"(?:publi|mis|modifi|le \d|à \d|il y a|par [A-ZÀ-Ý]|avec [A-ZÀ-Ý])")
"""Signatures and dates that begin in lower case."""


def read_lines(page: str) -> Iterator[Line]:
    """The non-blank lines of a page, broken paragraphs joined again."""
    rows = [INVISIBLE.sub("", row).strip() for row in _NEWLINES.sub("\n", page).split("\n")]
    rows = list(_unwrapped(rows))
    rows = list(_relinked(rows))
    for before, row, after in zip(["", *rows], rows, [*rows[1:], ""], strict=False):
        if row:
            yield make_line(row, alone=not before and not after)


# — broken at links —


def _relinked(rows: Sequence[str]) -> Iterator[str]:
    """Join the rows of sentences that were broken at their links."""
    breaks = sum(_opens(row) or _trails(row, after) for row, after in pairwise(rows) if row and after)
    if breaks < FEWEST_BREAKS:
        yield from rows
        return
    sentence: list[str] = []
    for row, after in pairwise([*rows, ""]):
        if sentence and not _continues(sentence, row, after):
            yield _joined(sentence)
            sentence = []
        if row:
            sentence.append(row)
        else:
            yield row
    if sentence:
        yield _joined(sentence)


def _continues(sentence: Sequence[str], row: str, after: str) -> bool:
    """True when a row belongs to the sentence before it; ``after`` is the row below."""
    last = sentence[-1]
    if not row or not _is_open(last) or BULLET.match(row):
        return False
    if _opens(last) or (len(sentence) > 1 and _goes_on(row)) or _trails(last, row):
        return True
    if row[0].islower() and (_trails(row, after) or _ends_openly(last)):
        return True
    count = len(row.split())
    if _is_link(row, count) and len(last.split()) >= BEFORE_LINK and _is_grammatical(last):
        return _trails(row, after) or _is_rest(after)
    return _is_link(last, len(last.split())) and _is_rest(row) and count > LINK_WORDS


def _ends_openly(row: str) -> bool:
    return fold(row.split()[-1]) in FUNCTION_WORDS


def _is_open(row: str) -> bool:
    return not row.endswith((":", ";")) and SENTENCE_END.search(row[-12:]) is None


def _opens(row: str) -> bool:
    """True when a row ends with a word that another must follow: "autour de", "l'"."""
    words = row.split()
    last = fold(words[-1]) if words else ""
    return len(words) >= OPENING_LEAST and (last.endswith("'") or last in OPENING_WORDS)


def _trails(row: str, after: str) -> bool:
    return _is_open(row) and _TRAILS.match(after) is not None


def _goes_on(row: str) -> bool:
    return row[0].islower() or _TRAILS.match(row) is not None


def _is_rest(row: str) -> bool:
    """True for the rest of a sentence: it begins in lower case and is no signature or date."""
    return bool(row) and row[0].islower() and len(row.split()) >= 3 and _STAMP.match(row) is None


def _is_link(row: str, count: int) -> bool:
    return count <= LINK_WORDS and _is_open(row)


def _is_grammatical(row: str) -> bool:
    return any(word in FUNCTION_WORDS for word in re.split(r"[\s']", fold(row)))


def _joined(sentence: Sequence[str]) -> str:
    parts = [sentence[0]]
    for before, row in pairwise(sentence):
        tight = before.endswith(("'", "’", "(", "[")) or row[0] in ",.)…"
        parts += [row] if tight else [" ", row]
    return "".join(parts)


# — wrapped at a width —


def _unwrapped(rows: list[str]) -> Iterator[str]:
    """Join the rows of text that was wrapped at a fixed width (mail, terminal dumps).

    A greedy wrap leaves its trace: the first word of the next row would not
    have fitted. Pages whose lines are paragraphs have rows far longer than
    any such width, and are left alone.
    """
    width = _wrap_width(rows)
    if not width:
        yield from rows
        return
    pending = ""
    last = ""
    for row in rows:
        if pending and row and _did_not_fit(last, row, width):
            pending = f"{pending} {row}"
        else:
            if pending:
                yield pending
            pending = row
            if not row:
                yield row
        last = row
    if pending:
        yield pending


def _did_not_fit(row: str, following: str, width: int) -> bool:
    first = following.split(maxsplit=1)[0]
    return len(row) + 1 + len(first) > width and BULLET.match(following) is None


def _wrap_width(rows: list[str]) -> int:
    """The column at which the page was wrapped; 0 when it was not."""
    width = max((len(row) for row in rows if " " in row), default=0)
    if not 50 <= width <= 100:
        return 0
    pairs = [(row, after) for row, after in pairwise(rows) if row and after]
    wrapped = [row for row, after in pairs if len(row) > width // 2 and _did_not_fit(row, after, width)]
    open_ended = [row for row in wrapped if SENTENCE_END.search(row[-12:]) is None]
    enough = len(open_ended) >= 3 and len(wrapped) * 2 >= len(pairs)
    return width if enough else 0
