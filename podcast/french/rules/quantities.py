"""Printed numbers: their patterns, their value, and the word that agrees with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from podcast.french.gender import gender
from podcast.french.numbers import cardinal, decimals, figures

WHOLE = (
    r"(?:[1-9][0-9]{0,2}(?:(?: [0-9]{3}){1,4}|(?:\.[0-9]{3}){1,4}|(?:'[0-9]{3}){1,4})(?![0-9])"
    r"|[0-9]{1,15}(?![0-9]))"
)
"""Digits, in one run or grouped by three: 330800, 330 800, 330.800, 330'800."""
NUMBER = rf"{WHOLE}(?:[,.][0-9]{{1,12}}(?![0-9])(?![.,][0-9]))?"
"""A whole number with or without decimals."""
START = r"(?<![0-9])(?<![0-9][.,])"
"""Never begin inside a number."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as printed: ``digits`` before the decimal mark, ``fraction`` after it."""

    digits: str
    fraction: str = ""

    @classmethod
    def of(cls, printed: str) -> Number:
        """Read what ``NUMBER`` matched."""
        grouped = _GROUPED.match(printed)
        whole = grouped.group() if grouped else re.match("[0-9]*", printed).group()  # type: ignore[union-attr]
        return cls(re.sub("[^0-9]", "", whole), printed[len(whole) + 1 :])

    @property
    def value(self) -> float:
        return float(f"{self.digits}.{self.fraction or 0}")

    @property
    def plural(self) -> bool:
        """French is plural from two on: "1,5 million", "0,8 degré"."""
        return self.value >= 2

    def said(self, *, feminine: bool = False, rank: bool = False) -> str:
        if self.fraction:
            return f"{figures(self.digits)} virgule {decimals(self.fraction)}"
        return figures(self.digits, feminine=feminine, rank=rank)


_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?: [0-9]{3})+|(?:\.[0-9]{3})+|(?:'[0-9]{3})+)(?![0-9])")


def one(word: str) -> str:
    """``un`` or ``une`` before that noun."""
    return cardinal(1, feminine=gender(word) == "f")
