"""The map between what is printed and what is said is exact, however rewrites follow each other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from podcast.french.spoken import Edit, Replacement, Spoken

WORDS = st.text("abcdef ", max_size=30)


@st.composite
def rewritten(draw: st.DrawFn) -> list[Spoken]:
    """A text and its successive rewrites."""
    history = [Spoken.of(draw(WORDS))]
    for step in range(draw(st.integers(1, 4))):
        text = history[-1].text
        cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
        replacements = [
            Replacement(start, end, draw(st.text("XYZ ", max_size=4)), f"r{step}")
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        history.append(history[-1].rewrite(replacements))
    return history


@given(rewritten())
def test_edits_are_ordered_and_disjoint_and_the_rest_is_the_same(history: list[Spoken]) -> None:
    spoken = history[-1]
    printed_at = spoken_at = 0
    for printed, said, _ in spoken.edits:
        assert printed_at <= printed[0] <= printed[1]
        assert spoken_at <= said[0] <= said[1]
        assert spoken.printed[printed_at : printed[0]] == spoken.text[spoken_at : said[0]]
        printed_at, spoken_at = printed[1], said[1]
    assert spoken.printed[printed_at:] == spoken.text[spoken_at:]


@given(rewritten())
def test_the_printed_text_never_changes(history: list[Spoken]) -> None:
    assert {spoken.printed for spoken in history} == {history[0].printed}


@given(rewritten(), st.data())
def test_printed_spans_are_ordered_and_whole(history: list[Spoken], data: st.DataObject) -> None:
    spoken = history[-1]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(spoken.text)), min_size=2, max_size=2)))
    start, end = spoken.printed_span(*cuts)
    assert 0 <= start <= len(spoken.printed)
    assert 0 <= end <= len(spoken.printed)
    for printed, said, _ in spoken.edits:
        if max(cuts[0], said[0]) < min(cuts[1], said[1]):
            assert start <= printed[0]
            assert printed[1] <= end


@settings(max_examples=400)
@given(rewritten(), st.data())
def test_printed_spans_at_once_are_those_one_by_one(history: list[Spoken], data: st.DataObject) -> None:
    spoken = history[-1]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(spoken.text)), max_size=12)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    assert list(spoken.printed_spans(spans)) == [spoken.printed_span(*span) for span in spans]


@given(rewritten(), st.data())
def test_neighbours_are_printed_one_after_the_other(history: list[Spoken], data: st.DataObject) -> None:
    """Outside edits, the span of a piece is that piece."""
    spoken = history[-1]
    at = data.draw(st.integers(0, len(spoken.text)))
    inside = any(said[0] < at < said[1] for _, said, _ in spoken.edits)
    if not inside:
        assert spoken.printed_span(0, at)[1] <= spoken.printed_span(at, len(spoken.text))[0]


def test_a_rewrite_of_a_rewrite_says_the_printed_characters_of_both() -> None:
    spoken = Spoken.of("le 5 km").rewrite([Replacement(3, 4, "cinq", "number")])
    spoken = spoken.rewrite([Replacement(3, 10, "cinq kilomètres", "unit")])
    assert spoken.text == "le cinq kilomètres"
    assert spoken.edits == (Edit((3, 7), (3, 18), "number+unit"),)


def test_touching_edits_stay_apart() -> None:
    spoken = Spoken.of("ab").rewrite([Replacement(0, 1, "x", "a")]).rewrite([Replacement(1, 2, "y", "b")])
    assert [edit.rule for edit in spoken.edits] == ["a", "b"]


def test_a_replacement_by_the_same_text_is_no_edit() -> None:
    assert Spoken.of("abc").rewrite([Replacement(0, 2, "ab", "a")]).edits == ()


def test_text_that_ends_before_an_edit_does_not_say_it() -> None:
    spoken = Spoken.of("a 5 b").rewrite([Replacement(2, 3, "cinq", "number")])
    assert spoken.printed_span(0, 2) == (0, 2)
    assert spoken.printed_span(3, 4) == (2, 3)


def test_a_silent_edit_belongs_to_the_text_before_it() -> None:
    spoken = Spoken.of("mot* suite").rewrite([Replacement(3, 4, "", "mark")])
    assert spoken.printed_span(0, 3) == (0, 4)
    assert spoken.printed_span(3, 9) == (4, 10)
