"""What holds for any text: nothing left to normalise, exact spans, pieces as the whole, linear time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from podcast.french.normalize import normalize
from podcast.french.rules.engine import Rule, Stage, Table
from podcast.french.spoken import Spoken
from podcast.french.stages import STAGES

FRAGMENTS = """\
1 2 21 80 007 1er 2e 3ème 12 1995 2024-2025 1 000 3,5 3.5 49.3 1/2 15/20 08/07/2025 7h56 22h30 13:00 1 h 30
8h-12h 65' 3'27'' -3 +5 -42% 20 % 5 M€ 2,50€ 50 k€ $68 106 m² 130 km/h 35 °C 1,80 m 6-4 7-5 3-1 10-15 4x4
Louis XIV XVI XXIe Ier IIIe tome III XV V X C M. Mme Dr St- n° p. etc. av. J.-C. vs cf. Me MM. TV CD
F-16 A6 TF1 5G Covid-19 AF447 H5N1 SNCF Otan l'ONU mai janvier sept. ans femmes maisons euros personnes
contact@exemple.fr www.exemple.fr @nom #MeToo [texte](#) [2] ** & @ # + = < > ~ § © ™ 😀 … « » “ ” ’ ' " ( )
, ; : ! ? . - – — / le la de à en du au et ou les années Le La En Paris Lyon gagne article page
01 42 34 56 78 +33 3919 x × ½ ¼ ¹ ² ᵉ * _ % € £ $ °
AAA BBB- 10^6 10⁶ n<5 1/4 2½ 1'32"456 48°51' #1 ex-n° lun. 9-3 é e\u0301 \u00a0 \u202f \u200b \u00ad"""
PIECES = st.sampled_from(re.split("[ \\n]", FRAGMENTS))
FRENCH = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", " ", " "])), max_size=12).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)
ANY = st.one_of(FRENCH, st.text(max_size=40))
LEFT = re.compile(r"[\d€$£¥%‰°@#&+=<>~§©®™×÷±½¼¾²³µ*_|\\^\u00a0\u202f\u200b\u00ad’“”]")


@settings(max_examples=500)
@given(ANY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text).text
    assert normalize(once).text == once


@settings(max_examples=300)
@given(ANY)
def test_no_figure_and_no_symbol_is_left(text: str) -> None:
    assert not LEFT.search(normalize(text).text)


@settings(max_examples=300)
@given(ANY)
def test_edits_are_exact_ordered_and_cover_every_difference(text: str) -> None:
    spoken = normalize(text)
    assert spoken.printed == text
    assert rebuilt(spoken) == text
    ends = [0, *(offset for edit in spoken.edits for offset in edit.printed)]
    assert ends == sorted(ends)
    assert all(edit.rule for edit in spoken.edits)


def rebuilt(spoken: Spoken) -> str:
    """The printed text, from the spoken text and the edits alone."""
    pieces: list[str] = []
    at = 0
    for printed, said, _ in spoken.edits:
        pieces += (spoken.text[at : said[0]], spoken.printed[printed[0] : printed[1]])
        at = said[1]
    return "".join((*pieces, spoken.text[at:]))


SENTENCES = st.lists(
    st.sampled_from(
        [
            "Il est 7h56.",
            "Louis XIV mourut en 1715.",
            "M. Petit a 21 ans et 1 fille.",
            "Le taux est de 3,5 %.",
            "Rendez-vous au n° 5, p. 12.",
            "Vendu 2,50 € !",
            "Qui a gagné 3-1 ?",
            "Vers 50 av. J.-C., on bâtit.",
            "Il vit au XXIe siècle…",
            "Du pain, du vin, etc.",
            "La 5G arrive le 1er mai.",
            "Elle mesure 1,80 m.",
            "Écrivez à nom@exemple.fr.",
        ]
    ),
    min_size=2,
    max_size=6,
)


@given(SENTENCES)
def test_sentences_alone_are_said_as_in_their_text(sentences: list[str]) -> None:
    alone = " ".join(normalize(sentence).text for sentence in sentences)
    assert normalize(" ".join(sentences)).text == alone


HOSTILE = (
    "1",
    "1 ",
    "1,",
    "1-",
    "1/",
    "1h",
    "-",
    "I",
    "X ",
    "M. ",
    "n° ",
    "@a",
    "a.fr ",
    "[",
    "*",
    "&",
    "é",
    "½",
    "1½",
    "1°5",
    "1x",
    "n<5",
    "10^",
    "+1",
    "½ ",
    ">½",
    "a¼",
    "½①2",
    "+¼M.C%",
    "~VV",
)


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_text_takes_linear_time(part: str) -> None:
    """Eight times the text in less than thirty times the time, however slow the machine."""
    short, long = (min(seconds((part * size)[:size]) for _ in range(2)) for size in (4_000, 32_000))
    assert long < 30 * short + 0.2


def seconds(text: str) -> float:
    start = time.process_time()
    normalize(text)
    return time.process_time() - start


def test_every_rule_is_fit_for_the_scan_of_its_stage() -> None:
    """Patterns are compiled when a text asks for them: here all of them are."""
    rules = [
        rule for stage in STAGES if isinstance(stage, Stage) for table in stage.tables for rule in table.rules
    ]
    assert len(rules) > 100
    for rule in rules:
        assert rule.regex.groups == len(rule.regex.groupindex)


@pytest.mark.parametrize("pattern", ["a(b)c", "(?P<a>b)(?P=a)"])
def test_a_rule_that_would_upset_the_scan_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="unnamed group"):
        _ = Rule("wrong", pattern, "x").regex


def test_a_stage_refuses_a_rule_with_an_unnamed_group_before_it_is_tried() -> None:
    stage = Stage(Table("", Rule("right", "x", "y"), Rule("wrong", "a(b)c", "z")))
    with pytest.raises(ValueError, match="unnamed group"):
        stage(Spoken.of("xx"))


FIGURES = next(stage for stage in STAGES if isinstance(stage, Stage) and len(stage.tables) > 10)
AT_ONCE = Stage(*FIGURES.tables, first="[-−–+±~≈∼<>≤≥0-9UC$€£¥]")


@settings(max_examples=500)
@example("3,53.5")
@example("-€1")
@given(FRENCH)
def test_rules_tried_one_by_one_say_what_their_scan_finds(text: str) -> None:
    """The opening of the stage of figures spares its scan, and decides nothing."""
    assert FIGURES(Spoken.of(text)) == AT_ONCE(Spoken.of(text))


STAGED = [stage for stage in STAGES if isinstance(stage, Stage)]
PATIENT = {
    stage: Stage(*(Table("", *table.rules) for table in stage.tables), words=stage.words) for stage in STAGED
}
"""The same rules, all of them tried at every character."""


@settings(max_examples=300)
@example("Un débit de 5 Mbit/s-20 Mbit/s, le km/h et 12-15 km")
@given(FRENCH)
def test_what_spares_a_trial_decides_nothing(text: str) -> None:
    """Neither what a stage needs in a text, nor what its scan leaps to, nor the opening of a table."""
    spoken = Spoken.of(text)
    for stage in STAGES:
        before, spoken = spoken, stage(spoken)
        assert not isinstance(stage, Stage) or spoken == PATIENT[stage](before)
