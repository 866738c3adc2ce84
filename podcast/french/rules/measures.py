"""Numbers with a unit or a currency: 106 m², 130 km/h, -42 %, 2,50 €, 5 M€, $68."""

from __future__ import annotations

import re
from typing import NamedTuple

from podcast.french.numbers import cardinal, figures
from podcast.french.rules.engine import Rule, Table, after, alternation, last_word
from podcast.french.rules.quantities import NUMBER, Number
from podcast.french.tables import rows, words


class Unit(NamedTuple):
    """What is counted: its names, its gender, and its hundredths where they are said bare."""

    singular: str
    plural: str
    feminine: bool
    part: str = ""
    parts: str = ""

    def counted(self, number: Number) -> str:
        """The number and the name: "un virgule cinq kilomètre", "vingt et une tonnes"."""
        name = self.plural if number.plural else self.singular
        return f"{number.said(feminine=self.feminine)} {of(name) if number.is_noun else name}"

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
_SCALES = {"M": "million", **dict.fromkeys(("Md", "MD", "Mds", "mds", "Mrd", "Mrds"), "milliard")}
_ENGLISH_SCALES = {"m": "M", "b": "Md", "bn": "Md", "billion": "Md"}
_THOUSANDS = {"k", "K", "mille"}
_INITIALS = {"L", "V", "W", "F", "N", "A"}
"""Units that are also the initial of a name: "le n° 10 L. Messi"."""

SIGN = r"(?:(?<![\w)\]/'])(?P<sign>[-−–‑](?: (?=[0-9,.]{1,6} ?[°%]))?|[+±~≈∼<>≤≥] ?))?"
_UNIT = alternation(UNITS)
_MONEY = alternation(CURRENCIES)
_OTHER_UNIT = alternation(unit for unit in UNITS if not re.fullmatch("[a-zà-ÿ]{2,20}", unit))
"""Where any word in small letters will do too."""
_PER = rf"(?:\.? ?/ ?(?P<per>100(?: ?(?:km|g|ml)(?!\w)|(?![0-9]))|{_OTHER_UNIT}(?!\w)|[a-zà-ÿ]{{2,20}}))?"
_END = r"(?:(?<=\W)|(?!\w))(?!'|-[a-z])"
"""A unit in letters ends as a word does; after a sign (€, %, °) anything may follow."""


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
        return number.times_thousand().said()
    name = _SCALES.get(scale) or scale.lower().rstrip("s")
    return f"{number.said()} {name}{'s' if number.plural else ''}"


def _joined(match: re.Match[str], said: str) -> str:
    """With what comes before (a sign, the low end of a range) and after (par…)."""
    parts = match.groupdict()
    if parts.get("low"):
        said = f"{Number.of(parts['low']).said()} à {said}"
    per = parts["per"] or parts["by"]
    if per:
        said = f"{said} {_per(per)}"
    return f"{sign(match)}{said}"


def _per(unit: str) -> str:
    if unit.startswith("100"):
        unit = unit[3:].strip()
        return f"aux cent {UNITS[unit].plural}" if unit else "aux cent"
    return f"par {UNITS[unit].singular if unit in UNITS else unit}"


def _quantity(match: re.Match[str]) -> str | None:
    """A number with what it counts: a unit, a currency (perhaps with its scale), or a scale alone."""
    number = Number.of(match["number"])
    if match["measure"]:
        return _measure(match, number)
    if match["money"]:
        return _joined(match, _sum(match, number))
    if _SIZE.search(match.string, max(match.start() - 12, 0), match.start()):
        return None
    noun = _PLURAL.match(match.string, match.end())
    counts = match["bare"] not in _THOUSANDS and noun and noun["word"] not in _STOPS
    return _joined(match, _scaled(number, match["bare"])) + (" de" if counts else "")


_SIZE = re.compile(r"\b[Tt]ailles? ?:? ?$")
"""Of a garment: taille 4 M."""
_PLURAL = re.compile(r" (?P<word>[a-zà-ÿœ]{2,30}[sx])(?!\w)")
"""What millions are counted of, printed without ``de``: 4 M vues."""
_STOPS = words("stops")


def _measure(match: re.Match[str], number: Number) -> str | None:
    symbol = match["measure"]
    if symbol in _INITIALS and re.match(r"\. ?[A-ZÀ-Þ]", after(match, 3)):
        return None
    unit = UNITS[symbol]
    if unit.part and len(number.fraction) == 2 and "low" not in match.re.groupindex:
        return _joined(match, unit.with_hundredths(number.digits, int(number.fraction)))
    return _joined(match, unit.counted(number))


def _sum(match: re.Match[str], number: Number) -> str:
    unit, scale = CURRENCIES[match["money"]], match["scale"]
    if scale in _THOUSANDS:
        return unit.counted(number.times_thousand())
    if scale:
        return f"{_scaled(number, scale)} {of(unit.plural)}"
    if unit.part and 1 <= len(number.fraction) <= 3 and "low" not in match.re.groupindex:
        return _coins(number, unit)
    return unit.counted(number)


def _prefixed(match: re.Match[str]) -> str:
    """$68, €1,5 million."""
    return f"{sign(match)}{_sum(match, Number.of(match['number']))}"


def _english(match: re.Match[str]) -> str:
    """£1m, $1.5 billion."""
    said = _scaled(Number.of(match["number"]), _ENGLISH_SCALES[match["scale"]])
    return f"{said} {of(CURRENCIES[match['money']].plural)}"


def _coins(number: Number, unit: Unit) -> str:
    """One decimal is tenths (1,5 € → un euro cinquante), three are the price of a fuel."""
    if len(number.fraction) == 3:
        return f"{unit.counted(Number(number.digits))} {figures(number.fraction)}"
    return unit.with_hundredths(number.digits, int(number.fraction.ljust(2, "0")))


def _inside(match: re.Match[str]) -> str:
    """2€50, 1m80, 12°5: the symbol stands for the decimal mark."""
    unit = _NAMES[match["unit"]]
    return unit.with_hundredths(match["whole"], int(match["part"]))


def _position(match: re.Match[str]) -> str:
    """48°51'24'' N."""
    said = [UNITS["°"].counted(Number(match["d"])), UNITS["min"].counted(Number(match["m"]))]
    said += [UNITS["s"].counted(Number(match["s"]))] if match["s"] else []
    return " ".join([*said, _SIDES[match["side"]]] if match["side"] else said)


_SIDES = {"N": "nord", "S": "sud", "E": "est", "O": "ouest", "W": "ouest"}
_ONE = {"le", "du", "au", "un", "par", "chaque", "ce"}


def _unit_in_words(match: re.Match[str]) -> str:
    """le km 42, des kg en trop."""
    unit = UNITS[match["unit"]]
    return unit.singular if last_word(match) in _ONE else unit.plural


def _unit_alone(match: re.Match[str]) -> str:
    """A unit without a number: le prix au m², en km/h, des €."""
    unit = _NAMES[match["unit"]]
    if match["scale"]:
        return f"{_SCALES.get(match['scale'], 'millier')}s {of(unit.plural)}"
    if match["per"]:
        return f"{unit.plural} {_per(match['per'])}"
    return unit.plural if match["unit"] in CURRENCIES else unit.singular


_FIRST = "".join(sorted({re.escape(symbol[0]) for symbol in [*_NAMES, *"dkmM$€£"]}))
_INNER = r"(?!\w|[.,][0-9]| [0-9])"
_TO = rf"(?:(?: ?(?:{_UNIT}|{_MONEY}))? ?[-–—] ?|(?<=[0-9][0-9])/(?=[0-9][0-9])|°C?/(?=[0-9]))"
_RANGE = rf"(?P<low>{NUMBER}){_TO}(?P<number>{NUMBER})"
"""The low end of a range shares the unit, which may be printed twice: 5-10 %, 5%-10%."""
_SCALE = r"(?P<scale>M(?:ds?|D|rds?)?|mds|[kK]|[mM]illions?|[mM]illiards?|mille)"

_COUNTED = (
    rf" ?(?:(?P<measure>{_UNIT}){_END}{_PER}"
    rf"|(?:{_SCALE} ?)?(?:d'|de )?(?P<money>{_MONEY}){_END}(?:/(?P<by>{_OTHER_UNIT}(?!\w)|[a-zà-ÿ]{{2,20}}))?"
    r"|(?P<bare>k|[Mm]ds|Md|Mrds?|M(?= d'| de [a-z]|[,;:!?)»]| [a-zà-ÿ]{2}|\.?(?:\s*$| ?\n)))(?!\w))"
)
"""What follows a number: a unit, a currency, a scale."""

INSIDE = Table(
    "[0-9]{1,9} ?[€$£m°]",
    Rule("monnaie", r"(?P<whole>[0-9]{1,9}) ?(?P<unit>[€$£])(?P<part>[0-9]{2})(?![\w,])", _inside),
    Rule("mesure", rf"(?P<whole>[0-9]{{1,2}}) ?(?P<unit>m) ?(?P<part>[0-9]{{2}}){_INNER}", _inside),
    Rule("mesure", r"(?P<whole>[0-9]{1,2})(?P<unit>°)(?P<part>[0-9])(?![\w,.°'])", _inside),
    Rule(
        "coordonnées",
        r"(?P<d>[0-9]{1,3})° ?(?P<m>[0-9]{1,2})'(?: ?(?P<s>[0-9]{1,2})(?:''|\"))?"
        r"(?: ?(?P<side>[NSEOW])(?!\w))?",
        _position,
    ),
)
RANGES = Table(
    r"(?:[^0-9] ?)?[0-9](?:[^-–—]{0,60}[-–—]|[^/]{0,60}/) ?[0-9]",
    Rule("mesure", f"{SIGN}{_RANGE}{_COUNTED}", _quantity),
)
TABLE = Table(
    rf"(?:[^0-9] ?)?[0-9][0-9 .,']{{0,30}}[{_FIRST}]",
    Rule("mesure", rf"{SIGN}(?P<number>{NUMBER}){_COUNTED}", _quantity),
)
PREFIXED = Table(
    r"[-−–‑+±~≈∼<>≤≥ ]{0,2}[UC$€£¥]",
    Rule("monnaie", rf"(?P<money>[$£]) ?(?P<number>{NUMBER}) ?(?P<scale>bn?|m|billion)(?!\w)", _english),
    Rule(
        "monnaie",
        rf"{SIGN}(?<![^\W\d])(?P<money>US\$|CA\$|[$€£¥]) ?(?P<number>{NUMBER})(?: ?{_SCALE})?(?!\w)",
        _prefixed,
    ),
)
_PER_WORD = "an|mois|jour|j|semaine|heure|h|km|kg|m²|m³|m2|m3|ha|litre|personne|habitant|élève"
_SIGNS = "".join(sorted({re.escape(symbol[0]) for symbol in _NAMES if not symbol[0].isalpha()}))
WITHOUT_NUMBER = r"[/€$£¥₽₴₹₿%‰]|m[²³2]|\b(?:k[mg]|[kMGT]W|[cm]m)"
"""Without one of these no unit stands alone."""
ALONE = Table(
    rf"(?<!\w)[^\W\d_]| ?/|[{_SIGNS}]",
    Rule(
        "unité",
        rf"(?<![\w.])(?P<scale>)(?P<unit>{_UNIT}|{_MONEY}) ?/ ?"
        rf"(?P<per>{_UNIT}|mois|an|jour|personne|habitant)(?![\w/])",
        _unit_alone,
    ),
    Rule("par", rf"(?<=\w) ?/ ?(?P<per>{_PER_WORD})(?!\w)", lambda match: f" {_per(match['per'])}"),
    Rule("unité", r"(?<![\w.])(?P<unit>km²?|kg|[kMGT]Wh?|cm|mm)(?![\w'])", _unit_in_words),
    Rule(
        "unité",
        r"(?<![^\s('«/])(?P<scale>Mds?|Mrds?|M|k)?(?P<unit>[kcd]?m[²³2]|[€$£¥₽₴₹₿%‰])(?P<per>)(?![^\s),.;:!?»/])",
        _unit_alone,
    ),
)
