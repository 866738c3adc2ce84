"""The tree of a page, as the modules see it that do not parse: anything that speaks like ElementTree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol


class Element(Protocol):
    """The part of an lxml element that is used here."""

    @property
    def tag(self) -> object:
        """Its name in lower case; anything but a string for what is no element."""
        ...

    @property
    def text(self) -> str | None:
        """What stands in it before its first child."""
        ...

    @property
    def tail(self) -> str | None:
        """What stands after it, in its parent."""
        ...

    def get(self, key: str, default: str) -> str:
        """The value of an attribute."""
        ...

    def getparent(self) -> Element | None:
        """The element around it; None for the root."""
        ...

    def getprevious(self) -> Element | None:
        """The element before it in its parent."""
        ...

    def iter(self, *tags: str) -> Iterator[Element]:
        """It and all elements in it, in document order; of these tags only, if any are given."""
        ...

    def itertext(self) -> Iterator[str]:
        """Every piece of text in it."""
        ...

    def __iter__(self) -> Iterator[Element]: ...

    def __len__(self) -> int: ...


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

    def sums(self, counted: Iterable[tuple[Element, int]]) -> dict[Element, int]:
        """For each element, the sum of what was counted in it and in its children."""
        total = dict.fromkeys(self.elements, 0)
        for element, count in counted:
            total[element] += count
        for element in reversed(self.elements):
            parent = element.getparent()
            if parent is not None and parent in total:
                total[parent] += total[element]
        return total
