"""Cut a sentence where a reader would take breath.

Three passes: « ! » and « ? » inside the sentence always end an utterance, since the engine would end one
there anyway; semicolons, colons, long quotations and incises do where they leave no stub; and what is
still too long is cut at the cheapest borders (commas, conjunctions, then prepositions, then any space).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from podcast.french.borders import words
from podcast.french.gaps import Gap, Mark, gaps
from podcast.french.pauses import Construct
from podcast.french.plain import final_mark, separator
from podcast.french.spoken import Spoken

STUB = 15
"""Characters: a shorter piece is not set apart by a semicolon, a colon, a quote or an incise."""
ASIDE = 30
"""Characters: a shorter quotation or incise has no pauses of its own, the engine's comma does."""

BORDERS: dict[Mark, Construct] = {
    "question": "interjection",
    "exclamation": "interjection",
    "ellipsis": "ellipsis",
    "semicolon": "semicolon",
    "colon": "colon",
}

OPENINGS: dict[Mark, Mark] = {"quote_close": "quote_open", "close": "open", "dash": "dash"}
SIDES: dict[Mark, tuple[Construct, Construct]] = {
    "quote_open": ("quote_open", "quote_close"),
    "open": ("incise", "incise"),
    "dash": ("incise", "incise"),
}

_CLAUSE_COST = 2.0
_PHRASE_COST = 4.0
_SPACE_COST = 8.0
_TIED_COST = 16.0
_EDIT_COST = 32.0


@dataclass(frozen=True, slots=True)
class Clause:
    """``text[start:end]`` of a sentence; clauses touch, so that no character is lost."""

    start: int
    end: int
    construct: Construct
    """What follows it."""
    final: str
    """The mark that its engine text ends with."""


class _Sentence:
    """A sentence as words and gaps; the clause cutter counts in words."""

    def __init__(self, spoken: Spoken) -> None:
        self.text = spoken.text
        self.gaps = gaps(spoken.text)
        self.words = [self.text[a.end : b.start].lower().replace("’", "'") for a, b in pairwise(self.gaps)]
        self.starts: list[int] = []
        """Where each word starts in the engine text of the whole sentence."""
        self.ends: list[int] = []
        self._edits = [edit.spoken for edit in spoken.edits]
        at = 0
        for index, word in enumerate(self.words):
            at += len(separator(self.gaps[index])) if index else 0
            self.starts.append(at)
            at += len(word)
            self.ends.append(at)

    def length(self, first: int, last: int) -> int:
        """Characters of the engine text of words ``first`` to ``last - 1``, with its final mark."""
        return self.ends[last - 1] - self.starts[first] + 1

    def inside_edits(self) -> set[int]:
        """The words that an edit joins to the word before: a cut between them has no place in print."""
        inside: set[int] = set()
        edits = iter(self._edits)
        edit = next(edits, None)
        for index in range(1, len(self.words)):
            gap = self.gaps[index]
            while edit and edit[1] <= gap.start:
                edit = next(edits, None)
            if edit and edit[0] < gap.start and gap.end < edit[1]:
                inside.add(index)
        return inside


def clauses(spoken: Spoken, max_chars: int) -> list[Clause]:
    """The utterances of one sentence, none of them longer than ``max_chars`` as the engine gets it.

    A sentence without words is one clause.
    """
    sentence = _Sentence(spoken)
    if not sentence.words:
        return [Clause(0, len(spoken.text), "sentence", "")]
    constructs = _constructs(sentence)
    cuts: list[int] = []
    for first, last in _segments(sentence, constructs):
        cuts += [*_split(sentence, first, last, max_chars), last]
    return list(_clauses(sentence, cuts, constructs))


def _clauses(sentence: _Sentence, cuts: list[int], constructs: Mapping[int, Construct]) -> Iterator[Clause]:
    start = 0
    for cut in cuts[:-1]:
        gap = sentence.gaps[cut]
        end = _place(gap)
        construct = constructs.get(cut, "comma" if separator(gap) == ", " else "breath")
        yield Clause(start, end, construct, _cut_mark(gap, construct))
        start = end
    final = final_mark(sentence.gaps[-1])
    yield Clause(start, len(sentence.text), "sentence", final)


def _cut_mark(gap: Gap, construct: Construct) -> str:
    if construct == "interjection":
        return "?" if gap.has("question") else "!"
    return separator(gap).strip("' ") or ","


def _place(gap: Gap) -> int:
    """Where to cut in a gap: opening signs go with the words that follow, all others with those before."""
    place = gap.start
    for at, mark in gap.marks:
        if mark in ("quote_open", "open"):
            break
        if mark != "dash":
            place = at + 1
    return place


# -- borders ---------------------------------------------------------------------------------------


def _constructs(sentence: _Sentence) -> dict[int, Construct]:
    """What a reader marks with a pause, by the index of the word that follows."""
    found: dict[int, Construct] = {}
    for index in range(1, len(sentence.words)):
        gap = sentence.gaps[index]
        for _at, mark in gap.marks:
            if mark in BORDERS and _counts(sentence, index, mark):
                found.setdefault(index, BORDERS[mark])
    for index, construct in _asides(sentence):
        # A quotation without punctuation around it is part of the clause: « il veut « tout changer » ».
        if found.get(index) != "interjection" and separator(sentence.gaps[index]) not in (" ", "'"):
            found[index] = construct
    return dict(sorted(found.items()))


def _counts(sentence: _Sentence, index: int, mark: Mark) -> bool:
    gap = sentence.gaps[index]
    if mark == "exclamation":
        return sentence.words[index - 1] not in words("exclaiming")
    return mark == "question" or gap.spaced


def _asides(sentence: _Sentence) -> Iterator[tuple[int, Construct]]:
    """The two borders of every long quotation and incise; the far one may lie in another sentence."""
    for opening, closing, (before, after) in _pairs(sentence.gaps):
        first, last = max(opening, 0), min(closing, len(sentence.words))
        if last > first and sentence.length(first, last) >= ASIDE:
            yield from ((i, c) for i, c in ((first, before), (last, after)) if 0 < i < len(sentence.words))


def _pairs(found: Sequence[Gap]) -> Iterator[tuple[int, int, tuple[Construct, Construct]]]:
    """Where quotations, brackets and dashes open and close, as indexes of gaps; -1 and n when outside."""
    still_open: dict[Mark, list[int]] = {"quote_open": [], "open": [], "dash": []}
    for index, gap in enumerate(found):
        for _at, mark in gap.marks:
            if mark == "dash" and not 0 < index < len(found) - 1:
                continue  # the dash of a dialogue or of a list
            opening = OPENINGS.get(mark)
            if opening and (still_open[opening] or mark != "dash"):
                yield (*_between(still_open[opening], index), SIDES[opening])
            elif mark in still_open:
                still_open[mark].append(index)
    for mark, indexes in still_open.items():
        for index in indexes:
            yield index, len(found), SIDES[mark]


def _between(still_open: list[int], index: int) -> tuple[int, int]:
    return still_open.pop() if still_open else -1, index


def _segments(sentence: _Sentence, constructs: Mapping[int, Construct]) -> Iterator[tuple[int, int]]:
    """Cut at « ! » and « ? » always, at the other borders where neither side is a stub."""
    forced = [i for i, construct in constructs.items() if construct == "interjection"]
    for start, stop in pairwise([0, *sorted(forced), len(sentence.words)]):
        first = start
        for index in range(start + 1, stop):
            if (
                index in constructs
                and sentence.length(first, index) > STUB
                and sentence.length(index, stop) > STUB
            ):
                yield first, index
                first = index
        yield first, stop


# -- too long --------------------------------------------------------------------------------------


def _split(sentence: _Sentence, first: int, last: int, max_chars: int) -> list[int]:
    """The cheapest cuts that leave no piece of words ``first`` to ``last - 1`` too long."""
    if sentence.length(first, last) <= max_chars:
        return []
    places = _candidates(sentence, first, last, max_chars)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for at in range(1, len(places)):
        end, price = places[at]
        options: list[tuple[float, int]] = []
        for before in range(at - 1, -1, -1):
            length = sentence.length(places[before][0], end)
            if length > max_chars and options:
                break
            options.append((best[before][0] + price + _shape(length, max_chars), before))
        best.append(min(options))
    cuts: list[int] = []
    at = best[-1][1]
    while at > 0:
        cuts.append(places[at][0])
        at = best[at][1]
    return cuts[::-1]


def _shape(length: int, max_chars: int) -> float:
    """The price of a piece: stubs are ugly, and equal pieces cheaper than unequal ones."""
    stub = max(0.0, 1 - length * 4 / max_chars)
    return 4 * stub + 1.5 * (length / max_chars) ** 2


def _candidates(sentence: _Sentence, first: int, last: int, max_chars: int) -> list[tuple[int, float]]:
    """Where to cut, with the price; bare spaces only where there is nothing better within reach."""
    inside = sentence.inside_edits()
    prices = {i: _EDIT_COST if i in inside else _price(sentence, i) for i in range(first + 1, last)}
    good = [first, *(i for i, price in prices.items() if price <= _PHRASE_COST), last]
    places: list[tuple[int, float]] = [(first, 0.0)]
    for left, right in pairwise(good):
        if sentence.length(left, right) > max_chars:
            places += [(i, prices[i]) for i in range(left + 1, right)]
        places.append((right, prices.get(right, 0.0)))
    return places


def _price(sentence: _Sentence, index: int) -> float:
    gap, before, after = sentence.gaps[index], sentence.words[index - 1], sentence.words[index]
    head = after.partition("'")[0]
    if gap.has("quote_open", "quote_close") and separator(gap) == " ":
        return _CLAUSE_COST
    if separator(gap) != " ":
        return 0.0 if head in words("clause") else 1.0
    if not gap.spaced or before in words("tied") or {before, after} <= words("number"):
        return _TIED_COST
    if head in words("clause"):
        return _CLAUSE_COST
    return _PHRASE_COST if head in words("phrase") else _SPACE_COST
