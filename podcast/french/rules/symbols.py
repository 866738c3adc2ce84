"""What is left when the numbers are said: signs that have a name, and marks that have no sound."""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule, Table
from podcast.french.tables import pairs, words

_NAMES = pairs("symbols.tsv")
_SIGNS = "".join(map(re.escape, _NAMES))
_MARK = r"[^\w\s.,;:!?…'\"«»()\[\]\-–—/&+=%]"


def _name(match: re.Match[str]) -> str:
    return f" {_NAMES[match['sign']]} " if match["sign"] in _NAMES else ""


def _elided(match: re.Match[str]) -> str:
    """près de 1 million is said "près d'un million"; "de un à dix" and "de un virgule cinq" stay."""
    return f"{match['word']}'"


_LETTERLIKE = "¹²³¼-¾⁰-₉⅐-↋①-⓿❶-➓µμπΩ"
"""Signs that count as letters for a pattern."""

LEFT = rf"[^\w\s.,;:!?…'\"«»()\[\]–—-]|[_{_LETTERLIKE}{_SIGNS}]"
"""Without one of these nothing is left."""

TABLE = Table(
    rf"[^\w.,;:!?…'\"«»()\[\]–—-]|[_{_LETTERLIKE}]",
    Rule("filet", rf" ?(?:[{_SIGNS}&] ?){{3,64}}", " "),
    Rule("esperluette", r" ?& ?", " et "),
    Rule("signe", rf" ?(?P<sign>[{_SIGNS}]) ?", _name),
    Rule("barre", r"(?<=\w) ?/ ?(?=\w)", " "),
    Rule("marque", rf"(?<=[^\W_])(?:{_MARK}|_){{1,64}}(?=[^\W_])", " "),
    Rule("marque", rf"(?:{_MARK}|[_/{_LETTERLIKE}]){{1,64}}", ""),
)
_MUTE_H = "|".join(sorted(words("mute h")))

ELISION = Table(
    "[dDmqQ]",
    Rule("élision", rf"(?P<word>milli(?:on|ard)s? d)e (?=[aeiouéèê]|(?:{_MUTE_H})s?\b)", _elided),
    Rule("élision", r"(?<!\w)(?P<word>[dD]|[qQ]u)e (?=une? (?!virgule|à|contre))", _elided),
)
STOPS = Table(
    "[.]",
    Rule("point", r"(?<=[a-zà-ÿ]{2})\.(?=,)", ""),
    Rule("point", r"(?<=\w)\.\.(?= [a-zà-ÿ])", "…"),
    Rule("point", r"(?<=\w)\.\.(?=\s|$)", "."),
)
"""The stop of an abbreviation before a comma, and two stops printed for three or for one."""
SPACES = Table(
    r"(?<![ \t])[ \t]",
    Rule("espace", r"(?<![^\n])[ \t]+|[ \t]+(?=[,.)\]](?!\w)|…|\n|$)", ""),
    Rule("espace", r"[ \t]{2,}|\t", " "),
)
