"""Which of the printed lines are the article: three witnesses, and two of them must agree.

- *place*: the container in whose children most prose stands, as reading modes
  choose it (the score of a paragraph goes to its parent, and in halves upwards);
- *flow*: the run of lines of greatest weight, as in a pasted page
  (`podcast.article.body`);
- *extractor*: the lines that a general extractor or the page's own
  ``articleBody`` attests.

Each errs in its own way: the place on bodies cut in parts, the flow on
teasers with full sentences below the text, the extractor on what its lists of
names do not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from podcast.article.body import Judged, find_body
from podcast.article.boxes import is_body
from podcast.article.flow import Element, Piece

LONGEST_COUNTED = 80
"""Words beyond this add nothing to the weight of a paragraph."""
LEVELS = (1.0, 0.5, 0.25)
"""Share of a paragraph's weight that its container, and those around it, get."""
CLIMB_AGREED = 0.6
"""A container around the chosen one is taken when this share of what it adds is attested."""
CLIMB_LEVELS = 5
CALLED_GROWTH = 1.5
"""What the page calls the body is taken unless it holds more than so many times the words."""


class Outline:
    """The elements of a tree in document order, with what is inside what."""

    def __init__(self, root: Element) -> None:
        self.elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self._first = {element: index for index, element in enumerate(self.elements)}
        self._last = dict(self._first)
        for element in reversed(self.elements):
            parent = element.getparent()
            if parent is not None and parent in self._last:
                self._last[parent] = max(self._last[parent], self._last[element])

    def holds(self, container: Element, element: Element) -> bool:
        """True when ``element`` is ``container`` or inside it."""
        return self._first[container] <= self._first[element] <= self._last[container]

    def words(self, pieces: Sequence[Piece], page: Sequence[Judged]) -> dict[Element, int]:
        """Words of prose in each element, its children's included."""
        count = dict.fromkeys(self.elements, 0)
        for piece, judged in zip(pieces, page, strict=True):
            if judged.is_prose:
                count[piece.element] += len(piece.line.words)
        for element in reversed(self.elements):
            parent = element.getparent()
            if parent is not None and parent in count:
                count[parent] += count[element]
        return count


@dataclass
class Choice:
    """The witnesses on one page; ``attested`` is None when the extractor has nothing to say."""

    pieces: Sequence[Piece]
    page: Sequence[Judged]
    outline: Outline
    attested: Sequence[bool] | None

    @cached_property
    def container(self) -> Element | None:
        """The element in which the article stands; None when there is no prose."""
        scores: dict[Element, float] = {}
        for piece, judged in zip(self.pieces, self.page, strict=True):
            if judged.is_prose:
                self._score(piece, scores)
        if not scores:
            return None
        return self._called_body(self._climb(max(scores, key=lambda element: scores[element])))

    @cached_property
    def flow(self) -> range:
        """The run of lines of greatest weight."""
        return find_body(self.page)

    def placed(self, index: int) -> bool:
        """True for a line inside the container."""
        return self.container is not None and self.outline.holds(self.container, self.pieces[index].element)

    def agreed(self, index: int) -> bool:
        """True when most witnesses say that this line is the article's."""
        placed, flowing = self.placed(index), index in self.flow
        if self.attested is None:
            return placed
        return placed + flowing + self.attested[index] >= 2

    @cached_property
    def body(self) -> range:
        """From the first to the last paragraph of the article; empty when there is none."""
        agreed = [i for i, judged in enumerate(self.page) if judged.is_prose and self.agreed(i)]
        return range(agreed[0], agreed[-1] + 1) if agreed else range(0)

    def _score(self, piece: Piece, scores: dict[Element, float]) -> None:
        weight = min(len(piece.line.words), LONGEST_COUNTED) * (1 - piece.line.link_share)
        holder: Element | None = piece.element if piece.printed == "text" else piece.element.getparent()
        for share in LEVELS:
            if holder is None:
                return
            scores[holder] = scores.get(holder, 0.0) + share * weight
            holder = holder.getparent()

    def _called_body(self, container: Element) -> Element:
        """What the page calls the body, where that is a little more than the container."""
        holder: Element | None = container
        for _ in range(CLIMB_LEVELS):
            if holder is None or self._words_in(holder) > CALLED_GROWTH * self._words_in(container):
                break
            if is_body(holder):
                return holder
            holder = holder.getparent()
        return container

    def _words_in(self, container: Element) -> int:
        return sum(
            len(judged.line.words)
            for piece, judged in zip(self.pieces, self.page, strict=True)
            if judged.is_prose and self.outline.holds(container, piece.element)
        )

    def _climb(self, container: Element) -> Element:
        """A wider container, where it adds text that the extractor attests."""
        if self.attested is None:
            return container
        wider: Element | None = container.getparent()
        for _ in range(CLIMB_LEVELS):
            if wider is None:
                break
            added = agreed = 0
            for index, judged in enumerate(self.page):
                element = self.pieces[index].element
                if (
                    judged.is_prose
                    and self.outline.holds(wider, element)
                    and not self.outline.holds(container, element)
                ):
                    added += len(judged.line.words)
                    agreed += len(judged.line.words) * self.attested[index]
            if added and agreed < CLIMB_AGREED * added:
                break
            container = wider if added else container
            wider = wider.getparent()
        return container
