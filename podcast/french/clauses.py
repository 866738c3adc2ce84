"""A sentence as the utterances that speak it.

« ! » and « ? » inside a sentence always end an utterance, since the engine would end one there anyway;
semicolons, colons, long quotations and incises do where they leave no stub; ``breaths`` cuts what
is still too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from podcast.french.borders import words
from podcast.french.breaths import breaths
from podcast.french.gaps import Gap, Mark
from podcast.french.pauses import Construct
from podcast.french.phrase import Phrase
from podcast.french.plain import final_mark, separator
from podcast.french.spoken import Change, Spoken

STUB = 15
"""Characters: no shorter piece is set apart by a semicolon, a colon, a quotation or an incise."""
ASIDE = 30
"""Characters: a shorter quotation or incise has no pauses of its own, the engine's comma does."""

BORDERS: dict[Mark, Construct] = {
    "question": "interjection",
    "exclamation": "interjection",
    "ellipsis": "ellipsis",
    "semicolon": "semicolon",
    "colon": "colon",
}
OPENING: dict[Mark, Mark] = {"quote_close": "quote_open", "close": "open", "dash": "dash"}
SIDES: dict[Mark, tuple[Construct, Construct]] = {
    "quote_open": ("quote_open", "quote_close"),
    "open": ("incise", "incise"),
    "dash": ("incise", "incise"),
}


class Clause(NamedTuple):
    """A piece of a sentence; the clauses of a sentence, printed one after the other, are the sentence."""

    spoken: Spoken
    construct: Construct
    """What follows it."""
    final: str
    """The mark that its engine text ends with."""


class _Cut(NamedTuple):
    end: int
    construct: Construct
    final: str


def clauses(spoken: Spoken, max_chars: int) -> list[Clause]:
    """The utterances of one sentence, none of them longer than ``max_chars`` as the engine gets it.

    A sentence without words is one clause.
    """
    phrase = Phrase(spoken)
    if not phrase.words:
        return [Clause(spoken, "sentence", "")]
    constructs = _constructs(phrase)
    cuts: list[int] = []
    for first, last in _segments(phrase, constructs):
        cuts += [*breaths(phrase, first, last, max_chars), last]
    inner = [_cut(phrase.gaps[index], constructs.get(index)) for index in cuts[:-1]]
    return list(_pieces(spoken, [*inner, _Cut(len(spoken.text), "sentence", final_mark(phrase.gaps[-1]))]))


# -- borders ---------------------------------------------------------------------------------------


def _constructs(phrase: Phrase) -> dict[int, Construct]:
    """What a reader marks with a pause, by the index of the word that follows."""
    found: dict[int, Construct] = {}
    for index in range(1, len(phrase.words)):
        gap = phrase.gaps[index]
        for _at, mark in gap.marks:
            if mark in BORDERS and _counts(phrase, index, mark):
                announced = mark == "colon" and gap.has("quote_open")
                found.setdefault(index, "quote_open" if announced else BORDERS[mark])
    for index, construct in _asides(phrase):
        # A quotation without punctuation around it belongs to its clause: il veut « tout changer » ici.
        if found.get(index) != "interjection" and separator(phrase.gaps[index]) not in (" ", "'"):
            found[index] = construct
    return found


def _counts(phrase: Phrase, index: int, mark: Mark) -> bool:
    if mark == "exclamation":
        return phrase.word(index - 1) not in words("exclaiming")
    return mark == "question" or phrase.gaps[index].spaced


def _asides(phrase: Phrase) -> Iterator[tuple[int, Construct]]:
    """Both borders of every long quotation and incise, where they lie inside the sentence."""
    for first, last, (before, after) in _pairs(phrase.gaps):
        if first < last and phrase.length(first, last) >= ASIDE:
            if first > 0:
                yield first, before
            if last < len(phrase.words):
                yield last, after


def _pairs(found: Sequence[Gap]) -> Iterator[tuple[int, int, tuple[Construct, Construct]]]:
    """First word and word after the last of every quotation and incise.

    What is opened or closed in another sentence reaches to the border of this one.
    """
    count = len(found) - 1
    still_open: dict[Mark, list[int]] = {"quote_open": [], "open": [], "dash": []}
    for index, gap in enumerate(found):
        for _at, mark in gap.marks:
            if mark == "dash" and not 0 < index < count:
                continue  # of a dialogue or of a list
            opening = OPENING.get(mark)
            if opening and (still_open[opening] or mark != "dash"):
                yield still_open[opening].pop() if still_open[opening] else 0, index, SIDES[opening]
            elif mark in still_open:
                still_open[mark].append(index)
    for mark, indexes in still_open.items():
        yield from ((index, count, SIDES[mark]) for index in indexes)


def _segments(phrase: Phrase, constructs: Mapping[int, Construct]) -> Iterator[tuple[int, int]]:
    """Cut at « ! » and « ? » always, at the other borders where neither side is a stub."""
    forced = [index for index, construct in constructs.items() if construct == "interjection"]
    for start, stop in pairwise([0, *sorted(forced), len(phrase.words)]):
        first = start
        for index in sorted(set(range(start + 1, stop)) & constructs.keys()):
            if min(phrase.length(first, index), phrase.length(index, stop)) > STUB:
                yield first, index
                first = index
        yield first, stop


# -- pieces ----------------------------------------------------------------------------------------


def _cut(gap: Gap, construct: Construct | None) -> _Cut:
    mark = separator(gap).strip("' ") or ","
    if construct == "interjection":
        mark = "?" if gap.has("question") else "!"
    return _Cut(_place(gap), construct or ("comma" if separator(gap) == ", " else "breath"), mark)


def _place(gap: Gap) -> int:
    """Where to cut in a gap: opening signs and dashes go with the words that follow, all others before."""
    place = gap.start
    for at, mark in gap.marks:
        if mark in ("quote_open", "open"):
            break
        if mark != "dash":
            place = at + 1
    return place


def _pieces(spoken: Spoken, cuts: Sequence[_Cut]) -> Iterator[Clause]:
    """An edit that is cut leaves its printed characters in its first piece."""
    changes = list(spoken.changes)[::-1]
    printed = start = 0
    for end, construct, final in cuts:
        inside: list[Change] = []
        printed_end, at = printed, start
        while changes and (changes[-1][2] < end or changes[-1][3] == end):
            first, printed_end, begin, stop, rule = changes.pop()
            at = min(stop, end)
            if at < stop:
                changes.append((printed_end, printed_end, at, stop, rule))
            inside.append((first - printed, printed_end - printed, begin - start, at - start, rule))
        printed_end += end - at
        piece = Spoken(spoken.printed[printed:printed_end], spoken.text[start:end], tuple(inside))
        yield Clause(piece, construct, final)
        printed, start = printed_end, end
