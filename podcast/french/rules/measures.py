"""Numbers with a unit or a currency: 106 m², 130 km/h, -42 %, 2,50 €, 5 M€, $68."""

from __future__ import annotations

import re
from dataclasses import dataclass

from podcast.french.numbers import cardinal, figures
from podcast.french.rules.engine import Rule, alternation
from podcast.french.rules.quantities import NUMBER, START, Number
from podcast.french.tables import rows


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: its names, its gender, and its hundredths where they are said bare."""

    singular: str
    plural: str
    feminine: bool
    part: str = ""
    parts: str = ""

    def counted(self, number: Number) -> str:
        """The number and the name: "un virgule cinq kilomètre", "vingt et une tonnes"."""
        name = self.plural if number.plural else self.singular
        return f"{number.said(feminine=self.feminine)} {name}"

    def with_hundredths(self, whole: str, hundredths: int) -> str:
        """ "deux euros cinquante", "un mètre quatre-vingts", "quatre-vingt-dix-neuf centimes"."""
        if not int(whole) and hundredths and self.part:
            return f"{cardinal(hundredths)} {self.parts if hundredths > 1 else self.part}"
        said = self.counted(Number(whole))
        return f"{said} {cardinal(hundredths)}" if hundredths else said


def _table(name: str) -> dict[str, Unit]:
    table: dict[str, Unit] = {}
    for symbols, singular, plural, gender, *parts in rows(name):
        unit = Unit(singular, plural, gender == "f", *parts)
        table.update((symbol.replace("~", " "), unit) for symbol in symbols.split())
    return table


UNITS = _table("units.tsv")
CURRENCIES = _table("currencies.tsv")
_NAMES = UNITS | CURRENCIES

SIGNS = {
    **dict.fromkeys("-−–‑", "moins"),
    "+": "plus",
    "±": "plus ou moins",
    **dict.fromkeys("~≈∼", "environ"),
    "<": "moins de",
    ">": "plus de",
    "≤": "au plus",
    "≥": "au moins",
}
_SCALES = {"M": "million", **dict.fromkeys(("Md", "MD", "Mds", "Mrd", "Mrds"), "milliard")}
_THOUSANDS = {"k", "K", "mille"}
_INITIALS = {"L", "V", "W", "F"}
"""Units that are also the initial of a name: "le n° 10 L. Messi"."""

SIGN = r"(?:(?<![\w)\]/'])(?P<sign>[-−–‑]|[+±~≈∼<>≤≥] ?))?"
_UNIT = alternation(UNITS)
_MONEY = alternation(CURRENCIES)
_SCALE = r"(?P<scale>M(?:ds?|D|rds?)?|[kK]|[mM]illions?|[mM]illiards?|mille)"
_PER = rf"(?: ?/ ?(?P<per>100 (?:km|g|ml)\b|{_UNIT}(?!\w)|[a-zà-ÿ]{{2,20}}))?"
_END = r"(?![\w²³']|-[a-z])"


def sign(match: re.Match[str]) -> str:
    """The words for the sign of a number, with the space that follows."""
    mark = match["sign"]
    return f"{SIGNS[mark.strip()]} " if mark else ""


def of(noun: str) -> str:
    """``de``, elided before a vowel."""
    return f"d'{noun}" if noun[0] in "aeéèêiou" else f"de {noun}"


def _scaled(number: Number, scale: str) -> str:
    """2,5 Md → deux virgule cinq milliards; 2,5 k → deux mille cinq cents."""
    if scale in _THOUSANDS:
        return cardinal(round(number.value * 1000))
    name = _SCALES.get(scale) or scale.lower().rstrip("s")
    return f"{number.said()} {name}{'s' if number.plural else ''}"


def _joined(match: re.Match[str], said: str) -> str:
    """With what comes before (a sign, the low end of a range) and after (par…)."""
    parts = match.groupdict()
    if parts.get("low"):
        said = f"{Number.of(parts['low']).said()} à {said}"
    if parts.get("per"):
        said = f"{said} {_per(parts['per'])}"
    return f"{sign(match)}{said}"


def _per(unit: str) -> str:
    if unit.startswith("100 "):
        return f"aux cent {UNITS[unit[4:]].plural}"
    return f"par {UNITS[unit].singular if unit in UNITS else unit}"


def _measure(match: re.Match[str]) -> str | None:
    number, symbol = Number.of(match["number"]), match["unit"]
    if symbol in _INITIALS and re.match(r"\. ?[A-ZÀ-Þ]", match.string[match.end() :][:3]):
        return None
    unit = UNITS[symbol]
    if unit.part and len(number.fraction) == 2 and not match["low"]:
        return _joined(match, unit.with_hundredths(number.digits, int(number.fraction)))
    return _joined(match, unit.counted(number))


def _money(match: re.Match[str]) -> str:
    number, unit, scale = Number.of(match["number"]), CURRENCIES[match["unit"]], match["scale"]
    if scale in _THOUSANDS:
        return _joined(match, unit.counted(Number(str(round(number.value * 1000)))))
    if scale:
        return _joined(match, f"{_scaled(number, scale)} {of(unit.plural)}")
    if unit.part and 1 <= len(number.fraction) <= 3 and not match["low"]:
        return _joined(match, _coins(number, unit))
    return _joined(match, unit.counted(number))


def _coins(number: Number, unit: Unit) -> str:
    """One decimal is tenths (1,5 € → un euro cinquante), three are the price of a fuel."""
    if len(number.fraction) == 3:
        return f"{unit.counted(Number(number.digits))} {figures(number.fraction)}"
    return unit.with_hundredths(number.digits, int(number.fraction.ljust(2, "0")))


def _inside(match: re.Match[str]) -> str:
    """2€50, 1m80, 12°5: the symbol stands for the decimal mark."""
    unit = _NAMES[match["unit"]]
    return unit.with_hundredths(match["whole"], int(match["part"]))


def _scale_alone(match: re.Match[str]) -> str:
    return _joined(match, _scaled(Number.of(match["number"]), match["scale"]))


def _unit_alone(match: re.Match[str]) -> str:
    """A unit without a number: le prix au m², en km/h, des €."""
    unit = _NAMES[match["unit"]]
    return f"{unit.plural} {_per(match['per'])}" if match["per"] else unit.singular


def _range(unit: str) -> str:
    """The low end of a range that shares the unit, which may be printed twice: 5-10 %, 5%-10%."""
    return rf"(?:(?P<low>{NUMBER})(?: ?(?:{unit}))? ?[-–—/] ?)?(?P<number>{NUMBER})"


_INNER = r"(?![\w,.]| [0-9])"
RULES = (
    Rule(
        "monnaie", rf"{START}(?P<whole>[0-9]{{1,9}}) ?(?P<unit>[€$£])(?P<part>[0-9]{{2}})(?![\w,])", _inside
    ),
    Rule("mesure", rf"{START}(?P<whole>[0-9]{{1,2}}) ?(?P<unit>m) ?(?P<part>[0-9]{{2}}){_INNER}", _inside),
    Rule("mesure", rf"{START}(?P<whole>[0-9]{{1,2}})(?P<unit>°)(?P<part>[0-9])(?![\w,.°'])", _inside),
    Rule(
        "monnaie",
        rf"{START}{SIGN}{_range(_MONEY)} ?(?:{_SCALE} ?)?(?:d'|de )?(?P<unit>{_MONEY}){_END}{_PER}",
        _money,
    ),
    Rule(
        "monnaie",
        rf"{SIGN}(?<!\w)(?P<unit>US\$|CA\$|[$€£¥]) ?(?P<number>{NUMBER})(?: ?{_SCALE})?(?P<low>)(?!\w)",
        _money,
    ),
    Rule("mesure", rf"{START}{SIGN}{_range(_UNIT)} ?(?P<unit>{_UNIT}){_END}{_PER}", _measure),
    Rule(
        "échelle",
        rf"{START}{SIGN}{_range('M')} ?(?P<scale>Mds?|Mrds?|M(?= d'| de [a-z]))(?!\w)",
        _scale_alone,
    ),
)
ALONE = (
    Rule(
        "unité",
        rf"(?<![\w.])(?P<unit>{_UNIT}|{_MONEY})(?: ?/ ?(?P<per>{_UNIT}|mois|an|jour|personne|habitant))(?![\w/])",
        _unit_alone,
    ),
    Rule("unité", r"(?<!\w)(?P<unit>[kcd]?m[²³2]|[€$£¥₽₴₹₿%‰])(?P<per>)(?!\w)", _unit_alone),
)
