"""Which of the printed lines are the article: three witnesses, and two of them must agree.

- *place*: the container in whose children most prose stands, as reading modes
  choose it (the score of a paragraph goes to its parent, and in halves upwards);
- *flow*: the run of lines of greatest weight, as in a pasted page
  (`podcast.article.body`);
- *extractor*: the lines that a general extractor or the page's own
  ``articleBody`` attests.

Each errs in its own way: the place on bodies cut in parts, the flow on
teasers with full sentences below the text, the extractor on what its lists of
names do not know. It is asked only where the others differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from podcast.article.attested import Attested
from podcast.article.body import Judged, find_body
from podcast.article.boxes import is_body
from podcast.article.flow import Piece
from podcast.article.tree import Element, Outline
from podcast.article.vocabulary import END_MARKS

LONGEST_COUNTED = 80
"""Words beyond this add nothing to the weight of a paragraph."""
LEVELS = (1.0, 0.5, 0.25)
"""Share of a paragraph's weight that its container, and those around it, get."""
CLIMB_AGREED = 0.6
"""A container around the chosen one is taken when this share of what it adds is attested."""
CLIMB_LEVELS = 5
CARD_WORDS = 45
"""Of the longest paragraph that presents another article."""
CALLED_GROWTH = 1.5
"""What the page calls the body is taken unless it holds more than so many times the words."""


@dataclass
class Choice:
    """The witnesses on one page."""

    pieces: Sequence[Piece]
    page: Sequence[Judged]
    outline: Outline
    attested: Attested

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
        """True when most witnesses say that this line is the article's.

        Outside the container no line is that stands under a link or beyond the
        title of another box: there, what flows on is teasers.
        """
        placed = self.placed(index)
        if placed == (index in self.flow) or (not placed and (index > self._end or self._is_teaser(index))):
            return placed
        third = self.attested.says(index)
        return placed if third is None else third

    @cached_property
    def _end(self) -> int:
        """The first title of a box below the container and outside it."""
        placed = [index for index, judged in enumerate(self.page) if judged.is_prose and self.placed(index)]
        below = range(placed[-1] + 1, len(self.page)) if placed else range(0)
        ends = (index for index in below if self.page[index].reason in END_MARKS and not self.placed(index))
        return next(ends, len(self.page))

    def is_card(self, index: int) -> bool:
        """True for what presents another article inside the text: a linked heading over one paragraph."""
        if index == 0 or self.pieces[index - 1].printed != "heading" or not self._is_teaser(index):
            return False
        holder = self._common(index - 1, index)
        return (
            self.container is not None
            and holder != self.container
            and self.outline.holds(self.container, holder)
            and len(self.page[index].line.words) <= CARD_WORDS
        )

    def _is_teaser(self, index: int) -> bool:
        """True for a paragraph right under a link, unless most of the text around both is under none."""
        if not self._is_under_link(index):
            return False
        holder = self._common(index - 1, index)
        return self._free_words[holder] < self._linked_words[holder]

    def _is_under_link(self, index: int) -> bool:
        return index > 0 and self.page[index - 1].reason == "list of links"

    def _common(self, one: int, other: int) -> Element:
        """The innermost element that holds both lines."""
        holder = self.pieces[one].element
        while not self.outline.holds(holder, self.pieces[other].element):
            parent = holder.getparent()
            if parent is None:
                break
            holder = parent
        return holder

    @cached_property
    def _free_words(self) -> dict[Element, int]:
        """Words of the paragraphs in each element that stand under no link."""
        return self.outline.sums(self._words_of_prose(under=False))

    @cached_property
    def _linked_words(self) -> dict[Element, int]:
        """Words of the paragraphs in each element that stand right under a link."""
        return self.outline.sums(self._words_of_prose(under=True))

    def _words_of_prose(self, *, under: bool) -> Iterator[tuple[Element, int]]:
        return (
            (self.pieces[index].element, len(judged.line.words))
            for index, judged in enumerate(self.page)
            if judged.is_prose and self._is_under_link(index) is under
        )

    @cached_property
    def body(self) -> range:
        """From the first to the last paragraph of the article; empty when there is none."""
        agreed = [i for i, judged in enumerate(self.page) if judged.is_prose and self.agreed(i)]
        return range(agreed[0], agreed[-1] + 1) if agreed else range(0)

    @property
    def teaser_share(self) -> float:
        """Share of the words of the body that stand right under a link."""
        prose = [index for index in self.body if self.page[index].is_prose]
        words = {index: len(self.page[index].line.words) for index in prose}
        return sum(words[index] for index in prose if self._is_teaser(index)) / max(1, sum(words.values()))

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
        """A wider container, where it adds text that is attested."""
        wider: Element | None = container.getparent()
        for _ in range(CLIMB_LEVELS):
            if wider is None:
                break
            added = [
                index
                for index, judged in enumerate(self.page)
                if judged.is_prose
                and self.outline.holds(wider, self.pieces[index].element)
                and not self.outline.holds(container, self.pieces[index].element)
            ]
            if added and not self._are_attested(added):
                break
            container = wider if added else container
            wider = wider.getparent()
        return container

    def _are_attested(self, lines: Sequence[int]) -> bool:
        """True when enough of what these lines say is attested, and stands under no link."""
        words = {index: len(self.page[index].line.words) for index in lines}
        enough = CLIMB_AGREED * sum(words.values())
        free = [index for index in lines if not self._is_teaser(index)]
        if sum(words[index] for index in free) < enough:
            return False
        return sum(words[index] for index in free if self.attested.says(index)) >= enough
