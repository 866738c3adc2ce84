"""French numerals, written out as they are said.

Traditional spelling: hyphens below one hundred, ``et`` without hyphens
("vingt et un"), ``quatre-vingts`` and ``deux cents`` with their ``s`` only
when nothing follows. A numeral that stands for a rank (a page, a year) has no
such ``s`` (Académie française, Questions de langue, "vingt et cent").
"""

from __future__ import annotations

import re
from functools import lru_cache

LIMIT = 10**15
"""Cardinals are written out below this; longer runs of digits are read figure by figure."""

_SMALL = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_TENS = [
    "zéro",
    "dix",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "soixante",
    "quatre-vingt",
    "quatre-vingt",
]
_SCALES = ((10**12, "billion"), (10**9, "milliard"), (10**6, "million"))
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_RANK_STEMS = {"un": "un", "cinq": "cinqu", "neuf": "neuv"}
_DROPS_S = ("vingts", "cents", "millions", "milliards", "billions")


def cardinal(n: int, *, feminine: bool = False, rank: bool = False) -> str:
    """``n`` in words, 0 ≤ n < ``LIMIT``.

    ``feminine`` agrees a final ``un``; ``rank`` is for a number that names a
    place in an order ("page quatre-vingt", "l'an mille neuf cent").
    """
    if not 0 <= n < LIMIT:
        raise ValueError(f"cardinal out of range: {n}")
    words = _cardinal(n)
    if rank and words.endswith(("quatre-vingts", " cents")):
        words = words[:-1]
    if feminine and n % 10 == 1 and n % 100 not in (11, 71, 91):
        words += "e"
    return words


def _cardinal(n: int) -> str:
    for scale, name in _SCALES:
        if n >= scale:
            count, rest = divmod(n, scale)
            head = f"{_cardinal(count)} {name}{'s' if count > 1 else ''}"
            return f"{head} {_cardinal(rest)}" if rest else head
    if n >= 1000:
        count, rest = divmod(n, 1000)
        head = "mille" if count == 1 else f"{_below_thousand(count, final=False)} mille"
        return f"{head} {_below_thousand(rest)}" if rest else head
    return _below_thousand(n)


def _below_thousand(n: int, *, final: bool = True) -> str:
    """``final`` is false before ``mille``, where neither "cent" nor "vingt" takes an ``s``."""
    hundreds, rest = divmod(n, 100)
    if not hundreds:
        return _below_hundred(rest, final=final)
    head = "cent" if hundreds == 1 else f"{_SMALL[hundreds]} cent"
    if rest:
        return f"{head} {_below_hundred(rest, final=final)}"
    return f"{head}s" if final and hundreds > 1 else head


def _below_hundred(n: int, *, final: bool) -> str:
    if n < 20:
        return _SMALL[n]
    tens, unit = divmod(n, 10)
    if tens in (7, 9):
        unit += 10
    if n == 80:
        return "quatre-vingts" if final else "quatre-vingt"
    if unit == 0:
        return _TENS[tens]
    joint = " et " if unit in (1, 11) and tens < 8 else "-"
    return f"{_TENS[tens]}{joint}{_SMALL[unit]}"


def ordinal(n: int, *, feminine: bool = False, plural: bool = False) -> str:
    """The rank ``n`` in words: premier, première, deuxième… ``n`` < ``LIMIT``."""
    if n == 1:
        word = "première" if feminine else "premier"
    elif n in (10**6, 10**9, 10**12):
        word = f"{cardinal(n)[3:]}ième"
    else:
        words = cardinal(n)
        head, joint, last = _split_last(words)
        if last in _DROPS_S:
            last = last[:-1]
        last = _RANK_STEMS.get(last, last.removesuffix("e"))
        word = f"{head}{joint}{last}ième"
    return f"{word}s" if plural else word


def _split_last(words: str) -> tuple[str, str, str]:
    at = max(words.rfind(" "), words.rfind("-"))
    return (words[:at], words[at], words[at + 1 :]) if at >= 0 else ("", "", words)


@lru_cache(maxsize=4096)
def figures(digits: str, *, feminine: bool = False, rank: bool = False) -> str:
    """A run of digits as it is said: leading zeros one by one, then the number.

    Runs too long for a number are read figure by figure.
    """
    zeros = len(digits) - len(digits.lstrip("0"))
    if len(digits) - zeros > 12:
        return one_by_one(digits)
    if zeros == len(digits):
        zeros -= 1
    said = cardinal(int(digits[zeros:]), feminine=feminine, rank=rank)
    return " ".join(["zéro"] * zeros + [said])


def one_by_one(digits: str) -> str:
    """Each digit by its name."""
    return " ".join(_SMALL[int(digit)] for digit in digits)


def pairs(digits: str) -> str:
    """Digits two by two, as telephone numbers are said: ``06`` → "zéro six"."""
    return ", ".join(figures(digits[i : i + 2]) for i in range(0, len(digits), 2))


def decimals(digits: str) -> str:
    """What is said after ``virgule``: a number up to three digits, else figure by figure."""
    return figures(digits) if len(digits.lstrip("0")) <= 3 else one_by_one(digits)


def from_roman(text: str) -> int | None:
    """The value of a canonical roman numeral in capitals, or ``None``."""
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))
