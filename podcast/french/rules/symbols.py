"""What is left when the numbers are said: signs that have a name, and marks that have no sound."""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule
from podcast.french.tables import rows

_NAMES = dict(rows("symbols.tsv"))
_SIGNS = "".join(map(re.escape, _NAMES))
_MARK = r"[^\w\s.,;:!?…'\"«»()\[\]\-–—/&+=%]"


def _name(match: re.Match[str]) -> str:
    return f" {_NAMES[match['sign']]} " if match["sign"] in _NAMES else ""


RULES = (
    Rule("esperluette", r" ?& ?", lambda match: " et "),
    Rule("signe", rf" ?(?P<sign>[{_SIGNS}]) ?", _name),
    Rule("barre", r"(?<=\w) ?/ ?(?=\w)", lambda match: " "),
    Rule("marque", rf"(?:{_MARK}|_){{1,64}}", lambda match: ""),
    Rule("marque", r"(?<!\w)/(?!\w)|/", lambda match: ""),
)
TRIGGER = r"[^\w.,;:!?…'\"«»()\[\]–—-]|_"
