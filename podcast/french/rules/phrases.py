"""Set phrases: figures that are said their own way, whatever the rules say."""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule, Table, alternation, before, last_word
from podcast.french.tables import rows

_TABLE = {written: (said, (*after, "")[0].split()) for written, said, *after in rows("phrases.tsv")}
_MONTHS = "|".join(month for month, *_ in rows("months.tsv"))
_COUNTED = rf" ?%| (?:ans|jours|mois|heures|points|euros|€|{_MONTHS})(?!\w)"


def _say(match: re.Match[str]) -> str | None:
    said, needs = _TABLE[match.group().replace("–", "-")]
    wanted = not needs or needs[0] != "not"
    found = last_word(match) in needs or ("guerre" in needs and bool(_WAR.search(before(match))))
    return said if not needs or found is wanted else None


_WAR = re.compile(r"\b(?:guerre|conflit|mondiale)\b[^()]{0,20}\($")
"""Its years in brackets: la Seconde Guerre mondiale (39-45)."""


_WRITTEN = alternation(_TABLE).replace(r"\-", "[-–]")

FIRST = f"[{''.join(sorted({written[0] for written in _TABLE}))}]"
TABLE = Table(
    FIRST,
    Rule("locution", rf"(?<![\w.,/-])(?:{_WRITTEN})(?![\w/-]|[.,][0-9]|{_COUNTED})", _say),
)
