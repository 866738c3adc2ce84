"""French numerals, against a table, against laws, and against num2words where it is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.french.numbers import LIMIT, cardinal, decimals, figures, from_roman, ordinal, pairs

CARDINALS = {
    0: "zéro",
    1: "un",
    16: "seize",
    17: "dix-sept",
    21: "vingt et un",
    22: "vingt-deux",
    61: "soixante et un",
    70: "soixante-dix",
    71: "soixante et onze",
    72: "soixante-douze",
    80: "quatre-vingts",
    81: "quatre-vingt-un",
    90: "quatre-vingt-dix",
    91: "quatre-vingt-onze",
    99: "quatre-vingt-dix-neuf",
    100: "cent",
    101: "cent un",
    180: "cent quatre-vingts",
    200: "deux cents",
    203: "deux cent trois",
    1000: "mille",
    1001: "mille un",
    1200: "mille deux cents",
    80_000: "quatre-vingt mille",
    200_000: "deux cent mille",
    330_800: "trois cent trente mille huit cents",
    1_000_000: "un million",
    80_000_000: "quatre-vingts millions",
    200_000_000: "deux cents millions",
    2_500_000: "deux millions cinq cent mille",
    1_000_000_001: "un milliard un",
    10**12: "un billion",
}
FEMININE = {
    1: "une",
    11: "onze",
    21: "vingt et une",
    71: "soixante et onze",
    81: "quatre-vingt-une",
    1001: "mille une",
}
RANKS = {
    80: "quatre-vingt",
    81: "quatre-vingt-un",
    200: "deux cent",
    1900: "mille neuf cent",
    100: "cent",
    300: "trois cent",
}
ORDINALS = {
    1: "premier",
    2: "deuxième",
    4: "quatrième",
    5: "cinquième",
    9: "neuvième",
    10: "dixième",
    21: "vingt et unième",
    71: "soixante et onzième",
    80: "quatre-vingtième",
    100: "centième",
    101: "cent unième",
    200: "deux centième",
    1000: "millième",
    1_000_000: "millionième",
}
ROMANS = {"I": 1, "IV": 4, "IX": 9, "XIV": 14, "XL": 40, "LVIII": 58, "XC": 90, "MCMXCV": 1995}
NOT_ROMAN = ("", "IIII", "VX", "IC", "DIX!", "xiv", "IL", "VIX", "XXL", "MIM", "A")


@pytest.mark.parametrize(("n", "words"), CARDINALS.items())
def test_cardinal(n: int, words: str) -> None:
    assert cardinal(n) == words


@pytest.mark.parametrize(("n", "words"), FEMININE.items())
def test_feminine(n: int, words: str) -> None:
    assert cardinal(n, feminine=True) == words


@pytest.mark.parametrize(("n", "words"), RANKS.items())
def test_a_number_that_is_a_rank_takes_no_s(n: int, words: str) -> None:
    assert cardinal(n, rank=True) == words


@pytest.mark.parametrize(("n", "words"), ORDINALS.items())
def test_ordinal(n: int, words: str) -> None:
    assert ordinal(n) == words


def test_the_first_has_a_feminine_and_all_have_a_plural() -> None:
    assert ordinal(1, feminine=True, plural=True) == "premières"
    assert ordinal(8, plural=True) == "huitièmes"


@pytest.mark.parametrize(("text", "value"), ROMANS.items())
def test_roman(text: str, value: int) -> None:
    assert from_roman(text) == value


@pytest.mark.parametrize("text", NOT_ROMAN)
def test_not_roman(text: str) -> None:
    assert from_roman(text) is None


@pytest.mark.parametrize("n", [-1, LIMIT])
def test_out_of_range(n: int) -> None:
    with pytest.raises(ValueError, match="range"):
        cardinal(n)


@given(st.integers(0, LIMIT - 1))
def test_every_number_has_a_name_of_its_own(n: int) -> None:
    assert value_of(cardinal(n)) == n


@given(st.integers(2, 10**9))
def test_ordinals_end_as_ordinals(n: int) -> None:
    assert ordinal(n).endswith("ième")


@given(st.text("0123456789", min_size=1, max_size=40))
def test_figures_say_every_digit_run(digits: str) -> None:
    assert figures(digits)
    assert not any(character.isdigit() for character in figures(digits))


def test_leading_zeros_are_said() -> None:
    assert figures("007") == "zéro zéro sept"
    assert figures("00") == "zéro zéro"
    assert decimals("05") == "zéro cinq"
    assert decimals("14159") == "un quatre un cinq neuf"
    assert pairs("0142") == "zéro un, quarante-deux"


UNITS = {word: n for n, word in enumerate([cardinal(n) for n in range(17)])}
TENS = {"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
SCALES = {"mille": 10**3, "million": 10**6, "milliard": 10**9, "billion": 10**12}


def value_of(words: str) -> int:
    """Read a French numeral: an independent way back, word by word."""
    total = part = 0
    for word in words.replace("-", " ").split():
        scale = SCALES.get(word.removesuffix("s"), 0)
        if scale == 1000:
            part = max(part, 1) * 1000
        elif scale:
            total, part = total + part * scale, 0
        elif word in ("cent", "cents"):
            low = part % 1000
            part += max(low, 1) * 100 - low
        elif word in ("vingt", "vingts") and part % 100 == 4:
            part += 76
        elif word != "et":
            part += TENS.get(word) or UNITS[word]
    return total + part
