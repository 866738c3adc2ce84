"""The third witness: the lines that the page's own ``articleBody`` or a general extractor takes for the text.

To import the extractor takes longer than to read most pages, so it is asked only
where the other two witnesses differ (``choice``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from podcast.article.flow import Piece
from podcast.article.lines import letters

_SHORTEST = 12
"""Letters of a line that may be looked for inside a longer one."""
_MOST_SOUGHT = 3000
"""Lines that are; looking is quadratic."""


class Attested:
    """What the witness says of each printed line."""

    def __init__(self, pieces: Sequence[Piece], body: str, extract: Callable[[], Sequence[str]]) -> None:
        """``body``: what the page calls its text; ``extract`` gives the lines that the extractor finds."""
        self._pieces = pieces
        self._body = body.split("\n")
        self._extract = extract

    def says(self, index: int) -> bool | None:
        """Whether this line is of the text; None when nothing was found in the page."""
        if self._by_page and self._by_page[index]:
            return True
        return self._by_both[index] if self._by_both else None

    @cached_property
    def _by_page(self) -> list[bool] | None:
        return _among(self._pieces, self._body)

    @cached_property
    def _by_both(self) -> list[bool] | None:
        return _among(self._pieces, [*self._extract(), *self._body])


def _among(pieces: Sequence[Piece], found: Sequence[str]) -> list[bool] | None:
    """For each line, whether what was found elsewhere has it; None when nothing was found."""
    texts = [letters(line) for line in found]
    whole = "|".join(texts)
    if len(whole) < _SHORTEST:
        return None
    exact = frozenset(texts)
    attested = []
    sought = 0
    for piece in pieces:
        bare = "".join(piece.line.words)
        known = bare in exact
        if not known and len(bare) >= _SHORTEST and sought < _MOST_SOUGHT:
            sought += 1
            known = bare in whole
        attested.append(known)
    return attested
