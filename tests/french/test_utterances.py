"""Utterances: the table of readings, then the laws."""

from __future__ import annotations

import itertools
import json
import re
import time
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from podcast.errors import ConfigError
from podcast.french import Pauses, Reading, utterances
from podcast.french.lexicon import Lexicon
from podcast.types import Block, BlockKind, Utterance

DATA = Path(__file__).resolve().parents[1] / "data" / "french_sentences"
LINES = (DATA / "utterances.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t", 2) for line in LINES if line and line[0] != "#"]

NAMES = [field.name for field in fields(Pauses)]
TELLING = Pauses(**{name: number / 100 for number, name in enumerate(NAMES)})
"""Every pause tells its construct."""

KINDS: list[BlockKind] = ["title", "standfirst", "heading", "paragraph", "quote", "list_item", "notice"]
FRAGMENTS = st.sampled_from(json.loads((DATA / "fragments.json").read_text(encoding="utf-8")))
FRENCHLIKE = st.lists(FRAGMENTS, max_size=60).map("".join)
TEXTS = FRENCHLIKE | st.text(max_size=150)
BLOCKS = st.lists(st.builds(Block, st.sampled_from(KINDS), TEXTS), max_size=4)


PLAIN_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f]|['-])+")


def spoken(text: str, kind: BlockKind = "paragraph") -> list[Utterance]:
    return list(utterances([Block(kind, text)], reading=Reading(pauses=TELLING)))


def construct(utterance: Utterance) -> str:
    return NAMES[round(utterance.pause_after * 100)]


@pytest.mark.parametrize(("number", "tried", "case"), CASES, ids=[f"{n}-{tried}" for n, tried, _ in CASES])
def test_reading(number: str, tried: str, case: str) -> None:
    printed, _, expected = case.rpartition("\t")
    found = spoken(printed)
    said = "".join(f"{one.text} <{construct(one)}> " for one in found)
    assert said == f"{expected} <end> ", f"{number}: {tried}"


# -- laws ------------------------------------------------------------------------------------------


@given(BLOCKS)
def test_utterances_are_numbered_and_within_their_block(blocks: list[Block]) -> None:
    found = list(utterances(blocks))
    assert [one.index for one in found] == list(range(len(found)))
    assert [one.block_index for one in found] == sorted(one.block_index for one in found)
    for one in found:
        assert 0 <= one.span[0] <= one.span[1] <= len(blocks[one.block_index].text)


@given(TEXTS)
def test_spans_are_disjoint_and_cover_every_letter(text: str) -> None:
    spans = [one.span for one in spoken(text)]
    borders = [at for span in spans for at in span]
    assert borders == sorted(borders)
    silent = text
    for start, end in reversed(spans):
        silent = silent[:start] + silent[end:]
    if spans:
        assert not any(map(str.isalnum, silent))


@given(TEXTS)
def test_text_is_plain(text: str) -> None:
    """Words, one space between them, marks only after words, one mark at the end."""
    for one in spoken(text):
        assert " ".join(one.text.split()) == one.text
        assert re.fullmatch(
            r"(?:(?:[^\W_]|[\u0300-\u036f]|['-])+[,;:]? )*(?:[^\W_]|[\u0300-\u036f]|['-])+[.!?,;:]", one.text
        )


@given(TEXTS)
def test_words_are_the_text_and_say_printed_characters_in_order(text: str) -> None:
    for one in spoken(text):
        assert [word.text for word in one.words] == one.text.split()
        starts = [word.span[0] for word in one.words]
        assert starts == sorted(starts)
        assert all(
            one.span[0] <= start <= end <= one.span[1] for start, end in (word.span for word in one.words)
        )


@example("M. 3.5maire 1 234,5 €iPhone ", 80)
@given(TEXTS, st.sampled_from([80, 120, 200]))
def test_no_utterance_is_too_long(text: str, limit: int) -> None:
    found = utterances([Block("paragraph", text)], reading=Reading(max_chars=limit))
    assert all(len(one.text) <= limit for one in found)


@given(TEXTS, TEXTS)
def test_blocks_are_read_alone(first: str, second: str) -> None:
    """The words of a block do not depend on its neighbours; only the pause after it does."""
    both = utterances([Block("paragraph", first), Block("paragraph", second)])
    alone = [one.text for text in (first, second) for one in utterances([Block("paragraph", text)])]
    assert [one.text for one in both] == alone


@given(TEXTS)
def test_phonemic_text_has_the_same_words(text: str) -> None:
    for one in spoken(text):
        assert not one.phonemic or len(one.phonemic.split()) == len(one.words)


# -- laziness, pauses, options ---------------------------------------------------------------------


def test_blocks_are_worked_on_one_at_a_time() -> None:
    asked: list[int] = []

    class Watched(list[Block]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            for index, block in enumerate(list.__iter__(self)):
                asked.append(index)
                yield block

    reader = utterances(Watched(Block("paragraph", f"Bloc {index}.") for index in range(1000)))
    assert not asked
    next(reader)
    assert asked == [0, 1], "the next block is looked at, since its kind decides the pause"


@pytest.mark.parametrize(
    ("kind", "following", "expected"),
    [
        ("title", "standfirst", "title"),
        ("title", "paragraph", "title"),
        ("standfirst", "paragraph", "standfirst"),
        ("standfirst", "heading", "before_heading"),
        ("paragraph", "paragraph", "paragraph"),
        ("paragraph", "heading", "before_heading"),
        ("heading", "paragraph", "heading"),
        ("heading", "heading", "before_heading"),
        ("quote", "paragraph", "quote"),
        ("list_item", "list_item", "list_item"),
        ("list_item", "heading", "before_heading"),
        ("paragraph", "notice", "before_heading"),
    ],
)
def test_pause_between_blocks(kind: BlockKind, following: BlockKind, expected: str) -> None:
    blocks = [Block(kind, "Un titre"), Block("paragraph", "♦"), Block(following, "La suite.")]
    first, last = utterances(blocks, reading=Reading(pauses=TELLING))
    assert construct(first) == expected, "a block that says nothing does not count"
    assert construct(last) == "end"


def test_default_pauses_rank_the_constructs() -> None:
    pauses = Pauses()
    blocks = [pauses.before_heading, pauses.title, pauses.paragraph, pauses.heading, pauses.list_item]
    inside = [pauses.sentence, pauses.semicolon, pauses.quote_close, pauses.comma, pauses.breath]
    ranked = [*blocks, *inside]
    assert ranked == sorted(ranked, reverse=True)


@pytest.mark.parametrize("seconds", [-0.1, float("nan"), float("inf"), 11, "0.5", True, None])
def test_impossible_pauses_are_refused(seconds: object) -> None:
    with pytest.raises(ConfigError, match=r"pauses\.sentence"):
        Pauses(sentence=seconds)  # type: ignore[arg-type]


def test_a_limit_that_no_sentence_fits_is_refused() -> None:
    with pytest.raises(ConfigError, match="max_chars"):
        Reading(max_chars=10)


def test_a_second_voice_reads_the_kinds_it_is_given() -> None:
    reading = Reading(voices={"quote": "fr_FR-other"})
    found = utterances([Block("quote", "Oui."), Block("paragraph", "Non.")], reading=reading)
    assert [one.voice for one in found] == ["fr_FR-other", ""]


def test_the_lexicon_of_the_reading_respells() -> None:
    reading = Reading(lexicon=Lexicon.of({"Trifouillis": "Trifouilli"}))
    (one,) = utterances([Block("paragraph", "À Trifouillis, « rien ».")], reading=reading)
    assert one.text == "À Trifouilli, rien."
    assert one.words[1].span == (2, 13)


def test_a_piece_that_the_lexicon_lengthens_is_cut_again() -> None:
    reading = Reading(lexicon=Lexicon.of({"Ys": "la belle ville engloutie que chantent les marins"}))
    text = (
        "Le navire a quitté Ys, puis Ys, puis Ys, puis Ys, avant de retrouver Ys, et enfin Ys au petit matin."
    )
    found = list(utterances([Block("paragraph", text)], reading=reading))
    assert len(found) > 1
    assert all(len(one.text) <= 200 for one in found)


def test_words_say_the_printed_characters_they_were_written_out_from() -> None:
    text = "Il a dormi 21 nuits (ou plus) à Ys."
    (one,) = spoken(text)
    said = {word.text: text[slice(*word.span)] for word in one.words}
    assert said["vingt"] == "21"
    assert said["nuits,"] == "nuits"
    assert said["plus,"] == "plus"


# -- real text and hostile text --------------------------------------------------------------------


def test_real_pages_are_cut_well(shared_articles: Path) -> None:
    """Every line of the pages, menus and all: no utterance too long, few stubs, silence within reason."""
    lengths: list[int] = []
    for page in sorted(shared_articles.glob("**/*.txt")):
        lines = page.read_text(encoding="utf-8").splitlines()
        found = list(utterances([Block("paragraph", line) for line in lines if len(line) > 200]))
        lengths += [len(one.text) for one in found]
    assert max(lengths) <= 200
    assert sum(length < 20 for length in lengths) / len(lengths) < 0.05
    assert 70 < sum(lengths) / len(lengths) < 130


HOSTILE = "a|a |a, |a; |: « |(|)|« |» |— |\"a |l'« |a? |mot mot |… |1 |a-|a'|é|\u0301|qui |12h |( a"


@pytest.mark.parametrize("unit", HOSTILE.split("|"))
def test_hostile_text_takes_linear_time(unit: str) -> None:
    started = time.process_time()
    for one in itertools.islice(utterances([Block("paragraph", unit * (20_000 // len(unit)))]), 10_000):
        assert len(one.text) <= 200
    assert time.process_time() - started < 5, "quadratic time would be minutes"


def test_the_phonemiser_sees_one_sentence_with_its_mark() -> None:
    """Nothing in an utterance makes espeak-ng, inside Piper, begin another sentence."""
    from piper.phonemize_espeak import EspeakPhonemizer

    phonemizer = EspeakPhonemizer()
    for _number, _tried, case in CASES:
        for one in spoken(case.rpartition("\t")[0]):
            (phonemes,) = phonemizer.phonemize("fr", one.text)
            assert phonemes[-1] == one.text[-1] or one.text[-1] in ",;:"


def test_the_example_of_the_documentation() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "reading.md").read_text(encoding="utf-8")
    printed = re.search(r"^    (.+)$", page, re.MULTILINE)
    table = re.findall(r"^\| ([^|]+) \| `(\w+)` \| ([\d.]+) \|$", page, re.MULTILINE)
    assert printed is not None
    found = list(utterances([Block("paragraph", printed[1])]))
    assert [(one.text, f"{one.pause_after:g}") for one in found] == [(text, s) for text, _, s in table]
    assert [construct(one) for one in spoken(printed[1])] == [name for _, name, _ in table]
