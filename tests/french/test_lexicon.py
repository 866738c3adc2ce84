"""The pronunciation lexicon: finding, saying twice, layers, files and their errors."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.errors import ConfigError
from podcast.french.annotate import annotate
from podcast.french.lexicon import Lexicon
from podcast.french.spoken import Spoken
from podcast.french.tables import DATA
from podcast.french.wordlists import WordList

SHOW = Lexicon.of(
    {
        "Nice": "Nisse",
        "leader": "lideur",
        "=jean": "djinn",
        "Xi Jinping": "Chi Djinnping /ʃi dʒinpiŋ/",
        "Xi": "Chi",
        "Netanyahu": "/netanjau/",
        "iPhone": "/ajfɔn/",
        "hacker": "/akœʁ/",
        "week-end": "ouiquende",
        "Erdogan": "Erdogane",
    }
)
PIECES = st.sampled_from(
    [
        "Xi",
        "Jinping",
        "iPhone",
        "l'",
        "les",
        " ",
        ", ",
        "-",
        "[[",
        "]]",
        "Netanyahu",
        "leaders",
        "NICE",
        "é",
        "est",
        "!",
    ]
)


Table = Callable[[str], Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes a lexicon file."""

    def write(content: str) -> Path:
        path = tmp_path / "show.tsv"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def said(text: str, lexicon: Lexicon = SHOW) -> str:
    return annotate(Spoken.of(text), lexicon).spoken.text


def phonemic(text: str, lexicon: Lexicon = SHOW) -> str:
    return annotate(Spoken.of(text), lexicon).phonemic


@pytest.mark.parametrize(
    ("printed", "spoken"),
    [
        ("Il vit à Nice.", "Il vit à Nisse."),
        ("C'est nice.", "C'est nice."),
        ("À NICE", "À Nisse"),
        ("Niceron parle.", "Niceron parle."),
        ("Le leader, les Leaders, LEADER", "Le lideur, les Lideur, Lideur"),
        ("Le leadership", "Le leadership"),
        ("Jean porte un jean.", "Jean porte un djinn."),
        ("Xi Jinping et Xi", "Chi Djinnping et Chi"),
        ("Trump-Xi", "Trump-Chi"),
        ("l'iPhone", "l'aïfonne"),
        ("Bon week-end !", "Bon ouiquende !"),
        ("les week-ends", "les ouiquende"),
        ("Erdoğan arrive", "Erdogane arrive"),
        ("Rien à dire ici.", "Rien à dire ici."),
    ],
)
def test_a_respelling_is_said(printed: str, spoken: str) -> None:
    assert said(printed) == spoken


@pytest.mark.parametrize(
    ("printed", "for_piper"),
    [
        ("Netanyahu part.", "[[netanjaˈu]] part."),
        ("avec Netanyahu, hier", "avec [[netanjaˈu,]] hier"),
        ("avec Netanyahu…", "avec [[netanjaˈu.]]"),
        ("d'Netanyahu", "[[dnetanjaˈu]]"),
        ("qu'iPhone", "[[kajfˈɔn]]"),
        ("les iPhone", "les [[zajfˈɔn]]"),
        ("un iPhone", "un [[najfˈɔn]]"),
        ("les hackers", "les [[akˈœʁ]]"),
        ("Xi Jinping.", "[[ʃˈi]] [[dʒinpˈiŋ.]]"),
        ("Trump-Netanyahu-Xi", "Trump-[[netanjaˈu]]-Chi"),
        ("un [[a]] iPhone", "un ((a)) [[ajfˈɔn]]"),
    ],
)
def test_ipa_reaches_piper_with_what_would_be_lost_at_its_borders(printed: str, for_piper: str) -> None:
    assert phonemic(printed) == for_piper


def test_spans_go_back_to_the_printed_text() -> None:
    spoken = annotate(Spoken.of("À Nice, Xi parle."), SHOW).spoken
    at = spoken.text.index("Chi")
    assert spoken.printed[slice(*spoken.printed_span(at, at + 3))] == "Xi"
    assert {edit.rule for edit in spoken.edits} == {"lexicon"}


@given(st.lists(PIECES, max_size=14).map("".join))
def test_both_texts_have_the_same_words(text: str) -> None:
    said, for_piper = annotate(Spoken.of(text), SHOW)
    assert len((for_piper or said.text).split()) == len(said.text.split())


@given(st.text(max_size=80))
def test_any_text_is_said(text: str) -> None:
    said, for_piper = annotate(Spoken.of(text))
    assert not for_piper or len(for_piper.split()) == len(said.text.split())
    assert said.printed == text


@given(st.text(alphabet="bcdfg ,.'", max_size=40))
def test_text_without_entries_is_left_alone(text: str) -> None:
    assert annotate(Spoken.of(text), SHOW) == (Spoken.of(text), "")


def test_a_show_wins_over_the_built_in_lexicon() -> None:
    show = Lexicon.builtin().merged(Lexicon.of({"Zelensky": "Zèl"}))
    assert said("Zelensky et Trump", show) == "Zèl et Treump"
    assert said("Zelensky", Lexicon.builtin()) != "Zèl"


def test_the_built_in_lexicon_is_large_and_says_everything_once() -> None:
    entries = [(entry.written, entry.context) for entry in Lexicon.builtin().entries]
    assert len(entries) >= 500
    assert len(entries) == len(set(entries))


TABLES = [
    (("lexicon.tsv",), True),
    (("homographs.tsv", "liaisons.tsv"), False),
    (("exceptions.tsv",), True),
]


@pytest.mark.parametrize(("names", "inflected"), TABLES, ids=lambda value: str(value))
def test_what_is_read_line_by_line_is_what_is_read_at_once(names: tuple[str, ...], inflected: bool) -> None:
    by_line = WordList(*names, inflected=inflected)
    at_once = Lexicon(Lexicon.load(*(DATA / name for name in names)).entries, inflected)
    for written in {entry.written for entry in at_once.entries}:
        for text in (written, f"les {written}s, sans {written.upper()}", f"{written.title()} est"):
            assert list(by_line.find(text)) == list(at_once.find(text))


def test_a_context_decides(table: Table) -> None:
    lexicon = Lexicon.of({"Tours": "Tour"})
    beside = Lexicon.load(table("Tours\tToure\tà _ ; _ FC\n"))
    both = lexicon.merged(beside)
    assert said("Il vit à Tours. Tours gagne.", both) == "Il vit à Toure. Tour gagne."
    assert said("le Tours FC", both) == "le Toure FC"


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        ("a\tb\nc\n", "line 2, column 1", "1 cells"),
        ("a\tb\t_\td\n", "line 1, column 7", "4 cells"),
        ("# fine\n\n12\tdouze\n", "line 3, column 1", "letter"),
        ("mot\t\n", "line 1, column 5", "nothing"),
        ("mot\t/a€b/\n", "line 1, column 5", "not a symbol"),
        ("mot\tmo/t\n", "line 1, column 5", "slashes"),
        ("mot\t[[a]]\n", "line 1, column 5", "slashes"),
        ("mot\tun deux /a/\n", "line 1, column 5", "same number"),
        ("mot\tmo\tle la\n", "line 1, column 8", "one _"),
        ("mot\tmo\t@rien _\n", "line 1, column 8", "unknown class"),
        ("mot\tmo\t$rien\n", "line 1, column 8", "unknown context"),
        ("mot\tmo\tle ~la _\n", "line 1, column 8", "far left"),
        ("mot\tmo\t! _\n", "line 1, column 8", "empty pattern"),
    ],
)
def test_a_bad_file_says_where(table: Table, content: str, place: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        Lexicon.load(table(content))
    assert caught.value.where.endswith(f"show.tsv, {place}")
    assert caught.value.exit_code == 78


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "latin.tsv"
    path.write_bytes("mot\tmo\nété\tete\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8") as caught:
        Lexicon.load(path)
    assert caught.value.where.endswith("line 2, column 1")


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        Lexicon.load(tmp_path / "none.tsv")


def test_a_bad_entry_of_a_show_is_named() -> None:
    with pytest.raises(ConfigError, match="nothing") as caught:
        Lexicon.of({"Nice": " "})
    assert "Nice" in caught.value.where


@pytest.mark.parametrize("part", ["a ", "l'", "les ", "Xi ", "plus ", "est-", "[[", "à l'est "])
def test_hostile_text_takes_linear_time(part: str) -> None:
    start = time.process_time()
    annotate(Spoken.of((part * 100_000)[:100_000]))
    assert time.process_time() - start < 2
