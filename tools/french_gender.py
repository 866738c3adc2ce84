"""Make podcast/french/data/gender.tsv from Debian's hunspell-fr-classical (MPL-2.0).

    apt-get download hunspell-fr-classical && dpkg -x hunspell-fr-classical_*.deb x
    python tools/french_gender.py x/usr/share/hunspell > podcast/french/data/gender.tsv

Every form of every noun and adjective is expanded with its gender, made
singular as ``podcast.french.gender`` does it, and the whole is folded into
endings: a word has the gender of its longest ending in the table. An ending
that begins with ``^`` is a whole word. So one table is the lexicon and, for
words it has never seen, the heuristic.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from podcast.french.gender import singular

GENDERS = {"mas": {"m"}, "fem": {"f"}, "epi": {"m", "f"}}
WORD = re.compile(r"[a-zàâäæçéèêëîïôöœùûüÿ-]{2,}")
HEADER = """\
# The gender of French nouns and adjectives by their endings: f, m, or e where the word has both.
# Made by tools/french_gender.py from the Dicollecte dictionary (hunspell-fr-classical 7.0),
# (c) 2007-2018 Dicollecte contributors, https://grammalecte.net
# This file is subject to the terms of the Mozilla Public License, v. 2.0: https://mozilla.org/MPL/2.0/
"""


def suffix_rules(path: Path) -> dict[str, list[tuple[str, str, re.Pattern[str], str]]]:
    """Flag → (strip, add, condition, tags) of each SFX line."""
    rules: dict[str, list[tuple[str, str, re.Pattern[str], str]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if len(parts) < 5 or parts[0] != "SFX":
            continue
        _, flag, strip, add, condition, *tags = parts
        add = add.split("/")[0]
        rules[flag].append(
            (
                "" if strip == "0" else strip,
                "" if add == "0" else add,
                re.compile(f"(?:{condition})$"),
                " ".join(tags),
            )
        )
    return rules


def forms(folder: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Every form of the nouns and adjectives: what it is, the form, its genders."""
    rules = suffix_rules(folder / "fr.aff")
    for line in (folder / "fr.dic").read_text(encoding="utf-8").splitlines()[1:]:
        head, _, tags = line.partition(" ")
        if "po:nom" not in tags and "po:adj" not in tags:
            continue
        lemma, _, flags = head.partition("/")
        own = gender(tags)
        kind = "noun" if "po:nom" in tags else "adjective"
        if own:
            yield kind, lemma, own
        for flag in re.findall("..", flags):
            for strip, add, condition, more in rules.get(flag, ()):
                genders = gender(more) or own
                if genders and lemma.endswith(strip) and condition.search(lemma):
                    yield kind, lemma[: len(lemma) - len(strip)] + add, genders


def gender(tags: str) -> set[str]:
    """The genders that the tags of an entry or a rule name."""
    found = re.findall(r"is:(mas|fem|epi)", tags)
    return set().union(*(GENDERS[tag] for tag in found)) if found else set()


def fold(words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The endings that are needed, depth first from the shortest."""

    def visit(ending: str, members: list[str], inherited: str) -> Iterator[tuple[str, str]]:
        counts = Counter(words[word] for word in members)
        best = counts.most_common(1)[0][0]
        if len(counts) == 1:
            if best != inherited:
                yield ending, best
            return
        if counts[best] > counts[inherited]:
            inherited = best
            yield ending, best
        longer: dict[str, list[str]] = defaultdict(list)
        for word in members:
            longer[word[: len(word) - len(ending)][-1:]].append(word)
        for letter, group in sorted(longer.items()):
            yield from visit(letter + ending, group, inherited)

    yield from visit("", list(words), "")


def main(folder: Path) -> None:
    """Print the table; a word that is a noun has the gender of the noun ("victime", also an adjective)."""
    genders: dict[str, dict[str, set[str]]] = {"adjective": defaultdict(set), "noun": defaultdict(set)}
    for kind, form, found in forms(folder):
        if WORD.fullmatch(form):
            genders[kind][f"^{singular(form)}"] |= found
    both = genders["adjective"] | genders["noun"]
    words = {word: "e" if len(found) > 1 else next(iter(found)) for word, found in both.items()}
    sys.stdout.write(HEADER)
    for ending, letter in fold(words):
        sys.stdout.write(f"{ending}\t{letter}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
