"""Acronyms: said as a word (Insee), letter by letter (S N C F), or in part (J-peg).

The table ``data/acronyms.tsv`` decides for the acronyms of French news. Any
other run of capitals is judged by its shape: it is a word when a French mouth
can say it (legal consonant clusters between vowels), else it is spelled.
Ordinary words printed in capitals (titles, buttons, emphasis) stay as they are.

Spelled letters are separate capitals, ``S N C F``: espeak-ng, inside Piper,
then gives each its French name; run together it says *afp* or *omc* as a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from podcast.errors import ConfigError
from podcast.french.spoken import Replacement, Spoken
from podcast.french.tables import DATA

Policy = str
POLICIES = ("spell", "word", "mixed", "keep")

_UPPER = "A-ZÀÂÄÇÈÉÊËÎÏÔÖÙÛÜŸŒÆ"
_DOTTED = rf"[{_UPPER}](?:\.[{_UPPER}]){{1,9}}\.?"
_PLAIN = rf"[{_UPPER}](?:[{_UPPER}]|&(?=[{_UPPER}])){{1,40}}"
_TOKEN = re.compile(
    rf"(?<![\w.&])(?:(?P<dotted>{_DOTTED})|(?P<plain>{_PLAIN})(?P<plural>s?))(?![\w&]|\.[{_UPPER}]\.)"
)

_VOWELS = frozenset("AEIOUYÀÂÄÈÉÊËÎÏÔÖÙÛÜŸŒÆ")
_OPENINGS = """
    B BL BR C CH CL CR D DR F FL FR G GL GN GR GU H J K KL KR L M N P PH PL PR QU R RH
    S SC SCH SK SL SM SN SP SPH ST STR T TH TR V VR W WH X Z
"""
_CLOSINGS = """
    B C CH CK CT D F FF FT G GN H K L LD LF LL LM LS LT M MP MS N NC ND NG NS NT P PS PT Q
    R RC RD RF RG RK RL RM RN RS RT S SC SK SM SS ST T TS TT V X Z
"""
_ONSETS = frozenset(_OPENINGS.split())
"""Consonants that may open a French syllable (loans of everyday use included)."""
_CODAS = frozenset(_CLOSINGS.split())
"""Consonants that may close a French word."""
_GROUPS = re.compile(rf"[{''.join(sorted(_VOWELS))}]+|[^{''.join(sorted(_VOWELS))}]+")


def rewrite(spoken: Spoken) -> Spoken:
    """Write out every acronym of ``spoken.text``; the rule is named ``acronym``."""
    return spoken.rewrite(_replacements(spoken.text))


def _replacements(text: str) -> Iterator[Replacement]:
    found = list(_TOKEN.finditer(text))
    titled = _in_capital_runs(text, found)
    for match in found:
        said = _said(match, in_title=match.start() in titled)
        if match["dotted"] and match[0].endswith(".") and _ends_sentence(text, match.end()):
            said += "."
        if said != match[0]:
            yield Replacement(match.start(), match.end(), said, "acronym")


LONGEST_SPELLED = 6
"""Letters; longer ones of the table (CNAMTS, DGCCRF are six) have their own entry."""


def _said(match: re.Match[str], *, in_title: bool) -> str:
    letters = match["plain"] or match["dotted"].replace(".", "")
    if in_title and match["plain"] and is_ordinary(letters):
        return match[0]
    if entry := table().get(letters):
        policy, said = entry
        if in_title and said.upper() == letters:
            return letters
        return {"spell": spelled(letters), "keep": match[0]}.get(policy, said)
    if match["dotted"]:
        return spelled(letters)
    is_word = is_ordinary(letters) or is_pronounceable(letters) or _is_no_acronym(letters)
    return match[0] if is_word or (in_title and len(letters) > 3) else spelled(letters)


def _is_no_acronym(letters: str) -> bool:
    """Acronyms are printed without accents, and nobody spells seven letters: a name in capitals."""
    return not letters.isascii() or len(letters) > LONGEST_SPELLED


def spelled(letters: str) -> str:
    """``SNCF`` → ``S N C F``; ``&`` is *et*."""
    return " ".join("et" if letter == "&" else letter for letter in letters)


def is_ordinary(word: str) -> bool:
    """Is this short word in capitals one of everyday French?"""
    return word.lower() in _ordinary_words()


def is_pronounceable(word: str) -> bool:
    """Can a French mouth say ``word`` (capitals) as it is written?

    Two letters never; three only as consonant, vowel, consonant (Zac); longer
    ones when every cluster of consonants is a legal beginning, joint or end.
    """
    groups = _GROUPS.findall(word)
    sounds = "".join("v" if group[0] in _VOWELS else "c" for group in groups)
    if len(word) < 3 or "v" not in sounds or (len(word) == 3 and (sounds != "cvc" or word[1] == "Y")):
        return False
    if any(group[0] in _VOWELS and len(group) > 3 for group in groups):
        return False
    consonants = [(i, group) for i, group in enumerate(groups) if group[0] not in _VOWELS]
    return all(_legal(group, first=i == 0, last=i == len(groups) - 1) for i, group in consonants)


def _legal(cluster: str, *, first: bool, last: bool) -> bool:
    if first:
        return cluster in _ONSETS
    if last:
        return cluster in _CODAS
    cuts = range(len(cluster) + 1)
    return any(_joins(cluster[:cut], cluster[cut:]) for cut in cuts)


def _joins(coda: str, onset: str) -> bool:
    return (not coda or coda in _CODAS) and onset in _ONSETS


def _in_capital_runs(text: str, found: list[re.Match[str]]) -> set[int]:
    """Starts of the tokens that stand in a title: beside an ordinary word in capitals."""
    runs: list[list[re.Match[str]]] = [found[:1]]
    for left, right in pairwise(found):
        if _BETWEEN.fullmatch(text, left.end(), right.start()):
            runs[-1].append(right)
        else:
            runs.append([right])
    return {m.start() for run in runs if len(run) > 1 and any(map(_wordlike, run)) for m in run}


_BETWEEN = re.compile(rf"[\s,:'’-]{{0,3}}(?:[{_UPPER}][\s,:'’-]{{1,3}}){{0,12}}")
"""What may stand between the capitals of one title: spaces, a comma, single letters (L', S N C F)."""


def _wordlike(match: re.Match[str]) -> bool:
    word = match["plain"]
    if not word or word in table():
        return False
    return is_ordinary(word) or (len(word) > 4 and is_pronounceable(word))


def _ends_sentence(text: str, at: int) -> bool:
    rest = text[at : at + 8].lstrip(" »”\"')")
    return not rest or text[at : at + 1] == "\n"


@cache
def table() -> dict[str, tuple[Policy, str]]:
    """Acronym in capitals → policy and what is said."""
    source = DATA / "acronyms.tsv"
    entries: dict[str, tuple[Policy, str]] = {}
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        printed, policy, said = (*line.split("\t"), "")[:3]
        if policy not in POLICIES or printed in entries or (policy in {"word", "mixed"}) != bool(said):
            raise ConfigError(f"unusable acronym {line!r}", where=f"{source}, line {number}")
        entries[printed] = (policy, said)
    return entries


@cache
def _ordinary_words() -> frozenset[str]:
    lines = (DATA / "capitals.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())
