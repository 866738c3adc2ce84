"""The text: nothing held out is trained on, and all that French needs is there."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from voices.training.corpus import Corpus, Fence, build, generated, written
from voices.training.grammar import MENDS, SLOT, TEXT, rules, sentence
from voices.training.recipe import FULL
from voices.training.teacher import Teacher

KEPT = "Le phare du cap s'est éteint cette nuit."

LEAKS = (
    "Le phare du cap s'est éteint cette nuit.",
    "LE PHARE DU CAP S’EST ÉTEINT CETTE NUIT",
    "« Le phare du cap s'est éteint cette nuit », dit-on.",
    "phare du cap s'est éteint",
    "Hier, le phare du cap s'est rallumé.",
)

INNOCENT = ("Le phare du port s'est éteint hier.", "Cap au nord.", "Le phare.")

SOUNDS = {
    **dict.fromkeys("pbtdkɡfvszʃʒmnlʁj", 1000),
    **dict.fromkeys("aeiouyɛœɔəø", 800),
    **dict.fromkeys("wɲ", 200),
    **dict.fromkeys(["ɑ\u0303", "ɛ\u0303", "ɔ\u0303"], 500),
    "œ\u0303": 100,
    **dict.fromkeys(",.?!:;", 50),
    **dict.fromkeys("ŋɹθðhʊɪ", 10),
}
"""How often each must be said: every phoneme of French, and those of the English words in the news."""

KINDS = {
    "liaison": r"\b[Ll]es (?:\w+ )?[aeiouéh]",
    "number": r"\d",
    "long": r"^.{200}",
    "question": r"\?$",
    "exclamation": r"!$",
    "title": r"\w$",
    "colon": " : ",
    "semicolon": " ; ",
    "quotation": "«.+»",
    "elision": r"\b[dlq]u?'",
    "foreign name": "Chevtchenko|Thompson|Zhang|Schiller|Lindqvist|Suzuki|Fitzgerald",
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return build(FULL.text)


@pytest.mark.parametrize("text", LEAKS)
def test_a_copy_is_known_whatever_its_dress(text: str) -> None:
    assert Fence([KEPT]).leaks(text)


@pytest.mark.parametrize("text", INNOCENT)
def test_likeness_is_no_copy(text: str) -> None:
    assert not Fence([KEPT]).leaks(text)


def test_nothing_held_out_is_trained_on(corpus: Corpus) -> None:
    """Compared on letters and digits, one way and the other, in all the training text at once."""

    def letters(text: str) -> str:
        return re.sub(r"[\W_]", "", text.lower())

    trained = "|".join(letters(line.text) for line in corpus.training)
    kept = [letters(line.text) for line in (*corpus.held_out, *corpus.development)]
    assert len(corpus.held_out) == 40
    assert len(kept) == len(set(kept)) == 40 + FULL.text.development
    assert not [text for text in kept if text in trained]
    assert not [text for text in trained.split("|") if len(text) > 12 and any(text in k for k in kept)]


def test_the_same_seed_gives_the_same_text(corpus: Corpus) -> None:
    assert build(FULL.text) == corpus


def test_no_sentence_comes_twice(corpus: Corpus) -> None:
    texts = [line.text for line in corpus.training]
    assert len(texts) > 3000
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_sentence_is_there(kind: str, corpus: Corpus) -> None:
    assert sum(bool(re.search(KINDS[kind], line.text)) for line in corpus.training) >= 25


def test_every_sound_is_said_often_enough(corpus: Corpus, teacher: Teacher) -> None:
    said = Counter[str]()
    for line in corpus.training:
        for sentence_ in teacher.phonemes(line.text):
            text = "".join(sentence_)
            said.update(text)
            said.update(re.findall(".\u0303", text))
    assert not {sound: said[sound] for sound, least in SOUNDS.items() if said[sound] < least}


def test_every_hand_written_line_is_one_sentence(teacher: Teacher) -> None:
    """A line that Piper would cut in two cannot be aligned."""
    lines = [line.text for name in ("sentences.txt", "held-out.txt") for line in written(TEXT / name)]
    assert not [text for text in lines if len(teacher.phonemes(text)) != 1]


@pytest.mark.parametrize(
    ("joined", "said"),
    [
        ("la fin de le monde", "la fin du monde"),
        ("près de les halles", "près des halles"),
        ("face à le vent", "face au vent"),
        ("de Albi à Auch", "d'Albi à Auch"),
        ("la usine", "l'usine"),
        ("le hiver", "l'hiver"),
        ("le homard", "le homard"),
        ("que il pleut", "qu'il pleut"),
        ("si il pleut", "s'il pleut"),
        ("ce étang", "cet étang"),
        ("ce est", "ce est"),
        ("la gare de Lens", "la gare de Lens"),
    ],
)
def test_pieces_are_joined_as_french_joins_them(joined: str, said: str) -> None:
    for pattern, replacement in MENDS:
        joined = pattern.sub(replacement, joined)
    assert joined == said


def test_the_grammar_names_only_what_it_has() -> None:
    names = {slot["name"] for lines in rules().values() for line in lines for slot in SLOT.finditer(line)}
    assert names - {None} <= set(rules())


def test_what_is_generated_has_no_slot_left_and_a_capital() -> None:
    draw = random.Random(2)
    for kind in FULL.text.counts:
        for _ in range(40):
            text = sentence(kind, draw)
            assert "{" not in text
            first = next(c for c in text if c.isalnum())
            assert first == first.upper()


def test_generated_sentences_respect_the_fence() -> None:
    counts = {"short": 30}
    first = [line.text for line in generated(counts, Fence([]), random.Random(1))]
    second = [line.text for line in generated(counts, Fence(first), random.Random(1))]
    assert set(first).isdisjoint(second)
