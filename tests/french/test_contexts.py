"""The pattern language that says where an entry holds."""

from __future__ import annotations

import time

import pytest

from podcast.french.contexts import begins_with_vowel, parse, tokens


def holds(context: str, text: str) -> bool:
    """Does ``context`` fit the word in stars of ``text``?"""
    row = tokens(text.replace("*", ""))
    at = text.index("*")
    place = next(i for i, token in enumerate(row) if token.start == at and token.end > at)
    return parse(context).fits(row, place, place)


@pytest.mark.parametrize(
    ("context", "text", "fits"),
    [
        ("", "le *mot*", True),
        ("le _", "Le *mot*", True),
        ("le _", "un *mot*", False),
        ("le|un _", "un *mot*", True),
        ("!le|un _", "un *mot*", False),
        ("_ -ons", "*mot* partons", True),
        ("_ -ons", "*mot* part", False),
        ("# _", "*mot*", True),
        ("# _", "Oui, *mot*", True),
        ("_ #", "*mot* !", True),
        ("_ #", "*mot* dit", False),
        ("_ V…", "*cent* euros", True),
        ("_ V…", "*cent* hommes", True),
        ("_ V…", "*cent* héros", False),
        ("_ V…&!un|une", "*cent* un", False),
        ("de l' _", "de l'*est*", True),
        ("de l' _", "de l’*est*", True),
        ("il * _", "il y *va*", True),
        ("il * _", "il, *va*", False),
        ("@dét_pluriel -s _", "Les avis *divergent*", True),
        ("@dét_pluriel -s _", "Un avis *divergent*", False),
        ("~ne|n' _ #", "il en veut *plus*.", True),
        ("~ne|n' _ #", "il n'en veut *plus*.", False),
        ("~ne|n' _ #", "il ne dort pas, il en veut *plus*.", True),
        ("le _ ; la _", "la *mot*", True),
        ("$sujet_pluriel", "ces lois *violent* tout", True),
        ("$sujet_pluriel", "un homme *violent*", False),
    ],
)
def test_a_context_fits(context: str, text: str, fits: bool) -> None:
    assert holds(context, text) is fits


@pytest.mark.parametrize("source", ["le la", "_ _", "@rien _", "$rien", "le ~ne _", "! _", "le|& _", "_ |"])
def test_a_bad_context_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"_|class|context|pattern|left"):
        parse(source)


@pytest.mark.parametrize(
    ("word", "binds"),
    [
        ("enfant", True), ("homme", True), ("héroïne", True), ("hiver", True), ("yeux", True), ("œuf", True),
        ("héros", False), ("haricot", False), ("huit", False), ("onze", False), ("oui", False),
        ("yaourt", False), ("train", False), ("hackers", False), ("", False), ("#", False),
    ],
)  # fmt: skip
def test_words_that_take_a_liaison(word: str, binds: bool) -> None:
    assert begins_with_vowel(word) is binds


def test_looking_back_takes_linear_time() -> None:
    row = tokens("mot " * 25_000)
    context = parse("~ne|n' _ #")
    start = time.process_time()
    assert not any(context.fits(row, at, at) for at in range(1, len(row) - 2))
    assert time.process_time() - start < 1
