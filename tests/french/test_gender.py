"""The gender of nouns, known and unknown."""

from __future__ import annotations

import pytest

from podcast.french.gender import gender, singular

FEMININE = "femmes voiture maisons nuit voix eaux victime tonne députées sénatrice page manches".split
MASCULINE = "missile hommes ans journaux bateaux drones blessés mort tour livres millions pays virus".split
UNKNOWN_FEMININE = "podcasteuse cryptomonnaies influenceuses néobanque visioconférences".split
UNKNOWN_MASCULINE = "podcasteur cryptoactifs influenceurs confinements".split
EITHER = "élève enfants jeune autres".split


@pytest.mark.parametrize("word", [*FEMININE(), *UNKNOWN_FEMININE()])
def test_feminine(word: str) -> None:
    assert gender(word) == "f"


@pytest.mark.parametrize("word", [*MASCULINE(), *UNKNOWN_MASCULINE()])
def test_masculine(word: str) -> None:
    assert gender(word) == "m"


@pytest.mark.parametrize("word", EITHER())
def test_either(word: str) -> None:
    assert gender(word) == "e"


@pytest.mark.parametrize(
    ("plural", "one"),
    [("femmes", "femme"), ("journaux", "journal"), ("eaux", "eau"), ("voix", "voi"), ("os", "os")],
)
def test_singular_cuts_plurals_alike(plural: str, one: str) -> None:
    assert singular(plural) == one
