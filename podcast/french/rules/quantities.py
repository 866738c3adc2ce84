"""Printed numbers: their patterns and their value."""

from __future__ import annotations

import re
from typing import NamedTuple

from podcast.french.numbers import decimals, figures

WHOLE = (
    r"(?:[1-9][0-9]{0,2}(?:(?: [0-9]{3}){1,4}|(?:\.[0-9]{3}){1,4}|(?:'[0-9]{3}){1,4})(?![0-9])"
    r"|[0-9]{1,15}(?![0-9]))"
)
"""Digits, in one run or grouped by three: 330800, 330 800, 330.800, 330'800."""
NUMBER = rf"{WHOLE}(?:[,.][0-9]{{1,12}}(?![0-9])(?![.,][0-9]))?"
"""A whole number with or without decimals."""
START = r"(?<![0-9])(?<![0-9][.,])"
"""Never begin inside a number."""
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?: [0-9]{3})+|(?:\.[0-9]{3})+|(?:'[0-9]{3})+)(?![0-9])")
_DIGITS = re.compile("[0-9]*")


class Number(NamedTuple):
    """A number as printed: ``digits`` before the decimal mark, ``fraction`` after it."""

    digits: str
    fraction: str = ""

    @classmethod
    def of(cls, printed: str) -> Number:
        """Read what ``NUMBER`` matched."""
        if printed.isdigit():
            return cls(printed)
        found = _GROUPED.match(printed) or _DIGITS.match(printed)
        whole = found.group() if found else ""
        return cls(re.sub("[^0-9]", "", whole), printed[len(whole) + 1 :])

    @property
    def value(self) -> float:
        """The number itself, near enough to choose a plural."""
        return float(f"{self.digits}.{self.fraction}")

    @property
    def plural(self) -> bool:
        """French is plural from two on: "1,5 million", "0,8 degré"."""
        return self.value >= 2

    @property
    def is_noun(self) -> bool:
        """Millions and milliards are nouns: "deux millions d'euros"."""
        return not self.fraction and self.digits.endswith("000000") and int(self.digits) > 0

    def times_thousand(self) -> Number:
        """2,5 k is 2500."""
        if len(self.fraction) > 3:
            return Number(self.digits + self.fraction[:3], self.fraction[3:])
        return Number(self.digits.lstrip("0") + self.fraction.ljust(3, "0"))

    def said(self, *, feminine: bool = False, rank: bool = False) -> str:
        """The number in words."""
        if self.fraction:
            return f"{figures(self.digits)} virgule {decimals(self.fraction)}"
        return figures(self.digits, feminine=feminine, rank=rank)
