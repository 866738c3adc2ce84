"""Set phrases: figures that are said their own way, whatever the rules say."""

from __future__ import annotations

import re

from podcast.french.rules.engine import Rule, Table, alternation, last_word
from podcast.french.tables import rows

_TABLE = {written: (said, (*after, "")[0].split()) for written, said, *after in rows("phrases.tsv")}
_COUNTED = r" ?%| (?:ans|jours|mois|heures|points|euros|€)(?!\w)"


def _say(match: re.Match[str]) -> str | None:
    said, needs = _TABLE[match.group().replace("–", "-")]
    wanted = not needs or needs[0] != "not"
    return said if not needs or (last_word(match) in needs) is wanted else None


_WRITTEN = alternation(_TABLE).replace(r"\-", "[-–]")

FIRST = f"[{''.join(sorted({written[0] for written in _TABLE}))}]"
TABLE = Table(
    FIRST,
    Rule("locution", rf"(?<![\w.,/-])(?:{_WRITTEN})(?![\w/-]|[.,][0-9]|{_COUNTED})", _say),
)
